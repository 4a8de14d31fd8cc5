"""`jdih hook`: what Git runs on the server. It fails closed, and says why in Indonesian."""

from __future__ import annotations

import gc
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse

HELP = "Penjaga peladen: dijalankan oleh Git pada setiap kiriman, bukan oleh orang."
EXAMPLES = """Contoh (dipanggil oleh hooks/pre-receive di repositori peladen):
  jdih hook pre-receive"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAMA", choices=("pre-receive", "post-receive"), help="nama hook Git")


def run(args: argparse.Namespace) -> int:
    """Judge or follow up the push whose updates stand on standard input."""
    lines = sys.stdin.read().splitlines()
    folder = Path(os.environ.get("GIT_DIR", ".")).resolve()
    code = _judge(folder, lines) if args.name == "pre-receive" else _follow_up(folder, lines)
    gc.freeze()  # whoever pushed waits for the end of this process: it need not search what it leaves behind
    return code


def _judge(folder: Path, lines: list[str]) -> int:
    from pipeline.desk import guard

    try:
        reasons = guard.judge(folder, lines, datetime.now(UTC), _sender())
    except JdihError as error:
        reasons = [str(error)]
    except Exception as error:  # noqa: BLE001 - the one place that must hold whatever happens: it fails closed
        reasons = [f"penjaga peladen gagal menilai kiriman ini ({type(error).__name__}): hubungi pengelola sistem"]
    for reason in reasons:
        print(f"DITOLAK: {reason}", file=sys.stderr)
    return 1 if reasons else 0


def _sender() -> str | None:
    """Return the id of who has logged in: by a key over SSH, or by a password over HTTP; None on a local path."""
    from pipeline.carriers import arrival

    return next((person for name in arrival.LOGIN if (person := os.environ.get(name))), None)


def _follow_up(folder: Path, lines: list[str]) -> int:
    from pipeline.carriers import arrival
    from pipeline.desk import aftermath

    if not any(line.endswith(" refs/heads/main") for line in lines):
        return 0
    for name in [key for key in os.environ if key.startswith("GIT_") or key in arrival.LOGIN]:
        # The follow-up pushes to the ledger, as the robot: it must not inherit the hook's repository and
        # quarantine, nor the person who pushed.
        del os.environ[name]
    try:
        aftermath.follow_up(folder, lambda: datetime.now(UTC), lambda line: print(line, file=sys.stderr))
    except JdihError as error:
        print(f"main sudah diterima, tetapi penerbitan tertunda: {error}", file=sys.stderr)
    except Exception as error:  # noqa: BLE001 - `main` has moved already: whoever pushed reads a line, not a traceback
        name = type(error).__name__
        print(f"main sudah diterima, tetapi penerbitan gagal ({name}): hubungi pengelola sistem", file=sys.stderr)
    return 0
