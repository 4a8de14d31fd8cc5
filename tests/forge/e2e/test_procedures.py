"""All eleven procedures through pull requests, by every step and every way back, as their SOPs say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.desk import verifying
from tests.forge.e2e.playing import play
from tests.prosedur.conftest import House
from tests.prosedur.test_procedures_run import AT_FIRST_MERGE, CHAINS, LEAVES, lived

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor

QUICK = {("mentawai-medsos",)}


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
