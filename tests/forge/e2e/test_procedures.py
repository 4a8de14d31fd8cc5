"""All eleven procedures through pull requests, by every step and every way back, by the workflows' own steps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.desk import verifying
from tests.forge.e2e.actions import Actions
from tests.forge.e2e.kantor import ROOT
from tests.forge.e2e.playing import play
from tests.forge.e2e.public import in_public
from tests.prosedur.conftest import House
from tests.prosedur.test_procedures_run import AT_FIRST_MERGE, CHAINS, LEAVES, lived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.forge.e2e.kantor import Kantor
    from tests.forge.e2e.public import Public

pytestmark = pytest.mark.slow
CLOCKS = ("controller", "reconcile", "heartbeat", "review-sop")
STANDING = {
    "jambi-pengunggahan": [],
    "jambi-penurunan": [],
    "magelang-penghapusan-hapus": [],
    "magelang-tanggapan": ["instagram", "instagram", "x"],
}
"""Posts that stand when a scenario has ended; after the others one on each platform."""


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Public]:
    """All five offices, where nothing has happened yet."""
    with in_public(tmp_path, [ROOT]) as five:
        yield five


def house_of(office: Kantor) -> House:
    """Return the forge's repository as the tests of the procedures look at one."""
    house = House(office.root)
    house.stage.server.symlink_to(office.fake.path)
    return house


@pytest.mark.parametrize("chain", CHAINS, ids="+".join)
def test_procedures_run_on_a_forge_as_their_sops_say(chain: tuple[str, ...], public: Public) -> None:
    office, merges = public.office, 0
    actions, house = Actions(office, context=public.secrets, env=public.places), house_of(office)
    for name in chain:
        piece, first = play(office, name, actions.settle), AT_FIRST_MERGE.get(name)
        for _ in piece.go(lambda: actions.scheduled("controller")):
            merges += 1
            if first:
                first(house, piece.place.id)
                first = None
                office.clock.now = datetime.now(UTC).replace(microsecond=0)  # drafts stand on what the robot dated now
        lived(house, piece.scenario, piece.place)
        LEAVES[name](house, piece.place.id)
        assert public.live() == STANDING.get(name, ["instagram", "x"])
    verdict = verifying.verify(office.witness())
    assert (verdict.fault, verdict.merges) == (None, merges)

    assert actions.scheduled("controller", "review-sop") == []
    before, posts = office.server.refs("refs/heads/"), public.play.posts()
    office.writes()
    assert actions.scheduled(*CLOCKS) == []
    after = office.server.refs("refs/heads/")
    assert office.writes() == [], "a run with nothing new writes nothing"
    assert public.play.posts() == posts
    assert {ref for ref in before | after if before.get(ref) != after.get(ref)} == {"refs/heads/denyut"}
    assert public.ledger().verify() == []
    assert set(actions.ran) >= {*CLOCKS, "check", "publish", "signal"}
