"""Asking the platforms what people wrote below the office's posts, and telling which of it wants an answer.

Only offices with an SOP for answers are asked for: what nobody may answer is not collected.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import hygiene, network
from pipeline.carriers.repository import Repository
from pipeline.desk import cases, comments, inbox
from pipeline.desk.inbox import Comment, Inbox
from pipeline.flow import Rejected
from pipeline.model.base import JdihError
from pipeline.model.history import RESUME
from pipeline.platforms import HEARS, PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.carriers.history import Policy
    from pipeline.desk.comments import Answer, Answers
    from pipeline.desk.inbox import Owners
    from pipeline.desk.sending import Edges
    from pipeline.model.people import Account, Office
    from pipeline.model.platform import Remark
    from pipeline.model.publishing import Entry

    Posts = Mapping[tuple[str, str, str], Entry]
    """Platform, our account's id and a post's remote id -> the effect that made it."""

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
    known = cases.policy(repository)
    heard, mute = _ask_all(repository, known, before, edges, now)
    posts = _posts(edges.ledger.entries().values())
    owners, answers = inbox.owners(known.offices.values()), comments.answered(repository, known)

    def decide(box: Inbox) -> Inbox:
        had = _by_id(box, heard)
        received = _received(had, heard, posts, now)
        return inbox.forgotten(_settled(received, owners, answers, had, now), now)

    after = inbox.change(folder, decide)
    lines = [_line(each, before) for each in heard]
    lines += [f"{office.id}: belum punya SOP untuk komentar, jadi tidak dikumpulkan" for office in mute]
    return Collected((*lines, *_orphans(after, owners)), any(each.troubled for each in heard))


def _ask_all(
    repository: Repository, known: Policy, before: Inbox, edges: Edges, now: datetime
) -> tuple[list[Heard], list[Office]]:
    """Return what every account said, and the offices that were not asked."""
    mute = [each for each in known.offices.values() if not comments.procedures_of(repository, known, each)]
    accounts = [account for office in known.offices.values() if office not in mute for account in office.accounts]
    with ThreadPoolExecutor(max_workers=_MOST_LANES) as pool:
        return list(pool.map(lambda account: _ask(account, before, edges, now), accounts)), mute


def _ask(account: Account, before: Inbox, edges: Edges, now: datetime) -> Heard:
    if account.platform not in PLATFORMS:
        return Heard(account, (), Rejected(f"belum ada penghubung untuk {account.platform}: baca dan jawab di sana"))
    platform = PLATFORMS[account.platform]
    flow = platform.comments(account, before.since(account.platform, account.id, account.handle, now))
    try:
        if not platform.CAN_LISTEN:
            next(flow)  # says what a person does instead, and needs no token for it
        return Heard(account, edges.ask(flow, account))
    except JdihError as fault:
        return Heard(account, (), fault)


def _line(heard: Heard, before: Inbox) -> str:
    if heard.fault:
        return f"{heard.account.ref}: {'BERMASALAH: ' if heard.troubled else ''}{heard.fault}"
    had = {(each.platform, each.id) for each in before.comments.values()}
    fresh = len({(heard.account.platform, each.id) for each in heard.remarks} - had)
    partly = HEARS.get(heard.account.platform)
    return f"{heard.account.ref}: {fresh} komentar baru{f'; {partly}' if partly else ''}"


# -- what is kept


def _by_id(box: Inbox, heard: Sequence[Heard]) -> Inbox:
    """Return the inbox with every comment under its account's id: handles stood for accounts once.

    A comment that is told again is known by its own id. Where it stood under two handles, what was decided of it stays.
    """
    ours = {each.account.ref: each.account.id for each in heard}
    told = {(each.account.platform, remark.id): each.account.id for each in heard for remark in each.remarks}
    named = [
        each
        if each.account_id
        else replace(each, account_id=ours.get(each.ref) or told.get((each.platform, each.id), ""))
        for each in sorted(box.comments.values(), key=lambda each: each.closed is not None)
    ]
    return replace(box, comments={each.key: each for each in named})


def _received(box: Inbox, heard: Sequence[Heard], posts: Posts, now: datetime) -> Inbox:
    """Return the inbox with what was heard: the newest words, and what was decided of a comment before."""
    fresh = [_comment(each.account, remark, posts) for each in heard for remark in each.remarks]
    newest = {each.key: _renewed(box.comments.get(each.key), each) for each in fresh}
    looked = {f"{each.account.platform}:{each.account.id}": now for each in heard if each.fault is None}
    return Inbox({**box.comments, **newest}, {**box.looked, **looked})


def _renewed(before: Comment | None, fresh: Comment) -> Comment:
    if before is None:
        return fresh
    return replace(fresh, post=fresh.post or before.post, closed=before.closed, why=before.why, edited=before.edited)


def _comment(account: Account, remark: Remark, posts: Posts) -> Comment:
    entry = posts.get((account.platform, account.id, remark.post))
    above = entry.receipt.url if entry and entry.receipt else ""
    names_writer = remark.author and remark.author.casefold() in remark.url.casefold()
    return Comment(
        platform=account.platform,
        account=account.handle,
        account_id=account.id,
        id=remark.id,
        post=remark.post,
        text=legible(remark.text)[:LONGEST],
        at=remark.at,
        url=above if names_writer or not is_address(remark.url) else remark.url,
    )


def is_address(url: str) -> bool:
    """Whether *url* is an address a person may follow: https, or on this computer where platforms are rehearsed."""
    if legible(url) != url or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    rehearsed = parts.scheme == "http" and parts.hostname in network.LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or rehearsed)


def legible(text: str) -> str:
    """Return *text* without what could repaint or reverse the screen of who reads it."""
    return "\n".join(
        "".join(letter for letter in line if not hygiene.is_unshowable(letter)) for line in text.splitlines()
    ).strip()


def _settled(box: Inbox, owners: Owners, answers: Answers, before: Inbox, now: datetime) -> Inbox:
    """Return the inbox with what the items say: answered on `main`, given up, or going on and edited since *before*."""
    found = {}
    for key, each in box.comments.items():
        owner, old = owners.of(each), before.comments.get(key)
        answer = owner and answers.to(owner.office.id, each.platform, owner.account.id, each.id)
        found[key] = _stands(each, answer, now, edited=old is not None and old.text != each.text) if answer else each
    return replace(box, comments=found)


def _stands(comment: Comment, answer: Answer, now: datetime, *, edited: bool) -> Comment:
    if comment.why:
        return comment
    if answer.merged:
        return replace(comment, closed=comment.closed or now)
    return replace(comment, closed=answer.given_up, edited=now if edited else comment.edited)


# -- what wants an answer


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment nobody has taken up yet, or one to look at again."""

    comment: Comment
    office: Office
    item: str
    """Id of our item it stands under; '' where that is not known."""
    told: str = ""
    """What became of its answer, in one line; '' while there is none."""


