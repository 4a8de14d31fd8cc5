"""A run that dies after any of its steps, and the runs after it: nothing lost, nothing doubled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.carriers.ledger import Ledger
from pipeline.desk.publishing import publish
from pipeline.desk.sending import Edges
from pipeline.model.publishing import State
from tests.publish.crash.naive import DYING
from tests.publish.crash.sweep import MODES, Hit, Spot, play_all, spots
from tests.publish.crash.tracing import POSSIBLE
from tests.publish.parts import INSTAGRAM, Desk, X, wanted

if TYPE_CHECKING:
    from pipeline.flow import Flow
    from pipeline.model.people import Account

STEPS = {"x": 8, "instagram": 7}
"""Ledger pushes (3) and requests of one publication."""
POINTS = [(platform, step) for platform, steps in STEPS.items() for step in range(1, steps + 1)]
ACCOUNTS = {"x": X, "instagram": INSTAGRAM}


class Crash(Exception):
    """The process is gone."""


@dataclass
class Fuse:
    left: int

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash


class FragileLedger(Ledger):
    fuse: Fuse

    def update(self, *arguments: Any) -> Any:  # noqa: ANN401
        written = super().update(*arguments)
        self.fuse.step()
        return written


@dataclass(frozen=True, kw_only=True)
class FragileEdges(Edges):
    fuse: Fuse = field(default_factory=lambda: Fuse(0))

    def ask(self, flow: Flow[Any], account: Account) -> Any:  # noqa: ANN401
        return super().ask(self._burning(flow), account)

    def _burning(self, flow: Flow[Any]) -> Flow[Any]:
        try:
            request = next(flow)
            while True:
                response = yield request
                self.fuse.step()
                request = flow.send(response)
        except StopIteration as stop:
            return stop.value


def dying_run(desk: Desk, item: Any, steps: int) -> None:  # noqa: ANN401
    fuse = Fuse(steps)
    ledger = FragileLedger(desk.ledger._repository, desk.ledger._remote, desk.ledger._identity)
    ledger.fuse = fuse
    known = {name: getattr(desk.edges, name) for name in Edges.__dataclass_fields__}
    with pytest.raises(Crash):
        publish([item], FragileEdges(**{**known, "ledger": ledger, "fuse": fuse}))


@pytest.mark.parametrize(("platform", "steps"), POINTS)
def test_crash_and_recovery(desk: Desk, platform: str, steps: int) -> None:
    item = wanted(desk.site, ACCOUNTS[platform], shares=())
    dying_run(desk, item, steps)
    desk.run(item)
    desk.clock.forward(minutes=11)
    desk.run(item)
    assert desk.live() == [platform]
    assert desk.outcomes(item) == []
    assert [entry.state for entry in desk.ledger.entries().values()] == [State.DONE]
    assert desk.ledger.verify() == []


def test_the_points_are_all_there_are(desk: Desk) -> None:
    """One step more than counted never comes: the run ends first."""
    for platform, steps in STEPS.items():
        with pytest.raises(pytest.fail.Exception):
            dying_run(desk, wanted(desk.site, ACCOUNTS[platform], shares=()), steps + 1)


def test_a_takedown_after_a_crash_finds_and_removes_the_post(desk: Desk) -> None:
    item = wanted(desk.site, X, shares=())
    dying_run(desk, item, 7)
    assert desk.live() == ["x"]
    gone = replace(item, withdrawn=True, posts=())
    desk.run(gone)
    assert desk.live() == []


def test_a_crash_where_nobody_can_be_asked_goes_to_a_person(desk: Desk) -> None:
    console = replace(X, platform="console")
    item = wanted(desk.site, console, shares=())
    dying_run(desk, item, 3)
    assert desk.run(item) == {"console": "waiting"}
    desk.clock.forward(minutes=11)
    assert desk.run(item) == {"console": "waiting"}
    assert [entry.state for entry in desk.ledger.entries().values()] == [State.UNKNOWN]
    assert len(desk.said) == 1


# -- whole runs, hit at their system calls (bench/crash.py hits them at every one)

traced = pytest.mark.skipif(not POSSIBLE, reason="needs ptrace on Linux, x86-64")
LOCKED = [Spot("write", at, "refs/heads/terbitan.lock") for at in (1, 3, 7, 9)]
"""In the middle of the first, the second, the fourth and the fifth push, while the ledger's branch is locked."""

UNSENT = LOCKED[:2]
"""While the intents, and the first calls, are written down: what is lost there is sent again."""
UNHEARD = [Spot("recvfrom", at, "/sendMessage") for at in (1, 2, 3)]
"""While the answer to a post is heard; the other five platforms refuse, or know again, what comes twice at once."""
FAULTS = [
    pytest.param("ENOSPC", UNSENT, "writes_unchecked", id="the disk is full"),
    pytest.param("EIO", UNSENT, "writes_unchecked", id="a write fails"),
    pytest.param("ECONNRESET", UNHEARD, "resets_sent_again", id="a connection is reset"),
]
DEATHS = {"kill", "kill-one"}


@traced
@pytest.mark.slow
@pytest.mark.parametrize("mode", sorted(MODES.keys() - {"EROFS"}))
def test_nothing_is_lost_or_doubled_whatever_call_is_hit(mode: str) -> None:
    """The first, the middle and the last call of each name: 0 lost, 0 doubled, and the last run sends nothing."""
    places = spots(mode, 3)
    hits = list(play_all(mode, places))
    assert [hit for hit in hits if hit.faults] == []
    assert {hit.spot.name for hit in hits if hit.target} == {spot.name for spot in places}
    if mode in DEATHS:  # an answer is lost for good only where nobody can be asked
        assert {platform for hit in hits for platform in hit.unknown} <= {"telegram"}


@traced
@pytest.mark.slow
def test_a_lock_left_on_the_ledger_does_not_stay() -> None:
    hits = list(play_all("kill", LOCKED))
    assert [hit for hit in hits if hit.faults or hit.locks != bool(hit.target)] == []
    assert hits[0].target  # how many pushes there are depends on what meets in one


@traced
@pytest.mark.slow
@pytest.mark.parametrize("publisher", [each.__name__ for each in DYING])
def test_what_people_write_first_is_found_out(publisher: str) -> None:
    assert any(map(doubled, play_all("kill", LOCKED, publisher)))


def doubled(hit: Hit) -> bool:
    return bool(hit.target) and any(fault.startswith("doubled: ") for fault in hit.faults)


@traced
@pytest.mark.slow
@pytest.mark.parametrize(("mode", "places", "publisher"), FAULTS)
def test_a_fault_that_is_passed_over_is_found_out(mode: str, places: list[Spot], publisher: str) -> None:
    """At each of the spots, at which the real program goes on without a flaw."""
    assert [hit for hit in play_all(mode, places) if hit.faults or not hit.target] == []
    assert [hit.spot for hit in play_all(mode, places, publisher) if not doubled(hit)] == []


@traced
@pytest.mark.slow
def test_a_read_only_ledger_is_named_and_nothing_is_sent() -> None:
    """From the first call on; and from the middle of a run on, when what was sent is still found."""
    never, halfway = play_all("EROFS", [Spot("", 1), Spot("", 400)])
    assert (never.sent, never.faults, halfway.faults) == (0, (), ())
    assert "repositori tujuan tidak dapat ditulisi" in never.said
