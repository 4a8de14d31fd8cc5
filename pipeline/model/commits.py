"""Commits as the gate judges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

WEB = "noreply@github.com"
"""Who commits for people that edit in a browser: GitHub itself."""


@dataclass(frozen=True, slots=True)
class Change:
    """One path of one commit: `status` A, M, D or T; mode and blob id after it, as Git prints them."""

    status: str
    path: str
    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as `log` reports it. `grade`, `signer` and `key` are '' unless they were asked for."""

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
    key: str
    """The fingerprint of the key that signed (`SHA256:...`); '' when it cannot be told."""
    changes: tuple[Change, ...]

    @property
    def emails(self) -> tuple[str, ...]:
        """Everybody the commit says had a hand in it; a forge that commits for a person in a browser has none."""
        hands = (self.committer_email, self.author_email, *self.co_author_emails)
        return hands[1:] if self.committer_email == WEB else hands
