"""`jdih serve-git`: the repository over HTTP, and the lines that open it over SSH."""

from __future__ import annotations

import getpass
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli._waiting import until_interrupted
from pipeline.cli.parser import port
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse

HELP = "Menyajikan repositori peladen kepada orang-orang kantor: HTTP dengan sandi, atau SSH dengan kunci."
EXAMPLES = """Contoh:
  jdih serve-git --set-password admin-web --people /srv/jdih/sandi     sandinya diketik, atau dari masukan baku
  jdih serve-git /srv/jdih/kantor.git --people /srv/jdih/sandi         sampai Ctrl-C
  git clone http://admin-web@127.0.0.1:8740/kantor.git
  jdih serve-git /srv/jdih/kantor.git --authorized-keys > ~jdih/.ssh/authorized_keys

HTTP hanya di 127.0.0.1. Dari komputer lain, sandi tidak boleh lewat tanpa TLS: pasang proksi TLS di depannya,
atau pakai SSH (docs/panduan/peladen-ssh.md)."""
PORT = 8740


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", help="repositori peladen (jdih init-server)")
    parser.add_argument("--port", type=port, default=PORT, help=f"porta; 0 memilih yang kosong (bawaan {PORT})")
    parser.add_argument("--people", metavar="FILE", type=Path, help="berkas sandi (bawaan: jdih-sandi di dalam DIR)")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--set-password", metavar="ID", help="memberi orang ini sandi, lalu selesai")
    other.add_argument("--authorized-keys", action="store_true", help="menulis baris authorized_keys, lalu selesai")


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted, set a password, or print the keys."""
    from pipeline.desk import entrance, passwords

    people = args.people or (args.folder / entrance.PASSWORDS if args.folder else None)
    if args.set_password:
        if people is None:
            raise JdihError("sebut berkas sandinya dengan --people, atau repositorinya")
        passwords.set_password(people, args.set_password, _ask(args.set_password))
        print(f"sandi {args.set_password} tersimpan di {people}")
        return 0
    if args.folder is None or people is None:
        raise JdihError("sebut repositori peladen yang disajikan: jdih serve-git DIR")
    if args.authorized_keys:
        print("\n".join(entrance.authorized_keys(args.folder, datetime.now(UTC).date())))
        return 0
    return _serve(args.folder, people, args.port)


def _serve(folder: Path, people: Path, port: int) -> int:
    from pipeline.desk import entrance
    from pipeline.githttp.server import serving

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # who stops a service means Ctrl-C
    with serving(entrance.http(folder, people, os.environ, time.monotonic), port) as address:
        text = f"repositori  {address}\nCtrl-C untuk berhenti"
        until_interrupted(text, "berhenti sesudah kiriman yang sedang berjalan")
    return 0


def _ask(person: str) -> str:
    """Read a password: typed twice and unseen at a terminal, else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Sandi {person}: ")
    if getpass.getpass("Sekali lagi: ") != first:
        raise JdihError("kedua sandi tidak sama: ulangi")
    return first
