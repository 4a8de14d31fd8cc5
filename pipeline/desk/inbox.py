"""What people wrote to the office's accounts, kept by the server alone until it is dealt with.

Comments are personal data and Git never forgets, so they stand in one file of the server that only its owner reads,
without the names of who wrote them. What was answered or put aside leaves it after `KEPT` (UU 27/2022 art. 43:
personal data no longer needed for its purpose is removed).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline import store
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pipeline.model.people import Account, Office

FILE = "jdih-komentar.json"
KEPT = timedelta(days=30)
"""Long enough to look up what was asked, when the answer is questioned."""
FIRST = timedelta(days=7)
"""How far back an account is asked that was never asked before: what is older is past being answered."""
OVERLAP = timedelta(days=2)
"""What was asked last time is asked again: platforms show some comments late (filters, servers far away)."""
_LOCK = "jdih-komentar.kunci"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """One comment or question, without its writer."""

    platform: str
    account: str
    """The handle of our account, as it was when the comment was last told."""
    account_id: str = ""
    """The platform's own id of it; '' in what was kept before ids were."""
    id: str
    """The platform's own: what an answer replies to."""
    post: str = ""
    """Remote id of our post it stands below; '' where the platform does not say."""
    text: str
    at: datetime
    url: str
    """Its own address, or our post's where it has none or that would name its writer; '' where neither is known."""
    closed: datetime | None = None
    """Since when it is known to be answered on `main`, its answer is given up, or it was put aside."""
    why: str = ""
    """Why it was put aside."""
    edited: datetime | None = None
    """Since when it is known to say something else than when its answer was begun."""

    @property
    def key(self) -> str:
        """Return the name it goes by here, and in the id of the item that answers it: ten hexadecimal digits.

        The account counts by the platform's own id: a renamed one is still the same.
        """
        names = f"{self.platform}|{self.account_id or self.account}|{self.id}"
        return hashlib.sha256(names.encode()).hexdigest()[:10]

    @property
    def ref(self) -> str:
        """Return the account it was written to, `platform:handle`."""
        return f"{self.platform}:{self.account}"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a comment was written to."""

    office: Office
    account: Account
    """As the office writes it today."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose every account is."""

    by_id: Mapping[tuple[str, str], Owner]
    by_handle: Mapping[tuple[str, str], Owner]

    def of(self, comment: Comment) -> Owner | None:
        """Return whom *comment* was written to; None when no office has the account any more."""
        if comment.account_id:
            return self.by_id.get((comment.platform, comment.account_id))
        return self.by_handle.get((comment.platform, comment.account))


def owners(offices: Iterable[Office]) -> Owners:
    """Return whose every account of *offices* is."""
    every = [Owner(office, account) for office in offices for account in office.accounts]
    return Owners(
        {(each.account.platform, each.account.id): each for each in every},
        {(each.account.platform, each.account.handle): each for each in every},
    )


@dataclass(frozen=True, slots=True)
class Inbox:
    """Everything kept."""

    comments: Mapping[str, Comment]
    """Key -> comment."""
    looked: Mapping[str, datetime]
    """Account (`platform:id`, or its handle if it was not asked since) -> when it was last asked and answered."""

    def since(self, platform: str, account_id: str, handle: str, now: datetime) -> datetime:
        """Return from when on an account is asked, if it is asked *now*."""
        last = self.looked.get(f"{platform}:{account_id}") or self.looked.get(f"{platform}:{handle}")
        return last - OVERLAP if last else now - FIRST


def read(folder: Path) -> Inbox:
    """Return the inbox of the server *folder*, empty where none is kept; raise `JdihError` when it cannot be read."""
    path = folder / FILE
    if not path.exists():
        return Inbox({}, {})
    try:
        values = json.loads(path.read_bytes())
        found = [_comment(row) for row in values["komentar"]]
        looked = {str(ref): datetime.fromisoformat(at) for ref, at in values["dilihat"].items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise JdihError(f"{path} rusak: pindahkan, lalu jalankan jdih comments collect") from error
    return Inbox({each.key: each for each in found}, looked)


def change(folder: Path, decide: Callable[[Inbox], Inbox]) -> Inbox:
    """Replace the inbox by what *decide* makes of it, one process at a time, and return it."""
    with store.locked(folder / _LOCK):
        fresh = decide(read(folder))
        rows = [_row(each) for each in fresh.comments.values()]
        looked = {ref: at.isoformat() for ref, at in fresh.looked.items()}
        data = json.dumps({"dilihat": looked, "komentar": rows}, ensure_ascii=False, indent=1)
        store.write(folder / FILE, data.encode(), mode=0o600)
    return fresh


def forgotten(box: Inbox, now: datetime) -> Inbox:
    """Return the inbox without what was closed long ago; what an account may still tell again is kept till then."""
    kept = {
        key: each
        for key, each in box.comments.items()
        if each.closed is None
        or each.closed >= now - KEPT
        or each.at >= box.since(each.platform, each.account_id, each.account, now)
    }
    return replace(box, comments=kept)


def put_aside(folder: Path, start: str, why: str, now: datetime) -> Comment:
    """Say that the comment whose key begins with *start* wants no answer, and why; raise `JdihError` if none is."""
    if not why.strip():
        raise JdihError("tulis alasannya dengan --why")

    def decide(box: Inbox) -> Inbox:
        found = named(box.comments, start)
        return replace(box, comments={**box.comments, found.key: replace(found, closed=now, why=why.strip())})

    return named(change(folder, decide).comments, start)


def named(comments: Mapping[str, Comment], start: str) -> Comment:
    """Return the one comment whose key begins with *start*; raise `JdihError` when there is not exactly one."""
    found = [each for key, each in comments.items() if start and key.startswith(start)]
    if len(found) != 1:
        raise JdihError(f"{start}: bukan kunci tepat satu komentar (lihat jdih comments list)")
    return found[0]


def _comment(row: Mapping[str, Any]) -> Comment:
    return Comment(
        platform=row["platform"],
        account=row["akun"],
        account_id=row.get("id_akun", ""),
        id=row["nomor"],
        post=row["kiriman"],
        text=row["teks"],
        at=datetime.fromisoformat(row["pukul"]),
        url=row["tautan"],
        closed=_moment(row["ditutup"]),
        why=row["alasan"],
        edited=_moment(row.get("disunting")),
    )


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _row(comment: Comment) -> dict[str, str | None]:
    return {
        "platform": comment.platform,
        "akun": comment.account,
        "id_akun": comment.account_id,
        "nomor": comment.id,
        "kiriman": comment.post,
        "teks": comment.text,
        "pukul": comment.at.isoformat(),
        "tautan": comment.url,
        "ditutup": comment.closed.isoformat() if comment.closed else None,
        "alasan": comment.why,
        "disunting": comment.edited.isoformat() if comment.edited else None,
    }
