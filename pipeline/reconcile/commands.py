"""What the life of an effect may ask of the world: yield a command, receive its answer, return the result.

A life performs no I/O, so the same one is carried out for real (`desk.sending.Edges`) or under a virtual clock with
every fault there is (tests/publish/simulation.py). Whoever carries it out throws a `JdihError` into it where a
command fails.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.model.base import JdihError
from pipeline.model.publishing import Entry

if TYPE_CHECKING:
    from pipeline.flow import Flow
    from pipeline.model.people import Account

T = TypeVar("T")

Decide = Callable[[Mapping[str, Entry], datetime], Iterable[Entry]]
"""From what the ledger says, and the moment it is, to what it shall say. May be asked several times."""


@dataclass(frozen=True, slots=True)
class Read:
    """Answered with every effect by key, as the ledger has it now."""


@dataclass(frozen=True, slots=True)
class Update:
    """Write what `decide` makes of the entries; answered with what was written, once the ledger is seen to have it."""

    decide: Decide
    message: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Carry out a conversation as `account`; answered with its result."""

    flow: Flow[Any]
    account: Account
    until: datetime | None = None
    """After this moment no request leaves that must not be repeated."""


@dataclass(frozen=True, slots=True)
class Look:
    """Answered with the digest of what the public address `url` shows; '' when it does not answer with all of it."""

    url: str


@dataclass(frozen=True, slots=True)
class Now:
    """Answered with the moment it is, by this machine's clock."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Carry the lives side by side; answered with their results, in order."""

    lives: Sequence[Life[Any]]


Command = Read | Update | Ask | Look | Now | Apart
Life = Generator[Command, Any, T]


@dataclass(frozen=True, slots=True)
class _End:
    """What a life returned."""

    result: Any


def abreast(lives: Sequence[Life[T]], most: int) -> Life[list[T]]:
    """Carry *lives* in order, *most* begun at once: what they write waits until each wants to write, and is one update.

    While those under way want to write what they did, as many others begin, so that ends and beginnings share an
    update. A push costs a third of a second on a real server (bench/hooks.py); still nobody goes on before its own
    turn is seen in the ledger.
    """
    ends: dict[int, T] = {}
    answers: dict[int, Any] = {}
    begun = 0
    while answers or begun < len(lives):
        steps = yield from _in_step(lives, answers, ends)
        if len(steps) <= most:
            fresh = range(begun, min(begun + most, len(lives)))
            begun = fresh.stop
            steps |= yield from _in_step(lives, dict.fromkeys(fresh), ends)
        written = yield from _together([*steps.values()])
        answers = dict(zip(steps, written, strict=True))
    return [ends[place] for place in range(len(lives))]


def _in_step(lives: Sequence[Life[T]], answers: Mapping[int, Any], ends: dict[int, T]) -> Life[dict[int, Update]]:
    """Answer those of *lives*; note in *ends* what those that end return, and return what the others want to write."""
    steps = {}
    for place, answer in answers.items():
        step = yield from _until_update(lives[place], answer)
        if isinstance(step, _End):
            ends[place] = step.result
        else:
            steps[place] = step
    return steps


def _until_update(life: Life[T], answer: object) -> Life[Update | _End]:
    """Carry *life* on until it wants to write, or ends."""
    try:
        command = life.send(answer)
        while not isinstance(command, Update):
            try:
                answer = yield command
            except JdihError as fault:
                command = life.throw(fault)
            else:
                command = life.send(answer)
    except StopIteration as stop:
        return _End(stop.value)
    return command


def _together(updates: Sequence[Update]) -> Life[list[dict[str, Entry]]]:
    """Write several updates as one, each deciding about what those before it wrote; return what each wrote."""
    parts: list[dict[str, Entry]] = []

    def decide(entries: Mapping[str, Entry], now: datetime) -> list[Entry]:
        parts.clear()
        seen = dict(entries)
        for update in updates:
            part = {entry.key: entry for entry in update.decide(seen, now)}
            seen |= part
            parts.append(part)
        return [seen[key] for key in dict.fromkeys(key for part in parts for key in part)]

    if len(updates) == 1:
        return [(yield updates[0])]
    if updates:
        yield Update(decide, "".join(dict.fromkeys(update.message for update in updates)))
    return parts
