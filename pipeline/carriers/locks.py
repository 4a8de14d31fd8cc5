"""Locks on branches that a dead process left behind.

Git makes `<branch>.lock` beside a branch while it moves it, for milliseconds, and never takes away one that is there: a
receive-pack killed in that moment would close the branch for good (reliability notes, 1.3a).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ABANDONED = timedelta(minutes=10)


def release(folder: Path, refs: Iterable[str], now: datetime) -> None:
    """Take away what locks *refs* of the bare repository *folder* since longer than any process lives that holds it."""
    for ref in refs:
        lock = folder / f"{ref}.lock"
        try:
            if now - datetime.fromtimestamp(lock.stat().st_mtime, UTC) > ABANDONED:
                lock.unlink()
        except FileNotFoundError:
            continue
