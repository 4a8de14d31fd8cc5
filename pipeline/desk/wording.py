"""What became of an action, in words for people: the hook, `jdih publish` and the demonstration say it alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.outcome import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Action, Post

_WORDS = {
    Result.PUBLISHED: "terbit",
    Result.RETRACTED: "ditarik",
    Result.SHARED: "tautan disampaikan",
    Result.BY_HAND: "TUGAS",
    Result.PROVED: "terbukti",
    Result.REJECTED: "TERTAHAN",
    Result.DEFERRED: "tertunda",
    Result.UNKNOWN: "BELUM PASTI",
    Result.WAITING: "menunggu",
}
_CALM = frozenset({Result.PUBLISHED, Result.RETRACTED, Result.SHARED})


def outcome(done: Outcome) -> Iterator[str]:
    """Yield the lines for one outcome: what happened, and what somebody has to know or do."""
    action = done.action
    link = f" {done.url}" if done.url else ""
    why = f" ({done.message})" if done.message and not (done.result in _CALM and done.url) else ""
    why = f": {done.message}" if done.result is Result.BY_HAND else why
    yield f"{place(action)}: {action.item} {_WORDS[done.result]}{link}{why}"


def place(subject: Action | Post) -> str:
    """Return the account something is done on, and which part of a thread it is: `x:jdih_kpu_ri utas 2/4`."""
    return f"{subject.account.ref} utas {subject.part}/{subject.parts}" if subject.parts > 1 else subject.account.ref
