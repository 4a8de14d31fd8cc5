"""Attacks on the desk and their lawful neighbours, written once.

A trial prepares one story in two variants: `either(fault, lawful)` is the only place where they may differ, so that
every attack has the nearest lawful story beside it. What is not taken is then not taken for the fault, and not for
the shape.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tests.forge.fake import ROBOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.forge.e2e.kantor import Kantor

    Prepare = Callable[["Kantor", "Either"], "str | None"]

Value = TypeVar("Value")

SOP = "site_config/sop/kota/medsos.yaml"
STRANGER = "orang-asing"
"""An account with the right to push whom people.yaml does not know."""


@dataclass(frozen=True)
class Either:
    """Which of the two variants is being prepared."""

    faulty: bool

    def __call__(self, fault: Value, lawful: Value) -> Value:
        return fault if self.faulty else lawful


@dataclass(frozen=True)
class Trial:
    attack: str
    neighbour: str
    reason: str
    """A part of what people read of the attack."""
    where: str
    """And where: `status`, `sheet`, `issue`, `trouble`, or `refused` (the forge's own words)."""
    start: str
    """The moment it begins at (`way.WAY`)."""
    lawful: str
    """What the status of the neighbour says; '' where it reaches `main`."""
    prepare: Prepare
    spare: bool
    """A variant of another trial: it runs with the slow suites."""


TRIALS: list[Trial] = []
PAST_THE_GATE: list[Trial] = []
"""Where somebody with all rights has put something on `main`; the neighbour got there lawfully."""


def trial(  # noqa: PLR0913 - a trial is these things
    attack: str,
    neighbour: str,
    reason: str,
    *,
    where: str = "sheet",
    start: str = "designed",
    lawful: str = "",
    spare: bool = False,
) -> Callable[[Prepare], Prepare]:
    """Register a pair that begins at the moment *start*."""

    def add(prepare: Prepare) -> Prepare:
        TRIALS.append(Trial(attack, neighbour, reason, where, start, lawful, prepare, spare))
        return prepare

    return add


def past_the_gate(
    attack: str, neighbour: str, reason: str, *, start: str = "uploaded", spare: bool = False
) -> Callable[[Prepare], Prepare]:
    """Register a pair about `main` itself; *reason* stands in the issue the next run opens."""

    def add(prepare: Prepare) -> Prepare:
        PAST_THE_GATE.append(Trial(attack, neighbour, reason, "issue", start, "", prepare, spare))
        return prepare

    return add


def seen(office: Kantor, where: str) -> str:
    """Return what people read of the story's pull request at *where* (`Trial.where`), as it shows."""
    places: dict[str, Callable[[], list[str]]] = {
        "status": lambda: [office.gate(office.pull)[1]],
        "sheet": lambda: [
            one.body for one in office.fake.state.comments if one.thread == office.pull and one.author == ROBOT
        ],
        "issue": office.reports,
        "trouble": lambda: office.said,
    }
    return html.unescape("\n".join(places[where]()))
