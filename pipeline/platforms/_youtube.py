"""YouTube's refusals, judged by their `reason`, and its comments.

https://developers.google.com/youtube/v3/docs/errors (2026-09). A list costs one unit of the project's 10,000 a day,
an answer 50.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.flow import (
    BROKEN,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    Deferred,
    Rejected,
    Request,
    Unknown,
    too_many,
    troubled,
)
from pipeline.model.platform import Remark
from pipeline.model.publishing import Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.publishing import Post, Staged

Row = dict[str, Any]

HOST = "https://youtube.googleapis.com"
API = f"{HOST}/youtube/v3"

_BAD = 400
_PAGES = 10
_SKEW = timedelta(minutes=5)
_MIDNIGHT = 6 * 3600.0  # seconds: quotas begin anew at midnight in California
_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded", "uploadLimitExceeded", "uploadRateLimitExceeded"})
_BUSY = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_ACCOUNT = frozenset(
    {"authError", "youtubeSignupRequired", "insufficientPermissions", "accessNotConfigured", "ineligibleAccount"}
    | {"authenticatedUserAccountSuspended", "authenticatedUserAccountClosed", "authenticatedUserNotChannel"}
    | {"channelSuspended", "channelClosed"}
)
_NEVER = frozenset(
    {"invalidTitle", "invalidDescription", "invalidTags", "invalidVideoMetadata", "invalidCategoryId", "forbidden"}
    | {"commentTextRequired", "commentTextTooLong", "commentsDisabled", "invalidCommentMetadata"}
    | {"parentCommentNotFound", "parentCommentIsPrivate", "parentIdMissing", "operationNotSupported"}
)


def reason(reply: Response) -> str:
    """Return why YouTube refuses, '' where it does not say; a token that cannot be renewed says so in a word."""
    error = reply.body.get("error")
    if isinstance(error, str):
        return "authError"
    listed = error.get("errors") if isinstance(error, dict) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    return str(first.get("reason", "")) if isinstance(first, dict) else ""


def is_account(reply: Response) -> bool:
    """Whether the account or its quota is at fault, not what was sent."""
    return reply.status == UNAUTHORIZED or reason(reply) in _ACCOUNT | _QUOTA


def is_sure(reply: Response) -> bool:
    """Whether a refusal says that nothing was done."""
    return reply.status == TOO_MANY or is_account(reply) or reason(reply) in _NEVER | _BUSY


def fault(reply: Response) -> Deferred | Rejected:
    """Judge a refusal by its status and reason; the words are for people."""
    error, why = reply.body.get("error"), reason(reply)
    said = error.get("message") if isinstance(error, dict) else f"HTTP {reply.status}"
    if why in _QUOTA:
        return Deferred(f"kuota harian YouTube habis ({why})", _MIDNIGHT, account_wide=True)
    if is_account(reply):
        return Deferred(f"YouTube menolak akun: perbarui token atau izinnya ({said})", account_wide=True)
    if reply.status == TOO_MANY or why in _BUSY:
        return too_many(reply)
    if reply.status >= BROKEN or reply.status < _BAD or reply.json is None:  # something in between speaks
        return troubled(reply, f"YouTube sedang bermasalah ({said})")
    return Rejected(f"YouTube menolak: {said}")


def answer(post: Post) -> Flow[Receipt]:
    """Answer below the comment at the head of the thread: YouTube has one level of answers."""
    snippet = {"parentId": _head(post), "textOriginal": post.text}
    reply = yield Request("POST", f"{API}/comments", params={"part": "snippet"}, json={"snippet": snippet})
    if reply.status == OK and isinstance(reply.body.get("id"), str) and reply.body["id"]:
        return _receipt(reply.body)
    if is_sure(reply):
        raise fault(reply)
    raise Unknown(f"jawaban penerbitan tidak pasti: HTTP {reply.status}")


def find_answer(post: Post, account: Account, staged: Staged) -> Flow[Receipt | None]:
    """Look for the text among the account's own answers in the thread."""
    params = {"part": "snippet", "parentId": _head(post), "textFormat": "plainText"}
    rows, complete = yield from _rows("comments", params)
    for row in rows:
        fresh = staged.since is None or _at(row) >= staged.since - _SKEW
        if fresh and _author(row) == account.id and _text(row).strip() == post.text.strip():
            return _receipt(row)
    if not complete:
        raise Unknown("utas komentarnya terlalu panjang untuk diperiksa")
    return None


def remarks(account: Account, since: datetime) -> Flow[tuple[Remark, ...]]:
    """Return what others wrote since *since*: threads come newest first, each with its latest answers."""
    params = {"part": "snippet,replies", "allThreadsRelatedToChannelId": account.id, "order": "time"}
    threads, _ = yield from _rows("commentThreads", {**params, "textFormat": "plainText"}, since)
    found: list[Remark] = []
    try:
        for thread in threads:
            said = [thread["snippet"]["topLevelComment"], *thread.get("replies", {}).get("comments", [])]
            video = str(thread["snippet"].get("videoId", ""))
            found += [_remark(row, video) for row in said if _author(row) != account.id]
    except (AttributeError, KeyError, TypeError):
        raise _unreadable() from None
    return tuple(remark for remark in found if remark.at >= since)


def _rows(kind: str, params: dict[str, str], since: datetime | None = None) -> Flow[tuple[list[Row], bool]]:
    """Return a list back to *since*, as far as threads go; and whether it was read that far."""
    found: list[Row] = []
    asked = {**params, "maxResults": "100"}
    for _ in range(_PAGES):
        reply = yield Request("GET", f"{API}/{kind}", params=asked, repeatable=True)
        page = reply.body.get("items")
        if reply.status != OK or not isinstance(page, list):
            raise fault(reply)
        if not all(_is_whole(row) and _is_whole(row["snippet"].get("topLevelComment", row)) for row in page):
            raise _unreadable()
        found += page
        after = reply.body.get("nextPageToken")
        old = since and page and _at(page[-1]["snippet"]["topLevelComment"]) < since - _SKEW
        if not after or old:
            return found, True
        asked = {**asked, "pageToken": str(after)}
    return found, False


def _is_whole(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("snippet"), dict)


def _head(post: Post) -> str:
    """Return the comment at the head of the thread: an answer's id is its head's, a dot, and its own."""
    return post.reply_to.partition(".")[0]


def _at(row: Row) -> datetime:
    try:
        return datetime.fromisoformat(row["snippet"]["publishedAt"])
    except (KeyError, TypeError, ValueError):
        raise _unreadable() from None


def _author(row: Row) -> str:
    """Return the channel that wrote a comment; '' where it is closed."""
    return str(row["snippet"].get("authorChannelId", {}).get("value", ""))


def _text(row: Row) -> str:
    return str(row["snippet"].get("textOriginal") or row["snippet"].get("textDisplay", ""))


def _receipt(row: Mapping[str, Any]) -> Receipt:
    comment, video = str(row["id"]), row.get("snippet", {}).get("videoId")
    return Receipt(remote_id=comment, url=_address(str(video), comment) if video else "")


def _remark(row: Row, video: str) -> Remark:
    name = str(row["snippet"].get("authorDisplayName", ""))
    comment = str(row["id"])
    return Remark(
        id=comment, post=video, author=name, text=_text(row), at=_at(row), url=_address(video, comment) if video else ""
    )


def _address(video: str, comment: str) -> str:
    return f"https://www.youtube.com/watch?v={video}&lc={comment}"


def _unreadable() -> Deferred:
    return Deferred("YouTube memberi daftar yang tidak terbaca")
