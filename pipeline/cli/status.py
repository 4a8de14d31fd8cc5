"""`jdih status`: where items stand."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli._calendar import warn_of_years
from pipeline.cli._forge import heard_on_forge

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pipeline.carriers.repository import Repository
    from pipeline.desk.cases import Case
    from pipeline.model.people import Office

HELP = "Menunjukkan sampai di mana butir menurut SOP-nya: langkah, siapa ditunggu, apa yang kurang."
EXAMPLES = """Contoh:
  jdih status
  jdih status kpu-ri-2026-kenali-jdih
  jdih status --format json"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("item", metavar="BUTIR", nargs="?", help="id butir; tanpa ini semua butir yang berjalan")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran")


def run(args: argparse.Namespace) -> int:
    """Print the cases."""
    from pipeline.desk import clones

    repository = clones.open_any(Path.cwd())
    heard = heard_on_forge(repository, args.item or "")
    now = datetime.now().astimezone()
    if args.item:
        _one(repository, args.item, heard, args.format, now)
    else:
        _all(repository, heard, args.format, now)
    return 0


def _one(repository: Repository, item: str, heard: Mapping[str, Case], form: str, now: datetime) -> None:
    from pipeline.desk import cases, clones, overview, tasks

    known = cases.policy(repository)
    case = heard.get(item) or cases.open_case(repository, item, known=known)
    office = known.offices.get(case.place.office)
    row = overview.summary(case, office, known.people, now)
    left = list(tasks.of(case, tasks.waiting(repository), clones.proposal_of(repository, item)))
    if form == "json":
        row["tugas"] = [task for task, _ in left]
        print(json.dumps(row, ensure_ascii=False, indent=2))
        return
    print(f"{row['id']}: {case.title}")
    print(f"SOP {row['sop']}, putaran {row['putaran']}")
    for step in row["langkah"]:
        print(_step(step, office))
    for each in row["kahar"]:
        seen = "sudah ditinjau" if each["ditinjau"] else "BELUM DITINJAU"
        print(f"keadaan kahar pada langkah {each['langkah']} oleh {each['oleh']}: {each['alasan']} ({seen})")
    for task, proof in left:
        print(f"tugas {task['kunci']} ({task['akun']}): {task['tugas']}")
        print(f"  sesudah dikerjakan: {proof}" if proof else f"  operator, {task['operator']}")
    warn_of_years(row["kalender_belum_resmi"])
    print(row["keterangan"])


def _step(step: dict[str, Any], office: Office | None) -> str:
    from pipeline.desk import deadlines

    mark = "[!]" if step["kahar"] else {"selesai": "[x]", "ditunggu": "[>]"}.get(step["keadaan"], "[ ]")
    line = f"  {mark} {step['no']}. {step['kegiatan']} ({step['peran']}; standar {step['standar'] or '-'})"
    line += f" oleh {step['oleh']}" if step["oleh"] else ""
    if office is None:
        return line
    if step["waktu_kerja_menit"] is not None:
        line += f", {deadlines.in_words(step['waktu_kerja_menit'], office)}"
    if step["tenggat"] and step["keadaan"] == "ditunggu":
        line += f", tenggat {deadlines.clock(datetime.fromisoformat(step['tenggat']), office)}"
    if step["terlambat"]:
        line += f" TERLAMBAT {deadlines.in_words(step['terlambat_menit'], office)}"
    return line


def _all(repository: Repository, heard: Mapping[str, Case], form: str, now: datetime) -> None:
    from pipeline.desk import clones, memo, overview, tasks

    board = memo.told(memo.board(repository), heard)
    today = overview.Today(board.known.people, board.known.offices, now)
    on_forge = clones.is_on_forge(Path(repository.path))
    left = [tasks.row(entry, on_forge=on_forge) for entry in tasks.waiting(repository)]
    overdue = [sop for sop, day in board.reviews.items() if day is None or date.fromisoformat(day) < now.date()]
    if form == "json":
        rows = (
            overview.shown(known, board.steps.get(known.get("versi_sop", ""), []), today, merged=item in board.merged)
            for item, known in board.items.items()
        )
        # One line an item: the encoder written in C knows no indentation, and thousands of items are many lines.
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        closing = f'"tugas": {json.dumps(left, ensure_ascii=False)},\n"tinjauan_sop_terlambat": {json.dumps(overdue)}'
        print(f'{{"butir": [\n{lines}\n],\n{closing}}}')
        return
    for item, known in board.items.items():
        print(f"{item:<44} {overview.sentence(known, today, merged=item in board.merged)}")
    if not board.items:
        print("belum ada butir yang berjalan: buka satu dengan jdih new")
    for task in left:
        print(f"tugas {task['kunci']} pada {task['butir']} ({task['akun']}): {task['tugas']}")
        if task["operator"]:
            print(f"  operator, {task['operator']}")
    warn_of_years(sorted({year for known in board.items.values() for year in overview.uncertain_years(known, today)}))
    if board.review_fault:
        print(f"tinjauan SOP tidak terbaca: {board.review_fault}")
    elif overdue:
        print(f"{len(overdue)} SOP melewati waktu tinjauannya: lihat jdih sop review")
