"""What Git says about items, people and SOPs: commits in, values out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline import items, papers, records, settings, sop, workflow
from pipeline.frontmatter import MalformedError, parse
from pipeline.model.base import JdihError
from pipeline.model.history import RESTART, Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime, tzinfo

    from pipeline.carriers.repository import Repository
    from pipeline.model.commits import Commit
    from pipeline.model.history import Paper, Progress, Record
    from pipeline.model.people import Office, People
    from pipeline.model.procedure import Procedure

    Read = Callable[[str], bytes]
    """Gives the bytes of a blob id."""

PEOPLE = "site_config/people.yaml"
OFFICES = "site_config/offices"
SOPS = "site_config/sop"
TYPES = "site_config/jenis.yaml"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may do what, as one revision says it."""

    revision: str
    people: People
    offices: dict[str, Office]


def policy(repository: Repository, revision: str) -> Policy:
    """Return people and offices at *revision*; raise `JdihError` when they cannot be read."""
    data = repository.read(revision, PEOPLE)
    if data is None:
        raise JdihError(f"{PEOPLE} tidak ada pada {revision}: daftarkan orang dan perannya")
    blobs = repository.tree(revision, OFFICES)
    offices = settings.offices({f"{OFFICES}/{path}": repository.blob(blob) for path, (_, blob) in blobs.items()})
    return Policy(revision, settings.people(data), offices)


def zone(known: Policy, place: items.Place) -> tzinfo:
    """Return the time zone an item's days are counted in; raise `JdihError` for an office nobody knows."""
    office = known.offices.get(place.office)
    if office is None:
        raise JdihError(f"kantor {place.office} belum terdaftar: tulis {OFFICES}/{place.office}.yaml")
    return ZoneInfo(office.timezone)


def current_procedure(repository: Repository, revision: str, sop_id: str) -> Procedure:
    """Return an SOP as *revision* has it; raise `JdihError` when there is none."""
    path = f"{SOPS}/{sop_id}.yaml"
    data = repository.read(revision, path)
    if data is None:
        raise JdihError(f"SOP {sop_id} tidak ada: lihat jdih sop list")
    return sop.parse(data, path, sop.version_of(data))


def in_force_since(repository: Repository, revision: str, sop_id: str) -> datetime:
    """Return when the version of an SOP that *revision* has came to it, as its commit says."""
    return repository.log("-1", revision, "--", f"{SOPS}/{sop_id}.yaml")[0].at


def number_owner(repository: Repository, revision: str, place: items.Place, number: str) -> str | None:
    """Return the other item of the office whose official note has *number* already, or None."""
    same = " ".join(number.casefold().split())
    for other in places_on(repository, revision):
        if other.office == place.office and other.kind == place.kind and other.id != place.id:
            there = field_of(repository, revision, other, items.NOTE, "nomor")
            if " ".join(there.casefold().split()) == same:
                return other.id
    return None


def pinned_procedure(repository: Repository, revision: str, sop_id: str, version: str) -> Procedure:
    """Return an SOP in the *version* (blob id) an item runs on, if `main` ever had it."""
    path = f"{SOPS}/{sop_id}.yaml"
    if repository.resolve(f"{revision}:{path}") != version:
        known = {change.blob for commit in repository.log(revision, "--", path) for change in commit.changes}
        if version not in known:
            raise JdihError(f"SOP {sop_id} versi {version[:12]} tidak pernah berlaku di main")
    return sop.parse(repository.blob(version), path, version)


def events(
    repository: Repository, revision: str, place: items.Place, people: People, main: str | None = None
) -> list[Draft | Record]:
    """Return an item's drafts and records, oldest first, as the history of *revision* holds them.

    An item that *main* does not have yet has all its history outside it: naming *main* keeps the cost of
    looking independent of how much `main` holds.
    """
    fresh = main is not None and repository.resolve(f"{main}:{place.folder}") is None
    beyond = [f"^{main}"] if fresh else []
    commits = repository.log("--reverse", "--topo-order", revision, *beyond, "--", place.folder)
    return list(events_of(commits, place, people, repository.blob))


def events_of(commits: Iterable[Commit], place: items.Place, people: People, read: Read) -> Iterator[Draft | Record]:
    """Yield an item's drafts and records out of the *commits* that touch its folder, oldest first."""
    return _in_turn(_as_written(commits, place, people, read))


def _in_turn(written: Iterable[Draft | Record]) -> Iterator[Draft | Record]:
    """Let each record happen before the drafts that are newer than the one it names: it was written after them."""
    waiting: list[Draft] = []
    for event in written:
        if isinstance(event, Draft):
            waiting.append(event)
            continue
        named = next((at for at, draft in enumerate(waiting, 1) if draft.commit == event.draft), 0)
        upto = named if event.draft else len(waiting)
        yield from waiting[:upto]
        del waiting[:upto]
        yield event
    yield from waiting


