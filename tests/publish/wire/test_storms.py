"""Storms of 429 and 503: everything is done in the end, with few requests more than a calm day takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Event
from typing import TYPE_CHECKING

import pytest

from pipeline.desk.sending import Edges
from pipeline.model.publishing import EffectAction, Entry, State, Turn
from pipeline.reconcile import rest, run
from tests.publish.wire.sequences import ACCOUNTS
from tests.publish.wire.storms import GENERAL, OWN, Form, Storm, Weathered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.model.publishing import Wanted
    from tests.publish.wire.edge import Answered, Asked

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MOST = 1.2
"""Requests by those needed on a calm day."""
BLUNT = ("x", "facebook", "telegram", "bluesky")
"""Platforms whose first request for a plain text is the post itself: a 503 to it may have published it."""


@pytest.fixture(scope="module")
def needed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], int]:
    """How many requests a calm day takes on a platform."""

    @cache
    def count(platform: str) -> int:
        calm = Storm(tmp_path_factory.mktemp("tenang"), platform, None).weather()
        assert calm.states(platform) == [State.DONE] * calm.storm.items
        assert calm.storm.runs == 1
        return calm.requests

    return count


def ratio(after: Weathered, needed: Callable[[str], int]) -> float:
    return after.requests / needed(after.storm.platform)


def cases() -> Sequence[object]:
    """Return every general form on some platform, and each platform's own."""
    names = sorted(ACCOUNTS)
    turns = [(names[place * 2 % len(names)], name, form) for place, (name, form) in enumerate(GENERAL.items())]
    turns += [(platform, name, form) for name, (platform, form) in OWN.items()]
    return [pytest.param(platform, form, id=f"{platform}: {name}") for platform, name, form in turns]


@pytest.mark.slow
@pytest.mark.parametrize(("platform", "form"), cases())
def test_a_storm_costs_few_requests(tmp_path: Path, needed: Callable[[str], int], platform: str, form: Form) -> None:
    after = Storm(tmp_path, platform, form).weather()
    states = after.states(platform)
    lost = states.count(State.UNKNOWN)
    assert lost <= (form[0] == 503 and platform in BLUNT)
    assert states.count(State.DONE) == after.shown[platform] == after.storm.items - lost
    assert after.ledger.verify() == []
    assert ratio(after, needed) <= MOST


def often(folder: Path) -> Weathered:
    """Return a storm during which a run comes every half minute, as with many merges."""
    storm = Storm(folder, "x", GENERAL["429, words"])
    storm.every = timedelta(seconds=30)
    return storm.weather()


@pytest.mark.slow
def test_it_does_not_matter_how_often_a_run_comes(tmp_path: Path, needed: Callable[[str], int]) -> None:
    assert ratio(often(tmp_path), needed) <= MOST


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "naive"),
    [
        pytest.param("until", lambda _entry, _asked, now: now, id="no pause"),
        pytest.param("resting", lambda _entries, _now: {}, id="every post rests for itself alone"),
    ],
)
def test_a_program_that_asks_too_often_is_found(
    tmp_path: Path, needed: Callable[[str], int], monkeypatch: pytest.MonkeyPatch, name: str, naive: object
) -> None:
    monkeypatch.setattr(rest, name, naive)
    assert ratio(often(tmp_path), needed) > MOST


def first_run(folder: Path, form: str) -> Weathered:
    """Return what one platform's storm leaves of a run on three."""
    storm = Storm(folder, "x", GENERAL[form], others=("threads", "telegram"), items=2)
    storm.calm, storm.most = 0, 1
    return storm.weather()


@pytest.mark.parametrize(("form", "requests"), [("429, seconds", 1), ("503, seconds", 2)])
def test_the_others_are_done_while_one_platform_storms(tmp_path: Path, form: str, requests: int) -> None:
    """After a 503 it is asked besides what became of the first post."""
    after = first_run(tmp_path, form)
    assert after.shown == {"x": 0, "threads": 2, "telegram": 2}
    assert after.requests == requests


@pytest.mark.parametrize("form", ["429, seconds", "503, seconds"])
def test_one_stop_for_all_platforms_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    one = run._Lane(datetime.max.replace(tzinfo=UTC), stopped="platform lain meminta jeda")
    monkeypatch.setattr(run, "_Lane", lambda _: one)
    assert first_run(tmp_path, form).shown == {"x": 0, "threads": 0, "telegram": 0}


