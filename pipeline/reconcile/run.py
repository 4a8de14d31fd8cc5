"""A whole run: settle what earlier runs left open, plan, claim every intent in one push, then each account on its own.

Whatever breaks, the next run goes on from the ledger. Nothing here performs I/O (`commands`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from pipeline import reconcile
from pipeline.flow import Deferred, Unknown
from pipeline.model.base import JdihError
from pipeline.model.outcome import Outcome, Result
from pipeline.model.publishing import EffectAction, Entry, State, Turn, effect_key
from pipeline.platforms import PLATFORMS
from pipeline.reconcile import effect, hand, leftover, rest, sharing, thread
from pipeline.reconcile.commands import Apart, Ask, Look, Now, Read, Update, abreast

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
    from datetime import datetime

    from pipeline.model.people import Account
    from pipeline.model.publishing import Action, Post, Share, Wanted
    from pipeline.reconcile.commands import Command, Life

Named = TypeVar("Named", "Post", "Share")
Found = TypeVar("Found")

ABREAST = 16
"""Effects of one account whose turns share a push. A run that dies leaves as many to be looked for on the platform."""
UNASKABLE = 4
"""As many, where nobody can be asked: a run that dies leaves them to a person."""


TURN = timedelta(minutes=20)
"""How long a run goes on with one account: on a slow one it leaves the rest to the next, for the others' links wait."""
_LATE = "giliran ini sudah berjalan {0} menit: dilanjutkan pada giliran berikutnya"

_SENT = (EffectAction.PUBLISH, EffectAction.RETRACT, EffectAction.ARCHIVE)


def run(wanted: Sequence[Wanted]) -> Life[list[Outcome]]:
    """Do everything that is due and say what became of it; a second run does nothing."""
    proved = yield from hand.believe(wanted)
    until = (yield Now()) + TURN
    lanes: Lanes = defaultdict(lambda: _Lane(until))
    shown: dict[str, str] = {}
    left = yield from _left_open(wanted)
    # An account with leftovers is asked about them first; the others need not wait for its answers.
    rounds = [_settled(wanted, account, lives, lanes, shown) for account, lives in left.items()]
    calm = _round(wanted, _SENT, lanes, shown, lambda account: account not in left)
    results: list[Mapping[str, Outcome]] = yield Apart([calm, *rounds])
    outcomes = {key: outcome for result in results for key, outcome in result.items()}
    # Links follow in the same run: what they wait for may just have happened.
    late = yield from _round(wanted, (EffectAction.SHARE,), lanes, shown)
    told = {outcome.action.key: outcome for lane in lanes.values() for outcome in lane.told}
    outcomes |= {key: outcome for key, outcome in late.items() if key not in outcomes}
    return [*proved, *(outcomes | told).values()]


def planned(
    wanted: Sequence[Wanted], entries: Mapping[str, Entry], now: datetime, shown: dict[str, str]
) -> Generator[Look, str, list[Action]]:
    """Return the plan as of *now*; pages and documents are looked at only where something waits for them.

    *shown* holds what addresses were seen to show: each is looked at once a run.
    """
    due = reconcile.plan(wanted, entries, now, {})
    waiting = {action.item for action in due if action.action in (EffectAction.PUBLISH, EffectAction.SHARE)}
    hidden = {}
    for item in (each for each in wanted if each.item in waiting):
        missing = yield from _missing(item, shown)
        if missing:
            hidden[item.item] = missing
    return reconcile.plan(wanted, entries, now, hidden) if hidden else due


def _missing(item: Wanted, shown: dict[str, str]) -> Generator[Look, str, str]:
    """Return the first address *item* leads to that does not show what was approved; '' when all do."""
    for exhibit in item.shows:
        if exhibit.url not in shown:
            shown[exhibit.url] = yield Look(exhibit.url)
        if not shown[exhibit.url] or shown[exhibit.url] != exhibit.digest():
            return exhibit.url
    return ""


