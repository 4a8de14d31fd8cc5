"""The heartbeat: the last moment a reconcile run came to its end, on the branch `denyut` of the remote.

Beside it stand notes: what that run learnt from the accounts, for it has their tokens, and whoever listens has not.

A schedule that stops makes no sound (reliability notes, 1.2: delayed, dropped, disabled after 60 days). So every
run leaves a sign, and another schedule looks at how old it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.carriers.repository import Identity, Repository

BRANCH = "refs/heads/denyut"
_FILE = "denyut.txt"
_SEEN = "refs/remotes/origin/denyut"


def beat(
    repository: Repository, remote: str, identity: Identity, at: datetime, notes: Mapping[str, Sequence[str]]
) -> None:
    """Leave the sign; raise `PushRefused` when the remote does not take it.

    *notes*: name -> lines. Other notes stand as they were.
    """
    repository.fetch(remote)
    before = repository.resolve(_SEEN)
    files: dict[str, bytes | None] = {
        _note(name): "".join(f"{line}\n" for line in notes[name]).encode() for name in notes
    }
    files[_FILE] = f"{at.isoformat(timespec='seconds')}\n".encode()
    commit = repository.commit([before] if before else [], before, files, "Denyut\n", identity)
    repository.push(remote, f"{commit}:{BRANCH}")


def last(repository: Repository, remote: str) -> datetime | None:
    """Return when the last run ended, None when none ever did; raise `JdihError` for a sign nobody can read."""
    repository.fetch(remote)
    data = repository.read(_SEEN, _FILE) if repository.resolve(_SEEN) else None
    if data is None:
        return None
    try:
        return datetime.fromisoformat(data.decode("utf-8", "replace").strip())
    except ValueError as error:
        raise JdihError(f"denyut pada {BRANCH} tidak terbaca: jalankan jdih github publish sekali") from error


def note(repository: Repository, name: str) -> list[str]:
    """Return the lines of a note beside the last sign that was fetched; none where there is no such note."""
    data = repository.read(_SEEN, _note(name)) if repository.resolve(_SEEN) else None
    return (data or b"").decode("utf-8", "replace").splitlines()


def _note(name: str) -> str:
    return f"{name}.txt"
