"""What is known of every running item, kept beside the repository so that only changed branches are read again.

A row holds only what does not change with the clock (`overview.facts`). It counts while the branch is where it was and
while all its judgement rests on is the same: people, offices and SOPs on `main`, the calendar's data, this program.
Whatever cannot be read, or is of another make, is computed anew: the memo saves time and never decides anything.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import store
from pipeline.desk import cases, overview, reviews, running
from pipeline.fields import FaultyError
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.carriers.history import Policy
    from pipeline.carriers.repository import Repository
    from pipeline.desk.cases import Case
    from pipeline.desk.overview import Facts

FILE = "jdih-status.json"
_RESTS_ON = ("site_config/people.yaml", "site_config/offices", "site_config/sop", reviews.FILE)


@dataclass(frozen=True, slots=True)
class Board:
    """Every running item, by id, and the reviews of the SOPs they run on."""

    known: Policy
    items: Mapping[str, Facts]
    steps: Mapping[str, list[dict[str, Any]]]
    """SOP version -> what the SOP says of its steps (`overview.table`)."""
    merged: frozenset[str]
    """Ids of the items whose branch `main` holds already."""
    reviews: Mapping[str, str | None]
    """SOP -> the day its review is due (ISO), None: at once."""
    review_fault: str
    """Why the reviews cannot be read; '' when they can."""


@dataclass(slots=True)
class _Memo:
    """What the file holds, besides what it rests on."""

    main: str
    merged: list[str]
    """The branches that `main` held when it was there."""
    tips: dict[str, str]
    items: dict[str, Facts]
    steps: dict[str, list[dict[str, Any]]]
    reviews: dict[str, str | None]
    review_fault: str


def board(repository: Repository) -> Board:
    """Return what is known of every draft branch, reading only those that changed since the memo was written."""
    known, drafts = cases.policy(repository), cases.view(repository).drafts
    tips = {ref.removeprefix(drafts): tip for ref, tip in sorted(repository.refs(drafts).items())}
    basis, path = _basis(repository, known), repository.folder / FILE
    memo = _read(path, basis)
    if memo is None or (memo.main, memo.tips) != (known.revision, tips):
        memo = _renewed(repository, memo or _empty(repository, known), known, tips)
        _write(path, basis, memo)
    return Board(known, memo.items, memo.steps, frozenset(memo.merged), memo.reviews, memo.review_fault)


def told(board: Board, heard: Mapping[str, Case]) -> Board:
    """Return the board with the items of *heard* as those cases have them: a forge knows more than its branches."""
    rows = {item: overview.facts(case, board.known.offices.get(case.place.office)) for item, case in heard.items()}
    procedures = (case.progress.procedure for case in heard.values() if case.progress)
    steps = {procedure.version: overview.table(procedure) for procedure in procedures}
    return replace(board, items={**board.items, **rows}, steps={**board.steps, **steps})


def _renewed(repository: Repository, memo: _Memo, known: Policy, tips: Mapping[str, str]) -> _Memo:
    """Return the memo for branches at *tips*: the rows whose branch has not moved, and the others read anew."""
    drafts = cases.view(repository).drafts
    merged = [ref.removeprefix(drafts) for ref in repository.refs(drafts, f"--merged={known.revision}")]
    stale = {item: tip for item, tip in tips.items() if memo.tips.get(item) != tip}
    found, steps, sound = {}, dict(memo.steps), dict(tips)
    for item, case in running.read(repository, stale, known, set(merged)) if stale else ():
        if isinstance(case, str):
            found[item], sound[item] = overview.unreadable(item, case), ""  # read again next time
            continue
        found[item] = overview.facts(case, known.offices.get(case.place.office))
        if case.progress:
            steps[case.progress.procedure.version] = overview.table(case.progress.procedure)
    items = {item: found.get(item) or memo.items[item] for item in tips}
    used = {row.get("versi_sop") for row in items.values()}
    kept = {version: rows for version, rows in steps.items() if version in used}
    return _Memo(known.revision, merged, sound, items, kept, memo.reviews, memo.review_fault)


def _empty(repository: Repository, known: Policy) -> _Memo:
    try:
        found = reviews.on_main(repository, known.revision, known.people.by_id)
    except FaultyError as error:
        return _Memo("", [], {}, {}, {}, {}, str(error))
    return _Memo("", [], {}, {}, {}, {each.sop: each.next.isoformat() if each.next else None for each in found}, "")


def _basis(repository: Repository, known: Policy) -> str:
    """Return a digest of everything but the branches that the memo rests on."""
    entries = repository.git("ls-tree", known.revision, *_RESTS_ON)
    parts = (entries, metadata.version("holidays"), metadata.version("tzdata"), _program())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _program() -> str:
    """Return a digest of the program itself: another version may judge otherwise."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _read(path: Path, basis: str) -> _Memo | None:
    """Return the memo if it is there, whole, and rests on *basis*."""
    try:
        seal, _, data = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if seal.decode("ascii", "replace") != _seal(basis, data):
        return None
    values = json.loads(data)
    return _Memo(**values)


def _write(path: Path, basis: str, memo: _Memo) -> None:
    values = {name: getattr(memo, name) for name in _Memo.__slots__}
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    with suppress(JdihError):  # who may only read the repository does without
        store.write(path, _seal(basis, data).encode() + b"\n" + data)


def _seal(basis: str, data: bytes) -> str:
    """Return the first line of the file, which any later change breaks, and any other basis than *basis*."""
    return hashlib.sha256(basis.encode() + data).hexdigest()
