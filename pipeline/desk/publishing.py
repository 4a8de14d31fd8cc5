"""Bring the platforms to what `main` describes, each effect once.

A run first settles what earlier runs left open, then plans, claims every intent in one push, and lets
each account go its own way. Whatever breaks, the next run goes on from the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from pipeline import network, reconcile
from pipeline.desk import sending
from pipeline.flow import Deferred, Rejected, Unknown
from pipeline.model.base import JdihError
from pipeline.model.publishing import EffectAction, Entry, Outcome, Result, State, Turn, effect_key
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipeline.desk.sending import Edges
    from pipeline.model.people import Account
    from pipeline.model.publishing import Action, Post, Receipt, Share, Wanted

Work = TypeVar("Work", "Action", Entry)
Named = TypeVar("Named", "Post", "Share")

GRACE = timedelta(minutes=10)
"""How long a `posting` entry may belong to a run that still lives: twice (request + clock skew + list lag)."""
_OPEN = frozenset({State.POSTING, State.UNKNOWN})


class _Everything:
    """Contains every item."""

    def __contains__(self, item: object) -> bool:
        return True


def planned(wanted: Sequence[Wanted], entries: Mapping[str, Entry], now: datetime) -> list[Action]:
    """Return the plan as of *now*; a page is looked at only where something waits for it."""
    due = reconcile.plan(wanted, entries, now, _Everything())
    waiting = {action.item for action in due if action.action in (EffectAction.PUBLISH, EffectAction.SHARE)}
    reachable = {item.item for item in wanted if item.item in waiting and _is_live(item)}
    return reconcile.plan(wanted, entries, now, reachable)


def _is_live(item: Wanted) -> bool:
    """Whether the public sees the approved content. An answer to a comment has no page of its own."""
    return not item.page_url or network.digest_shown(item.page_url) == item.digest


def publish(wanted: Sequence[Wanted], edges: Edges) -> list[Outcome]:
    """Do everything that is due and say what became of it; a second run does nothing.

    Raise `JdihError` when the ledger refuses: what is not written down beforehand is not sent.
    """
    _settle(edges)
    run = _Run(wanted, edges)
    outcomes = run.round((EffectAction.PUBLISH, EffectAction.RETRACT))
    # Links follow in the same run: what they wait for may just have happened.
    outcomes |= {key: late for key, late in run.round((EffectAction.SHARE,)).items() if key not in outcomes}
    return list(outcomes.values())


# -- what earlier runs left open


def decide(key: str, receipt: Receipt | None, edges: Edges) -> Entry:
    """Write down what a person saw on the platform: live with *receipt*, or not there (None), to be sent again.

    *key* may be shortened. Raise `JdihError` unless it names one effect that waits for a person.
    """
    found = [entry for name, entry in edges.ledger.entries().items() if name.startswith(key)]
    if len(found) != 1 or found[0].state not in (State.UNKNOWN, State.HELD):
        raise JdihError(f"{key}: bukan kunci tepat satu kiriman yang menunggu keputusan (lihat jdih ledger show)")
    entry, seen = found[0], "tayang" if receipt else "tidak ada"
    if entry.action is EffectAction.RETRACT and receipt is None:
        live = effect_key(entry.item, entry.account, EffectAction.PUBLISH, entry.digest)
        sending.take_down(entry.key, edges.ledger.entries()[live], "dipastikan petugas: sudah dihapus", edges)
        return edges.ledger.entries()[entry.key]
    state = State.DONE if receipt and entry.action is EffectAction.PUBLISH else State.CLAIMED
    kept = {"receipt": receipt} if state is State.DONE else {}
    written = edges.turn(entry.key, entry.state, state, f"dipastikan petugas: {seen}", **kept)
    if written is None:
        raise JdihError(f"{key}: keadaannya baru saja berubah, lihat jdih ledger show")
    return written


def _settle(edges: Edges) -> None:
    """Ask the platforms about every effect that may have happened without a receipt."""
    entries = edges.ledger.entries().values()
    left = [entry for entry in entries if entry.action is EffectAction.PUBLISH and entry.state in _OPEN]

    def lane(entries: Sequence[Entry]) -> None:
        for entry in entries:
            _settle_one(entry, edges)

    _apart(lane, left)


def _settle_one(entry: Entry, edges: Edges) -> None:
    over = entry.state is State.POSTING and edges.clock() - entry.at >= GRACE
    platform = PLATFORMS.get(entry.platform)
    if platform is None or not platform.CAN_FIND:
        if over:
            why = "terputus saat mengirim dan platform tidak dapat ditanya"
            edges.turn(entry.key, State.POSTING, State.UNKNOWN, why)
        return
    try:
        found = sending.find(entry, edges)
    except (Deferred, Rejected, Unknown):
        return  # it cannot be told now: the entry stays open, and the plan says so
    if found:
        edges.turn(entry.key, entry.state, State.DONE, "ditemukan di platform", receipt=found)
    elif over:
        edges.turn(entry.key, State.POSTING, State.CLAIMED, "terputus; dipastikan tidak ada di platform")


# -- what is due now


@dataclass(frozen=True, slots=True)
class _Run:
    wanted: Sequence[Wanted]
    edges: Edges

    def round(self, kinds: Collection[EffectAction]) -> dict[str, Outcome]:
        """Plan, claim and carry out the actions of these *kinds*; waits are reported as they are."""
        actions = planned(self.wanted, self.edges.ledger.entries(), self.edges.clock())
        due = [action for action in actions if action.action in kinds]
        self._claim(due)
        entries = self.edges.ledger.entries() if due else {}
        done: dict[str, Outcome] = {}

        def lane(work: Sequence[Action]) -> None:
            done.update((outcome.action.key, outcome) for outcome in self._lane(work, entries))

        _apart(lane, due)
        waits = [action for action in actions if action.action is EffectAction.WAIT and EffectAction.SHARE in kinds]
        done |= {wait.key: Outcome(action=wait, result=Result.WAITING, message=wait.why) for wait in waits}
        return {action.key: done[action.key] for action in actions if action.key in done}

    def _claim(self, due: Sequence[Action]) -> None:
        """Push every intent at once. What was never sent is buried here, in the same push."""
        orders = {item.item: item.order for item in self.wanted}

        def decide(entries: Mapping[str, Entry]) -> list[Entry]:
            now = self.edges.clock().replace(microsecond=0)
            claims = (_intent(action, orders[action.item], entries, now) for action in due)
            return [claim for claim in claims if claim]

        if due:
            self.edges.ledger.update(decide, f"claimed: {len(due)}\n")

    def _lane(self, actions: Sequence[Action], entries: Mapping[str, Entry]) -> Iterator[Outcome]:
        """Carry out one account's actions in order; what stops the whole account stops them all."""
        stopped = ""
        for action in actions:
            if stopped:
                yield Outcome(action=action, result=Result.DEFERRED, message=stopped)
                continue
            try:
                yield self._act(action, entries)
            except Deferred as fault:
                yield Outcome(action=action, result=Result.DEFERRED, message=str(fault))
                stopped = str(fault) if fault.account_wide else ""

    def _act(self, action: Action, entries: Mapping[str, Entry]) -> Outcome:
        item = next(item for item in self.wanted if item.item == action.item)
        if action.action is EffectAction.RETRACT:
            return sending.retract(action, entries.get(_published_key(action)), self.edges)
        if action.action is EffectAction.SHARE:
            return sending.share(action, item, _named(item.shares, action.key), self.edges)
        return sending.publish(action, _named(item.posts, action.key), entries[action.key], self.edges)


