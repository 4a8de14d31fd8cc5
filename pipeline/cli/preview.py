"""`jdih preview`: an item's posts as every account will show them, before anything is sent."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = """Memperlihatkan kiriman sebuah butir seperti yang akan tampil di tiap akun: teks menurut hitungan platformnya,
gambar seperti yang disiapkan, teks alternatif, tautan. Halamannya satu berkas dan tidak memerlukan jaringan."""
EXAMPLES = """Contoh:
  jdih preview kpu-ri-2026-kenali-jdih --open
  jdih preview content/konten/kpu-ri/2026/kenali-jdih --out build/pratinjau --png"""
FOLDER = Path(".jdih/pratinjau")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("butir", metavar="BUTIR", help="id butir, atau foldernya")
    parser.add_argument("--out", metavar="DIR", type=Path, help=f"tempat halamannya (bawaan: {FOLDER} di repositori)")
    parser.add_argument("--open", action="store_true", help="membukanya di peramban")
    parser.add_argument("--png", action="store_true", help="membuat gambarnya juga, dengan Chromium di komputer ini")


def run(args: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    from pipeline import store
    from pipeline.cli import _item
    from pipeline.cli.build import CACHE
    from pipeline.desk import previewing
    from pipeline.desk.darkroom import Darkroom

    root, place = _item.find(args.butir)
    page = previewing.page(root, place, Darkroom(root / CACHE / "media"))
    file = (args.out or root / FOLDER) / f"{place.id}.html"
    store.write(file, page.encode())
    print(f"pratinjau: {file}")
    if args.png:
        picture = file.with_suffix(".png")
        previewing.photograph(file, picture)
        print(f"gambar: {picture}")
    if args.open:
        webbrowser.open(file.resolve().as_uri())
    return 0
