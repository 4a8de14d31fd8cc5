"""Every attack on the desk over real HTTP and real Git, answered for its own reason; every lawful neighbour served."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import receipts
from tests.forge.attacks import branches, main_line, persons, trials, words
from tests.forge.attacks.trials import Either, seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from _pytest.mark import ParameterSet

    from tests.forge.attacks.trials import Trial
    from tests.forge.e2e.kantor import Kantor

    Stand = Callable[[str], AbstractContextManager[Kantor]]

ROOMS = (persons, words, branches, main_line)
"""Importing a room registers its trials."""


def param(trial: Trial, name: str, *, slow: bool = False) -> ParameterSet:
    return pytest.param(trial, id=name, marks=[pytest.mark.slow] if slow or trial.spare else [])


@pytest.fixture
def desk(stand: Stand, trial: Trial) -> Iterator[Kantor]:
    with stand(trial.start) as found:
        yield found


@pytest.mark.parametrize("trial", [param(each, each.attack) for each in trials.TRIALS])
def test_attack_is_answered(desk: Kantor, trial: Trial) -> None:
    words = trial.prepare(desk, Either(faulty=True)) or ""
    desk.control()
    said = words if trial.where == "refused" else seen(desk, trial.where)
    assert trial.reason in said, said
    assert desk.merges() == [], "nothing came to main"


NEIGHBOURS = [param(each, each.neighbour, slow=not each.lawful) for each in trials.TRIALS]
"""Those that go all the way to `main` take their time."""


@pytest.mark.parametrize("trial", NEIGHBOURS)
def test_neighbour_is_served(desk: Kantor, trial: Trial) -> None:
    trial.prepare(desk, Either(faulty=False))
    desk.control()
    if trial.lawful:
        assert trial.lawful in seen(desk, "status"), (seen(desk, "sheet"), desk.said)
    else:
        assert len(desk.merges()) == 1, (seen(desk, "sheet"), desk.said)


@pytest.mark.parametrize("trial", [param(each, each.attack) for each in trials.PAST_THE_GATE])
def test_what_came_past_the_gate_is_told_of_once(desk: Kantor, trial: Trial) -> None:
    trial.prepare(desk, Either(faulty=True))
    came = desk.head("main")
    assert any(came[:12] in line and trial.reason in line for line in desk.control()), desk.said
    told = desk.reports()
    assert any(came[:12] in issue for issue in told)
    assert trial.reason in seen(desk, "issue")
    assert desk.receipts()[came] == receipts.UNLAWFUL
    first = desk.fault() or "nothing"
    assert any(first[:12] in issue for issue in told), "an auditor finds the same"
    assert desk.control() == [], "the next run is calm"
    assert desk.reports() == told


PLAIN = [param(each, each.neighbour, slow=each.start == "uploaded") for each in trials.PAST_THE_GATE]
"""What begins at `uploaded` comes to `main` as the one item always does."""


@pytest.mark.parametrize("trial", PLAIN)
def test_what_came_lawfully_is_receipted(desk: Kantor, trial: Trial) -> None:
    before = desk.head("main")
    trial.prepare(desk, Either(faulty=False))
    assert desk.control() == []
    assert desk.head("main") != before
    assert desk.receipts()[desk.head("main")] == receipts.LAWFUL
    assert desk.reports() == []
    assert desk.fault() == ""


def test_no_attack_and_no_neighbour_stands_twice() -> None:
    every = [*trials.TRIALS, *trials.PAST_THE_GATE]
    assert len([each for each in every if not each.spare]) >= 40
    for names in ([each.attack for each in every], [each.neighbour for each in every]):
        assert [name for name, count in Counter(names).items() if count > 1] == []
