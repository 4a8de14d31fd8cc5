"""The heartbeat: the last moment a reconcile run came to its end, on the branch `denyut` of the remote.

A schedule that stops makes no sound (reliability notes, 1.2: delayed, dropped, disabled after 60 days). So every
run leaves a sign, and another schedule looks at how old it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from pipeline.carriers.repository import Identity, Repository

BRANCH = "refs/heads/denyut"
_FILE = "denyut.txt"
_SEEN = "refs/remotes/origin/denyut"


def beat(repository: Repository, remote: str, identity: Identity, at: datetime) -> None:
    """Leave the sign; raise `PushRefused` when the remote does not take it."""
    repository.fetch(remote)
    before = repository.resolve(_SEEN)
    text = f"{at.isoformat(timespec='seconds')}\n".encode()
    commit = repository.commit([before] if before else [], None, {_FILE: text}, "Denyut\n", identity)
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
