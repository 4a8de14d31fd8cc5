"""`jdih serve`: look at what was built and posted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli._waiting import until_interrupted
from pipeline.cli.demo import PORT
from pipeline.cli.parser import port
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse

HELP = "Menyajikan situs dan dinding kiriman hasil peragaan di komputer ini, sampai Ctrl-C."
EXAMPLES = """Contoh:
  jdih serve
  jdih serve --port 9000"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--port", type=port, default=PORT, help=f"porta situs (bawaan {PORT}); dinding kiriman porta berikutnya"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from pipeline.desk import stage

    root = Path.cwd()
    if not (root / stage.FOLDER / "site" / "index.html").exists():
        raise JdihError("belum ada situs yang dibangun: jalankan jdih demo")
    with stage.open_house(root, args.port, lambda: datetime.now().astimezone()) as house:
        until_interrupted(
            f"situs JDIH        {house.site_url}\ndinding kiriman   {house.wall_url}\nCtrl-C untuk berhenti"
        )
    return 0
