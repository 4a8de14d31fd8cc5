"""The same item at other moments of its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.repository import Repository
from tests.conftest import _copy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Office

BRANCH = "refs/heads/usul/kota-2026-contoh"


def back(office: Office, commits: int) -> Office:
    server = Repository(office.path)
    server.update_ref(BRANCH, server.resolve(f"{BRANCH}~{commits}") or "")
    return office


@pytest.fixture(scope="session")
def completed(approved: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = _copy(approved, tmp_path_factory.mktemp("selesai"))
    assert isinstance(office.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(office.record("admin", 6, "UNGGAH"), list)
    return office


@pytest.fixture
def corrected(ready: Office) -> Office:
    """The text has been corrected; the design is waited for."""
    return back(ready, 3)


@pytest.fixture
def drafted(ready: Office) -> Office:
    """Text and design are there; the approval is waited for."""
    return back(ready, 1)


@pytest.fixture
def finished(completed: Office, tmp_path: Path) -> Office:
    """Every step is done; the merge is waited for."""
    return _copy(completed, tmp_path)


@pytest.fixture
def ordered(finished: Office) -> Office:
    """The upload has been ordered and is waited for."""
    return back(finished, 1)
