"""`jdih github`: the desk on GitHub; every workflow of `.github/` is one of these calls."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.access import Access
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse

    from pipeline.desk.forge.link import Link

HELP = "Meja penerbitan di GitHub: menilai usulan, menggabungkan, menerbitkan, mengingatkan. Dipanggil oleh workflow."
EXAMPLES = """Contoh:
  jdih github check --pull 12        memeriksa isi usulan 12 dan menunjukkan langkah SOP-nya, tanpa kunci apa pun
  jdih github control                menilai semua usulan; yang lengkap langkahnya digabung
  jdih github publish                media sosial mengikuti main, lalu denyut ditinggalkan
  jdih github heartbeat              membunyikan alarm bila penerbitan lama tidak berdenyut
  jdih github reminders              mengingatkan peninjauan SOP dan langkah yang terlambat
  jdih github setup --check          mencocokkan aturan repositori dengan .github/rulesets

Lingkungan: GITHUB_REPOSITORY, GITHUB_API_URL, JDIH_TOKEN_FORGE; JDIH_KUNCI (berkas kunci robot), JDIH_RAHASIA (berkas
token akun), JDIH_ROBOT (akun robot di GitHub), JDIH_APP_ID (nomor App, untuk setup), JDIH_TITIK_AKHIR (berkas alamat
platform tiruan, untuk gladi)."""
_REPORTER = "github-actions[bot]"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the acts."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="TINDAKAN", prog=parser.prog)
    checking = acts.add_parser("check", help="periksa satu usulan, tanpa kunci")
    checking.add_argument("--pull", metavar="N", type=int, required=True, help="nomor usulan")
    controlling = acts.add_parser("control", help="nilai usulan dan gabungkan yang lengkap")
    controlling.add_argument("--pull", metavar="N", type=int, help="nomor usulan (bawaan: semua yang terbuka)")
    acts.add_parser("publish", help="selaraskan media sosial dengan main")
    acts.add_parser("heartbeat", help="periksa denyut penerbitan")
    acts.add_parser("reminders", help="ingatkan peninjauan SOP dan langkah yang terlambat")
    setting = acts.add_parser("setup", help="mulai kuitansi, pasang label formulir dan aturan repositori")
    setting.add_argument("--check", action="store_true", help="hanya mencocokkan")


def run(args: argparse.Namespace) -> int:
    """Do one act; 1 when a person has something to look at, 2 (by exception) when an operator has."""
    match args.act:
        case "check":
            return _check(args.pull)
        case "control":
            return _control(args.pull)
        case "publish":
            return _publish()
        case "heartbeat":
            return _heartbeat()
        case "reminders":
            return _reminders()
        case _:
            return _setup(check=args.check)


def _link(me: str) -> Link:
    from pipeline.carriers.repository import Repository
    from pipeline.desk.forge import link
    from pipeline.forges import FORGES

    forge = FORGES["github"]
    token = _environment("JDIH_TOKEN_FORGE")
    repository = Repository(Path.cwd())
    repository.use(link.credentials(repository.git("remote", "get-url", "origin"), token))
    base = os.environ.get("GITHUB_API_URL", forge.ENDPOINT)
    return link.Link(
        forge=forge,
        name=_environment("GITHUB_REPOSITORY"),
        access=Access(endpoint=forge.ENDPOINT, base=base, token=token),
        me=me,
        repository=repository,
        key=Path(os.environ["JDIH_KUNCI"]) if os.environ.get("JDIH_KUNCI") else None,
        clock=lambda: datetime.now(UTC),
        sleep=time.sleep,
        say=print,
    )


def _environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise JdihError(f"{name} belum diatur: lihat jdih github --help")
    return value


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

    return _told(control.control(_link(_environment("JDIH_ROBOT")), number))


def _publish() -> int:
    from pipeline.desk.forge import outlet

    places = os.environ.get("JDIH_TITIK_AKHIR")
    return _told(
        outlet.publish(
            _link(_environment("JDIH_ROBOT")),
            Path(_environment("JDIH_RAHASIA")),
            Path(places) if places else None,
        )
    )


def _heartbeat() -> int:
    from pipeline.desk.forge import outlet

    return _told(outlet.listen(_link(_REPORTER)))


def _reminders() -> int:
    from pipeline.desk.forge import reminders

    reminders.remind(_link(_REPORTER))
    return 0


def _setup(*, check: bool) -> int:
    from pipeline.desk.forge import setup

    app = _environment("JDIH_APP_ID")
    if not app.isdecimal():
        raise JdihError("JDIH_APP_ID harus berupa angka: lihat halaman App di GitHub")
    link = _link(_REPORTER)
    if not check:
        setup.prepare(link)
    return _told(setup.apply(link, Path.cwd(), int(app), check=check))
