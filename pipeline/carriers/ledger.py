"""The ledger of effects: branch `terbitan`, one file per effect, written by compare-and-swap.

An update is a function from what the ledger says to what it shall say. It is committed on the
remote's own tip and pushed plainly; when somebody else was first, the function is asked again about
the new tip. Afterwards the remote is read again: only what is seen there counts (reliability
notes, 1.3a: a refused push can look like a success).
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING

from pipeline.carriers import effect_file
from pipeline.carriers.repository import GitFault, PushRefused
from pipeline.fields import FaultyError
from pipeline.model.base import Finding, JdihError
from pipeline.model.publishing import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.carriers.repository import Identity, Repository
    from pipeline.model.commits import Change

BRANCH = "refs/heads/terbitan"
ATTEMPTS = 300  # each one lost is a claim somebody else has made: 8 runs of 25 claims lose 60 in a row
PATIENCE = 6  # refusals in a row without anybody else having written: then it is a refusal
_PAUSE = 0.4  # seconds at most between attempts, drawn at random

Decide = Callable[[Mapping[str, Entry]], Iterable[Entry]]
"""From what the ledger says to what it shall say."""


@dataclass(slots=True, eq=False)
class _Turn:
    """One update that waits for a push, and what became of it."""

    decide: Decide
    message: str
    written: dict[str, Entry] = field(default_factory=dict)
    fault: BaseException | None = None
    over: bool = False


class Ledger:
    """The branch `terbitan` of *remote*, worked on through *repository*. Safe to share between threads.

    What several threads want to write while a push is under way goes in the next one together; each still returns
    only when its own turn is seen on the remote.
    """

    def __init__(self, repository: Repository, remote: str | Path, identity: Identity) -> None:
        """Remember where; nothing is read yet."""
        self._repository, self._remote, self._identity = repository, str(remote), identity
        self._known: tuple[str, dict[str, Entry]] = ("", {})
        self._files: dict[str, Entry] = {}
        self._waiting: deque[_Turn] = deque()
        self._lock = RLock()

    def entries(self) -> dict[str, Entry]:
        """Return every effect by key, as the remote has it now."""
        with self._lock:
            return dict(self._entries(self._tip()))

    def update(self, decide: Decide, message: str) -> dict[str, Entry]:
        """Write what *decide* makes of the entries; return what it wrote, once the remote is seen to have it.

        *decide* may be asked several times. Raise `PushRefused` with the remote's words when it refuses.
        """
        mine = _Turn(decide, message)
        self._waiting.append(mine)
        with self._lock:
            if not mine.over:  # else another thread has taken it along
                self._take_along()
        if mine.fault:
            raise mine.fault
        return mine.written

    def _take_along(self) -> None:
        turns = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            self._swap(turns)
        except BaseException as fault:  # noqa: BLE001 - whatever it is, it is raised where each turn waits
            for turn in turns:
                turn.fault = fault
        finally:
            for turn in turns:
                turn.over = True

    def _swap(self, turns: Sequence[_Turn]) -> None:
        """Compare and swap: decide on the tip, push, and decide anew when somebody else was first."""
        refusals = 0
        for attempt in range(ATTEMPTS):
            # The first try is on the tip seen last: where that is not the remote's any more, the push is refused.
            seen_last = self._known[0] if attempt == 0 else ""
            tip = seen_last or self._tip()
            changes = _decided(turns, self._entries(tip))
            if not changes and seen_last:
                continue
            if not changes:
                return
            try:
                self._push(tip, changes, "".join(dict.fromkeys(turn.message for turn in turns if turn.written)))
            except PushRefused:
                refusals = refusals + 1 if self._tip() == tip else 0
                if refusals == PATIENCE:
                    raise
                time.sleep(random.uniform(0, _PAUSE))  # noqa: S311 - jitter, not a secret
                continue
            return
        raise JdihError(f"buku terbitan terlalu ramai: {ATTEMPTS} kali didahului penulis lain, ulangi nanti")

    def _push(self, tip: str, changes: Mapping[str, Entry], message: str) -> None:
        files: dict[str, bytes | None] = {
            effect_file.path_of(key): effect_file.write(entry) for key, entry in changes.items()
        }
        parents = [tip] if tip else []
        commit = self._repository.commit(parents, tip or None, files, message, self._identity)
        self._repository.push(self._remote, f"{commit}:{BRANCH}")
        seen = self._tip(commit)
        if seen == commit:
            self._known = (commit, {**self._entries(tip), **changes})
        elif not self._repository.is_ancestor(commit, seen):
            raise PushRefused("kiriman buku terbitan tidak terlihat di tujuan", ())

    def _tip(self, ours: str = "") -> str:
        """Return the remote's commit, fetched unless it is *ours*; '' when there is no such branch yet."""
        try:
            tip = self._repository.git("ls-remote", self._remote, BRANCH).split("\t")[0]
            at_hand = tip in {"", ours, self._known[0]} or self._repository.resolve(f"{tip}^{{commit}}")
            if not at_hand:
                self._repository.git("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", self._remote, BRANCH)
        except GitFault as error:
            raise JdihError(f"buku terbitan di {self._remote} tidak terjangkau: pulihkan dahulu ({error})") from error
        return tip

    def _entries(self, tip: str) -> dict[str, Entry]:
        if tip != self._known[0]:
            paths = self._repository.tree(tip, "efek") if tip else {}
            self._files |= self._read({blob: path for path, (_, blob) in paths.items() if blob not in self._files})
            found = (self._files[blob] for _, blob in paths.values())
            self._known = (tip, {entry.key: entry for entry in found})
        return self._known[1]

    def _read(self, paths: Mapping[str, str]) -> dict[str, Entry]:
        """Return the effect in each blob; *paths* says where it lies."""
        blobs = self._repository.blobs(paths).items() if paths else ()
        return {blob: effect_file.read(data, f"efek/{paths[blob]}") for blob, data in blobs}

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


def _decided(turns: Iterable[_Turn], entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Let each turn decide about what those before it write; return everything to be written."""
    seen = dict(entries)
    changes: dict[str, Entry] = {}
    for turn in turns:
        turn.written = {entry.key: entry for entry in turn.decide(seen)}
        seen |= turn.written
        changes |= turn.written
    return changes


def at(repository: Repository, revision: str) -> dict[str, Entry]:
    """Return every effect by key, as a *revision* at hand has it; none where there is no such revision."""
    tree = repository.tree(revision, "efek")
    found = (effect_file.read(repository.blob(blob), f"efek/{path}") for path, (_, blob) in tree.items())
    return {entry.key: entry for entry in found}


def left(repository: Repository, revision: str) -> list[Entry]:
    """Return the effects that wait for a person, as a *revision* at hand has it; the many others are not parsed."""
    paths = {blob: path for path, (_, blob) in repository.tree(revision, "efek").items()}
    files = repository.blobs(paths).items() if paths else ()
    return [effect_file.read(data, f"efek/{paths[blob]}") for blob, data in files if effect_file.is_left(data)]


def _finding(path: str, message: str) -> Finding:
    return Finding(code=f"{effect_file.AREA}010", path=path, line=1, message=message)
