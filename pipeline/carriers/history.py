"""What Git says about items, people and SOPs: commits in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline import items, records, settings, sop
from pipeline.frontmatter import MalformedError, parse
from pipeline.model.base import JdihError
from pipeline.model.history import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from pipeline.carriers.repository import Repository
    from pipeline.model.commits import Commit
    from pipeline.model.history import Record
    from pipeline.model.people import Office, People
    from pipeline.model.procedure import Procedure

PEOPLE = "site_config/people.yaml"
OFFICES = "site_config/offices"
SOPS = "site_config/sop"
TYPES = "site_config/jenis.yaml"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may do what, as one revision says it."""

    people: People
    offices: dict[str, Office]


def policy(repository: Repository, revision: str) -> Policy:
    """Return people and offices at *revision*; raise `JdihError` when they cannot be read."""
    data = repository.read(revision, PEOPLE)
    if data is None:
        raise JdihError(f"{PEOPLE} tidak ada pada {revision}: daftarkan orang dan perannya")
    blobs = repository.tree(revision, OFFICES)
    offices = settings.offices({f"{OFFICES}/{path}": repository.blob(blob) for path, (_, blob) in blobs.items()})
    return Policy(settings.people(data), offices)


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
    return list(_events(repository, commits, place, people))


def _events(
    repository: Repository, commits: Iterable[Commit], place: items.Place, people: People
) -> Iterable[Draft | Record]:
    files: dict[str, str] = {}
    for commit in commits:
        drafted = False
        for change in commit.changes:
            inside = change.path.removeprefix(f"{place.folder}/")
            if records.is_record_path(inside):
                yield _record(repository, change.path, change.blob)
                continue
            drafted = True
            if change.status == "D":
                files.pop(inside, None)
            else:
                files[inside] = f"{change.mode} {change.blob}"
        if drafted:
            day = _day(repository, files.get("index.md"))
            yield Draft(commit=commit.id, people=_people(commit, people), at=commit.at, files=dict(files), day=day)


def _day(repository: Repository, entry: str | None) -> date | None:
    """Return the day an item's `index.md` says it is about, or None while it says none."""
    if entry is None:
        return None
    try:
        return date.fromisoformat(str(parse(repository.blob(entry.split(" ")[1])).fields.get("tanggal", "")))
    except (MalformedError, ValueError):
        return None


def _record(repository: Repository, path: str, blob: str) -> Record:
    try:
        return records.parse(repository.blob(blob))
    except MalformedError as error:
        raise JdihError(f"{path}:{error.line}: {error}") from error


def _people(commit: Commit, people: People) -> frozenset[str]:
    found = (people.by_email(email) for email in commit.emails)
    return frozenset(person.id if person else email for person, email in zip(found, commit.emails, strict=True))


def sop_of(repository: Repository, revision: str, place: items.Place, happened: Sequence[Draft | Record]) -> str | None:
    """Return the id of the SOP an item runs on: its first record's, else what its papers say.

    An item may begin with a disposition alone, before anybody wrote its `index.md`.
    """
    for event in happened:
        if not isinstance(event, Draft):
            return event.sop
    return _field(repository, revision, place, "sop") or None


def title_of(repository: Repository, revision: str, place: items.Place) -> str:
    """Return the item's title, or its id while it has none."""
    return _field(repository, revision, place, "judul") or place.id


def field_of(repository: Repository, revision: str, place: items.Place, paper: str, key: str) -> str:
    """Return one text field of a paper's front matter; '' while there is none to read."""
    data = repository.read(revision, f"{place.folder}/{paper}")
    try:
        value = parse(data).fields.get(key, "") if data else ""
    except MalformedError:
        return ""
    return value if isinstance(value, str) else ""


def _field(repository: Repository, revision: str, place: items.Place, key: str) -> str:
    papers = [path for path in repository.tree(revision, place.folder) if path.endswith(".md")]
    for path in sorted(papers, key=lambda path: (path != "index.md", path)):
        if value := field_of(repository, revision, place, path, key):
            return value
    return ""


def procedure_of(repository: Repository, main: str, happened: Sequence[Draft | Record], sop_id: str) -> Procedure:
    """Return the SOP version an item is pinned to: its first record's, else today's."""
    for event in happened:
        if not isinstance(event, Draft):
            return pinned_procedure(repository, main, event.sop, event.version)
    return current_procedure(repository, main, sop_id)


def place_on(repository: Repository, revision: str, item: str) -> items.Place | None:
    """Return where *item* stands on *revision*, or None when it is not there."""
    for office, year, slug in items.split_id(item):
        types = repository.children(revision, f"content/{items.TYPED}/{office}")
        folders = [items.folder_for(kind, office, year, slug) for kind in items.KINDS if kind != items.TYPED]
        folders += [items.folder_for(items.TYPED, office, year, slug, type_) for type_ in types]
        for folder in folders:
            if repository.resolve(f"{revision}:{folder}"):
                return items.place_of(folder)
    return None


def places_on(repository: Repository, revision: str) -> list[items.Place]:
    """Return every item folder of *revision*."""
    found = {}
    for path in repository.git("ls-tree", "-r", "-d", "-z", "--name-only", revision, "content/").split("\0"):
        place = items.place_of(f"{path}/")
        if place:
            found[place.folder] = place
    return list(found.values())
