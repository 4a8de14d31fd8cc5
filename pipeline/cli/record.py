"""`jdih record`: save the draft and sign one step."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "Menyimpan naskah dan mencatat satu langkah SOP dengan tanda tangan Anda."
EXAMPLES = """Contoh:
  jdih record kpu-ri-2026-kenali-jdih --step 2
  jdih record kpu-ri-2026-kenali-jdih --step 3 --decision ADA --note "Ringkas judulnya."
  jdih record kpu-ri-2026-kenali-jdih --step 3 --decision BATAL --note "Kegiatannya tidak jadi."

Langkah yang hanya punya satu kata tidak memerlukan --decision. Setiap SOP juga mengenal KAHAR, TINJAU, ULANG, BATAL,
LANJUT dan BUKTI."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("item", metavar="BUTIR", help="id butir, lihat jdih status")
    parser.add_argument("--step", metavar="N", type=int, required=True, help="nomor langkah SOP")
    parser.add_argument("--decision", metavar="KATA", help="putusan dengan kata SOP, misalnya ADA, TIDAK, YA")
    parser.add_argument("--note", metavar="TEKS", default="", help="catatan, wajib bila mengembalikan")


def run(args: argparse.Namespace) -> int:
    """Record the step; 1 when the SOP or the server does not let it count."""
    from pipeline.carriers.repository import PushRefused
    from pipeline.desk import clones, recording, workbench

    clone = clones.open_clone(Path.cwd())
    clones.refuse_on_forge(clone, args.item)
    entry = recording.Entry(args.step, args.decision, args.note)
    try:
        said = workbench.record(clone, args.item, entry, clones.identity(clone), datetime.now().astimezone())
    except PushRefused as error:
        print(f"langkah {args.step} ditolak peladen: {error}", file=sys.stderr)
        for line in error.lines[1:]:
            print(f"  {line}", file=sys.stderr)
        return 1
    if isinstance(said, str):
        print(f"langkah {args.step} belum dapat dicatat: {said}", file=sys.stderr)
        return 1
    print(f"langkah {args.step} tercatat untuk {args.item}")
    for line in said:
        print(f"  peladen: {line}")
    return 0
