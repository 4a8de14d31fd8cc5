"""`jdih audit`: answer who did what, when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

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
        for line in _lines(row):
            print(line)
    if not rows:
        print("belum ada catatan langkah")
    return 0


def _lines(row: dict[str, Any]) -> list[str]:
    marks = "".join((" TERLAMBAT" if row["terlambat"] else "", "" if row["berlaku"] else " (tidak berlaku lagi)"))
    spent = "-" if row["menit_kerja"] is None else f"{row['menit_kerja']} menit kerja"
    when, standard = row["pada"][:16].replace("T", " "), row["standar"] or "-"
    lines = [
        f"{row['urut']:>3}. {when}  langkah {row['langkah']} {row['putusan']}  {row['nama']}",
        f"     {spent}; standar {standard}{marks}",
        f"     putaran {row['putaran']}, sidik {row['sidik'][:16]}, SOP versi {row['versi_sop'][:12]}",
    ]
    if row["catatan"]:
        lines.append(f"     catatan: {row['catatan']}")
    lines += [f"     lampiran: {paper['berkas']} sha256 {paper['sha256'][:16]}" for paper in row["lampiran"]]
    return lines
