"""`jdih comments`: collect what people write below the posts, list what wants an answer, open the answers."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from pipeline.desk.listening import Waiting

HELP = """Mengumpulkan komentar dan pertanyaan dari media sosial, mendaftar yang perlu ditanggapi, membuka tanggapannya.
Komentar disimpan di peladen saja, tanpa nama penulisnya, dan dihapus 30 hari sesudah ditanggapi atau disisihkan."""
EXAMPLES = """Contoh, di peladen:
  jdih comments collect --repo /srv/jdih/kantor.git
  jdih comments list --repo /srv/jdih/kantor.git
  jdih comments skip 3f9a21 --why "Ucapan terima kasih." --repo /srv/jdih/kantor.git

Di salinan (clone) admin, dengan daftar dari peladen:
  ssh jdih@peladen.example jdih comments list > komentar.json      dibuka oleh jdih serve-git --authorized-keys
  jdih comments open 3f9a21 --from komentar.json"""
_OPERATOR = 2
_SHOWN = 160


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the acts."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="TINDAKAN", prog=parser.prog)
    collecting = acts.add_parser("collect", help="menanyai setiap akun: apa yang baru")
    listing = acts.add_parser("list", help="yang perlu ditanggapi, yang paling lama di atas")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="bentuk keluaran")
    listing.add_argument("--as", metavar="ORANG", dest="person", help="hanya yang dilaporkan oleh orang ini")
    skipping = acts.add_parser("skip", help="menyisihkan yang tidak perlu ditanggapi")
    skipping.add_argument("key", metavar="KUNCI", help="awal kuncinya, lihat list")
    skipping.add_argument("--why", metavar="TEKS", required=True, help="alasannya")
    opening = acts.add_parser("open", help="membuka butir tanggapan di salinan (clone) ini")
    opening.add_argument("key", metavar="KUNCI", help="awal kuncinya, lihat list")
    opening.add_argument("--from", metavar="FILE", dest="source", help="daftar dari list --format json; - masukan baku")
    for act in (collecting, listing, skipping, opening):
        act.add_argument(
            "--repo", metavar="DIR", type=Path, default=Path(), help="repositori peladen (bawaan: folder ini)"
        )


def run(args: argparse.Namespace) -> int:
    """Do one act; 2 when an account could not be asked."""
    match args.act:
        case "collect":
            return _collect(args.repo)
        case "list":
            return _list(args.repo, args.format, args.person)
        case "skip":
            return _skip(args.repo, args.key, args.why)
        case _:
            return _open(args.repo, args.key, args.source)


def _collect(repo: Path) -> int:
    from pipeline.desk import aftermath, listening, server

    path = server.find(repo)
    collected = listening.collect(path, aftermath.edges_of(path, server.settings_of(path), _now, print), _now())
    for line in collected.lines:
        print(line)
    return _OPERATOR if collected.troubled else 0


def _list(repo: Path, form: str, person: str | None) -> int:
    from pipeline.desk import answering, listening, server

    waiting = _waiting(repo)
    if person:
        waiting = listening.reported_by(server.find(repo), person, waiting, _now())
    if form == "json":
        print(json.dumps({"komentar": [answering.row(each) for each in waiting]}, ensure_ascii=False, indent=2))
        return 0
    for each in waiting:
        _show(each)
    if not waiting:
        print("tidak ada komentar yang menunggu tanggapan")
    return 0


def _waiting(repo: Path) -> list[Waiting]:
    from pipeline.carriers.ledger import Ledger
    from pipeline.carriers.repository import Repository
    from pipeline.desk import listening, server

    path = server.find(repo)
    ledger = Ledger(Repository(path), path, server.settings_of(path).identity)
    return listening.waiting(path, ledger.entries().values())


def _show(waiting: Waiting) -> None:
    from pipeline.desk import deadlines

    comment = waiting.comment
    under = f"  {waiting.item}" if waiting.item else ""
    ref = f"{comment.platform}:{comment.account}"
    print(f"{comment.key}  {deadlines.clock(comment.at, waiting.office)}  {ref}{under}  {comment.url}".rstrip())
    print(f"    {_cut(comment.text)}")
    if waiting.told:
        print(f"    ! {waiting.told}")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 3]}..."


def _skip(repo: Path, key: str, why: str) -> int:
    from pipeline.desk import inbox, server

    aside = inbox.put_aside(server.find(repo), key, why, _now())
    print(f"komentar {aside.key} disisihkan: {aside.why}")
    return 0


def _open(repo: Path, key: str, source: str | None) -> int:
    from pipeline.desk import answering, cases, clones

    clone = clones.open_clone(Path.cwd())
    waiting = answering.rows(_brought(source), cases.policy(clone)) if source else _waiting(repo)
    found = answering.chosen(waiting, key)
    place, laid = answering.begin(clone, found)
    print(f"butir {place.id} pada cabang usul/{place.id}")
    for name in laid:
        print(f"  {place.folder}/{name}: lengkapi, lalu catat langkahnya")
    print("kutip seperlunya, tanpa nama akun dan data pribadi:")
    for line in found.comment.text.splitlines():
        print(f"  | {line}")
    return 0


def _brought(source: str) -> bytes:
    return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()


def _now() -> datetime:
    return datetime.now().astimezone()
