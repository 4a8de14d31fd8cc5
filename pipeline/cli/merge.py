"""`jdih merge`: bring a finished item to `main`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "Menggabungkan butir ke main sesudah langkah SOP-nya lengkap; situs dan media sosial mengikuti."
EXAMPLES = """Contoh:
  jdih merge kpu-ri-2026-kenali-jdih"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("item", metavar="BUTIR", help="id butir, lihat jdih status")


def run(args: argparse.Namespace) -> int:
    """Merge; 1 when the server does not let it in."""
    from pipeline.carriers.repository import PushRefused
    from pipeline.desk import clones, workbench

    clone = clones.open_clone(Path.cwd())
    clones.refuse_on_forge(clone, args.item)
    try:
        said = workbench.merge(clone, args.item, clones.identity(clone))
    except PushRefused as error:
        print(f"{args.item} belum dapat digabung: {error}", file=sys.stderr)
        for line in error.lines[1:]:
            print(f"  {line}", file=sys.stderr)
        return 1
    print(f"{args.item} sudah di main")
    for line in said:
        print(f"  peladen: {line}")
    return 0
