"""`jdih init-server`: the office's bare repository with its guards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "Membuat repositori peladen (bare) beserta hook penjaganya, berisi content/ dan site_config/ folder ini."
EXAMPLES = """Contoh:
  jdih init-server /srv/jdih/kantor.git
  jdih init-server .jdih/office.git --keys .jdih/keys

Dengan --keys dibuatkan pasangan kunci SSH bagi setiap orang terdaftar yang belum punya; tanpa itu,
daftarkan dahulu kunci publik masing-masing di site_config/people.yaml."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="folder repositori peladen")
    parser.add_argument("--keys", metavar="DIR", type=Path, help="folder untuk kunci yang dibuatkan")


def run(args: argparse.Namespace) -> int:
    """Make the server."""
    from pipeline.desk import server

    for line in server.init_server(args.folder, Path.cwd(), args.keys):
        print(line)
    return 0