def waiting(folder: Path, entries: Iterable[Entry]) -> list[Waiting]:
    """Return what wants an answer, oldest first: nobody put it aside, no item answers it, on `main` or on its way.

    An answer that was given up is none; a comment that says something else than when it was begun is told again.
    """
    repository = Repository(folder)
    return _waiting(repository, cases.policy(repository), inbox.read(folder), _posts(entries))


def recent(repository: Repository, edges: Edges, now: datetime) -> list[Waiting]:
    """Return the same of the last `inbox.FIRST` only, asked for now, where nothing can be kept in between."""
    known = cases.policy(repository)
    heard, _ = _ask_all(repository, known, Inbox({}, {}), edges, now)
    posts = _posts(edges.ledger.entries().values())
    return _waiting(repository, known, _received(Inbox({}, {}), heard, posts, now), posts)


def _waiting(repository: Repository, known: Policy, box: Inbox, posts: Posts) -> list[Waiting]:
    owners, answers = inbox.owners(known.offices.values()), comments.answered(repository, known)
    rows = []
    for comment in sorted(box.comments.values(), key=lambda each: (each.at, each.id)):
        owner = owners.of(comment)
        if comment.why or not owner:
            continue
        answer = answers.to(owner.office.id, comment.platform, owner.account.id, comment.id)
        told = _told(comment, answer) if answer else ""
        if told or (answer is None and comment.closed is None):
            entry = posts.get((comment.platform, owner.account.id, comment.post))
            ours = replace(comment, account=owner.account.handle, account_id=owner.account.id)
            rows.append(Waiting(ours, owner.office, entry.item if entry else "", told))
    return rows


def _told(comment: Comment, answer: Answer) -> str:
    if answer.merged:
        return ""
    if answer.given_up:
        return f"jawabannya, butir {answer.item}, dibatalkan: lanjutkan dengan kata {RESUME} bila tetap perlu dijawab"
    return f"disunting sesudah butir {answer.item} dibuka: baca lagi sebelum menjawab" if comment.edited else ""


def _orphans(box: Inbox, owners: Owners) -> Iterator[str]:
    """Say what stays unanswered because its account left the office files."""
    lost = Counter(each.ref for each in box.comments.values() if each.closed is None and not owners.of(each))
    for ref, count in lost.items():
        yield f"{ref}: {count} komentar belum ditanggapi, tetapi akunnya tidak ada lagi pada berkas kantor"


def reported_by(folder: Path, person: str, waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Return those of *waiting* that *person* may report: comments are read by who deals with them."""
    repository = Repository(folder)
    known = cases.policy(repository)
    return [each for each in waiting if person in comments.reporters(repository, known, each.office, now)]


def _posts(entries: Iterable[Entry]) -> Posts:
    """Return the effect that made each post; an album has several ids."""
    made = [(entry, entry.receipt.remote_id) for entry in entries if entry.receipt and entry.receipt.remote_id]
    return {(entry.platform, entry.account.id, each): entry for entry, ids in made for each in ids.split(",")}
