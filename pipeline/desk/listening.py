"""Asking the platforms what people wrote below the office's posts, and telling which of it wants an answer.

Only offices with an SOP for answers are asked for: what nobody may answer is not collected.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import hygiene
from pipeline.carriers.repository import Repository
from pipeline.desk import cases, comments, inbox
from pipeline.desk.inbox import Comment, Inbox
from pipeline.flow import Rejected
from pipeline.model.base import JdihError
from pipeline.platforms import HEARS, PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.desk.comments import Answer
    from pipeline.desk.sending import Edges
    from pipeline.model.people import Account, Office
    from pipeline.model.platform import Remark
    from pipeline.model.publishing import Entry

LONGEST = 5000
"""Letters kept of a comment; no platform here takes more than 10,000."""
_MOST_LANES = 16


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of asking one account."""

    account: Account
    remarks: tuple[Remark, ...]
    fault: JdihError | None = None

    @property
    def troubled(self) -> bool:
        """Whether an operator has to mend something: what a platform never tells is nobody's fault."""
        return self.fault is not None and not isinstance(self.fault, Rejected)


@dataclass(frozen=True, slots=True)
class Collected:
    """One round of asking, in lines for the operator."""

    lines: tuple[str, ...]
    troubled: bool


def collect(folder: Path, edges: Edges, now: datetime) -> Collected:
    """Ask every account that can be asked, keep what is new in the server *folder*; one in trouble hides no other."""
    repository, before = Repository(folder), inbox.read(folder)
    heard, mute = _ask_all(repository, before, edges, now)
    posts = _posts(edges.ledger.entries().values())
    answers = comments.answered(repository)
    inbox.change(folder, lambda box: inbox.forgotten(_settled(_received(box, heard, posts, now), answers, now), now))
    lines = [_line(each, before, posts) for each in heard]
    lines += [f"{office.id}: belum punya SOP untuk komentar, jadi tidak dikumpulkan" for office in mute]
    return Collected(tuple(lines), any(each.troubled for each in heard))


def _ask_all(repository: Repository, before: Inbox, edges: Edges, now: datetime) -> tuple[list[Heard], list[Office]]:
    """Return what every account said, and the offices that were not asked."""
    known = cases.policy(repository)
    mute = [each for each in known.offices.values() if not comments.procedures_of(repository, known, each)]
    accounts = [account for office in known.offices.values() if office not in mute for account in office.accounts]
    with ThreadPoolExecutor(max_workers=_MOST_LANES) as pool:
        return list(pool.map(lambda account: _ask(account, before, edges, now), accounts)), mute


def _ask(account: Account, before: Inbox, edges: Edges, now: datetime) -> Heard:
    if account.platform not in PLATFORMS:
        return Heard(account, (), Rejected(f"belum ada penghubung untuk {account.platform}: baca dan jawab di sana"))
    platform = PLATFORMS[account.platform]
    flow = platform.comments(account, before.since(account.ref, now))
    try:
        if not platform.CAN_LISTEN:
            next(flow)  # says what a person does instead, and needs no token for it
        return Heard(account, edges.ask(flow, account))
    except JdihError as fault:
        return Heard(account, (), fault)


def _line(heard: Heard, before: Inbox, posts: Mapping[tuple[str, str], Entry]) -> str:
    if heard.fault:
        return f"{heard.account.ref}: {'BERMASALAH: ' if heard.troubled else ''}{heard.fault}"
    fresh = sum(_comment(heard.account, each, posts).key not in before.comments for each in heard.remarks)
    partly = HEARS.get(heard.account.platform)
    return f"{heard.account.ref}: {fresh} komentar baru{f'; {partly}' if partly else ''}"


# -- what is kept


def _received(box: Inbox, heard: Sequence[Heard], posts: Mapping[tuple[str, str], Entry], now: datetime) -> Inbox:
    """Return the inbox with what was heard; what is there already stays as it is."""
    fresh = [_comment(each.account, remark, posts) for each in heard for remark in each.remarks]
    looked = {each.account.ref: now for each in heard if each.fault is None}
    return Inbox({**{each.key: each for each in fresh}, **box.comments}, {**box.looked, **looked})


def _comment(account: Account, remark: Remark, posts: Mapping[tuple[str, str], Entry]) -> Comment:
    entry = posts.get((account.ref, remark.post))
    above = entry.receipt.url if entry and entry.receipt else ""
    names_writer = remark.author and remark.author.casefold() in remark.url.casefold()
    return Comment(
        platform=account.platform,
        account=account.handle,
        id=remark.id,
        post=remark.post,
        text=legible(remark.text)[:LONGEST],
        at=remark.at,
        url=above if names_writer or not remark.url else legible(remark.url),
    )


def legible(text: str) -> str:
    """Return *text* without what could repaint or reverse the screen of who reads it."""
    return "\n".join(
        "".join(letter for letter in line if not hygiene.is_unshowable(letter)) for line in text.splitlines()
    ).strip()


def _settled(box: Inbox, answers: Mapping[tuple[str, ...], Answer], now: datetime) -> Inbox:
    """Return the inbox with every comment closed that an item on `main` answers."""
    done = {inbox.key(*names) for names, answer in answers.items() if answer.merged}
    closed = {key: replace(each, closed=each.closed or now) for key, each in box.comments.items() if key in done}
    return replace(box, comments={**box.comments, **closed})


# -- what wants an answer


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment nobody has taken up yet."""

    comment: Comment
    office: Office
    item: str
    """Id of our item it stands under; '' where that is not known."""


def waiting(folder: Path, entries: Iterable[Entry]) -> list[Waiting]:
    """Return what wants an answer, oldest first: no item answers it, on `main` or on its way, nobody put it aside."""
    return _waiting(Repository(folder), inbox.read(folder), _posts(entries))


def recent(repository: Repository, edges: Edges, now: datetime) -> list[Waiting]:
    """Return the same of the last days only, asked for now, where nothing can be kept from one time to the next."""
    heard, _ = _ask_all(repository, Inbox({}, {}), edges, now)
    posts = _posts(edges.ledger.entries().values())
    return _waiting(repository, _received(Inbox({}, {}), heard, posts, now), posts)


def _waiting(repository: Repository, box: Inbox, posts: Mapping[tuple[str, str], Entry]) -> list[Waiting]:
    offices = {each.ref: office for office in cases.policy(repository).offices.values() for each in office.accounts}
    taken = {inbox.key(*names) for names in comments.answered(repository)}
    found = [each for key, each in box.comments.items() if each.closed is None and key not in taken]
    rows = []
    for comment in sorted(found, key=lambda each: (each.at, each.id)):
        entry = posts.get((comment.ref, comment.post))
        if comment.ref in offices:
            rows.append(Waiting(comment, offices[comment.ref], entry.item if entry else ""))
    return rows


def reported_by(folder: Path, person: str, waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Return those of *waiting* that *person* may report: comments are read by who deals with them."""
    repository = Repository(folder)
    known = cases.policy(repository)
    return [each for each in waiting if person in comments.reporters(repository, known, each.office, now)]


def _posts(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    """Return (account, remote id) -> the effect that made that post; an album has several ids."""
    made = [(entry, entry.receipt.remote_id) for entry in entries if entry.receipt and entry.receipt.remote_id]
    return {(entry.account.ref, each): entry for entry, ids in made for each in ids.split(",")}
