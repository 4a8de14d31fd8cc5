"""The ledger of effects: branch `terbitan`, one file per effect, written by compare-and-swap.

An update is a function from what the ledger says to what it shall say. It is committed on the
remote's own tip and pushed plainly; when somebody else was first, the function is asked again about
the new tip. Afterwards the remote is read again: only what is seen there counts (reliability
notes, 1.3a: a refused push can look like a success).
"""

from __future__ import annotations

import random
import time
from contextlib import suppress
from threading import RLock
from typing import TYPE_CHECKING

from pipeline.carriers import effect_file
from pipeline.carriers.repository import GitFault, PushRefused
from pipeline.fields import FaultyError
from pipeline.model.base import Finding, JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.carriers.repository import Identity, Repository
    from pipeline.model.commits import Change
    from pipeline.model.publishing import Entry

BRANCH = "refs/heads/terbitan"
ATTEMPTS = 60
PATIENCE = 6  # refusals in a row without anybody else having written: then it is a refusal
_PAUSE = 0.4  # seconds at most between attempts, drawn at random


class Ledger:
    """The branch `terbitan` of *remote*, worked on through *repository*. Safe to share between threads."""

    def __init__(self, repository: Repository, remote: str | Path, identity: Identity) -> None:
        """Remember where; nothing is read yet."""
        self._repository, self._remote, self._identity = repository, str(remote), identity
        self._files: dict[str, Entry] = {}
        self._lock = RLock()

    def entries(self) -> dict[str, Entry]:
        """Return every effect by key, as the remote has it now."""
        with self._lock:
            return self._entries(self._tip())

    def update(self, decide: Callable[[Mapping[str, Entry]], Iterable[Entry]], message: str) -> dict[str, Entry]:
        """Write what *decide* makes of the entries; return what it wrote, once the remote is seen to have it.

        *decide* may be asked several times. Raise `PushRefused` with the remote's words when it refuses.
        """
        with self._lock:
            refusals = 0
            for _ in range(ATTEMPTS):
                tip = self._tip()
                changes = {entry.key: entry for entry in decide(self._entries(tip))}
                if not changes:
                    return {}
                try:
                    self._push(tip, changes, message)
                except PushRefused:
                    refusals = refusals + 1 if self._tip() == tip else 0
                    if refusals == PATIENCE:
                        raise
                    time.sleep(random.uniform(0, _PAUSE))  # noqa: S311 - jitter, not a secret
                    continue
                return changes
            raise JdihError(f"buku terbitan terlalu ramai: {ATTEMPTS} kali didahului penulis lain, ulangi nanti")

    def _push(self, tip: str, changes: Mapping[str, Entry], message: str) -> None:
        files: dict[str, bytes | None] = {
            effect_file.path_of(key): effect_file.write(entry) for key, entry in changes.items()
        }
        parents = [tip] if tip else []
        commit = self._repository.commit(parents, tip or None, files, message, self._identity)
        self._repository.push(self._remote, f"{commit}:{BRANCH}")
        seen = self._tip()
        if seen != commit and not self._repository.is_ancestor(commit, seen):
            raise PushRefused("kiriman buku terbitan tidak terlihat di tujuan", ())

    def _tip(self) -> str:
        """Return the remote's commit, fetched; '' when there is no such branch yet."""
        try:
            tip = self._repository.git("ls-remote", self._remote, BRANCH).split("\t")[0]
            if tip and self._repository.resolve(f"{tip}^{{commit}}") is None:
                self._repository.git("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", self._remote, BRANCH)
        except GitFault as error:
            raise JdihError(f"buku terbitan di {self._remote} tidak terjangkau: pulihkan dahulu ({error})") from error
        return tip

    def _entries(self, tip: str) -> dict[str, Entry]:
        found = {}
        for path, (_, blob) in (self._repository.tree(tip, "efek") if tip else {}).items():
            if blob not in self._files:
                self._files[blob] = effect_file.read(self._repository.blob(blob), f"efek/{path}")
            entry = self._files[blob]
            found[entry.key] = entry
        return found

    def verify(self) -> list[Finding]:
        """Return every flaw of the branch: a malformed file, an unlawful state, a file removed or rewound."""
        with self._lock:
            tip = self._tip()
            return list(self._flaws(tip)) if tip else []

    def _flaws(self, tip: str) -> Iterator[Finding]:
        for path, (mode, blob) in self._repository.tree(tip).items():
            if mode != "100644":
                yield _finding(path, f"berkas bermodus {mode}, harus berkas biasa")
            try:
                effect_file.read(self._repository.blob(blob), path)
            except FaultyError as error:
                yield from error.findings
        latest: dict[str, str] = {}
        for commit in self._repository.log("--reverse", "--topo-order", tip):
            if len(commit.parents) > 1:
                yield _finding("terbitan", f"commit {commit.id[:12]} menggabungkan cabang: riwayat harus lurus")
            for change in commit.changes:
                yield from self._rewound(latest.get(change.path), change, commit.id)
                latest[change.path] = change.blob

    def _rewound(self, before: str | None, change: Change, commit: str) -> Iterator[Finding]:
        """Judge one path of one commit against what the path held before."""
        if change.status == "D":
            yield _finding(change.path, f"dihapus oleh commit {commit[:12]}: berkas terbitan tidak pernah dihapus")
            return
        if before is None or not before.strip("0"):
            return
        with suppress(FaultyError):  # a malformed file is reported where the tree is read
            old = effect_file.read(self._repository.blob(before), change.path)
            new = effect_file.read(self._repository.blob(change.blob), change.path)
            if new.history[: len(old.history)] != old.history or len(new.history) == len(old.history):
                yield _finding(change.path, f"riwayat ditulis ulang oleh commit {commit[:12]}")


def at(repository: Repository, revision: str) -> dict[str, Entry]:
    """Return every effect by key, as a *revision* at hand has it; none where there is no such revision."""
    tree = repository.tree(revision, "efek")
    found = (effect_file.read(repository.blob(blob), f"efek/{path}") for path, (_, blob) in tree.items())
    return {entry.key: entry for entry in found}


def _finding(path: str, message: str) -> Finding:
    return Finding(code=f"{effect_file.AREA}010", path=path, line=1, message=message)
