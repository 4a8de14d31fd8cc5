"""What people write first. Each breaks a promise, and the same judge must say so (reliability notes, 1.3 and 1.3a)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

from pipeline.carriers.ledger import Ledger
from pipeline.desk import publishing
from pipeline.desk.sending import Edges
from pipeline.flow import Unknown
from pipeline.model.base import JdihError
from pipeline.model.publishing import EffectAction, Entry, State, Turn
from pipeline.platforms import PLATFORMS
from pipeline.reconcile import effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.flow import Flow
    from pipeline.model.outcome import Outcome
    from pipeline.model.people import Account
    from pipeline.model.publishing import Post, Wanted

T = TypeVar("T")


def receipts_at_the_end(wanted: Sequence[Wanted], edges: Edges) -> list[Outcome]:
    """Send whatever has no receipt; write the receipts down when all is sent."""
    _write([entry for post in _missing(wanted, edges) for entry in _sent(post, edges)], edges)
    return []


def receipt_after_each(wanted: Sequence[Wanted], edges: Edges) -> list[Outcome]:
    """Send whatever has no receipt; write each receipt down as soon as it is there."""
    for post in _missing(wanted, edges):
        _write(list(_sent(post, edges)), edges)
    return []


def unknown_sent_again(wanted: Sequence[Wanted], edges: Edges) -> list[Outcome]:
    """Take every effect whose end nobody saw for one that did not happen."""

    def forget(entries: Mapping[str, Entry]) -> Iterable[Entry]:
        open_ = [entry for entry in entries.values() if entry.state in {State.POSTING, State.UNKNOWN}]
        return [effect.advance(entry, State.CLAIMED, edges.clock(), "", lease=None) for entry in open_]

    edges.ledger.update(forget, "lupa\n")
    return publishing.publish(wanted, edges)


class _Trusting(Ledger):
    """Takes a write that failed for one that arrived, and goes on from what it believes."""

    _blind = False

    def _tip(self, ours: str = "") -> str:
        if not self._blind:
            with suppress(JdihError):
                return super()._tip(ours)
        self._blind = True
        return self._known[0]

    def _push(self, tip: str, changes: Mapping[str, Entry], message: str) -> None:
        if not self._blind:
            with suppress(JdihError):
                return super()._push(tip, changes, message)
        self._blind = True
        self._known = (tip, {**self._entries(tip), **changes})
        return None


def writes_unchecked(wanted: Sequence[Wanted], edges: Edges) -> list[Outcome]:
    """Do everything right, on a ledger that never hears of a refusal or a fault."""
    ledger = edges.ledger
    trusting = _Trusting(ledger._repository, ledger._remote, ledger._identity)
    return publishing.publish(wanted, replace(edges, ledger=trusting))


class _Insisting(Edges):
    """Takes a connection that broke before the answer for a request that never arrived, and sends it again."""

    def ask(self, flow: Flow[T], account: Account) -> T:
        return super().ask(_insisted(flow), account)


def _insisted(flow: Flow[T]) -> Flow[T]:
    try:
        request = next(flow)
        while True:
            try:
                reply = yield request
            except Unknown:
                reply = yield request
            request = flow.send(reply)
    except StopIteration as stop:
        result: T = stop.value
        return result


def resets_sent_again(wanted: Sequence[Wanted], edges: Edges) -> list[Outcome]:
    """Do everything right, over a wire that repeats what must not be repeated."""
    return publishing.publish(wanted, _Insisting(**{each.name: getattr(edges, each.name) for each in fields(edges)}))


DYING = (receipts_at_the_end, receipt_after_each, unknown_sent_again, writes_unchecked)
"""What a killed run is enough to find out."""
PUBLISHERS = {each.__name__: each for each in (*DYING, resets_sent_again)}


def _missing(wanted: Sequence[Wanted], edges: Edges) -> list[Post]:
    there = edges.ledger.entries()
    return [post for item in wanted for post in item.posts if post.key not in there]


def _sent(post: Post, edges: Edges) -> Iterator[Entry]:
    """Send *post* and yield its entry; one that fails is for the next run."""
    now, platform = edges.clock().replace(microsecond=0), PLATFORMS[post.platform]
    try:
        staged = edges.ask(platform.stage(post, post.account), post.account)
        staged = replace(staged, since=now, text=post.text)
        receipt = edges.ask(platform.commit(post, post.account, staged), post.account)
    except JdihError:
        return
    yield Entry(
        key=post.key,
        item=post.item,
        account=post.account,
        action=EffectAction.PUBLISH,
        digest=post.digest,
        history=(Turn(state=State.CLAIMED, at=now), Turn(state=State.DONE, at=now)),
        staged=staged,
        receipt=receipt,
    )


def _write(entries: Sequence[Entry], edges: Edges) -> None:
    edges.ledger.update(lambda _: entries, "tanda terima\n")
