"""The server's receipts: which push arrived when, on the branch `kuitansi`.

Signatures say who, receipts say when: a key that expired later, or a date its owner made up, changes
nothing about what the server saw arrive. The hook notes every push in a file; the notes are committed
in batches, signed by the robot. One file a batch, never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from pipeline.carriers.repository import Identity, Repository

BRANCH = "refs/heads/kuitansi"
NOTES = "jdih-kuitansi.masuk"
"""Where the post-receive hook appends `time old new ref`, one line a ref."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One ref the server let somebody move."""

    at: datetime
    old: str
    new: str
    ref: str


def collect(repository: Repository, identity: Identity) -> int:
    """Commit the notes the hook left and return how many there were."""
    notes = repository.folder / NOTES
    taken = notes.with_suffix(".proses")
    if not taken.exists() and notes.exists():
        notes.rename(taken)
    if not taken.exists():
        return 0
    text = taken.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if _parse(line)]
    if lines:
        tip = repository.resolve(BRANCH)
        changes: dict[str, bytes | None] = {_name(lines[0]): ("\n".join(lines) + "\n").encode()}
        parents = [tip] if tip else []
        commit = repository.commit(parents, tip, changes, f"Kuitansi {len(lines)} kiriman\n", identity)
        repository.update_ref(BRANCH, commit, tip or "0" * 40)
    taken.unlink()
    return len(lines)


def read(repository: Repository, revision: str) -> list[Receipt]:
    """Return every receipt of *revision*, by file; raise `JdihError` for one that cannot be read."""
    found = []
    for path, (_, blob) in sorted(repository.tree(revision).items()):
        for line in repository.blob(blob).decode("utf-8").splitlines():
            receipt = _parse(line)
            if receipt is None:
                raise JdihError(f"kuitansi {path} tidak terbaca: {line[:60]}")
            found.append(receipt)
    return found


def tampered(repository: Repository, revision: str) -> str | None:
    """Return the first receipt file that was changed or taken away, or None."""
    for commit in repository.log("--reverse", revision):
        for change in commit.changes:
            if change.status != "A":
                return change.path
    return None


def _name(line: str) -> str:
    """Return the file of the batch that begins with *line*: its month, its moment, its first commit."""
    at, _, new, _ = line.split(" ")
    return f"{at[:7].replace('-', '/')}/{at.replace(':', '')}-{new[:12]}.txt"


def _parse(line: str) -> Receipt | None:
    at, old, new, ref = [*line.split(" "), "", "", "", ""][:4]
    try:
        return Receipt(datetime.fromisoformat(at), old, new, ref) if ref.startswith("refs/") else None
    except ValueError:
        return None
