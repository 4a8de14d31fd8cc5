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
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.carriers.repository import Identity, Repository

BRANCH = "refs/heads/kuitansi"
LAWFUL, UNLAWFUL = "refs/forge/main", "refs/tolak/main"
"""What a receipt of a forge's robot names: a commit of `main` judged lawful, or one past the gate that was told of."""
NOTES = "jdih-kuitansi.masuk"
"""Where the post-receive hook appends `time old new ref`, one line a ref."""
_TAKEN = ".proses"


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
    taken = notes.with_suffix(_TAKEN)
    if not taken.exists() and notes.exists():
        notes.rename(taken)
    if not taken.exists():
        return 0
    text = taken.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if _parse(line)]
    if lines:
        tip = repository.resolve(BRANCH)
        repository.update_ref(BRANCH, issue(repository, tip, lines, identity), tip or "0" * 40)
    taken.unlink()
    return len(lines)


def issue(repository: Repository, tip: str | None, lines: Sequence[str], identity: Identity) -> str:
    """Make the signed commit that adds one batch of receipts to *tip* and return its id."""
    changes: dict[str, bytes | None] = {_name(lines[0]): ("\n".join(lines) + "\n").encode()}
    return repository.commit([tip] if tip else [], tip, changes, f"Kuitansi {len(lines)} kiriman\n", identity)


def signed(repository: Repository, signers: Path, *arguments: str) -> list[tuple[Receipt, str]]:
    """Return the receipts in the commits `git log *arguments*` names, each with who signed it well, oldest first."""
    found = []
    for commit in repository.log("--reverse", "--topo-order", *arguments, signers=signers):
        for change in commit.changes if commit.grade == "G" else ():
            found += [(each, commit.signer) for each in _of_file(repository, change.path, change.blob)]
    return found


def read(repository: Repository, revision: str) -> list[Receipt]:
    """Return every receipt of *revision*, by file; raise `JdihError` for one that cannot be read."""
    files = files_of(repository, revision)
    return [receipt for path in sorted(files) for receipt in files[path]]


def files_of(repository: Repository, revision: str) -> dict[str, list[Receipt]]:
    """Return the receipts of each file of *revision*; raise `JdihError` for one that cannot be read."""
    return {path: _of_file(repository, path, blob) for path, (_, blob) in repository.tree(revision).items()}


def _of_file(repository: Repository, path: str, blob: str) -> list[Receipt]:
    found = []
    for line in repository.blob(blob).decode("utf-8", "replace").splitlines():
        receipt = _parse(line)
        if receipt is None:
            raise JdihError(f"kuitansi {path} tidak terbaca: {line[:60]}")
        found.append(receipt)
    return found


def latest(repository: Repository, ref: str) -> Receipt | None:
    """Return the last receipt of *ref*: from the hook's notes, else from the newest batch that names it."""
    notes = repository.folder / NOTES
    noted = [path.read_text(encoding="utf-8") for path in (notes.with_suffix(_TAKEN), notes) if path.exists()]
    lines = map(_parse, "\n".join(noted).splitlines())
    found = [receipt for receipt in lines if receipt and receipt.ref == ref]
    batches = sorted(repository.tree(BRANCH).items(), reverse=True) if repository.resolve(BRANCH) else []
    while not found and batches:
        path, (_, blob) = batches.pop(0)
        found = [receipt for receipt in _of_file(repository, path, blob) if receipt.ref == ref]
    return found[-1] if found else None


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
