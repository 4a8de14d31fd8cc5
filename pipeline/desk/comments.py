"""Comments and the items that answer them, as papers say it (SOP Kab. Magelang 17/2022, komentar dan pertanyaan).

The report of the SOP's first step names the comment; the answer, written steps later, takes over what it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import calendar, content, frontmatter, items, records
from pipeline.carriers import history
from pipeline.desk import cases
from pipeline.model.history import ABANDON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.items import Place
    from pipeline.model.people import Office
    from pipeline.model.procedure import Procedure

KIND = "tanggapan"
_NAMES = ("platform", "akun", "komentar")
"""What tells one comment from every other."""
_TAKEN_OVER = ("judul", "tanggal", *_NAMES, "tautan_komentar", "butir_asal")


@dataclass(frozen=True, slots=True)
class Answer:
    """The item that answers a comment, or shall."""

    place: Place
    merged: bool
    """Whether `main` has it."""
    given_up: datetime | None = None
    """Since when nobody goes on with it."""

    @property
    def item(self) -> str:
        """Return its id."""
        return self.place.id


@dataclass(frozen=True, slots=True)
class Answers:
    """All items that answer comments, by what they answer."""

    found: Mapping[tuple[str, ...], Answer]

    def to(self, office: str, platform: str, account: str, comment: str) -> Answer | None:
        """Return the item of *office* that answers a comment to the account with that id, or None.

        A paper keeps the handle it was written with: one that is nobody's now is this account's earlier one.
        """
        named = (self.found.get((platform, account, comment)), self.found.get((office, platform, "", comment)))
        return min(filter(None, named), key=lambda each: bool(each.given_up), default=None)


def procedures_of(repository: Repository, known: Policy, office: Office) -> list[Procedure]:
    """Return the SOPs by which an office answers comments; most offices have none."""
    found = (history.current_procedure(repository, known.revision, sop_id) for sop_id in office.procedures)
    return [procedure for procedure in found if procedure.item_kind == KIND]


def reporters(repository: Repository, known: Policy, office: Office, at: datetime) -> set[str]:
    """Return the ids of the people who may report a comment of the office's at *at*: who begin its SOP."""
    roles = {act.role for procedure in procedures_of(repository, known, office) for act in procedure.steps[0].acts}
    there = calendar.local(at, office)
    return {person.id for role in roles for person in known.people.holders(office.id, role, there)}


def answered(repository: Repository, known: Policy) -> Answers:
    """Return the items whose papers name a comment, on `main` or on their branches; one that goes on comes first."""
    papers = sorted([*_on_main(repository), *_on_branches(repository)], key=lambda each: bool(each[0].given_up))
    blobs = repository.blobs({blob for _, blob in papers})
    found: dict[tuple[str, ...], Answer] = {}
    for answer, blob in papers:
        said = _said(blobs.get(blob, b""))
        if all(name in said for name in _NAMES):
            found.setdefault(_key(said, known.offices.get(answer.place.office), answer.place), answer)
    return Answers(found)


def _key(said: Mapping[str, str], office: Office | None, place: Place) -> tuple[str, ...]:
    platform, handle, comment = (said[name] for name in _NAMES)
    for account in office.accounts if office else ():
        if (account.platform, account.handle) == (platform, handle):
            return platform, account.id, comment
    return place.office, platform, "", comment


def _on_main(repository: Repository) -> Iterator[tuple[Answer, str]]:
    folder = f"content/{KIND}"
    for path, (_, blob) in repository.tree(cases.view(repository).main, folder).items():
        place = items.place_of(f"{folder}/{path}")
        if place and path.endswith(".md"):
            yield Answer(place, merged=True), blob


def _on_branches(repository: Repository) -> Iterator[tuple[Answer, str]]:
    drafts = cases.view(repository).drafts
    for ref, tip in repository.refs(drafts).items():
        for office, year, slug in items.split_id(ref.removeprefix(drafts)):
            folder = items.folder_for(KIND, office, year, slug)
            tree = {path: blob for path, (_, blob) in repository.tree(tip, folder).items()}
            place = items.place_of(f"{folder}/")
            if place and tree:
                answer = Answer(place, merged=False, given_up=_given_up(repository, tree))
                yield from ((answer, blob) for path, blob in tree.items() if path.endswith(".md"))


def _given_up(repository: Repository, tree: Mapping[str, str]) -> datetime | None:
    """Return when the last record of an item gave it up; after such a word only its taking up again is recorded."""
    written = sorted(filter(records.is_record_path, tree))
    try:
        last = records.parse(repository.blob(tree[written[-1]])) if written else None
    except frontmatter.MalformedError:
        return None
    return last.at if last and last.word == ABANDON else None


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
