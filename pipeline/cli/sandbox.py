"""`jdih sandbox`: the platforms' stand-in on this machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli._waiting import until_interrupted
from pipeline.cli.parser import port

if TYPE_CHECKING:
    import argparse

HELP = """Menjalankan tiruan semua platform di komputer ini (127.0.0.1), dan halaman yang menunjukkan semua kirimannya.
Di repositori peladen ia mengenal akun kantor dari tokennya; di folder proyek dari nomornya saja."""
EXAMPLES = """Contoh:
  jdih sandbox
  jdih sandbox --repo /srv/jdih/kantor.git --folder /srv/gladi
  curl -X PUT http://127.0.0.1:8710/gangguan/x/galat-sesudah    kiriman X berikutnya tayang, tetapi jawabannya 500
Gangguan: jeda, galat-sebelum, galat-sesudah, putus-sebelum, putus-sesudah, ganda, lambat."""
_FOLDER = Path(".jdih/sandbox")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=port, default=8710, help="porta; 0 memilih yang kosong (bawaan: 8710)")
    parser.add_argument(
        "--folder", metavar="DIR", type=Path, default=_FOLDER, help=f"tempat kiriman (bawaan: {_FOLDER})"
    )
    parser.add_argument(
        "--repo",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="repositori peladen, atau folder proyek (bawaan: di sini)",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from pipeline.desk import stage
    from pipeline.sandbox.server import Sandbox, address, endpoints

    sandbox = Sandbox(args.folder, lambda: datetime.now().astimezone(), stage.names(args.repo))
    with sandbox.server(args.port) as server:
        base = address(server)
        print(f"dinding kiriman: {base}/")
        for name, url in endpoints(base).items():
            print(f"titik akhir {name}: {url}")
        until_interrupted("hentikan dengan Ctrl-C", wait=server.serve_forever)
    return 0
