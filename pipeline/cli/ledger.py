"""`jdih ledger`: look at the book of effects, check it, and write down what a person found out."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pipeline.carriers.ledger import Ledger
    from pipeline.model.people import Office
    from pipeline.model.publishing import Entry

HELP = "Melihat dan memeriksa buku terbitan: apa yang terkirim ke mana, kapan, dengan isi yang mana."
EXAMPLES = """Contoh:
  jdih ledger show --repo /srv/jdih.git
  jdih ledger verify
  jdih ledger resolve 3f9a21 --live 1799...      petugas melihat kirimannya sudah tayang
  jdih ledger resolve 3f9a21 --absent            petugas memastikan kirimannya tidak ada"""
_STATES = {
    "claimed": "diniatkan",
    "posting": "sedang dikirim",
    "done": "selesai",
    "held": "tertahan",
    "unknown": "BELUM PASTI",
    "withdrawn": "diturunkan",
}
_ACTIONS = {"publish": "kirim", "retract": "turunkan", "share": "bagikan", "archive": "arsipkan"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "act", metavar="show|verify|resolve", choices=("show", "verify", "resolve"), help="yang dilakukan"
    )
    parser.add_argument("key", metavar="KUNCI", nargs="?", help="untuk resolve: awal kunci kirimannya")
    seen = parser.add_mutually_exclusive_group()
    seen.add_argument("--live", metavar="NOMOR", help="kiriman terlihat tayang dengan nomor ini")
    seen.add_argument("--absent", action="store_true", help="kiriman dipastikan tidak ada di platform")
    parser.add_argument("--url", default="", help="tautan kiriman yang tayang")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran")
    parser.add_argument(
        "--repo", metavar="DIR", type=Path, default=Path(), help="repositori peladen (bawaan: folder ini)"
    )


def run(args: argparse.Namespace) -> int:
    """Do what was asked; `verify` returns 1 when it finds a flaw."""
    from pipeline.desk import clones, server
    from pipeline.model.base import JdihError

    path = None if clones.is_on_forge(args.repo) else server.find(args.repo)
    if args.act == "resolve":
        if path is None:
            raise JdihError("repositori ini di forge: tulis yang Anda lihat lewat workflow resolve pada tab Actions")
        return _resolve(path, args)
    ledger = _ledger(path, args.repo)
    if args.act == "verify":
        return _verify(ledger, path)
    entries = sorted(ledger.entries().values(), key=lambda entry: (entry.item, entry.history[0].at, entry.platform))
    if args.format == "json":
        print(json.dumps({"entries": [_row(entry) for entry in entries]}, ensure_ascii=False, indent=2))
    else:
        _show(entries, _offices(path or args.repo))
    return 0


def _row(entry: Entry) -> dict[str, object]:
    return {
        "key": entry.key,
        "item": entry.item,
        "platform": entry.platform,
        "account": entry.account.handle,
        "action": entry.action.value,
        "digest": entry.digest,
        "part": entry.part,
        "state": entry.state.value,
        "at": entry.at.isoformat(),
        "why": entry.why,
        "order": entry.order,
        "remote_id": entry.receipt.remote_id if entry.receipt else "",
        "url": entry.receipt.url if entry.receipt else "",
    }


def _offices(folder: Path) -> Mapping[str, Office]:
    """Return the offices of `main`, in whose zones times are shown; none where it cannot be read: then it is UTC."""
    from pipeline.desk import cases, clones
    from pipeline.model.base import JdihError

    try:
        return cases.policy(clones.open_any(folder)).offices
    except JdihError:
        return {}


def _show(entries: list[Entry], offices: Mapping[str, Office]) -> None:
    from pipeline.desk import deadlines

    for entry in entries:
        link = entry.receipt.url if entry.receipt else ""
        what = f"{_ACTIONS[entry.action]:<9} {_STATES[entry.state]:<14}"
        where = f"{entry.account.ref} bagian {entry.part}" if entry.part > 1 else entry.account.ref
        when = deadlines.clock_of(entry.at, entry.item, offices)
        print(f"{entry.key[:10]}  {what} {entry.item}  {where}  {when}  {link or entry.why}")
    if not entries:
        print("buku terbitan masih kosong")


def _ledger(path: Path | None, clone: Path) -> Ledger:
    """Return the ledger of the server *path*, or as the *clone* of a repository on a forge reads it."""
    from pipeline.carriers.ledger import Ledger
    from pipeline.carriers.repository import Identity, Repository
    from pipeline.desk import clones, server

    if path is None:
        return Ledger(clones.open_clone(clone), clones.REMOTE, Identity("", ""))
    return Ledger(Repository(path), path, server.settings_of(path).identity)


def _verify(ledger: Ledger, path: Path | None) -> int:
    from pipeline.carriers.repository import Repository
    from pipeline.desk import bookkeeping

    findings = list(bookkeeping.flaws(Repository(path), ledger)) if path else ledger.verify()
    for finding in findings:
        print(f"{finding.path}:{finding.line}: {finding.code} {finding.message}")
    if not findings:
        print(f"buku terbitan utuh: {len(ledger.entries())} catatan")
    return 1 if findings else 0


def _resolve(path: Path, args: argparse.Namespace) -> int:
    from pipeline.desk import aftermath, publishing, server
    from pipeline.model.base import JdihError
    from pipeline.model.publishing import Receipt

    if not args.key or not (args.live or args.absent):
        raise JdihError("tulis KUNCI, lalu --live NOMOR atau --absent")
    edges = aftermath.edges_of(path, server.settings_of(path), lambda: datetime.now().astimezone(), print)
    receipt = Receipt(remote_id=args.live, url=args.url) if args.live else None
    entry = publishing.decide(args.key, receipt, edges)
    print(f"{entry.key[:10]} sekarang {_STATES[entry.state]}: {entry.why}")
    return 0
