"""`jdih sop`: list, show and check the SOPs of the offices, and say when they are to be reviewed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipeline import calendar, report, roster, settings, sop, soundness
from pipeline.cli._calendar import warn_of_years
from pipeline.desk import reviews
from pipeline.fields import FaultyError, suggestion
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from pipeline.desk.reviews import Review
    from pipeline.model.base import Finding
    from pipeline.model.people import Office, People
    from pipeline.model.procedure import Act, Procedure, Step

Read = TypeVar("Read")

HELP = "Melihat dan memeriksa SOP: daftar, blok identitas dan tabel langkah, serta kekeliruan di dalamnya."
EXAMPLES = """Contoh:
  jdih sop list                                     daftar semua SOP
  jdih sop list --format json                       yang sama untuk program lain
  jdih sop show KANTOR/NAMA                         blok identitas dan tabel langkah
  jdih sop check                                    periksa semua SOP, kantor dan orang
  jdih sop check site_config/sop/KANTOR/NAMA.yaml   periksa satu berkas sebelum dikirim
  jdih sop review                                   kapan tiap SOP ditinjau lagi; keluar 1 bila ada yang lewat"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN", prog=parser.prog)
    listing = actions.add_parser("list", help="daftar SOP: id, kantor, nomor, jumlah langkah, peran")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran (bawaan: text)")
    showing = actions.add_parser("show", help="satu SOP: blok identitas dan tabel langkah")
    showing.add_argument("id", metavar="ID", help="id SOP, seperti dicetak jdih sop list")
    checking = actions.add_parser("check", help="periksa berkas SOP; tanpa FILE semuanya beserta kantor dan orang")
    checking.add_argument("files", metavar="FILE", nargs="*", type=Path, help="berkas SOP yang diperiksa")
    reviewing = actions.add_parser("review", help="kapan tiap SOP terakhir ditinjau, dan kapan harus ditinjau lagi")
    reviewing.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran (bawaan: text)")


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen action; 1 when `check` finds what must be mended, or `review` what is overdue."""
    root = _root()
    if args.action == "list":
        return _list(root, args.format)
    if args.action == "show":
        return _show(root, args.id)
    if args.action == "review":
        return _review(root, args.format)
    return _check(root, args.files)


def _root() -> Path:
    """Return the nearest folder, from the current one up, that holds site_config."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "site_config").is_dir():
            return folder
    raise JdihError(f"tidak ada folder site_config di {here} maupun di atasnya: jalankan dari dalam repositori")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise JdihError(f"{path} tidak ada") from error


