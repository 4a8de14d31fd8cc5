"""A push as it arrives, whatever it holds: is it fresh, and is it from who it says it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import gate
from pipeline.carriers import bare_git, history

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from pipeline.carriers.bare_git import Update
    from pipeline.carriers.repository import Repository

OVER_SSH = "JDIH_ORANG"
LOGIN = (OVER_SSH, "REMOTE_USER")
"""Where the hook finds the id of who has logged in: by the forced command of an SSH key, or by HTTP."""


def stale(repository: Repository, updates: Sequence[Update]) -> Iterator[str]:
    """Yield a reason for each ref somebody else moved first; Git would refuse it too, but in its own words."""
    for update in updates:
        if (repository.resolve(update.ref) or bare_git.NOTHING) != update.old:
            yield (
                f"orang lain sudah lebih dulu mengirim ke {update.ref.removeprefix('refs/heads/')}: "
                "ambil perubahan terbaru (git pull), lalu ulangi; yang Anda tulis masih ada di komputer Anda"
            )


def foreign(repository: Repository, updates: Sequence[Update], sender: str, day: date) -> Iterator[str]:
    """Yield a reason for each ref whose last commit somebody else than *sender*, who logged in, has signed.

    Commits before the last may be others': a merge carries a whole branch of them.
    """
    people = history.policy(repository, bare_git.MAIN).people
    with bare_git.allowed_signers(people, day, repository.folder) as signers:
        for update in updates:
            if update.new != bare_git.NOTHING:
                (last,) = repository.log("-1", update.new, signers=signers)
                if fault := gate.sender_fault(last, sender, people):
                    yield fault
