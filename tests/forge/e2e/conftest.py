"""Offices on the fake forge, at moments worth beginning from. Every one is copied for the test that asks for it.

`kantor`     the small office of tests/kantor: set up (receipts, labels, rulesets), nothing drafted yet
`draft`      one item, `ITEM`: the disposition pushed by the head, its pull request (`PULL`) opened by the robot
`approved`   the same item with everything said up to the approval (step 5), nothing merged; the order to upload waits
`merged`     the same item merged and receipted; nothing is published yet
`five`       the five real offices: set up, nothing drafted yet

Each is an `e2e.kantor.Kantor` whose fake is running; `Kantor.copy` makes another from any moment. `office.fake` is the
forge (`fake.person(login)` acts over HTTP; logins are the ids of people.yaml), `office.control()` runs the controller
in this process, `office.jdih(...)` one command; `machine.workflow(office, name)` runs a workflow's own steps, and
`actions.Actions` all that an event starts. `fake.faults` is asserted to be empty at the end of every test.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.ledger import Ledger
from pipeline.model.people import Authority
from pipeline.model.publishing import EffectAction, Entry, State, Turn, effect_key
from tests.conftest import DISPOSITION, HERE
from tests.forge.e2e.founding import dress, found
from tests.forge.e2e.kantor import ROOT
from tests.forge.e2e.way import PLACE, go_on
from tests.publish.parts import X

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.forge.e2e.kantor import Kantor

PULL = 1


@contextmanager
def at_work(office: Kantor) -> Iterator[Kantor]:
    """Run the office's forge; whatever was said to it and by it follows GitHub's description."""
    with office.fake.running():
        yield office
        assert office.fake.faults == []


def advance(office: Kantor) -> None:
    """Bring the item from its disposition to where the order to upload is waited for."""
    office.comment("kepala", PULL, "/sop 1 SELESAI")
    go_on(office, "directed", "approved")


def finish(office: Kantor) -> None:
    """Order and carry out the upload; the next runs of the controller merge."""
    go_on(office, "approved")


def leave(office: Kantor, item: str, action: EffectAction = EffectAction.PUBLISH) -> str:
    """Have the ledger leave an effect of *item* to a person; return how its key begins."""
    link = office.link()
    link.fetch()
    turns = [Turn(state=state, at=office.clock(), why="") for state in (State.CLAIMED, State.HELD)]
    key = effect_key(item, X, action, "a" * 64)
    held = Entry(key=key, item=item, account=X, action=action, digest="a" * 64, history=tuple(turns))
    Ledger(link.repository, "origin", link.robot(Authority.TERBITAN)).update(lambda _: [held], "uji\n")
    return key[:10]


@pytest.fixture(scope="session")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Kantor:
    root = tmp_path_factory.mktemp("di-forge")
    office = found(root, [dress(root), HERE / "kantor"])
    with at_work(office):
        office.register()
    return office


@pytest.fixture(scope="session")
def _draft(_small: Kantor, tmp_path_factory: pytest.TempPathFactory) -> Kantor:
    with at_work(_small.copy(tmp_path_factory.mktemp("naskah"))) as office:
        office.draft("kepala", PLACE, {"disposisi.md": DISPOSITION})
        assert office.control() == []
    return office


@pytest.fixture(scope="session")
def _approved(_draft: Kantor, tmp_path_factory: pytest.TempPathFactory) -> Kantor:
    with at_work(_draft.copy(tmp_path_factory.mktemp("disetujui"))) as office:
        advance(office)
        assert office.control() == []
    return office


@pytest.fixture(scope="session")
def _merged(_approved: Kantor, tmp_path_factory: pytest.TempPathFactory) -> Kantor:
    with at_work(_approved.copy(tmp_path_factory.mktemp("digabung"))) as office:
        finish(office)
        assert office.settle() == []
        assert office.case(PLACE.id).merged
    return office


@pytest.fixture(scope="session")
def _five(tmp_path_factory: pytest.TempPathFactory) -> Kantor:
    office = found(tmp_path_factory.mktemp("lima-kantor"), [ROOT])
    with at_work(office):
        office.register()
    return office


@pytest.fixture
def kantor(_small: Kantor, tmp_path: Path) -> Iterator[Kantor]:
    """The small office, where nothing has happened yet."""
    with at_work(_small.copy(tmp_path)) as office:
        yield office


@pytest.fixture
def draft(_draft: Kantor, tmp_path: Path) -> Iterator[Kantor]:
    """One disposition, and its pull request."""
    with at_work(_draft.copy(tmp_path)) as office:
        yield office


@pytest.fixture
def approved(_approved: Kantor, tmp_path: Path) -> Iterator[Kantor]:
    """One approved item that waits for the order to upload."""
    with at_work(_approved.copy(tmp_path)) as office:
        yield office


@pytest.fixture
def merged(_merged: Kantor, tmp_path: Path) -> Iterator[Kantor]:
    """One item on `main`."""
    with at_work(_merged.copy(tmp_path)) as office:
        yield office


@pytest.fixture
def five(_five: Kantor, tmp_path: Path) -> Iterator[Kantor]:
    """All five offices on one forge, where nothing has happened yet."""
    with at_work(_five.copy(tmp_path)) as office:
        yield office
