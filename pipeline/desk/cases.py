"""Running items as a repository knows them: where each stands, and under which SOP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import gate
from pipeline.carriers import history
from pipeline.items import BRANCHES
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.history import Draft, Progress, Record
    from pipeline.model.procedure import Procedure

_REMOTE = "refs/remotes/origin/"


@dataclass(frozen=True, slots=True)
class View:
    """Which refs speak for the server: its own heads, or what a clone last fetched from it."""

    main: str
    drafts: str

    def branch(self, item: str) -> str:
        """Return the ref of an item's draft branch."""
        return f"{self.drafts}{item}"


@dataclass(frozen=True, slots=True)
class Case:
    """One item and how far its SOP has carried it."""

    place: Place
    title: str
    tip: str
    progress: Progress | None
    """None while neither a record nor front matter names the SOP."""
    events: tuple[Draft | Record, ...]
    merged: bool
    """Whether `main` already holds everything of the branch."""
    void: str | None = None
    """Why the item must begin anew: its SOP has changed in scope or roles since; None: it goes on."""


def view(repository: Repository) -> View:
    """Return the refs to read: a bare repository is the server itself."""
    if repository.bare:
        return View("refs/heads/main", BRANCHES)
    return View(f"{_REMOTE}main", f"{_REMOTE}{BRANCHES.removeprefix('refs/heads/')}")


def policy(repository: Repository) -> Policy:
    """Return today's people and offices; raise `JdihError` where there is no `main`."""
    main = repository.resolve(view(repository).main)
    if main is None:
        raise JdihError("cabang main tidak ditemukan: jalankan di salinan (clone) repositori kantor")
    return history.policy(repository, main)


def open_case(repository: Repository, item: str, revision: str | None = None, known: Policy | None = None) -> Case:
    """Return one item's case at *revision*, else as the server's branch or `main` has it.

    Raise `JdihError` when the item is nowhere.
    """
    known = known or policy(repository)
    refs = view(repository)
    for candidate in (revision,) if revision else (refs.branch(item), refs.main):
        place = history.place_on(repository, candidate, item) if repository.resolve(candidate) else None
        if place:
            return _case(repository, candidate, place, known, refs)
    raise JdihError(f"butir {item} tidak ditemukan: lihat jdih status")


def _case(repository: Repository, revision: str, place: Place, known: Policy, refs: View) -> Case:
    happened = history.events(repository, revision, place, known.people, refs.main)
    sop_id = history.sop_of(happened, repository.blob)
    progress = None
    if sop_id:
        progress = history.progress_of(repository, known, place, happened, sop_id)
    tip = repository.resolve(revision) or ""
    return Case(
        place=place,
        title=history.title_of(place, happened, repository.blob),
        tip=tip,
        progress=progress,
        events=tuple(happened),
        merged=repository.is_ancestor(tip, refs.main),
        void=void(place, progress, history.current_procedure(repository, known.revision, sop_id)) if sop_id else None,
    )


def void(place: Place, progress: Progress | None, current: Procedure) -> str | None:
    """Return why a running item must begin anew under *current*, or None; what is complete stays as it is."""
    running = progress is not None and not progress.complete
    return gate.void_fault(place.id, progress.procedure, current) if progress and running else None