def _left_open(wanted: Sequence[Wanted]) -> Life[dict[Account, list[Life[Outcome | None]]]]:
    """Return by account what has to be looked into; an account that is left alone is not asked either."""
    entries: Mapping[str, Entry] = yield Read()
    withdrawn = {item.item for item in wanted if item.withdrawn}
    now = yield Now()
    resting = rest.resting(entries.values(), now)
    found: dict[Account, list[Life[Outcome | None]]] = defaultdict(list)
    for entry, life in leftover.open_lives(entries, withdrawn, now):
        if rest.name(entry.account) not in resting:
            found[entry.account].append(life)
    return found


def _settled(
    wanted: Sequence[Wanted],
    account: Account,
    lives: Sequence[Life[Outcome | None]],
    lanes: Lanes,
    shown: dict[str, str],
) -> Life[dict[str, Outcome]]:
    """Ask about every effect of *account* whose end nobody saw, then go on with the account."""
    told = yield from abreast([lanes[account].watched(life) for life in lives], _width(account.platform))
    lanes[account].told += filter(None, told)
    return (yield from _round(wanted, _SENT, lanes, shown, lambda other: other == account))


def _round(
    wanted: Sequence[Wanted],
    kinds: Collection[EffectAction],
    lanes: Lanes,
    shown: dict[str, str],
    concerns: Callable[[Account], bool] = lambda _: True,
) -> Life[dict[str, Outcome]]:
    """Plan, claim and carry out the actions of these *kinds*; waits are reported as they are."""
    entries: Mapping[str, Entry] = yield Read()
    actions = yield from planned(wanted, entries, (yield Now()), shown)
    due = [action for action in actions if action.action in kinds and concerns(action.account)]
    done: dict[str, Outcome] = {}
    if due:
        yield _claim(due, wanted)
        entries = yield Read()
        by_item = {item.item: item for item in wanted}

        def carried(action: Action) -> Life[Outcome]:
            return lanes[action.account].carry(action, _act(action, by_item[action.item], entries))

        # What was put off before goes last: one post that its platform chokes on holds back no other.
        turns = sorted(thread.chains(due), key=lambda parts: _worn(parts, entries))
        lives = [(parts[0].account, thread.in_turn([*map(carried, parts)])) for parts in turns]
        done = {outcome.action.key: outcome for outcome in chain.from_iterable((yield from _apart(lives)))}
    if EffectAction.SHARE in kinds:
        waits = (action for action in actions if action.action is EffectAction.WAIT)
        done |= {wait.key: Outcome(action=wait, result=Result.WAITING, message=wait.why) for wait in waits}
    return {action.key: done[action.key] for action in actions if action.key in done}


def _worn(parts: Sequence[Action], entries: Mapping[str, Entry]) -> int:
    """Return how often a publication has been put off already, by the length of its history."""
    sent = (entries[part.key] for part in parts if part.action is EffectAction.PUBLISH)
    return max((len(entry.history) for entry in sent), default=0)


def _apart(lives: Iterable[tuple[Account, Life[Found]]]) -> Life[list[Found]]:
    """Carry the lives of each account in order, and the accounts side by side: one in trouble never delays another."""
    lanes: dict[Account, list[Life[Found]]] = defaultdict(list)
    for account, life in lives:
        lanes[account].append(life)
    if not lanes:
        return []
    together = [abreast(lane, _width(account.platform)) for account, lane in lanes.items()]
    results: list[list[Found]] = yield Apart(together)
    return list(chain.from_iterable(results))


def _width(platform: str) -> int:
    """Return how many effects of one account share a push."""
    return ABREAST if _can_be_asked(platform) else UNASKABLE


def _can_be_asked(platform: str) -> bool:
    known = PLATFORMS.get(platform)
    return known is not None and known.CAN_FIND


