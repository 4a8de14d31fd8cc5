"""`jdih card`: a caption card from an item's own words, when no designer is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = """Membuat kartu gambar dari judul dan ringkasan butir dengan templat kantor, bila tidak ada perancang.

Kartunya ditaruh di media/kartu.jpg dan disebut di takarir.md beserta teks alternatifnya."""
EXAMPLES = """Contoh:
  jdih card kpu-ri-2026-kenali-jdih
  jdih card content/konten/kpu-ri/2026/kenali-jdih --template terang
Templat: site_config/kartu/NAMA.svg, atau milik satu kantor: site_config/kartu/KANTOR/NAMA.svg"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    from pipeline.desk.carding import USUAL

    parser.add_argument("butir", metavar="BUTIR", help="id butir, atau foldernya")
    parser.add_argument("--template", metavar="NAMA", default=USUAL, help=f"templat kartu (bawaan: {USUAL})")


def run(args: argparse.Namespace) -> int:
    """Make the card; 1 when the writer must change something first."""
    from pipeline.cli import _item
    from pipeline.desk import carding, shelf
    from pipeline.media.cards import CardError
    from pipeline.model.base import JdihError
    from pipeline.model.item import Konten

    root, place = _item.find(args.butir)
    item = shelf.item(root, place)
    if not isinstance(item, Konten):
        raise JdihError(f"butir {place.id} bukan konten: kartu dibuat dari judul dan ringkasan konten")
    folder = root / place.folder
    try:
        card = carding.draw(root, item, shelf.offices(root)[item.office], args.template)
    except CardError as error:
        print(f"{place.folder}: {error}")
        return 1
    carding.keep(folder, card)
    print(f"kartu dibuat: {place.folder}/{carding.FILE}")
    for name in card.shortened:
        print(f"  {name} terlalu panjang untuk kartu dan dipotong: ringkaslah, hapus kartunya, lalu ulangi")
    alt = carding.alternative(item)
    if carding.enter(folder, alt):
        print("  disebut di takarir.md beserta teks_alt: periksa bunyinya")
    else:
        print("  sebutkan di takarir.md:", "media:", *carding.entry(alt), sep="\n  ")
    return 0
