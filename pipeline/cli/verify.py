"""`jdih verify`: prove that `main` was made lawfully."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "Membuktikan bahwa seluruh isi main digabung menurut SOP-nya: setiap tanda tangan, catatan dan penggabungan."
EXAMPLES = """Contoh:
  git clone ALAMAT kantor && cd kantor && jdih verify

Kode keluar 0: semuanya sah; 1: yang pertama tidak sah disebut."""


def configure(_parser: argparse.ArgumentParser) -> None:
    """Declare no arguments: everything on `main` is proved."""


def run(_args: argparse.Namespace) -> int:
    """Print the verdict; 1 when something is not lawful."""
    from pipeline.desk import clones, verifying

    verdict = verifying.verify(clones.open_any(Path.cwd()))
    print(f"pangkal kepercayaan {verdict.root}")
    print(f"{verdict.merges} penggabungan dan {verdict.configurations} perubahan konfigurasi diperiksa")
    if not verdict.receipts:
        print("kuitansi peladen tidak ada: waktu tiba tidak ikut dibuktikan")
    if verdict.fault:
        print(f"TIDAK SAH: {verdict.fault}", file=sys.stderr)
        return 1
    print("semuanya sah")
    return 0
