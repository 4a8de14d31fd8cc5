"""`jdih key`: the keys people sign with, from registration to revocation."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pipeline.model.people import Key, People, Person

    Change = tuple[str, Callable[[bytes], bytes]]

HELP = "Mengurus kunci tanda tangan: mendaftarkan, mengganti, mengakhiri dan mencabut. Berlaku begitu peladen menerima."
EXAMPLES = """Contoh:
  jdih key list                                          siapa punya kunci apa, sampai kapan
  jdih key register kasubbag-hukum kasubbag.pub          kunci pertama, atau kunci tambahan
  jdih key register kasubbag-hukum kasubbag.pub --since 2027-01-04
  jdih key rotate kasubbag-hukum baru.pub                kunci lama berakhir hari ini, yang baru berlaku mulai hari ini
  jdih key expire kasubbag-hukum 2026-12-31              pindah tugas: hari terakhirnya
  jdih key revoke kasubbag-hukum --reason "Laptop hilang."   tidak berlaku saat itu juga, untuk selamanya
  jdih key revoke kasubbag-hukum --key 2 --reason "Laptop hilang."

Hari dihitung menurut jam peladen (UTC): berganti pukul 07.00 WIB, 08.00 WITA, 09.00 WIT."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the five acts."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="TINDAKAN", prog=parser.prog)
    acts.add_parser("list", help="kunci setiap orang, dan yang perlu diperhatikan")
    for name, text in (("register", "mendaftarkan kunci seseorang"), ("rotate", "mengganti kunci seseorang")):
        giving = acts.add_parser(name, help=text)
        giving.add_argument("person", metavar="ORANG", help="id orang di site_config/people.yaml")
        giving.add_argument("file", metavar="FILE.pub", type=Path, help="berkas kunci publiknya")
        if name == "register":
            giving.add_argument("--since", metavar="TANGGAL", type=_day, help="hari pertama berlaku (bawaan: hari ini)")
    ending = acts.add_parser("expire", help="mengakhiri kunci seseorang pada suatu hari")
    ending.add_argument("person", metavar="ORANG", help="id orang di site_config/people.yaml")
    ending.add_argument("day", metavar="TANGGAL", type=_day, help="hari terakhir berlaku, seperti 2026-12-31")
    revoking = acts.add_parser("revoke", help="mencabut kunci yang hilang atau dicuri, saat itu juga")
    revoking.add_argument("person", metavar="ORANG", help="id orang di site_config/people.yaml")
    revoking.add_argument("--key", metavar="KUNCI", help="nomor pada jdih key list, atau awal sidiknya")
    revoking.add_argument("--reason", metavar="TEKS", required=True, help="sebabnya; tinggal di people.yaml")


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()


def run(args: argparse.Namespace) -> int:
    """Show the keys, or change one person's; 1 when the server refuses."""
    from pipeline.carriers.repository import PushRefused
    from pipeline.desk import cases, clones, keys

    # The hook counts days in UTC: what is written here must hold there.
    now = datetime.now(UTC)
    if args.act == "list":
        _show(cases.policy(clones.open_any(Path.cwd())).people, now.date())
        return 0
    clone = clones.open_clone(Path.cwd())
    people = cases.policy(clone).people
    done, edit = _ACTS[args.act](args, people, keys.person_of(people, args.person), now.date())
    try:
        keys.change(clone, clones.identity(clone), done, edit, now)
    except PushRefused as error:
        print(f"kunci {args.person} belum berubah: {error}", file=sys.stderr)
        return 1
    print(done)
    return 0


def _give(args: argparse.Namespace, people: People, person: Person, day: date) -> Change:
    from pipeline import keyring
    from pipeline.desk import keys

    public = keys.read_public(args.file)
    keys.check_new(people, public)
    if args.act == "rotate":
        done = f"kunci {person.id} diganti: yang lama berakhir {day}, yang baru berlaku sejak {day}"
        return done, partial(keyring.rotated, person=person.id, public=public, day=day)
    since = args.since or day
    done = f"kunci {person.id} terdaftar, berlaku sejak {since}"
    return done, partial(keyring.registered, person=person.id, public=public, since=since)


def _end(args: argparse.Namespace, _people: People, person: Person, day: date) -> Change:
    from pipeline import keyring

    if args.day < day:
        raise JdihError(f"{args.day} sudah lewat: pilih hari ini atau sesudahnya, atau cabut dengan jdih key revoke")
    return f"kunci {person.id} berakhir {args.day}", partial(keyring.expired, person=person.id, until=args.day)


def _revoke(args: argparse.Namespace, _people: People, person: Person, day: date) -> Change:
    from pipeline import keyring
    from pipeline.desk import keys

    reason = " ".join(args.reason.split())
    if not reason:
        raise JdihError("tulis sebab pencabutan sesudah --reason: ia tinggal di people.yaml")
    key = keys.chosen(person, args.key)
    done = f"kunci {person.id} {key.fingerprint} dicabut"
    return done, partial(keyring.revoked, person=person.id, public=key.public, day=day, reason=reason)


_ACTS = {"register": _give, "rotate": _give, "expire": _end, "revoke": _revoke}


def _show(people: People, day: date) -> None:
    from pipeline.desk import keys

    for person in people.by_id.values():
        print(f"{person.id}: {person.name}")
        for number, key in enumerate(person.keys, 1):
            kind = key.public.partition(" ")[0]
            print(f"  {number}. {key.fingerprint} {kind}  {_state(key, day)}")
        if not person.keys:
            print("  belum punya kunci")
    for warning in keys.warnings(people, day):
        print(f"PERHATIAN: {warning}")


def _state(key: Key, day: date) -> str:
    if key.revoked:
        return f"DICABUT {key.revoked}: {key.reason}"
    span = f"sejak {key.since}" if key.since else "sejak terdaftar"
    span += f" sampai {key.until}" if key.until else ""
    if key.valid(day):
        return f"berlaku {span}"
    return f"sudah berakhir, {span}" if key.until and key.until < day else f"belum berlaku, {span}"