@dataclass(slots=True)
class _Lane:
    """One account's actions. What stops the whole account at one of them stops them all."""

    until: datetime
    """When the run leaves the account to the next."""
    stopped: str = ""
    told: list[Outcome] = field(default_factory=list)
    """What a person has to look at."""

    def carry(self, action: Action, life: Life[Outcome]) -> Life[Outcome]:
        """Carry *life*; what is put off is an outcome too."""
        if not self.stopped and (yield Now()) > self.until:
            self.stopped = _LATE.format(TURN // timedelta(minutes=1))
        if self.stopped:
            return Outcome(action=action, result=Result.DEFERRED, message=self.stopped)
        try:
            return (yield from self.watched(life))
        except Deferred as fault:
            return Outcome(action=action, result=Result.DEFERRED, message=str(fault))

    def watched(self, life: Life[Found]) -> Life[Found]:
        """Ask nothing more once the account is stopped."""
        try:
            command = next(life)
            while True:
                try:
                    if self.stopped and isinstance(command, Ask):
                        raise Deferred(self.stopped)
                    answer = yield command
                except JdihError as fault:
                    if _stops(fault, command):
                        self.stopped = str(fault)
                    command = life.throw(fault)
                else:
                    command = life.send(answer)
        except StopIteration as stop:
            result: Found = stop.value
            return result


Lanes = dict["Account", _Lane]


def _stops(fault: JdihError, command: Command) -> bool:
    """Whether nothing more shall be sent to the account in this run.

    So it is after a lost answer that nobody can be asked about: the next post might be lost as well.
    """
    if isinstance(fault, Unknown) and isinstance(command, Ask):
        return not _can_be_asked(command.account.platform)
    return isinstance(fault, Deferred) and fault.account_wide


def _act(action: Action, item: Wanted, entries: Mapping[str, Entry]) -> Life[Outcome]:
    if action.action is EffectAction.RETRACT:
        return effect.retract(action, entries.get(action.key), entries.get(_published_key(action)))
    if action.action is EffectAction.SHARE:
        return sharing.share(action, item, _named(item.shares, action.key), entries)
    if action.action is EffectAction.ARCHIVE:
        return hand.archive(action, entries, entries[_published_key(action)])
    post = _named(item.posts, action.key)
    return thread.publish(action, post) if post.part > 1 else effect.publish(action, post, entries[action.key])


def _named(subjects: Sequence[Named], key: str) -> Named:
    return next(subject for subject in subjects if subject.key == key)


# -- intents


def _claim(due: Sequence[Action], wanted: Sequence[Wanted]) -> Update:
    """Write every intent at once. What was never sent is buried here, in the same push."""
    orders = {item.item: item.order for item in wanted}

    def decide(entries: Mapping[str, Entry], now: datetime) -> list[Entry]:
        now = now.replace(microsecond=0)
        claims = (_intent(action, orders[action.item], entries, now) for action in due)
        return [claim for claim in claims if claim]

    return Update(decide, f"claimed: {len(due)}\n")


def _intent(action: Action, order: str, entries: Mapping[str, Entry], now: datetime) -> Entry | None:
    """Return the entry to write before *action* is carried out, or None when nothing is to be written."""
    if action.action is not EffectAction.RETRACT:
        return (
            None if action.key in entries else replace(_fresh(action, action.action, State.CLAIMED, now), order=order)
        )
    live = entries.get(_published_key(action))
    if live is None:
        return replace(_fresh(action, EffectAction.PUBLISH, State.WITHDRAWN, now), order=order)
    if live.state in (State.CLAIMED, State.HELD) and not reconcile.is_adrift(live):
        return effect.advance(live, State.WITHDRAWN, now, action.why, order=order)
    if live.state is State.DONE and action.key not in entries:
        return replace(_fresh(action, EffectAction.RETRACT, State.CLAIMED, now), order=order)
    return None


def _fresh(action: Action, kind: EffectAction, state: State, now: datetime) -> Entry:
    return Entry(
        key=effect_key(action.item, action.account, kind, action.digest, action.part),
        item=action.item,
        account=action.account,
        action=kind,
        digest=action.digest,
        history=(Turn(state=state, at=now, why=action.why),),
        part=action.part,
    )


def _published_key(action: Action) -> str:
    return effect_key(action.item, action.account, EffectAction.PUBLISH, action.digest, action.part)
