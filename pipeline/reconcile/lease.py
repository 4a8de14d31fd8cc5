"""Whose an effect in `posting` is, and until when. The arithmetic that keeps two runs from sending one post.

Assumed (decision 0021): no clock is wrong by more than `SKEW`; a request takes effect within `CALL` of the moment it
was allowed, or never; a platform's own list shows a post within `LAG`. A run writes `lease` = its clock + `LEASE` with
the turn to `posting`. It makes the irreversible call only while `NEEDED` of the lease is left, so the call has taken
effect `2 x SKEW + LAG` before the lease ends, and shows `2 x SKEW` before, by its own clock. Another run, whose clock
may be ahead by just that, asks the platform after the end: what is not shown then will never be. What breaks the
assumptions, a machine that slept with a request in its hand, can send twice: `leftover.doubt` finds and tells it.

    CALL = 70 + 60   network.exchange.TIMEOUT, and a minute in somebody's queue after we gave up
    LAG = 120        reliability notes, R10
    LEASE = 600      > 2 x (70 + 60 + 120), reliability notes 1.5; leaves 230 s to begin the call
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from pipeline.flow import BROKEN, Deferred, Unknown
from pipeline.model.publishing import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipeline.flow import Flow
    from pipeline.model.publishing import Entry

T = TypeVar("T")

REQUEST = timedelta(seconds=70)
"""The longest a request is waited for: network.exchange.TIMEOUT."""
SKEW = timedelta(seconds=60)
LAG = timedelta(seconds=120)
CALL = REQUEST + timedelta(seconds=60)
LEASE = timedelta(seconds=600)
NEEDED = CALL + 2 * SKEW + LAG


class Adrift(Deferred):
    """To be tried again, but the call's answer was lost: it may still take effect while the lease lasts."""


def after(entry: Entry, state: State, at: datetime) -> datetime | None:
    """Return the lease of *entry* once it turns to *state*: dropped when nothing can be on its way any more.

    Longer leases win: an earlier attempt may have been made by a run whose clock was ahead.
    """
    if state is State.POSTING:
        return max(at + LEASE, entry.lease or at)
    ended = entry.state is State.POSTING and not entry.lost
    return None if ended or state is State.WITHDRAWN else entry.lease


def is_over(entry: Entry, now: datetime) -> bool:
    """Whether nothing of *entry* can be on its way any more."""
    return entry.lease is None or entry.lease <= now


def is_impossible(entry: Entry, now: datetime) -> bool:
    """Whether the lease of *entry* ends later than any run could have meant: a clock was wrong by more than `SKEW`."""
    return entry.lease is not None and entry.lease > now + LEASE + 2 * SKEW


def last_call(posting: Entry) -> datetime:
    """Return the last moment to make the irreversible call of an effect in `posting`."""
    return (posting.lease or posting.at) - NEEDED


def guarded(flow: Flow[T], until: datetime, clock: Callable[[], datetime]) -> Flow[T]:
    """Carry *flow* on, but let no request leave after *until* that must not be repeated.

    Raise `Adrift` instead of `Deferred` where the answer to such a request was lost.
    """
    adrift = False
    try:
        request = next(flow)
        while True:
            once = not request.repeatable
            if once and clock() > until:
                request = flow.throw(Deferred("waktunya habis sebelum sempat dikirim: dicoba lagi"))
                continue
            try:
                reply = yield request
            except (Deferred, Unknown) as fault:
                adrift |= once and isinstance(fault, Unknown)
                request = flow.throw(fault)
            else:
                adrift |= once and reply.status >= BROKEN
                request = flow.send(reply)
    except StopIteration as stop:
        result: T = stop.value
        return result
    except Deferred as fault:
        if adrift:
            raise Adrift(str(fault), fault.retry_after, account_wide=fault.account_wide) from None
        raise