def _named(subjects: Sequence[Named], key: str) -> Named:
    return next(subject for subject in subjects if subject.key == key)


def _intent(action: Action, order: str, entries: Mapping[str, Entry], now: datetime) -> Entry | None:
    """Return the entry to write before *action* is carried out, or None when nothing is to be written."""
    if action.action is not EffectAction.RETRACT:
        return None if action.key in entries else _fresh(action, action.action, State.CLAIMED, now)
    live = entries.get(_published_key(action))
    if live is None:
        return replace(_fresh(action, EffectAction.PUBLISH, State.WITHDRAWN, now), order=order)
    if live.state in (State.CLAIMED, State.HELD):
        return sending.advance(live, State.WITHDRAWN, now, action.why, order=order)
    if live.state is State.DONE and action.key not in entries:
        return replace(_fresh(action, EffectAction.RETRACT, State.CLAIMED, now), order=order)
    return None


def _fresh(action: Action, kind: EffectAction, state: State, now: datetime) -> Entry:
    return Entry(
        key=effect_key(action.item, action.account, kind, action.digest),
        item=action.item,
        account=action.account,
        action=kind,
        digest=action.digest,
        history=(Turn(state=state, at=now, why=action.why),),
    )


def _published_key(action: Action) -> str:
    return effect_key(action.item, action.account, EffectAction.PUBLISH, action.digest)


def _apart(lane: Callable[[Sequence[Work]], None], work: Sequence[Work]) -> None:
    """Run *lane* once per account, side by side: one platform in trouble never delays another."""
    lanes: dict[Account, list[Work]] = defaultdict(list)
    for piece in work:
        lanes[piece.account].append(piece)
    if lanes:
        with ThreadPoolExecutor(max_workers=min(len(lanes), 16)) as pool:
            list(pool.map(lane, lanes.values()))