def _sop_files(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((root / sop.FOLDER).rglob("*.y*ml")):
        yield path.relative_to(root).as_posix(), _bytes(path)


def _procedures(root: Path) -> list[Procedure]:
    return [sop.parse(data, path, sop.version_of(data)) for path, data in _sop_files(root)]


def _offices(root: Path) -> dict[str, Office]:
    files = sorted((root / settings.OFFICES).glob("*.yaml"))
    return settings.offices({path.relative_to(root).as_posix(): _bytes(path) for path in files})


def _people(root: Path) -> People:
    return settings.people(_bytes(root / settings.PEOPLE))


def _list(root: Path, form: str) -> int:
    procedures = _procedures(root)
    if form == "json":
        print(json.dumps([_summary(procedure) for procedure in procedures], ensure_ascii=False, indent=2))
        return 0
    for procedure in procedures:
        number, steps = procedure.identity.number, len(procedure.steps)
        print(f"{procedure.id:<22} {number:<22} {steps:>2} langkah  {', '.join(procedure.roles)}")
    return 0


def _summary(procedure: Procedure) -> dict[str, object]:
    return {
        "id": procedure.id,
        "kantor": procedure.office,
        "nomor": procedure.identity.number,
        "langkah": len(procedure.steps),
        "peran": list(procedure.roles),
    }


def _show(root: Path, wanted: str) -> int:
    found = {procedure.id: procedure for procedure in _procedures(root)}
    if wanted not in found:
        raise JdihError(f"SOP '{wanted}' tidak ada: {suggestion(wanted, found)}")
    procedure = found[wanted]
    for name, value in _identity(procedure):
        print(f"{name:<17} {value}")
    _print_steps(procedure)
    print("* pelaksana tidak tersurat dalam naskah SOP, melainkan ditafsirkan")
    return 0


def _identity(procedure: Procedure) -> Iterator[tuple[str, str]]:
    identity = procedure.identity
    rows = {
        "Nomor SOP": (identity.number, *(f"(tercetak juga: {alias})" for alias in procedure.aliases)),
        "Nama SOP": (identity.title,),
        "Tanggal pembuatan": (str(identity.made or ""),),
        "Tanggal revisi": (str(identity.revised or ""),),
        "Tanggal efektif": (str(identity.effective or ""),),
        "Disahkan oleh": (identity.approved_by,),
        "Dasar hukum": ("; ".join(identity.legal_basis),),
        "Kualifikasi": ("; ".join(identity.qualifications),),
        "Keterkaitan": ("; ".join(identity.related),),
        "Peralatan": ("; ".join(identity.equipment),),
        "Peringatan": ("; ".join(identity.warnings),),
        "Pencatatan": ("; ".join(identity.records),),
        "Catatan sumber": procedure.source_notes,
    }
    for name, values in rows.items():
        if any(values):
            yield name, " ".join(values)


def _print_steps(procedure: Procedure) -> None:
    from rich.table import Table

    from pipeline.cli._console import Terminal

    table = Table(show_lines=True)
    for name in ("No", "Kegiatan", "Pelaksana", "Putusan", "Kelengkapan", "Waktu", "Keluaran"):
        table.add_column(name)
    for step in procedure.steps:
        table.add_row(*_row(procedure, step))
    Terminal(markup=False, highlight=False, emoji=False).print(table)


def _row(procedure: Procedure, step: Step) -> tuple[str, ...]:
    mark = "" if step.actor_stated else " *"
    return (
        str(step.number),
        step.activity,
        "\n-> ".join(procedure.roles.get(act.role, act.role) for act in step.acts) + mark,
        "\n".join(line for act in step.acts for line in _words(procedure, act)),
        "; ".join(requirement.name for requirement in step.requirements),
        f"{step.standard or '-'}{' (hari sama)' if step.same_day else ''}",
        step.output,
    )


def _words(procedure: Procedure, act: Act) -> Iterator[str]:
    for outcome in act.outcomes:
        target = procedure.step(outcome.target or "")
        yield f"{outcome.word} -> {target.number}" if target else outcome.word
    if act.effects:
        yield f"[{', '.join(act.effects)}]"


def _check(root: Path, files: list[Path]) -> int:
    sources = [(path.as_posix(), _bytes(path)) for path in files] or list(_sop_files(root))
    findings: list[Finding] = []
    procedures = {}
    for path, data in sources:
        if procedure := _tried(findings, partial(sop.parse, data, path, sop.version_of(data))):
            procedures[path] = procedure
    offices = _tried(findings, partial(_offices, root))
    people = _tried(findings, partial(_people, root))
    now = datetime.now(UTC)
    if offices is not None and people is not None:
        for path, procedure in procedures.items():
            findings += (replace(found, path=path) for found in soundness.judge(procedure, offices, people, now))
        if not files and len(procedures) == len(sources):
            findings += roster.judge(people, offices, procedures.values())
            done = _tried(findings, partial(_reviews, root, procedures.values(), people))
            findings += reviews.early(done or (), now.date())
    status = _report(findings, procedures.values())
    warn_of_years(_years_ahead(procedures.values(), offices or {}, now))
    return status


def _years_ahead(procedures: Iterable[Procedure], offices: Mapping[str, Office], now: datetime) -> list[int]:
    """Return the years a deadline that begins now touches, as far as their days off are not all official."""
    ends = (
        (office, calendar.deadline(now, step.standard, office))
        for procedure in procedures
        if (office := offices.get(procedure.office))
        for step in procedure.steps
        if step.standard
    )
    return sorted({year for office, end in ends for year in calendar.uncertain_years(now, end, office)})


def _reviews(root: Path, procedures: Iterable[Procedure], people: People) -> list[Review]:
    path = root / reviews.FILE
    return reviews.parse(_bytes(path), [each.id for each in procedures], people.by_id) if path.exists() else []


def _review(root: Path, form: str) -> int:
    today, procedures = datetime.now().astimezone().date(), _procedures(root)
    done = _reviews(root, procedures, _people(root))
    if findings := list(reviews.early(done, today)):
        raise FaultyError(findings)
    rows = [reviews.as_row(reviews.due(procedure, done), today) for procedure in procedures]
    if form == "json":
        print(json.dumps({"tinjauan": rows}, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            often = f"{row['kali_setahun']}x setahun{'' if row['tersurat'] else ' (tidak tersurat dalam naskah)'}"
            late = "  TERLAMBAT" if row["terlambat"] else ""
            last, due = row["terakhir"] or "tidak diketahui", row["jatuh_tempo"] or "sekarang"
            print(f"{row['sop']:<22} terakhir {last}  berikutnya {due}  {often}{late}")
    return 1 if any(row["terlambat"] for row in rows) else 0


def _tried(findings: list[Finding], read: Callable[[], Read]) -> Read | None:
    """Return what *read* returns, or None after keeping what is faulty."""
    try:
        return read()
    except FaultyError as error:
        findings.extend(error.findings)
        return None


def _report(findings: list[Finding], procedures: Collection[Procedure]) -> int:
    faults = report.count_errors(findings)
    steps = sum(len(procedure.steps) for procedure in procedures)
    summary = f"{len(procedures)} SOP terbaca, {steps} langkah: {faults} galat, {len(findings) - faults} peringatan"
    print("\n".join(filter(None, (report.as_text(findings), summary))))
    return 1 if faults else 0
