"""The cases of many draft branches at once: a handful of Git processes, however many branches there are.

What `cases.open_case` reads branch by branch is read here in bulk. A draft branch is a straight line of commits
inside one item folder (`gate.line_fault`, `gate.shape_fault`); one that is not goes the slow way, one by one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline import workflow
from pipeline.carriers import history
from pipeline.desk import cases
from pipeline.items import place_of
from pipeline.model.base import JdihError
from pipeline.model.history import RESTART, Draft
from pipeline.records import is_record_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.desk.cases import Case
    from pipeline.items import Place
    from pipeline.model.commits import Commit
    from pipeline.model.history import Progress, Record
    from pipeline.model.procedure import Procedure

_NAMED = 50
"""Up to so many folders are named to Git; for more it is quicker to hear of all items."""


def read(
    repository: Repository, tips: Mapping[str, str], known: Policy, merged: Collection[str]
) -> Iterator[tuple[str, Case | str]]:
    """Yield item -> its case at its branch's tip, or the reason why it cannot be read; *merged* ids are on `main`."""
    lines = _lines(repository, tips, known.revision)
    blobs = repository.blobs({blob for line in lines.values() for blob in _blobs(line)})
    reader = _Reader(repository, known, blobs)
    for item, tip in tips.items():
        try:
            if item in lines:
                yield item, reader.case(lines[item], tip, merged=item in merged)
            else:
                yield item, cases.open_case(repository, item, known=known)
        except JdihError as error:
            yield item, str(error)


@dataclass(frozen=True, slots=True)
class _Line:
    """A draft branch: the item's folder and the commits that made it, oldest first."""

    place: Place
    commits: tuple[Commit, ...]


def _lines(repository: Repository, tips: Mapping[str, str], main: str) -> dict[str, _Line]:
    """Return item -> its branch, for every branch that is a straight line inside its own item folder."""
    folders = {place.id: place.folder for place in history.places_on(repository, main)}
    fresh = [item for item in tips if item not in folders]
    beyond = _log(repository, [*(tips[item] for item in fresh), f"^{main}"], ()) if fresh else {}
    found = {}
    for item in fresh:
        line, end = _walk(item, tips[item], beyond)
        if line and end not in beyond:
            found[item] = line
    return found | _merged_lines(repository, {item: tips[item] for item in tips if item in folders}, folders)


def _merged_lines(repository: Repository, tips: Mapping[str, str], folders: Mapping[str, str]) -> dict[str, _Line]:
    """Return item -> its branch, where `main` has the item already and the branch may lie within `main`."""
    if not tips:
        return {}
    named = [folders[item] for item in tips] if len(tips) <= _NAMED else ["content"]
    whole = _log(repository, tips.values(), named)
    touched = Counter(folder for commit in whole.values() for folder in _folders(commit))
    found = {}
    for item, tip in tips.items():
        line, _ = _walk(item, tip, whole)
        if line and touched[line.place.folder] == len(line.commits):
            found[item] = line
    return found


def _log(repository: Repository, revisions: Iterable[str], paths: Sequence[str]) -> dict[str, Commit]:
    asked = "\n".join((*revisions, "--", *paths, "")).encode()
    return {commit.id: commit for commit in repository.log("--full-history", "--stdin", stdin=asked)}


def _walk(item: str, tip: str, commits: Mapping[str, Commit]) -> tuple[_Line | None, str]:
    """Go back from *tip* while the commits are the item's; return them, and the first that is not."""
    line: list[Commit] = []
    place = None
    while (commit := commits.get(tip)) and len(commit.parents) == 1 and commit.changes:
        place = place or place_of(commit.changes[0].path)
        if place is None or place.id != item or _folders(commit) != {place.folder}:
            break
        line.append(commit)
        tip = commit.parents[0]
    return (_Line(place, tuple(reversed(line))) if place and line else None), tip


def _folders(commit: Commit) -> set[str]:
    places = (place_of(change.path) for change in commit.changes)
    return {place.folder if place else "" for place in places}


def _blobs(line: _Line) -> Iterator[str]:
    """Yield the blobs an item's history is read from: its records and its Markdown papers."""
    for commit in line.commits:
        for change in commit.changes:
            inside = change.path.removeprefix(f"{line.place.folder}/")
            if change.status != "D" and (is_record_path(inside) or inside.endswith(".md")):
                yield change.blob


@dataclass(frozen=True, slots=True)
class _Reader:
    """Blobs and SOP versions read once for many items."""

    repository: Repository
    known: Policy
    blobs: Mapping[str, bytes]
    versions: dict[tuple[object, ...], list[Procedure]] = field(default_factory=dict)

    def read(self, blob: str) -> bytes:
        """Return the bytes of a blob; raise `JdihError` when there is no such blob."""
        return self.blobs[blob] if blob in self.blobs else self.repository.blob(blob)

    def case(self, line: _Line, tip: str, *, merged: bool) -> Case:
        """Return the case of one branch; raise `JdihError` when a record or the SOP cannot be read."""
        happened = list(history.events_of(line.commits, line.place, self.known.people, self.read))
        progress = self._progress(line.place, happened)
        return cases.Case(
            place=line.place,
            title=history.title_of(line.place, happened, self.read),
            tip=tip,
            progress=progress,
            events=tuple(happened),
            merged=merged,
            void=cases.void(line.place, progress, self._current(progress.procedure.id)) if progress else None,
        )

    def _current(self, sop_id: str) -> Procedure:
        if (sop_id,) not in self.versions:
            self.versions[sop_id,] = [history.current_procedure(self.repository, self.known.revision, sop_id)]
        return self.versions[sop_id,][0]

    def _progress(self, place: Place, happened: Sequence[Draft | Record]) -> Progress | None:
        sop_id = history.sop_of(happened, self.read)
        if sop_id is None:
            return None
        written = (event for event in happened if not isinstance(event, Draft))
        key = (sop_id, *dict.fromkeys((event.version, event.word == RESTART) for event in written))
        if key not in self.versions:
            self.versions[key] = history.procedures_of(self.repository, self.known.revision, happened, sop_id)
        began, *later = self.versions[key]
        return workflow.replay(began, happened, self.known.people, history.zone(self.known, place), later)