@dataclass
class Pausing(Storm):
    """A pause lasts until the other platforms have been sent every post, or ten seconds."""

    sent: list[Asked] = field(default_factory=list)
    done: Event = field(default_factory=Event)
    pauses: list[bool] = field(default_factory=list)
    """Whether the others were done when it was over."""

    def befall(self, asked: Asked) -> Answered | None:
        if asked.platform != self.platform and asked.method == "POST":
            self.sent.append(asked)
        if len(self.sent) == self.items * len(self.others):
            self.done.set()
        return super().befall(asked)

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(self.done.wait(10))
        super()._sleep(seconds)


def pausing_run(folder: Path, status: int) -> Pausing:
    """Return a run in which one platform asks for two seconds, which a run waits at once."""
    form = (status, lambda _now, _end: {"Retry-After": "2"}, None)
    storm = Pausing(folder, "mastodon", form, others=("facebook", "telegram"), items=2, calm=0, most=1)
    assert storm.weather().shown == {"mastodon": 0, "facebook": 2, "telegram": 2}
    return storm


@pytest.mark.slow
@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_of_one_platform_is_none_of_the_others(tmp_path: Path, status: int) -> None:
    assert pausing_run(tmp_path, status).pauses == [True], "nobody else pauses, and nobody waits for its end"


@pytest.mark.slow
@pytest.mark.parametrize("status", [429, 503])
def test_platforms_that_wait_for_each_other_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(Edges, "_apart", lambda edges, lives: [edges.carry(life) for life in lives])
    assert pausing_run(tmp_path, status).pauses == [False]


@pytest.mark.slow
def test_an_account_that_cannot_answer_a_question_is_sent_nothing(tmp_path: Path) -> None:
    storm = Storm(tmp_path, "x", GENERAL["503, nothing told"], items=3)
    storm.calm, storm.most = 0, 2
    after = storm.weather()
    assert sorted(after.states("x")) == [State.CLAIMED, State.CLAIMED, State.UNKNOWN]


class Slow(Storm):
    """In the second run it answers the question about its leftover when another platform has been asked something."""

    went, in_time = Event(), False

    def befall(self, asked: Asked) -> Answered | None:
        if asked.platform != self.platform:
            self.went.set()
        elif self.runs == 2:
            self.in_time = self.went.wait(3)
        return super().befall(asked)

    def wanted(self, site: str) -> list[Wanted]:
        found = super().wanted(site)
        return found if self.runs == 2 else [replace(item, posts=item.posts[:1]) for item in found]


@pytest.mark.slow
def test_leftovers_on_a_slow_platform_do_not_hold_up_the_others(tmp_path: Path) -> None:
    storm = Slow(tmp_path, "x", GENERAL["503, nothing told"], others=("threads",), items=1)
    storm.calm, storm.least, storm.most = 0, 2, 2
    assert storm.weather().shown == {"x": 0, "threads": 1}
    assert storm.in_time


@pytest.mark.slow
def test_a_post_its_platform_chokes_on_holds_back_no_other(tmp_path: Path) -> None:
    storm = Storm(tmp_path, "mastodon", (503, lambda _now, _end: {}, None), items=3)
    storm.calm, storm.poison, storm.most = 0, b"uji-2026-0 ", 3
    after = storm.weather()
    assert after.shown == {"mastodon": 2}
    assert sorted(state.value for state in after.states("mastodon")) == ["claimed", "done", "done"]


# -- how long an account rests


def entry(*turns: tuple[State, int]) -> Entry:
    history = tuple(Turn(state=state, at=NOW - timedelta(seconds=ago)) for state, ago in turns)
    account = ACCOUNTS["x"]
    return Entry(key="k", item="i", account=account, action=EffectAction.PUBLISH, digest="d", history=history)


@pytest.mark.parametrize(
    ("ago", "asked", "seconds"),
    [
        pytest.param(2, 0.0, 60, id="a minute at least"),
        pytest.param(2, 3.0, 60, id="a minute, whatever is told"),
        pytest.param(120, 0.0, 240, id="twice what was waited"),
        pytest.param(86_400, 0.0, 900, id="a quarter of an hour at most"),
        pytest.param(120, 5000.0, 5000, id="as long as the platform asks for"),
    ],
)
def test_a_pause_grows(ago: int, asked: float, seconds: int) -> None:
    for turns in [((State.CLAIMED, ago),), ((State.CLAIMED, ago), (State.POSTING, 1))]:
        assert rest.until(entry(*turns), asked, NOW) == NOW + timedelta(seconds=seconds)


def test_an_account_rests_until_the_last_of_its_pauses() -> None:
    known = entry((State.CLAIMED, 9))
    pauses = [replace(known, retry_at=NOW + timedelta(minutes=minutes)) for minutes in (-5, 3, 1)]
    assert rest.resting([known, *pauses], NOW) == {("x", known.account.id): NOW + timedelta(minutes=3)}
    assert rest.resting(pauses[:1], NOW) == {}
