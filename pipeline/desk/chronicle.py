"""When things happened on the server, and what `main` said then.

Receipts, where they are at hand, say when a push arrived; without them a commit's own date is all there is. Either
way `main` is read as it was at that moment, so that a key which ends later, or an SOP which changes later, rewrites
nothing, and one that had ended or changed before is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline import settings
from pipeline.carriers import history

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.carriers.receipts import Receipt
    from pipeline.carriers.repository import Repository
    from pipeline.model.commits import Commit
    from pipeline.model.people import People

MAIN = "refs/heads/main"
SLACK = timedelta(minutes=30)
"""How far a claimed time and its receipt may lie apart: the hook's skew, there and back."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Chronicle:
    """What is known of the times of one repository."""

    repository: Repository
    commits: Sequence[Commit]
    """`main`, first parents only, oldest first."""
    receipts: Sequence[Receipt] | None
    arrived: dict[str, dict[str, datetime]] = field(default_factory=dict)
    said: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    people: dict[str, People] = field(default_factory=dict)

    def arrival(self, commit: Commit, ref: str) -> datetime | None:
        """Return when the push that brought *commit* on *ref* arrived; None: the server never saw it."""
        if ref not in self.arrived:
            self.arrived[ref] = dict(self._brought(ref))
        return self.arrived[ref].get(commit.id)

    def _brought(self, ref: str) -> Iterator[tuple[str, datetime]]:
        for receipt in sorted(self.receipts or (), key=lambda receipt: receipt.at, reverse=True):
            if receipt.ref == ref and self.repository.resolve(f"{receipt.new}^{{commit}}"):
                known = self.repository.resolve(f"{receipt.old}^{{commit}}")
                old = [f"^{receipt.old}"] if known else []
                for commit in self.repository.git("rev-list", "--max-count=1000", receipt.new, *old).splitlines():
                    yield commit, receipt.at

    def held(self, path: str, at: datetime) -> Iterator[str]:
        """Yield the blob ids `main` held at *path* at the moment *at*, give or take the slack."""
        if path not in self.said:
            self.said[path] = list(self._changes(path))
        changes = self.said[path]
        for number, (begun, blob) in enumerate(changes):
            ended = changes[number + 1][0] if number + 1 < len(changes) else None
            if begun <= at + SLACK and (ended is None or at - SLACK <= ended):
                yield blob

    def _changes(self, path: str) -> Iterator[tuple[datetime, str]]:
        for number, commit in enumerate(self.commits):
            for change in commit.changes:
                if change.path == path and change.status != "D":
                    yield (self.arrival(commit, MAIN) or commit.at) if number else _BEGINNING, change.blob

    def was_valid(self, commit: Commit, at: datetime) -> bool:
        """Whether `main` named the key that signed *commit* as its signer's, and valid, at the moment *at*."""
        days = {(at + skew).astimezone(UTC).date() for skew in (-SLACK, timedelta(), SLACK)}
        for blob in self.held(history.PEOPLE, at):
            person = self._people(blob).by_id.get(commit.signer)
            keys = person.keys if person else ()
            if any(key.fingerprint == commit.key and key.valid(day) for key in keys for day in days):
                return True
        return False

    def _people(self, blob: str) -> People:
        if blob not in self.people:
            self.people[blob] = settings.people(self.repository.blob(blob))
        return self.people[blob]
