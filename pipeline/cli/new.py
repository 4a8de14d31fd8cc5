"""`jdih new`: open an item, or lay the papers its current step still lacks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "Membuka butir baru menurut sebuah SOP, atau menaruh templat untuk langkah yang sedang ditunggu."
EXAMPLES = """Contoh:
  jdih new kpu-ri/medsos kenali-jdih
  jdih new jambi/pengunggahan keputusan/keputusan-21

Jalankan lagi dengan nama yang sama pada langkah berikutnya: templat yang belum ada
ditaruh, yang sudah ada dibiarkan."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("sop", metavar="SOP", help="id SOP, lihat jdih sop list")
    parser.add_argument("slug", metavar="NAMA", help="nama pendek butir: huruf kecil, angka, tanda hubung")


def run(args: argparse.Namespace) -> int:
    """Open the item and say what was laid."""
    from pipeline.desk import clones, opening

    clone = clones.open_clone(Path.cwd())
    place, laid = opening.new(clone, args.sop, args.slug, datetime.now().astimezone())
    print(f"butir {place.id} pada cabang usul/{place.id}")
    for name in laid:
        print(f"  templat {place.folder}/{name}: isi, lalu catat langkahnya")
    if not laid:
        print("  tidak ada templat yang perlu ditaruh untuk langkah ini")
    return 0
