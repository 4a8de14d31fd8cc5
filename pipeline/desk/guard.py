"""The pre-receive hook's whole decision. Little is imported here: every push waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.carriers import arrival, bare_git, locks
from pipeline.carriers.repository import Repository

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def judge(path: Path, lines: list[str], now: datetime, sender: str | None = None) -> list[str]:
    """Return why a push is refused; none lets it in. *sender* is the id of who has logged in, where that is known."""
    updates = []
    for line in lines:
        old, new, ref = line.split(" ", 2)
        updates.append(bare_git.Update(old, new, ref.rstrip("\n")))
    repository = Repository(path)
    reasons = (
        list(arrival.stale(repository, updates))
        or list(arrival.unfit(repository, updates))
        or bare_git.receive(repository, updates, now)
        or list(arrival.untimely(repository, now))
    )
    if not reasons and sender is not None:
        reasons = list(arrival.foreign(repository, updates, sender, now.date()))
    if not reasons:
        locks.release(repository.folder, (update.ref for update in updates), now)
    return reasons
