"""All eleven procedures through pull requests, by every step and every way back, as their SOPs say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.desk import verifying
from tests.forge.e2e.conftest import at_work
from tests.forge.e2e.kantor import ROOT, Kantor, found
from tests.forge.e2e.playing import play
from tests.prosedur.conftest import House
from tests.prosedur.test_procedures_run import AT_FIRST_MERGE, CHAINS, LEAVES, lived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUICK = {("mentawai-medsos",)}


@pytest.fixture(scope="session")
def _five(tmp_path_factory: pytest.TempPathFactory) -> Kantor:
    office = found(tmp_path_factory.mktemp("lima-kantor"), [ROOT])
    with at_work(office):
        office.register()
    return office


@pytest.fixture
def five(_five: Kantor, tmp_path: Path) -> Iterator[Kantor]:
    """All five offices on one forge, where nothing has happened yet."""
    with at_work(_five.copy(tmp_path)) as office:
        yield office


def house_of(office: Kantor) -> House:
    """Return the forge's repository as the tests of the procedures look at one."""
    house = House(office.root)
    house.stage.server.symlink_to(office.fake.path)
    return house


@pytest.mark.parametrize(
    "chain", [pytest.param(each, marks=() if each in QUICK else pytest.mark.slow) for each in CHAINS], ids="+".join
)
def test_procedures_run_on_a_forge_as_their_sops_say(chain: tuple[str, ...], five: Kantor) -> None:
    house, merges = house_of(five), 0
    for name in chain:
        piece, first = play(five, name), AT_FIRST_MERGE.get(name)
        for _ in piece.go(five.settle):
            merges += 1
            if first:
                first(house, piece.place.id)
                first = None
        lived(house, piece.scenario, piece.place)
        LEAVES[name](house, piece.place.id)
    verdict = verifying.verify(five.witness())
    assert (verdict.fault, verdict.merges) == (None, merges)
    five.writes()
    assert five.control() == []
    assert five.writes() == [], "a run with nothing new writes nothing"
