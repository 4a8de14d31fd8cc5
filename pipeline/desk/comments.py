"""Comments and the items that answer them, as papers say it (SOP Kab. Magelang 17/2022, komentar dan pertanyaan).

The report of the SOP's first step names the comment; the answer, written steps later, takes over what it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import calendar, content, frontmatter, items
from pipeline.carriers import history
from pipeline.desk import cases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.model.people import Office
    from pipeline.model.procedure import Procedure

KIND = "tanggapan"
_NAMES = ("platform", "akun", "komentar")
"""What tells one comment from every other."""
_TAKEN_OVER = ("judul", "tanggal", *_NAMES, "tautan_komentar", "butir_asal")


@dataclass(frozen=True, slots=True)
class Answer:
    """The item that answers a comment, or shall."""

    item: str
    merged: bool
    """Whether `main` has it."""


def procedures_of(repository: Repository, known: Policy, office: Office) -> list[Procedure]:
    """Return the SOPs by which an office answers comments; most offices have none."""
    found = (history.current_procedure(repository, known.revision, sop_id) for sop_id in office.procedures)
    return [procedure for procedure in found if procedure.item_kind == KIND]


def reporters(repository: Repository, known: Policy, office: Office, at: datetime) -> set[str]:
    """Return the ids of the people who may report a comment of the office's at *at*: who begin its SOP."""
    roles = {act.role for procedure in procedures_of(repository, known, office) for act in procedure.steps[0].acts}
    there = calendar.local(at, office)
    return {person.id for role in roles for person in known.people.holders(office.id, role, there)}


def answered(repository: Repository) -> dict[tuple[str, ...], Answer]:
    """Return (platform, handle, comment id) -> the item whose papers name that comment, on `main` or on its branch."""
    papers = [*_on_main(repository), *_on_branches(repository)]
    blobs = repository.blobs({blob for _, blob in papers})
    found: dict[tuple[str, ...], Answer] = {}
    for answer, blob in papers:
        said = _said(blobs.get(blob, b""))
        if all(name in said for name in _NAMES):
            found.setdefault(tuple(said[name] for name in _NAMES), answer)
    return found


def _on_main(repository: Repository) -> Iterator[tuple[Answer, str]]:
    folder = f"content/{KIND}"
    for path, (_, blob) in repository.tree(cases.view(repository).main, folder).items():
        place = items.place_of(f"{folder}/{path}")
        if place and path.endswith(".md"):
            yield Answer(place.id, merged=True), blob


def _on_branches(repository: Repository) -> Iterator[tuple[Answer, str]]:
    drafts = cases.view(repository).drafts
    for ref, tip in repository.refs(drafts).items():
        item = ref.removeprefix(drafts)
        for office, year, slug in items.split_id(item):
            for path, (_, blob) in repository.tree(tip, items.folder_for(KIND, office, year, slug)).items():
                if path.endswith(".md"):
                    yield Answer(item, merged=False), blob


# -- papers


def filled(paper: bytes, told: Mapping[str, str]) -> bytes:
    """Return a paper whose front matter says what is *told* of the comment; anything else only where it asks for it.

    The other lines stay as the office's template has them.
    """
    start, *parts = paper.decode().replace("\r\n", "\n").split("---\n", 2)
    if start or len(parts) < 2:
        return paper
    head, body = parts
    left = {name: frontmatter.dump({name: value}) for name, value in told.items()}
    lines = [left.pop(line.partition(":")[0], line) for line in head.splitlines(keepends=True)]
    lines += [line for name, line in left.items() if name in _TAKEN_OVER]
    return f"---\n{''.join(lines)}---\n{body}".encode()


def taken_over(paper: bytes, folder: Path) -> bytes:
    """Return the answer's own paper with what the other papers in *folder* say of the comment."""
    others = sorted(path for path in folder.glob("*.md") if path.name != content.INDEX)
    told = {name: value for path in others for name, value in _said(path.read_bytes()).items()}
    return filled(paper, told) if told else paper


def _said(paper: bytes) -> dict[str, str]:
    """Return what a paper's front matter says of a comment; what nobody filled in, or cannot be read, says nothing."""
    try:
        fields = frontmatter.parse(paper).fields
    except frontmatter.MalformedError:
        return {}
    said = {name: fields.get(name) for name in _TAKEN_OVER}
    return {
        name: value
        for name, value in said.items()
        if isinstance(value, str) and value and not items.UNFILLED.search(value)
    }
