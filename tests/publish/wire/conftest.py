"""What the tests on a bad wire need: the program impatient, every log at its loudest, an empty repository to copy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.repository import init_bare
from tests.publish.wire.sequences import impatient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    init_bare(tmp_path / "kosong.git").close()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    with impatient():
        yield tmp_path / "kosong.git"
    root.setLevel(level)
