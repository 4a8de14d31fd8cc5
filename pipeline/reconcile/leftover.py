"""What earlier runs left open: effects whose end nobody saw, and posts nobody should see twice."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline import reconcile
from pipeline.flow import Deferred, Rejected, Response, Unknown
from pipeline.model.outcome import Outcome, Result
from pipeline.model.publishing import Action, EffectAction, State
from pipeline.platforms import PLATFORMS
from pipeline.reconcile import effect, lease
from pipeline.reconcile.commands import Ask, Now

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from datetime import datetime

    from pipeline.flow import Flow
    from pipeline.model.publishing import Entry, Receipt
    from pipeline.platforms import Platform
    from pipeline.reconcile.commands import Life

T = TypeVar("T")

WATCH = timedelta(days=7)
"""How long an effect with a lost call is looked at again: no machine sleeps longer with a request in its hand."""


def open_lives(
    entries: Mapping[str, Entry], withdrawn: Container[str], now: datetime
) -> Iterator[tuple[Entry, Life[Outcome | None]]]:
    """Yield every entry to be looked into, with the life that does it; *withdrawn* are the items to take down."""
    for entry in entries.values():
        if entry.action is EffectAction.SHARE and entry.state is State.POSTING:
            yield entry, settle(entry)
        if entry.action is not EffectAction.PUBLISH:
            continue
        if entry.state in (State.POSTING, State.UNKNOWN):
            yield entry, settle(entry)
        elif reconcile.is_adrift(entry) and lease.is_over(entry, now):
            if entry.state is State.CLAIMED or entry.item in withdrawn:
                yield entry, settle(entry)
        elif entry.lost and entry.state in (State.DONE, State.WITHDRAWN) and now - entry.at <= WATCH:
            yield entry, doubt(entry)


# -- effects whose end nobody saw


def settle(entry: Entry) -> Life[Outcome | None]:
    """Ask the platform about a call whose end nobody saw; what nobody can be asked about goes to a person.

    Return what to tell of one that should be known by now, and is not.
    """
    platform = PLATFORMS.get(entry.platform)
    if platform is None or not platform.CAN_FIND or entry.action is EffectAction.SHARE:
        if lease.is_over(entry, (yield Now())):
            yield from _give_up(entry)
        if platform and entry.state is State.UNKNOWN and entry.retry_at:
            yield from _well(entry, platform)
        return None
    over = lease.is_over(entry, (yield Now()))  # before asking: what is shown afterwards counts
    try:
        found = yield from effect.find(entry)
    except (Deferred, Rejected, Unknown) as fault:
        return _untold(entry, str(fault)) if over and entry.state is State.POSTING else None
    if found:
        done = yield from effect.turn(entry, State.DONE, "ditemukan di platform", receipt=found)
        return (yield from doubt(done)) if done and done.lost else None  # an earlier call may show beside it
    if over and entry.state is not State.UNKNOWN:
        lost = entry.lost + (entry.state is State.POSTING)
        why = "terputus; dipastikan tidak ada di platform"
        yield from effect.turn(entry, State.CLAIMED, why, lease=None, lost=lost)
    return None


def _untold(entry: Entry, fault: str) -> Outcome:
    """Say why an interrupted post is still open, and how a person who can look ends it."""
    known = f"bila tampak di akun {entry.account.ref} atau pasti tidak ada, catat dengan jdih ledger resolve"
    why = f"terputus saat mengirim dan belum dapat dipastikan ({fault}); {known} {entry.key[:10]}"
    return _told(entry, Result.WAITING, why)


def _told(entry: Entry, result: Result, why: str, url: str = "") -> Outcome:
    action = Action(
        item=entry.item,
        account=entry.account,
        action=EffectAction.WAIT,
        why=why,
        key=entry.key,
        digest=entry.digest,
        part=entry.part,
    )
    return Outcome(action=action, result=result, message=why, url=url)


def _well(entry: Entry, platform: Platform) -> Life[None]:
    """Ask how the account fares before another post of it is risked: trouble stops the account for this run."""
    with suppress(Deferred, Rejected):
        yield Ask(platform.health(entry.account), entry.account)


def _give_up(entry: Entry) -> Life[None]:
    if entry.state is State.POSTING:
        why = "terputus saat mengirim dan platform tidak dapat ditanya"
        yield from effect.turn(entry, State.UNKNOWN, why, lost=entry.lost + 1)
    elif entry.state is not State.UNKNOWN:
        yield from effect.turn(entry, State.CLAIMED, "upaya sebelumnya sudah berakhir", lease=None)


# -- posts nobody should see twice


def doubt(entry: Entry) -> Life[Outcome | None]:
    """Look whether the platform shows a post the ledger does not know, and tell it; None when all is well.

    The known post is taken out of the platform's lists, so what is still found is another. One that can be asked for
    by its own name alone (container, key) exists once.
    """
    platform = PLATFORMS.get(entry.platform)
    known = entry.receipt.remote_id if entry.receipt else ""
    if platform is None or not platform.CAN_FIND or (entry.state is State.DONE and not known):
        return None
    post, staged = effect.shown(entry)
    flow = platform.find(post, entry.account, replace(staged, ids=()))
    try:
        found: Receipt | None = yield Ask(_hiding(flow, known), entry.account)
    except (Deferred, Rejected, Unknown):
        return None
    if found is None or (entry.state is State.DONE and found.remote_id in ("", known)):
        return None
    return _told(entry, Result.UNKNOWN, effect.breach(entry, found), found.url)


def _hiding(flow: Flow[T], known: str) -> Flow[T]:
    """Carry *flow* on without the rows of the post *known* in any list it is answered."""
    try:
        request = next(flow)
        while True:
            try:
                reply = yield request
            except (Deferred, Unknown) as fault:
                request = flow.throw(fault)
            else:
                request = flow.send(Response(reply.status, _without(reply.json, known), reply.headers))
    except StopIteration as stop:
        result: T = stop.value
        return result


def _without(value: Any, known: str) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, dict):
        return {name: _without(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, known) for each in value if not (isinstance(each, dict) and each.get("id") == known)]
    return value
