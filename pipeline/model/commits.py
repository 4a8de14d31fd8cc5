"""Commits as the gate judges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One path of one commit: `status` A, M, D or T; mode and blob id after it, as Git prints them."""

    status: str
    path: str
    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as `log` reports it. `grade` and `signer` are '' unless they were asked for."""

    id: str
    parents: tuple[str, ...]
    at: datetime
    author_email: str
    committer_email: str
    co_author_emails: tuple[str, ...]
    grade: str
    """Git's verdict on the signature: G good, U unknown key, B bad, N none ..."""
    signer: str
    """The principal (person id) of a good signature."""
    changes: tuple[Change, ...]

    @property
    def emails(self) -> tuple[str, ...]:
        """Everybody the commit says had a hand in it."""
        return (self.committer_email, self.author_email, *self.co_author_emails)
