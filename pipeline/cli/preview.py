"""`jdih preview`: an item's posts as every account will show them, before anything is sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import _browser
from pipeline.cli._waiting import until_interrupted

if TYPE_CHECKING:
    import argparse

    from pipeline.desk.trial import Trial
    from pipeline.items import Place

HELP = """Memperlihatkan kiriman sebuah butir seperti yang akan tampil di tiap akun: teks menurut hitungan platformnya,
gambar seperti yang disiapkan, judul, teks alternatif, tautan. Halamannya satu berkas, tidak memerlukan jaringan, dan
dibuka di peramban. Dengan --gladi naskahnya sungguh dikirim, tetapi hanya kepada tiruan platform di komputer ini: yang
akan ditolak platform terlihat ditolak, dan tidak ada yang keluar dari komputer ini."""
EXAMPLES = """Contoh:
  jdih preview kpu-ri-2026-kenali-jdih
  jdih preview kpu-ri-2026-kenali-jdih --gladi
  jdih preview content/konten/kpu-ri/2026/kenali-jdih --out build/pratinjau --png"""
FOLDER = Path(".jdih/pratinjau")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("butir", metavar="BUTIR", help="id butir, atau foldernya")
    parser.add_argument("--gladi", action="store_true", help="mengirimnya kepada tiruan platform di komputer ini")
    parser.add_argument("--out", metavar="DIR", type=Path, help=f"tempat halamannya (bawaan: {FOLDER} di repositori)")
    parser.add_argument("--no-open", action="store_true", help="tidak membukanya di peramban")
    parser.add_argument("--png", action="store_true", help="membuat gambarnya juga, dengan Chromium di komputer ini")


def run(args: argparse.Namespace) -> int:
    """Write the page and show it, or rehearse the posts; 1 when one of them was not taken."""
    from pipeline.cli import _item

    root, place = _item.find(args.butir)
    if args.gladi:
        return _rehearse(root, place, shows=not args.no_open)
    _write(root, place, args)
    return 0


def _write(root: Path, place: Place, args: argparse.Namespace) -> None:
    from pipeline import store
    from pipeline.cli.build import CACHE
    from pipeline.desk import previewing
    from pipeline.desk.darkroom import Darkroom

    page = previewing.page(root, place, Darkroom(root / CACHE / "media"))
    file = (args.out or root / FOLDER) / f"{place.id}.html"
    store.write(file, page.encode())
    print(f"pratinjau: {file}{'' if args.no_open else _shown(file.resolve().as_uri())}")
    if args.png:
        picture = file.with_suffix(".png")
        previewing.photograph(file, picture)
        print(f"gambar: {picture}")


def _shown(address: str) -> str:
    """Open *address* where somebody looks at a terminal; return what they are told when that cannot be."""
    if not sys.stdout.isatty() or _browser.opened(address):
        return ""
    return " (tidak ada peramban di sini: buka sendiri)"


def _rehearse(root: Path, place: Place, *, shows: bool) -> int:
    from datetime import datetime

    from pipeline.cli.build import CACHE
    from pipeline.desk import trial
    from pipeline.desk.darkroom import Darkroom

    with trial.rehearsed(root, place, Darkroom(root / CACHE / "media"), lambda: datetime.now().astimezone()) as played:
        _tell(played)
        if sys.stdout.isatty():
            print(f"dinding kiriman: {played.wall}{_shown(played.wall) if shows else ''}")
            until_interrupted("hentikan dengan Ctrl-C")
        return 0 if played.is_taken else 1


def _tell(played: Trial) -> None:
    from pipeline.desk import wording

    for line in wording.outcomes(played.outcomes):
        print(line)
    for post, why in played.unsent:
        print(f"{wording.place(post)}: {post.item} {why}")
    if not played.outcomes and not played.unsent:
        print("butir ini tidak menuju akun mana pun: isi `tujuan` di index.md")
