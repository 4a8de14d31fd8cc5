"""How long an account is left alone: as long as its platform asks for, and longer each time it turns out too short.

What a platform tells may be nothing, or a second for an hour. So a pause lasts a minute at least, twice what has been
waited since the effect was intended or last put off, and a quarter of an hour at most; more only where the platform
says so. It is the whole account's: one effect with `coba_lagi` holds back every other, and one asks when it is over.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.model.publishing import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.model.people import Account
    from pipeline.model.publishing import Entry

LEAST, MOST = timedelta(seconds=60), timedelta(seconds=900)

Name = tuple[str, str]
"""Platform and id: a renamed account is the same account."""


def name(account: Account) -> Name:
    """Return what *account* is known by."""
    return account.platform, account.id


def until(entry: Entry, asked: float, now: datetime) -> datetime:
    """Return when *entry* may be tried again, for whose account a pause of *asked* seconds was asked (0: no length)."""
    waited = now - next(turn.at for turn in reversed(entry.history) if turn.state is State.CLAIMED)
    return now + max(timedelta(seconds=asked), min(max(2 * waited, LEAST), MOST))


def resting(entries: Iterable[Entry], now: datetime) -> dict[Name, datetime]:
    """Return until when each account is left alone, of those that are."""
    found: dict[Name, datetime] = {}
    for entry in entries:
        if entry.retry_at and entry.retry_at > now:
            found[name(entry.account)] = max(found.get(name(entry.account), now), entry.retry_at)
    return found
