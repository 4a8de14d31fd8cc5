"""Attacks and their lawful neighbours, written once.

A trial prepares one push in two variants: `either(fault, lawful)` is the only place where they may
differ, so that every attack has the nearest lawful push beside it by construction. What is refused is
then refused for the fault, and not for the shape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline import frontmatter, programs
from pipeline.carriers.repository import Identity, Repository
from pipeline.desk import cases, merging, recording, workbench
from tests.conftest import FOLDER, ITEM, Office

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.model.history import Progress, Record

    Prepare = Callable[["Office", "Either"], "Push"]

BRANCH = f"refs/heads/usul/{ITEM}"
MAIN = "refs/heads/main"
LEDGER = "refs/heads/terbitan"
Value = TypeVar("Value")
Changes = dict[str, Any]


@dataclass(frozen=True)
class Either:
    """Which of the two variants is being prepared."""

    faulty: bool

    def __call__(self, fault: Value, lawful: Value) -> Value:
        return fault if self.faulty else lawful


@dataclass(frozen=True)
class Push:
    """A prepared push: everything is committed, nothing has been sent."""

    clone: Repository
    refspecs: tuple[str, ...]
    login: str | None = None
    """Id of who has logged in at the server, where the way in says so."""


@dataclass(frozen=True)
class Trial:
    attack: str
    neighbour: str
    reason: str
    """A part of what the attacker reads."""
    start: str
    """The fixture it starts from."""
    prepare: Prepare
    spare: bool
    """A variant of another trial: it runs with the slow suites."""


TRIALS: list[Trial] = []


def trial(
    attack: str, neighbour: str, reason: str, *, start: str = "ready", spare: bool = False
) -> Callable[[Prepare], Prepare]:
    """Register a pair; *start* is `office` (nothing yet), `ready` (approved) or `finished` (to be merged)."""

    def add(prepare: Prepare) -> Prepare:
        TRIALS.append(Trial(attack, neighbour, reason, start, prepare, spare))
        return prepare

    return add


# -- what is pushed


def desk(office: Office) -> Repository:
    """Return the one clone trials work in; commits are made with plumbing, as whoever signs them."""
    return office.clone("admin")


def tip(office: Office, ref: str = BRANCH) -> str:
    """Return where *ref* stands on the server, else where its `main` does."""
    server = Repository(office.path)
    return server.resolve(ref) or server.resolve(MAIN) or ""


def push(office: Office, commit: str, ref: str = BRANCH, *more: str, login: str | None = None) -> Push:
    return Push(desk(office), (f"{commit}:{ref}", *more), login)


def commit(  # noqa: PLR0913 - a commit is these things
    office: Office,
    who: Identity | str,
    changes: Mapping[str, bytes | None],
    *,
    parents: list[str] | None = None,
    message: str = "naskah",
    at: datetime | None = None,
) -> str:
    """Commit *changes* on top of the item's branch, or of *parents*."""
    identity = office.who(who) if isinstance(who, str) else who
    base = [tip(office)] if parents is None else parents
    return desk(office).commit(base, base[0] if base else None, changes, message, identity, at)


def draft(office: Office, path: str, content: bytes = b"x", who: Identity | str = "penulis") -> Push:
    """Prepare a draft that writes one file of the item."""
    return push(office, commit(office, who, {f"{FOLDER}/{path}": content}))


def lawful(office: Office, person: str, step: int, word: str, note: str = "") -> Record:
    """Return the record `jdih record` would sign."""
    clone = desk(office)
    entry = recording.Entry(step, word, note)
    who = cases.policy(clone).people.by_id[person]
    found = workbench.prepare(clone, cases.open_case(clone, ITEM), entry, who, now())
    assert not isinstance(found, str), found
    return found


def order(office: Office) -> Record:
    """Return the next lawful record of the item that is `ready`: the writer's order to upload."""
    return lawful(office, "penulis", 6, "PERINTAH")


def record(office: Office, record: Record, signer: str | None = None, parent: str | None = None) -> Push:
    """Prepare a record, signed by *signer* (its own person when not said), on *parent* (the tip when not said)."""
    clone = desk(office)
    case = cases.open_case(clone, ITEM)
    return push(
        office,
        merging.commit_record(clone, case.place, record, parent or case.tip, office.who(signer or record.person)),
    )


