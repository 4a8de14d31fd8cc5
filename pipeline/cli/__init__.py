"""The command line: the only place that prints, exits, and looks at the clock or the environment.

Exit codes: 0 nothing to mend, 1 something for a writer, 2 something for an operator.
A verb is a module with HELP, EXAMPLES, `configure` and `run`, and one line in VERBS; it is imported
only when it is asked for, so that `jdih --help` stays quick.
"""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from pipeline.cli.parser import Parser
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

VERBS = {
    "new": "membuka butir baru, atau menaruh templat untuk langkah yang sedang ditunggu",
    "check": "memeriksa isi: metadata, takarir, tagar, media, dokumen",
    "card": "membuat kartu gambar dari judul dan ringkasan butir",
    "preview": "memperlihatkan kiriman sebuah butir di tiap akun, sebelum tayang",
    "status": "menunjukkan sampai di mana butir menurut SOP-nya",
    "audit": "menjawab siapa melakukan apa pada sebuah butir, kapan, versi mana",
    "verify": "membuktikan bahwa seluruh isi main digabung menurut SOP-nya",
    "record": "mencatat satu langkah SOP dengan tanda tangan Anda",
    "merge": "menggabungkan butir yang sudah lengkap langkahnya ke main",
    "key": "mengurus kunci tanda tangan: mendaftarkan, mengganti, mengakhiri, mencabut",
    "sop": "melihat dan memeriksa SOP",
    "build": "membangun situs JDIH",
    "publish": "menyelaraskan situs dan media sosial dengan main",
    "ledger": "melihat dan memeriksa buku terbitan",
    "comments": "mengumpulkan komentar dan membuka tanggapannya",
    "accounts": "memeriksa akun media sosial: token, masa berlakunya, kuota",
    "serve": "menyajikan situs dan dinding kiriman di komputer ini",
    "sandbox": "menjalankan tiruan platform media sosial di komputer ini",
    "demo": "memperagakan seluruh pekerjaan di komputer ini",
    "init-server": "membuat repositori peladen beserta penjaganya",
    "serve-git": "menyajikan repositori peladen: HTTP dengan sandi, SSH dengan kunci",
    "github": "menjalankan meja penerbitan di GitHub: menilai, menggabungkan, menerbitkan",
    "hook": "dijalankan oleh Git di peladen, bukan oleh orang",
}
HIDDEN = {"hook"}
_REASONS = {
    errno.ENOENT: "tidak ada",
    errno.EEXIST: "sudah ada, bukan folder",
    errno.ENOTDIR: "bukan folder",
    errno.EISDIR: "berupa folder",
    errno.EACCES: "tidak diizinkan",
    errno.ENOSPC: "penyimpanan penuh",
    errno.EROFS: "penyimpanan hanya dapat dibaca",
    errno.EIO: "penyimpanan rusak",
}
_EPILOG = "Bantuan tiap perintah: jdih PERINTAH --help"


class Verb(Protocol):
    """What a verb module provides."""

    HELP: str
    EXAMPLES: str

    def configure(self, parser: argparse.ArgumentParser, /) -> None:
        """Declare the arguments."""

    def run(self, args: argparse.Namespace, /) -> int:
        """Do it and return the exit code; raise `JdihError` for what an operator must mend."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command named in *argv* and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _flushed(arguments)
    except JdihError as error:
        print(f"jdih: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of our output went away (`jdih status | head`): nothing is wrong, and the
        # interpreter's own last flush must not say otherwise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        print(f"jdih: {error.filename or 'berkas'} tidak dapat dipakai: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("jdih: dihentikan", file=sys.stderr)
        return 2


def _flushed(arguments: Sequence[str]) -> int:
    """Run the command with all its output written before it is over, also when argparse exits."""
    try:
        return _dispatch(arguments)
    finally:
        sys.stdout.flush()


def _dispatch(arguments: Sequence[str]) -> int:
    top = Parser(prog="jdih", description="Meja penerbitan JDIH KPU.", epilog=_EPILOG)
    top.add_argument("perintah", metavar="PERINTAH", choices=VERBS, help=_listing())
    if not arguments or arguments[0] in {"-h", "--help"}:
        top.print_help()
        return 0 if arguments else 2
    name = top.parse_args(arguments[:1]).perintah
    verb: Verb = import_module(f"pipeline.cli.{name.replace('-', '_')}")
    parser = Parser(prog=f"jdih {name}", description=verb.HELP, epilog=verb.EXAMPLES)
    verb.configure(parser)
    return verb.run(parser.parse_args(arguments[1:]))


def _listing() -> str:
    return "\n".join(f"{name:<12} {text}" for name, text in VERBS.items() if name not in HIDDEN)
