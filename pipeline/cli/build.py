"""`jdih build`: bring the public site to the state of this checkout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "bangun situs publik JDIH dari isi yang telah disetujui"
EXAMPLES = """\
  jdih build                      situs di build/situs
  jdih build --out /srv/jdih      situs di folder lain
"""
LEDGER = "refs/remotes/origin/terbitan"
"""Where a clone keeps what it last fetched of the ledger: pages link to the posts that are out."""
CACHE = Path(".jdih/tembolok")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--out", type=Path, default=Path("build/situs"), metavar="FOLDER", help="folder keluaran")
    parser.add_argument(
        "--preview", action="store_true", help="tampilkan juga butir yang belum terbit: untuk pemeriksa, bukan umum"
    )


def run(args: argparse.Namespace) -> int:
    """Build and say what was done."""
    from pipeline.carriers import ledger
    from pipeline.carriers.repository import Repository
    from pipeline.desk import building, pages, shelf
    from pipeline.desk.darkroom import Darkroom

    root = Path.cwd()
    entries = ledger.at(Repository(root), LEDGER) if (root / ".git").exists() else {}
    darkroom = Darkroom(root / CACHE / "media")
    data = pages.site_data(shelf.read(root), darkroom, entries.values(), foreseen=args.preview)
    report = building.build(data, root, args.out, root / CACHE, building.site_url(root))
    print(
        f"Situs selesai di {args.out}: {report.pages} halaman, {report.written} berkas ditulis, "
        f"{report.removed} dihapus, {report.seconds:.1f} detik."
    )
    return 0
