"""What became of an action, in words for people: the hook, `jdih publish` and the demonstration say it alike."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.model.outcome import Result
from pipeline.platforms import is_askable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.model.outcome import Outcome
    from pipeline.model.people import Account
    from pipeline.model.publishing import Action, Entry, Post

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


def outcomes(done: Iterable[Outcome]) -> Iterator[str]:
    """Yield the lines for a whole run. What puts off every post of an account alike is said once."""
    said: Counter[tuple[str, str]] = Counter()
    told = list(done)
    alike = Counter(_cause(each) for each in told if each.result is Result.DEFERRED)
    for each in told:
        cause = _cause(each)
        if each.result is not Result.DEFERRED or not said[cause]:
            others = alike[cause] - 1 if each.result is Result.DEFERRED else 0
            rest = f"; begitu juga {others} kiriman lain akun ini" if others else ""
            yield from (f"{line}{rest}" for line in outcome(each))
        said[cause] += 1


def _cause(done: Outcome) -> tuple[str, str]:
    return done.action.account.ref, done.message


def outcome(done: Outcome) -> Iterator[str]:
    """Yield the lines for one outcome: what happened, and what somebody has to know or do."""
    action = done.action
    link = f" {done.url}" if done.url else ""
    why = f" ({done.message})" if done.message and not (done.result in _CALM and done.url) else ""
    why = f": {done.message}" if done.result is Result.BY_HAND else why
    yield f"{place(action)}: {action.item} {_WORDS[done.result]}{link}{why}"


def unaskable(accounts: Iterable[Account]) -> Iterator[str]:
    """Yield a line for each of *accounts* whose platform cannot tell afterwards whether something arrived."""
    for ref in dict.fromkeys(account.ref for account in accounts if not is_askable(account.platform)):
        yield f"{ref}: bila jawabannya hilang, orang yang memeriksa akunnya: platformnya tidak dapat ditanya"


def astray(entry: Entry) -> str:
    """Say that a post is live on an account it is no longer meant for, and what may be done: nobody asked for that."""
    link = f" {entry.receipt.url}" if entry.receipt and entry.receipt.url else ""
    way = "biarkan, atau turunkan seluruh butirnya lewat perintah"
    return f"{entry.item} masih tayang di {entry.account.ref}, yang bukan tujuannya lagi: {way}{link}"


def place(subject: Action | Post) -> str:
    """Return the account something is done on, and which part of a thread it is: `x:jdih_kpu_ri utas 2/4`."""
    return f"{subject.account.ref} utas {subject.part}/{subject.parts}" if subject.parts > 1 else subject.account.ref
