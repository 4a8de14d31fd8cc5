"""`jdih status`: where items stand."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from pipeline.desk.cases import Case

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
    from pipeline.desk import cases, clones, overview

    repository = clones.open_any(Path.cwd())
    found = [cases.open_case(repository, args.item)] if args.item else cases.running(repository)
    known = cases.policy(repository)
    now = datetime.now().astimezone()
    rows = [overview.summary(case, known.offices.get(case.place.office), known.people, now) for case in found]
    if args.format == "json":
        print(json.dumps(rows[0] if args.item else {"butir": rows}, ensure_ascii=False, indent=2))
    elif args.item:
        _one(found[0], rows[0])
    else:
        _many(rows)
    return 0


def _one(case: Case, row: dict[str, Any]) -> None:
    print(f"{row['id']}: {case.title}")
    print(f"SOP {row['sop']}, putaran {row['putaran']}")
    for step in row["langkah"]:
        mark = "[!]" if step["kahar"] else {"selesai": "[x]", "ditunggu": "[>]"}.get(step["keadaan"], "[ ]")
        late = " TERLAMBAT" if step["terlambat"] else ""
        who = f" oleh {step['oleh']}" if step["oleh"] else ""
        print(
            f"  {mark} {step['no']}. {step['kegiatan']} ({step['peran']}; standar {step['standar'] or '-'}){who}{late}"
        )
    for each in row["kahar"]:
        seen = "sudah ditinjau" if each["ditinjau"] else "BELUM DITINJAU"
        print(f"keadaan kahar pada langkah {each['langkah']} oleh {each['oleh']}: {each['alasan']} ({seen})")
    print(row["keterangan"])


def _many(rows: list[dict[str, Any]]) -> None:
    if not rows:
        print("belum ada butir yang berjalan: buka satu dengan jdih new")
    for row in rows:
        print(f"{row['id']:<44} {row['keterangan']}")
