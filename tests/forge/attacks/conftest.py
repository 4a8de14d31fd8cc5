"""One item of a small office on the fake forge, at every moment of its way (`ground.WAY`): made once, copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.forge.attacks import ground

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.forge.attacks.ground import Ground, Moment


@pytest.fixture(scope="session")
def moments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Moment]:
    return ground.make(tmp_path_factory.mktemp("saat"))


@pytest.fixture
def stand(moments: dict[str, Moment], tmp_path: Path) -> Callable[[str], AbstractContextManager[Ground]]:
    """Let a copy of a moment run."""
    return lambda name: ground.standing(moments[name], tmp_path)
