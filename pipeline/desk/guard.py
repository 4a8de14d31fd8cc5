"""The pre-receive hook's whole decision. Little is imported here: every push waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers import bare_git
from pipeline.carriers.repository import Repository

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def judge(path: Path, lines: list[str], now: datetime) -> list[str]:
    """Return why a push is refused; none lets it in."""
    updates = []
    for line in lines:
        old, new, ref = line.split(" ", 2)
        updates.append(bare_git.Update(old, new, ref.rstrip("\n")))
    return bare_git.receive(Repository(path), updates, now)
