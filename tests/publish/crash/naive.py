"""What people write first. Each breaks a promise, and the same judge must say so (reliability notes, 1.3 and 1.3a)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import PushRefused
from pipeline.desk import publishing
from pipeline.model.base import JdihError
from pipeline.model.publishing import EffectAction, Entry, State, Turn
from pipeline.platforms import PLATFORMS
from pipeline.reconcile import effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.carriers.ledger import Decide
    from pipeline.desk.sending import Edges
    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Post, Wanted


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
    """Takes a push that was refused for one that arrived, and goes on from what it believes."""

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - as the ledger has them
        super().__init__(*given)
        self._believed: dict[str, Entry] = {}

    def entries(self) -> dict[str, Entry]:
        return super().entries() | self._believed

    def update(self, decide: Decide, message: str) -> dict[str, Entry]:
        if not self._believed:
            with suppress(PushRefused):
                return super().update(decide, message)
        written = {entry.key: entry for entry in decide(self.entries())}
        self._believed |= written
        return written


def pushes_unchecked(wanted: Sequence[Wanted], edges: Edges) -> list[Outcome]:
    """Do everything right, on a ledger that never hears of a refusal."""
    ledger = edges.ledger
    trusting = _Trusting(ledger._repository, ledger._remote, ledger._identity)
    return publishing.publish(wanted, replace(edges, ledger=trusting))


PUBLISHERS = {
    each.__name__: each for each in (receipts_at_the_end, receipt_after_each, unknown_sent_again, pushes_unchecked)
}


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
