"""Every attack on the desk over real HTTP and real Git, answered for its own reason; every lawful neighbour served."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import receipts
from tests.forge.attacks import branches, ground, main_line, persons, trials, words
from tests.forge.attacks.trials import Either

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from _pytest.mark import ParameterSet

    from tests.forge.attacks.ground import Ground
    from tests.forge.attacks.trials import Trial

    Stand = Callable[[str], AbstractContextManager[Ground]]

ROOMS = (persons, words, branches, main_line)
"""Importing a room registers its trials."""


def param(trial: Trial, name: str, *, slow: bool = False) -> ParameterSet:
    return pytest.param(trial, id=name, marks=[pytest.mark.slow] if slow or trial.spare else [])


@pytest.fixture
def desk(stand: Stand, trial: Trial) -> Iterator[Ground]:
    with stand(trial.start) as found:
        yield found


@pytest.mark.parametrize("trial", [param(each, each.attack) for each in trials.TRIALS])
def test_attack_is_answered(desk: Ground, trial: Trial) -> None:
    words = trial.prepare(desk, Either(faulty=True)) or ""
    desk.control()
    said = words if trial.where == "refused" else desk.seen(trial.where)
    assert trial.reason in said, said
    assert desk.merges() == [], "nothing came to main"


NEIGHBOURS = [param(each, each.neighbour, slow=not each.lawful) for each in trials.TRIALS]
"""Those that go all the way to `main` take their time."""


@pytest.mark.parametrize("trial", NEIGHBOURS)
def test_neighbour_is_served(desk: Ground, trial: Trial) -> None:
    trial.prepare(desk, Either(faulty=False))
    desk.control()
    if trial.lawful:
        assert trial.lawful in desk.seen("status"), (desk.seen("sheet"), desk.said)
    else:
        assert len(desk.merges()) == 1, (desk.seen("sheet"), desk.said)


@pytest.mark.parametrize("trial", [param(each, each.attack) for each in trials.PAST_THE_GATE])
def test_what_came_past_the_gate_is_told_of_once(desk: Ground, trial: Trial) -> None:
    trial.prepare(desk, Either(faulty=True))
    came = desk.head(ground.MAIN)
    assert any(came[:12] in line and trial.reason in line for line in desk.control()), desk.said
    told = desk.issues()
    assert any(came[:12] in issue for issue in told)
    assert trial.reason in desk.seen("issue")
    assert desk.receipts()[came] == receipts.UNLAWFUL
    first = desk.verified() or "nothing"
    assert any(first[:12] in issue for issue in told), "an auditor finds the same"
    assert desk.control() == [], "the next run is calm"
    assert desk.issues() == told


PLAIN = [param(each, each.neighbour, slow=each.start == "uploaded") for each in trials.PAST_THE_GATE]
"""What begins at `uploaded` comes to `main` as the one item always does."""


@pytest.mark.parametrize("trial", PLAIN)
def test_what_came_lawfully_is_receipted(desk: Ground, trial: Trial) -> None:
    trial.prepare(desk, Either(faulty=False))
    assert desk.control() == []
    assert desk.head(ground.MAIN) != desk.began
    assert desk.receipts()[desk.head(ground.MAIN)] == receipts.LAWFUL
    assert desk.issues() == []
    assert desk.verified() is None


def test_no_attack_and_no_neighbour_stands_twice() -> None:
    every = [*trials.TRIALS, *trials.PAST_THE_GATE]
    assert len([each for each in every if not each.spare]) >= 40
    for names in ([each.attack for each in every], [each.neighbour for each in every]):
        assert [name for name, count in Counter(names).items() if count > 1] == []
