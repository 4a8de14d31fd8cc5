"""Histories with every fault there is: nothing lost, nothing doubled, and each planted weakness is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import reconcile
from pipeline.model import publishing
from pipeline.model.publishing import effect_key
from pipeline.network import exchange
from pipeline.reconcile import effect, lease, leftover, run, thread
from pipeline.reconcile.commands import Now, Read, Update
from tests.publish import simulation
from tests.publish.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from pipeline.model.outcome import Outcome
    from pipeline.model.people import Account
    from pipeline.model.publishing import Action, EffectAction, Entry, Post, State
    from pipeline.reconcile.commands import Life

FEW, MANY = 300, 20_000
ENOUGH = 1500
"""Seeds among which every planted fault shows."""
NONE = timedelta()


def broken(seeds: range, *, sleepy: bool = False) -> dict[int, list[str]]:
    return {seed: faults for seed in seeds if (faults := simulate(seed, sleepy=sleepy))}


def test_nothing_is_lost_doubled_or_live_after_its_tombstone() -> None:
    assert broken(range(FEW)) == {}


def test_what_is_doubled_because_a_machine_slept_is_told() -> None:
    assert broken(range(FEW), sleepy=True) == {}


@pytest.mark.slow
@pytest.mark.parametrize("sleepy", [False, True])
def test_many_histories(sleepy: bool) -> None:  # noqa: FBT001
    assert broken(range(FEW, FEW + MANY), sleepy=sleepy) == {}


@pytest.mark.parametrize("seeds", [range(FEW), pytest.param(range(FEW, FEW + MANY), marks=pytest.mark.slow)])
def test_one_effect_may_begin_in_the_push_that_ends_another(monkeypatch: pytest.MonkeyPatch, seeds: range) -> None:
    """Two items are fewer than go in step, so accounts take one at a time here."""
    monkeypatch.setattr(run, "ABREAST", 1)
    monkeypatch.setattr(run, "UNASKABLE", 1)
    assert broken(seeds) == {}


def test_machines_that_sleep_do_double(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence the report, and sleeping machines' doubles are found: they are there to be told."""
    monkeypatch.setattr("pipeline.reconcile.leftover.WATCH", -timedelta(days=1))
    assert any(simulate(seed, sleepy=True) for seed in range(ENOUGH))


def test_a_double_that_is_told_a_run_late_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    doubt = leftover.doubt

    def late(entry: Entry) -> Life[Outcome | None]:
        now: datetime = yield Now()
        return (yield from doubt(entry)) if now - entry.at > timedelta(minutes=20) else None

    monkeypatch.setattr(leftover, "doubt", late)
    assert any("silent" in fault for seed in range(ENOUGH) for fault in simulate(seed, sleepy=True))


@pytest.mark.parametrize(
    "plant",
    [
        "no claim before the post",
        "receipt only after",
        "retry of an unknown",
        "tombstone ignored",
        "lost answer forgotten",
    ],
)
def test_a_naive_program_is_found(plant: str) -> None:
    assert any(_harm(simulate(seed, plant=plant)) for seed in range(ENOUGH))


def _harm(faults: list[str]) -> bool:
    return any("doubled" in fault or "tombstone" in fault for fault in faults)


@pytest.mark.parametrize(
    ("terms", "needed"),
    [
        pytest.param(NONE, -timedelta(days=1), id="no lease"),
        pytest.param(lease.LEASE, -timedelta(days=1), id="the lease is not looked at before the call"),
        pytest.param(lease.LEASE, lease.CALL + lease.LAG, id="a lease too short for clocks that differ"),
        pytest.param(lease.LEASE, lease.CALL + 2 * lease.SKEW, id="a list believed during its lag"),
        pytest.param(lease.LEASE, 2 * lease.SKEW + lease.LAG, id="a request believed gone while it is on its way"),
    ],
)
def test_a_weaker_lease_is_found(monkeypatch: pytest.MonkeyPatch, terms: timedelta, needed: timedelta) -> None:
    monkeypatch.setattr(lease, "LEASE", terms)
    monkeypatch.setattr(lease, "NEEDED", needed)
    assert any(_harm(simulate(seed)) for seed in range(ENOUGH))


def test_a_turn_that_goes_by_the_state_alone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was overtaken must not move what now belongs to another."""

    def turn(expected: Entry, state: State, why: str, **changes: object) -> Life[Entry | None]:
        def decide(entries: Mapping[str, Entry], now: datetime) -> list[Entry]:
            entry = entries[expected.key]
            return [effect.advance(entry, state, now, why, **changes)] if entry.state is expected.state else []

        written: Mapping[str, Entry] = yield Update(decide, "")
        return written.get(expected.key)

    monkeypatch.setattr(effect, "turn", turn)
    assert any(_harm(simulate(seed)) for seed in range(ENOUGH))


def _receipt(entry: Entry, entries: Mapping[str, Entry]) -> Life[str]:
    """Answer the part above, whether it is live or not."""
    above = reconcile.above(entry, entries)
    return above.receipt.remote_id if above and above.receipt else ""
    yield  # a life without commands


def _first(entry: Entry, entries: Mapping[str, Entry]) -> Life[str]:
    """Answer the first part, always."""
    first = entries[effect_key(entry.item, entry.account, entry.action, entry.digest)]
    return first.receipt.remote_id if first.receipt else ""
    yield  # a life without commands


def _shown(entry: Entry, entries: Mapping[str, Entry]) -> Life[str]:
    """Answer what the platform shows of the part above, whatever the ledger says."""
    above = reconcile.above(entry, entries)
    found = (yield from effect.look(above)) if above else None
    return found.remote_id if found else ""


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        pytest.param(_receipt, "wrong post", id="a part goes although the one above is not out"),
        pytest.param(_first, "wrong post", id="every part answers the first"),
        pytest.param(_shown, "before the one above is known", id="a part goes before the receipt of the one above"),
    ],
)
def test_a_thread_put_together_wrongly_is_found(
    monkeypatch: pytest.MonkeyPatch, number: Callable[[Entry, Mapping[str, Entry]], Life[str]], fault: str
) -> None:
    def publish(action: Action, post: Post) -> Life[Outcome]:
        entries: Mapping[str, Entry] = yield Read()
        entry = entries[action.key]
        answered = replace(post, reply_to=(yield from number(entry, entries)))
        return (yield from effect.publish(action, answered, entry))

    monkeypatch.setattr(thread, "publish", publish)
    monkeypatch.setattr(effect, "_may_go", lambda *_: True)
    assert any(fault in each for seed in range(ENOUGH) for each in simulate(seed))


def test_keys_without_the_number_of_the_part_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(item: str, account: Account, action: EffectAction, digest: str, _part: int = 1) -> str:
        return effect_key(item, account, action, digest)

    for module in (publishing, reconcile, run):
        monkeypatch.setattr(module, "effect_key", without)
    monkeypatch.setattr(simulation, "wanted", simulation.wanted.__wrapped__)  # kept posts know their names
    monkeypatch.setattr(effect, "_may_go", lambda *_: True)
    assert any("done and not there" in fault for seed in range(ENOUGH) for fault in simulate(seed))


def test_the_lease_covers_what_the_network_waits_for() -> None:
    assert timedelta(seconds=exchange.TIMEOUT[0] + sum(exchange.TIMEOUT)) <= lease.REQUEST
    assert 2 * (lease.REQUEST + lease.SKEW + lease.LAG) < lease.LEASE
    assert timedelta(minutes=3) < lease.LEASE - lease.NEEDED, "time left to begin the call"
