"""One item of a small office on the fake forge, at every moment of its way (`way.WAY`): made once, copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.conftest import HERE
from tests.forge.attacks.trials import STRANGER
from tests.forge.e2e.conftest import at_work
from tests.forge.e2e.founding import found
from tests.forge.e2e.kantor import MANAGER, ROOT
from tests.forge.e2e.way import WAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.forge.e2e.kantor import Kantor

_MORE = (
    {
        "id": "pengelola-dua",
        "nama": "Pengelola Dua",
        "surel": "pengelola-dua@desk.example",
        "wewenang": ["konfigurasi"],
    },
    {
        "id": "tetangga",
        "nama": "Tetangga",
        "surel": "tetangga@lain.example",
        "peran": [{"kantor": "lain", "peran": "kepala", "sejak": "2026-01-01"}],
    },
)
_SIGNERS = ("pengelola", "pengelola-dua", "kepala")


@pytest.fixture(scope="session")
def moments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kantor]:
    """Walk one item from the founding to the upload; keep every moment on the way."""
    root = tmp_path_factory.mktemp("saat")
    (root / "kulit").mkdir()
    shutil.copy(ROOT / "mkdocs.yml", root / "kulit")
    office = found(root / "awal", [root / "kulit", HERE / "kantor"], more=_MORE, signers=_SIGNERS)
    with at_work(office):
        office.register()
        _unbind(office)
    made: dict[str, Kantor] = {}
    for name, act in WAY.items():
        office = office.copy(root / name)
        if act:
            with at_work(office):
                act(office)
        made[name] = office
    return made


def _unbind(office: Kantor) -> None:
    """Let a stranger push and an administrator do everything; ask nobody for the check of a code's tests."""
    office.fake.add(STRANGER)
    office.fake.state.account(MANAGER).bypass = True
    for ruleset in office.fake.state.rulesets.values():
        for rule in ruleset["rules"]:
            if rule["type"] == "required_status_checks":
                checks = rule["parameters"]["required_status_checks"]
                rule["parameters"]["required_status_checks"] = [one for one in checks if one["context"] != "check"]


@pytest.fixture
def stand(moments: dict[str, Kantor], tmp_path: Path) -> Callable[[str], AbstractContextManager[Kantor]]:
    """Let a copy of a moment run."""
    return lambda name: at_work(moments[name].copy(tmp_path))
