"""`jdih github`: the desk on GitHub; every workflow of `.github/` is one of these calls."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli._forge import environment, link_of
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pipeline.desk.forge.link import Link

HELP = "Meja penerbitan di GitHub: menilai usulan, menggabungkan, menerbitkan, mengingatkan. Dipanggil oleh workflow."
EXAMPLES = """Contoh:
  jdih github check --pull 12        memeriksa isi usulan 12 dan menunjukkan langkah SOP-nya, tanpa kunci apa pun
  jdih github control                menilai semua usulan; yang lengkap langkahnya digabung
  jdih github publish                media sosial mengikuti main, lalu denyut ditinggalkan
  jdih github resolve 3f9a21 --seen tayang --id 1799
                                     yang dilihat petugas pada platform ditulis ke buku terbitan
  jdih github heartbeat              membunyikan alarm bila penerbitan lama tidak berdenyut
  jdih github reminders              mengingatkan peninjauan SOP dan langkah yang terlambat
  jdih github setup --check          mencocokkan aturan repositori dengan .github/rulesets

Lingkungan: GITHUB_REPOSITORY, GITHUB_API_URL, JDIH_TOKEN_FORGE; JDIH_KUNCI (berkas kunci robot), JDIH_RAHASIA (berkas
token akun), JDIH_ROBOT (akun robot di GitHub), JDIH_PETUGAS (akun yang memutuskan, untuk resolve), JDIH_APP_ID (nomor
App, untuk setup), JDIH_TITIK_AKHIR (berkas alamat platform tiruan, untuk gladi)."""
_REPORTER = "github-actions[bot]"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the acts."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="TINDAKAN", prog=parser.prog)
    checking = acts.add_parser("check", help="periksa satu usulan, tanpa kunci")
    checking.add_argument("--pull", metavar="N", type=int, required=True, help="nomor usulan")
    controlling = acts.add_parser("control", help="nilai usulan dan gabungkan yang lengkap")
    controlling.add_argument("--pull", metavar="N", type=int, help="nomor usulan (bawaan: semua yang terbuka)")
    acts.add_parser("publish", help="selaraskan media sosial dengan main")
    resolving = acts.add_parser("resolve", help="tulis yang dilihat petugas ke buku terbitan")
    resolving.add_argument("key", metavar="KUNCI", help="awal kunci kirimannya, lihat jdih ledger show")
    resolving.add_argument("--seen", choices=("tayang", "tidak-ada"), required=True, help="yang terlihat pada platform")
    resolving.add_argument("--id", default="", metavar="NOMOR", help="nomor kiriman yang tayang")
    resolving.add_argument("--url", default="", metavar="TAUTAN", help="tautan kiriman yang tayang")
    acts.add_parser("heartbeat", help="periksa denyut penerbitan")
    acts.add_parser("reminders", help="ingatkan peninjauan SOP dan langkah yang terlambat")
    setting = acts.add_parser("setup", help="mulai kuitansi, pasang label formulir dan aturan repositori")
    setting.add_argument("--check", action="store_true", help="hanya mencocokkan")


def run(args: argparse.Namespace) -> int:
    """Do one act; 1 when a person has something to look at, 2 (by exception) when an operator has."""
    acts: dict[str, Callable[[], int]] = {
        "check": lambda: _check(args.pull),
        "control": lambda: _control(args.pull),
        "publish": _publish,
        "resolve": lambda: _resolve(args),
        "heartbeat": _heartbeat,
        "reminders": _reminders,
        "setup": lambda: _setup(check=args.check),
    }
    return acts[args.act]()


def _link(me: str) -> Link:
    from pipeline.carriers.repository import Repository

    return link_of(Repository(Path.cwd()), me)


def _told(troubles: list[str]) -> int:
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    return 1 if troubles else 0


def _check(number: int) -> int:
    from pipeline.desk.forge import checking

    said = checking.check(_link(_REPORTER), number)
    for line in said.commands:
        print(line)
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(said.summary)
    else:
        print(said.summary)
    return 0 if said.fit else 1


def _control(number: int | None) -> int:
    from pipeline.desk.forge import control

    return _told(control.control(_link(environment("JDIH_ROBOT")), number))


def _publish() -> int:
    from pipeline.desk.forge import outlet

    places = os.environ.get("JDIH_TITIK_AKHIR")
    return _told(
        outlet.publish(
            _link(environment("JDIH_ROBOT")),
            Path(environment("JDIH_RAHASIA")),
            Path(places) if places else None,
        )
    )


def _resolve(args: argparse.Namespace) -> int:
    from pipeline.desk.forge import outlet
    from pipeline.model.publishing import Receipt

    live = args.seen == "tayang"
    if not args.key or live is not bool(args.id):
        raise JdihError("sebut kunci kirimannya; nomornya disebut bila tayang, dan hanya bila tayang")
    if args.url and not args.url.startswith("https://"):
        raise JdihError("tautan kiriman harus diawali https://")
    receipt = Receipt(remote_id=args.id, url=args.url) if live else None
    entry = outlet.resolve(_link(environment("JDIH_ROBOT")), args.key, receipt, environment("JDIH_PETUGAS"))
    print(f"{entry.key[:10]}: {entry.why}")
    return 0


def _heartbeat() -> int:
    from pipeline.desk.forge import outlet

    return _told(outlet.listen(_link(_REPORTER)))


def _reminders() -> int:
    from pipeline.desk.forge import reminders

    reminders.remind(_link(_REPORTER))
    return 0


def _setup(*, check: bool) -> int:
    from pipeline.desk.forge import setup

    app = environment("JDIH_APP_ID")
    if not app.isdecimal():
        raise JdihError("JDIH_APP_ID harus berupa angka: lihat halaman App di GitHub")
    link = _link(_REPORTER)
    if not check:
        setup.prepare(link)
    return _told(setup.apply(link, Path.cwd(), int(app), check=check))
