"""The ledger on an office's own server, held against what the server saw arrive and against the robot's keys.

A ledger that lost its newest entries reads like one in which nothing was sent yet, and everything would go out again.
Its own files cannot tell; the server's receipts can (reliability notes, I6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers import bare_git, history, receipts
from pipeline.carriers.ledger import BRANCH
from pipeline.desk import verifying
from pipeline.model.base import Finding, JdihError
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.carriers.ledger import Ledger
    from pipeline.carriers.repository import Repository

_CODE = "TER011"
_MEND = "jangan kirim apa pun dahulu, pulihkan cabang terbitan dari cadangan (docs/panduan/peladen.md, bagian Cadangan)"


def flaws(repository: Repository, ledger: Ledger) -> Iterator[Finding]:
    """Yield every flaw of the ledger of the server *repository*: its own, what it lost, what somebody else wrote."""
    yield from ledger.verify()
    if fault := loss(repository):
        yield _finding(fault)
    yield from _strange(repository)


def require_whole(repository: Repository) -> None:
    """Raise `JdihError` when the ledger of the server *repository* lost something the server saw arrive."""
    if fault := loss(repository):
        raise JdihError(fault)


def loss(repository: Repository) -> str | None:
    """Say what the ledger lost since the server's last receipt for it; None when it holds everything."""
    known = receipts.latest(repository, BRANCH)
    tip = repository.resolve(BRANCH)
    if known is None or (tip and repository.is_ancestor(known.new, tip)):
        return None
    stands = f"sekarang {tip[:12]}" if tip else "sekarang tidak ada"
    return f"buku terbitan mundur: pada {known.at:%Y-%m-%d %H:%M} peladen menerima {known.new[:12]}, {stands}; {_MEND}"


def _strange(repository: Repository) -> Iterator[Finding]:
    """Yield the commits nobody with the authority `terbitan` signed; whose key it ever was counts."""
    if repository.resolve(BRANCH) is None:
        return
    people = history.policy(repository, bare_git.MAIN).people.by_id
    with verifying.every_key(repository, bare_git.MAIN) as signers:
        for commit in repository.log("--reverse", BRANCH, signers=signers):
            signer = people.get(commit.signer) if commit.grade == "G" else None
            if signer is None or Authority.TERBITAN not in signer.authorities:
                yield _finding(f"commit {commit.id[:12]} tidak ditandatangani orang berwenang {Authority.TERBITAN}")


def _finding(message: str) -> Finding:
    return Finding(code=_CODE, path="terbitan", line=1, message=message)
