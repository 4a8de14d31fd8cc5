"""`jdih audit`: answer who did what, when."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli._calendar import warn_of_years

if TYPE_CHECKING:
    import argparse

    from pipeline.model.people import Office

HELP = "Menjawab siapa menyusun, mengoreksi, menyetujui dan mengunggah sebuah butir, kapan, dan versi yang mana."
EXAMPLES = """Contoh:
  jdih audit kpu-ri-2026-kenali-jdih
  jdih audit kpu-ri-2026-kenali-jdih --format json"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("item", metavar="BUTIR", help="id butir, lihat jdih status")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran")


def run(args: argparse.Namespace) -> int:
    """Print the item's trail."""
    from pipeline.desk import auditing, cases, clones

    repository = clones.open_any(Path.cwd())
    known = cases.policy(repository)
    case = cases.open_case(repository, args.item, known=known)
    rows = auditing.trail(case, known.offices.get(case.place.office), known.people)
    if args.format == "json":
        sop = case.progress.procedure.id if case.progress else None
        print(
            json.dumps(
                {"butir": args.item, "judul": case.title, "sop": sop, "catatan": rows}, ensure_ascii=False, indent=2
            )
        )
        return 0
    print(f"{args.item}: {case.title}")
    for row in rows:
        for line in _lines(row, known.offices[case.place.office]):
            print(line)
    if not rows:
        print("belum ada catatan langkah")
    warn_of_years(sorted({year for row in rows for year in row["kalender_belum_resmi"]}))
    return 0


def _lines(row: dict[str, Any], office: Office) -> list[str]:
    from pipeline.desk import deadlines

    when = deadlines.clock(datetime.fromisoformat(row["pada"]), office)
    spent = "-" if row["menit_kerja"] is None else deadlines.in_words(row["menit_kerja"], office)
    until = f", tenggat {deadlines.clock(datetime.fromisoformat(row['tenggat']), office)}" if row["tenggat"] else ""
    marks = f" TERLAMBAT {deadlines.in_words(row['terlambat_menit'], office)}" if row["terlambat"] else ""
    marks += "" if row["berlaku"] else " (tidak berlaku lagi)"
    lines = [
        f"{row['urut']:>3}. {when}  langkah {row['langkah']} {row['putusan']}  {row['nama']}",
        f"     {spent}; standar {row['standar'] or '-'}{until}{marks}",
        f"     putaran {row['putaran']}, sidik {row['sidik'][:16]}, SOP versi {row['versi_sop'][:12]}",
    ]
    if row["catatan"]:
        lines.append(f"     catatan: {row['catatan']}")
    lines += [f"     lampiran: {paper['berkas']} sha256 {paper['sha256'][:16]}" for paper in row["lampiran"]]
    return lines
