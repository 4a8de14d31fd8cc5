"""Threads: a text its writer divided goes out as several posts, each answering the one before.

Each part is an effect of its own (`Post.part` is in its key), so what is true of a post is true of a part. What is
added is the order: a part is sent when the ledger knows the one before to be live, and under which id.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pipeline import reconcile
from pipeline.flow import Deferred
from pipeline.model.outcome import Outcome, Result
from pipeline.model.publishing import EffectAction, State
from pipeline.platforms import PLATFORMS
from pipeline.reconcile import effect
from pipeline.reconcile.commands import Read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.model.publishing import Action, Entry, Post
    from pipeline.reconcile.commands import Life

T = TypeVar("T")


def chains(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """Yield the actions by what has to be done one after the other: the parts of one thread, or one action alone."""
    chain: list[Action] = []
    for action in actions:
        if chain and not _follows(action, chain[-1]):
            yield chain
            chain = []
        chain.append(action)
    if chain:
        yield chain


def _follows(action: Action, before: Action) -> bool:
    same = (action.item, action.account) == (before.item, before.account)
    return same and action.action is EffectAction.PUBLISH and action.part > 1


def in_turn(lives: Sequence[Life[T]]) -> Life[list[T]]:
    """Carry *lives* one after the other."""
    results = []
    for life in lives:
        results += [(yield from life)]
    return results


def publish(action: Action, post: Post) -> Life[Outcome]:
    """Publish a later part below the one before, once that is live. Raise `Deferred` when a later run may succeed."""
    entries: Mapping[str, Entry] = yield Read()
    entry = entries[action.key]
    before = reconcile.above(entry, entries)
    if before is None or before.state is not State.DONE or before.receipt is None:
        why = reconcile.stuck(before) if before else "belum diniatkan"
        return Outcome(action=action, result=Result.WAITING, message=f"menunggu bagian {post.part - 1}: {why}")
    parent = before.receipt.remote_id or (yield from _learnt(before))
    if not parent and post.platform in PLATFORMS:
        raise Deferred(f"bagian {before.part} tayang di bawah nomor yang belum diketahui: bagian ini menunggu")
    return (yield from effect.publish(action, replace(post, reply_to=parent), entry))


def _learnt(entry: Entry) -> Life[str]:
    """Ask once more under which id a live part stands: a container may be known to be published before its post is."""
    found = (yield from effect.look(entry)) if entry.platform in PLATFORMS else None
    return found.remote_id if found else ""