def begin(office: Office, changes: Changes | None = None) -> Push:
    """Prepare the first record of the item of an empty office, with *changes*; its papers are planted."""
    plant_draft(office, "kepala", {"disposisi.md": b"---\nsop: kota/medsos\nperihal: Kartu\n---\n\nBuat satu kartu.\n"})
    return record(office, replace(lawful(office, "kepala", 1, "SELESAI"), **changes or {}))


def progress(office: Office) -> Progress:
    found = cases.open_case(desk(office), ITEM).progress
    assert found is not None
    return found


def merge(office: Office, who: str = "admin") -> str:
    """Return a lawful merge of the finished item, not yet pushed."""
    clone = desk(office)
    return workbench.merge_commit(clone, cases.open_case(clone, ITEM), office.who(who))


def configuration(office: Office, changes: Mapping[str, bytes | None], who: str = "pengelola") -> Push:
    """Prepare a change of `main` itself."""
    return push(office, commit(office, who, changes, parents=[tip(office, MAIN)]), MAIN)


def entry(office: Office, mode: str, path: str) -> Push:
    """Prepare a draft with one tree entry of any mode."""
    clone, base = desk(office), tip(office)
    blob = base if mode == "160000" else clone.git("hash-object", "-w", "--stdin", stdin=b"../../../../../site_config")
    env = {"GIT_INDEX_FILE": str(clone.folder / "serangan")}
    clone.git("read-tree", base, env=env)
    clone.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", env=env)
    tree = clone.git("write-tree", env=env)
    return push(office, clone.commit_tree(tree, [base], "naskah", office.who("penulis")))


# -- what stands on the server before


def plant(office: Office, changes: Mapping[str, bytes | None], ref: str = MAIN, who: str = "pengelola") -> None:
    """Commit straight into the server, behind the hooks' back: the ground a trial needs, cheaply."""
    server = Repository(office.path)
    base = tip(office, ref)
    server.update_ref(ref, server.commit([base], base, changes, "landasan", office.who(who)))


def plant_draft(office: Office, who: str, files: Mapping[str, bytes | None]) -> None:
    plant(office, {f"{FOLDER}/{path}": data for path, data in files.items()}, BRANCH, who)


def stand(office: Office, commit: str) -> None:
    """Let a commit of the clone stand on the item's branch of the server."""
    clone = desk(office)
    clone.update_ref("refs/heads/landasan", commit)
    Repository(office.path).git("fetch", "--quiet", str(clone.path), f"+refs/heads/landasan:{BRANCH}")


def plant_record(office: Office, person: str, step: int, word: str, note: str = "") -> None:
    """Let a lawful record stand on the server."""
    found = record(office, lawful(office, person, step, word, note))
    found.clone.push("origin", *found.refspecs)


def plant_person(office: Office, person: str, **values: object) -> None:
    """Give a person of the server's people.yaml other values."""
    data = Repository(office.path).read(MAIN, "site_config/people.yaml") or b""
    plant(office, {"site_config/people.yaml": edit_person(data, person, **values)})


def edit_person(data: bytes, person: str, **values: object) -> bytes:
    """Return people.yaml with the entry of *person* changed, or begun."""
    rows = frontmatter.parse_yaml(data).fields["orang"]
    assert isinstance(rows, list)
    listed = [row for row in rows if isinstance(row, dict)]
    others = [row for row in listed if row["id"] != person]
    own: Mapping[str, object] = next((row for row in listed if row["id"] == person), {})
    return frontmatter.dump({"orang": [*others, {**own, **values}]}).encode()


def people_file(office: Office) -> bytes:
    return Repository(office.path).read(MAIN, "site_config/people.yaml") or b""


def public_key(office: Office, person: str) -> str:
    return " ".join((office.keys / f"{person}.pub").read_text(encoding="utf-8").split()[:2])


def new_key(folder: Path, name: str = "asing") -> Path:
    """Make a key pair nobody registered."""
    key = folder / name
    programs.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    return key


def now() -> datetime:
    return datetime.now(UTC)