def _as_written(commits: Iterable[Commit], place: items.Place, people: People, read: Read) -> Iterator[Draft | Record]:
    files: dict[str, str] = {}
    written: dict[str, Paper] = {}
    for commit in commits:
        drafted = False
        for change in commit.changes:
            inside = change.path.removeprefix(f"{place.folder}/")
            if records.is_record_path(inside):
                yield _record(read, change.path, change.blob)
                continue
            drafted = True
            files.pop(inside, None)
            written.pop(inside, None)
            if change.status != "D":
                files[inside] = f"{change.mode} {change.blob}"
                if inside.endswith(".md"):
                    written[inside] = papers.read(read(change.blob))
        if drafted:
            yield Draft(
                commit=commit.id,
                people=_people(commit, people),
                at=commit.at,
                files=dict(files),
                day=_day(read, files.get("index.md")),
                papers=dict(written),
            )


def _day(read: Read, entry: str | None) -> date | None:
    """Return the day an item's `index.md` says it is about, or None while it says none."""
    if entry is None:
        return None
    try:
        return date.fromisoformat(str(parse(read(entry.split(" ")[1])).fields.get("tanggal", "")))
    except (MalformedError, ValueError):
        return None


def _record(read: Read, path: str, blob: str) -> Record:
    try:
        return records.parse(read(blob))
    except MalformedError as error:
        raise JdihError(f"{path}:{error.line}: {error}") from error


def papers_fault(repository: Repository, record: Record, commit: str, place: items.Place) -> str | None:
    """Refuse a record that says of a paper what is not in the *commit* it is about; None: all is as it says."""
    files = repository.tree(commit, place.folder)
    for paper in record.attachments:
        if paper.file not in files:
            return f"lampiran {paper.file} tidak ada dalam butir"
        if hashlib.sha256(repository.blob(files[paper.file][1])).hexdigest() != paper.sha256:
            return f"lampiran {paper.file} bukan berkas yang disebut catatan"
    return None


def _people(commit: Commit, people: People) -> frozenset[str]:
    found = (people.by_email(email) for email in commit.emails)
    return frozenset(person.id if person else email for person, email in zip(found, commit.emails, strict=True))


def sop_of(happened: Sequence[Draft | Record], read: Read) -> str | None:
    """Return the id of the SOP an item runs on: its first record's, else what its papers say.

    An item may begin with a disposition alone, before anybody wrote its `index.md`.
    """
    for event in happened:
        if not isinstance(event, Draft):
            return event.sop
    return _field(happened, read, "sop") or None


def title_of(place: items.Place, happened: Sequence[Draft | Record], read: Read) -> str:
    """Return the item's title, or its id while it has none."""
    return _field(happened, read, "judul") or place.id


def field_of(repository: Repository, revision: str, place: items.Place, paper: str, key: str) -> str:
    """Return one text field of a paper's front matter; '' while there is none to read."""
    data = repository.read(revision, f"{place.folder}/{paper}")
    return _text(data, key) if data else ""


def _text(data: bytes, key: str) -> str:
    try:
        value = parse(data).fields.get(key, "")
    except MalformedError:
        return ""
    return value if isinstance(value, str) else ""


def _field(happened: Sequence[Draft | Record], read: Read, key: str) -> str:
    files = next((event.files for event in reversed(happened) if isinstance(event, Draft)), {})
    for path in sorted(files, key=lambda path: (path != "index.md", path)):
        if path.endswith(".md") and (value := _text(read(files[path].split(" ")[1]), key)):
            return value
    return ""


def procedures_of(
    repository: Repository, main: str, happened: Sequence[Draft | Record], sop_id: str
) -> list[Procedure]:
    """Return the SOP version an item began with, its first record's or else today's, and those its restarts name."""
    written = [event for event in happened if not isinstance(event, Draft)]
    if not written:
        return [current_procedure(repository, main, sop_id)]
    began = pinned_procedure(repository, main, written[0].sop, written[0].version)
    restarts = [event for event in written if event.word == RESTART]
    return [began, *(pinned_procedure(repository, main, sop_id, event.version) for event in restarts)]


def progress_of(
    repository: Repository, known: Policy, place: items.Place, happened: Sequence[Draft | Record], sop_id: str
) -> Progress:
    """Return how far an item has come, under the version it began with and those its restarts name."""
    began, *later = procedures_of(repository, known.revision, happened, sop_id)
    return workflow.replay(began, happened, known.people, zone(known, place), later)


def place_on(repository: Repository, revision: str, item: str) -> items.Place | None:
    """Return where *item* stands on *revision*, or None when it is not there."""
    return next(iter(places_named(repository, revision, item)), None)


def places_named(repository: Repository, revision: str, item: str) -> list[items.Place]:
    """Return every folder of *revision* that bears the id *item*: the gate lets in one, and finds a second."""
    folders = []
    for office, year, slug in items.split_id(item):
        types = repository.children(revision, f"content/{items.TYPED}/{office}")
        folders += [items.folder_for(kind, office, year, slug) for kind in items.KINDS if kind != items.TYPED]
        folders += [items.folder_for(items.TYPED, office, year, slug, type_) for type_ in types]
    found = repository.git("ls-tree", "-d", "--name-only", revision, "--", *folders).split("\n") if folders else []
    return [place for folder in found if (place := items.place_of(folder))]


def places_on(repository: Repository, revision: str) -> list[items.Place]:
    """Return every item folder of *revision*."""
    found = {}
    for path in repository.git("ls-tree", "-r", "-d", "-z", "--name-only", revision, "content/").split("\0"):
        place = items.place_of(f"{path}/")
        if place:
            found[place.folder] = place
    return list(found.values())
