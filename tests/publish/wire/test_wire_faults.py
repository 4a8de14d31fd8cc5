"""Random sequences of wire faults: nothing lost, nothing doubled, no secret astray, and each naive program is found."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests

from pipeline import network
from pipeline.flow import OK, Deferred, Request, Response
from pipeline.model.publishing import State
from pipeline.network import exchange
from pipeline.platforms import telegram, x
from tests.publish.wire.edge import CARRIED_OUT, NOT_CARRIED_OUT
from tests.publish.wire.sequences import ACCOUNTS, calm, play

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.access import Access

MANY, ENOUGH = 40, 60
"""Sequences beside the slow tests (a thousand: bench/wire.py), and among which every planted fault shows."""


def found(folder: Path, empty: Path, seeds: Sequence[int]) -> tuple[list[str], Counter[str]]:
    """Return what is wrong in the sequences *seeds*, and what befell them."""
    faults: list[str] = []
    kinds: Counter[str] = Counter()
    for seed in seeds:
        (folder / str(seed)).mkdir()
        wrong, befallen = play(seed, folder / str(seed), empty)
        faults += wrong
        kinds += befallen
    return faults, kinds


def test_on_a_good_wire_everything_is_published(tmp_path: Path, empty: Path) -> None:
    """What waits for a person in a sequence does so because of the wire."""
    states = Counter(entry.state for entry in calm(tmp_path, empty))
    assert states == {State.DONE: len(ACCOUNTS)}


@pytest.mark.slow
def test_a_bad_wire_loses_and_doubles_nothing(tmp_path: Path, empty: Path) -> None:
    faults, befallen = found(tmp_path, empty, range(MANY))
    assert faults == []
    assert {name.split(maxsplit=1)[1] for name in befallen} == {*CARRIED_OUT, *NOT_CARRIED_OUT}
    assert {name.split()[0] for name in befallen} == set(ACCOUNTS)


# -- naive programs, each found by the same judge


def follows_redirects(patch: pytest.MonkeyPatch) -> None:
    ask = requests.Session.request

    def naive(self: requests.Session, method: str, url: str, **parts: Any) -> requests.Response:  # noqa: ANN401
        return ask(self, method, url, **{**parts, "allow_redirects": True})

    patch.setattr(requests.Session, "request", naive)


def repeats_every_request(patch: pytest.MonkeyPatch) -> None:
    carry: Callable[..., Response] = network._persist

    def naive(request: Request, *rest: Any) -> Response:  # noqa: ANN401 - as it is
        return carry(replace(request, repeatable=True), *rest)

    patch.setattr(network, "_persist", naive)


def takes_a_lost_answer_for_a_failure(patch: pytest.MonkeyPatch) -> None:
    for platform in (telegram, x):
        patch.setattr(platform, "Unknown", Deferred)


def writes_the_token_into_the_address(patch: pytest.MonkeyPatch) -> None:
    exchanged: Callable[..., Response] = network._exchange

    def naive(request: Request, access: Access, token: str) -> Response:
        return exchanged(replace(request, params={**request.params, "access_token": token}), access, token)

    patch.setattr(network, "_exchange", naive)


def believes_every_200(patch: pytest.MonkeyPatch) -> None:
    exchanged: Callable[..., Response] = network._exchange
    well = {"id": "1", "ok": True, "result": {"message_id": 1}, "success": True}

    def naive(request: Request, access: Access, token: str) -> Response:
        reply = exchanged(request, access, token)
        blind = reply.status == OK and not request.repeatable
        return replace(reply, json={**well, **reply.body}) if blind else reply

    patch.setattr(network, "_exchange", naive)


def lets_the_library_log(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(logging.getLogger("urllib3.connectionpool"), "isEnabledFor", lambda _level: True)


def quotes_the_address(patch: pytest.MonkeyPatch) -> None:
    told: Callable[..., Exception] = exchange._fault

    def naive(error: OSError, what: str) -> Exception:
        return type(told(error, what))(f"{error}: {getattr(getattr(error, 'request', None), 'url', what)}")

    patch.setattr(exchange, "_fault", naive)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "harm"),
    [
        (follows_redirects, "a secret in the other host"),
        (repeats_every_request, "doubled"),
        (takes_a_lost_answer_for_a_failure, "doubled"),
        (writes_the_token_into_the_address, "a secret in an address"),
        (believes_every_200, "lost"),
        (quotes_the_address, "a secret in an exception"),
        (lets_the_library_log, "a secret in a log"),
    ],
)
def test_a_naive_program_is_found(
    tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], harm: str
) -> None:
    plant(monkeypatch)
    assert any(harm in fault for seed in range(ENOUGH) for fault in found(tmp_path, empty, [seed])[0])
