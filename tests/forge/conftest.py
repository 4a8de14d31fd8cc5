"""A forge on loopback with three people, a clone of the writer's, and one pull request."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.forge.fake import Fake
from tests.forge.parts import Desk, commit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository and the writer's clone, pushed once; tests copy them."""
    root = tmp_path_factory.mktemp("forge")
    with Fake(root / "forge", people=["penulis"]).running() as fake:
        folder = fake.person("penulis").clone(root / "penulis")
        commit(folder, "main", "README.md", "Kantor\n")
        commit(folder, "usul/satu", "content/satu.md", "Satu\n")
        done = fake.person("penulis").push(folder, "refs/heads/*:refs/heads/*")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def forge(seeded: Path, tmp_path: Path) -> Iterator[Fake]:
    """A forge with `main` and `usul/satu`. Whatever is said to it and by it follows GitHub's description."""
    shutil.copytree(seeded / "forge", tmp_path / "forge")
    with Fake(tmp_path / "forge", people=["penulis", "kepala"], admins=["pengelola"]).running() as fake:
        fake.notice({}, "penulis")
        yield fake
    assert fake.faults == []


@pytest.fixture
def clone(seeded: Path, tmp_path: Path) -> Path:
    """The writer's clone: `main` has one file, `usul/satu` one more."""
    return shutil.copytree(seeded / "penulis", tmp_path / "penulis")


@pytest.fixture
def pull(forge: Fake) -> int:
    """The number of the writer's pull request."""
    return forge.person("penulis").open_pull("usul/satu", "Satu", "Isi")


@pytest.fixture
def desk(forge: Fake) -> Desk:
    """The client as the App."""
    return Desk(forge)
