"""Mastodon: an `Idempotency-Key` gives the same status again for an hour, the account's own list ever after.

https://docs.joinmastodon.org/methods/statuses (4.7). `Account.handle` is `name@server`, `Account.id` the number
the server gave it. Other software speaks the same API and ignores the key (GoToSocial): nodeinfo tells, and there
only the list is believed. The list is asked before the irreversible call too, since a key is forgotten within an hour.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.flow import (
    BROKEN,
    FORBIDDEN,
    NOT_FOUND,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    Deferred,
    Part,
    Rejected,
    Request,
    Unknown,
    too_many,
    troubled,
)
from pipeline.model.platform import Health, Images, Remark, Videos
from pipeline.model.publishing import Receipt, Staged
from pipeline.platforms import _answers, _mastodon_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.publishing import Media, Post

NAME = "mastodon"
ENDPOINT = "https://{server}"
CAPTION_LIMIT = 500  # unless the server says otherwise, see `_fit`
HASHTAG_LIMIT = 100  # Mastodon has none of its own
IMAGES = Images(least=0, most=4, formats=("image/jpeg", "image/png", "image/webp", "image/gif"), size=16 * 2**20)
VIDEOS = Videos(most=1, formats=("video/mp4", "video/webm", "video/quicktime"), size=99 * 2**20, seconds=3600)
ALT = True
VIDEO_ALT = True
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = True
CAN_LISTEN = True
CAN_REPLY = True
CAN_THREAD = True
STAGED_FOR = timedelta(hours=23)  # media no status names goes after 24

_SERVER = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?")
_KEEPS_KEYS = frozenset({"mastodon", "hometown"})
_ACCEPTED, _PARTIAL, _GONE, _BAD, _UNFIT = 202, 206, 410, 400, 422
_PACE = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 60.0)  # seconds between looks at a video: three minutes
_LATE = 5.0  # seconds until a request whose answer was lost has surely been carried out
_PAGES = 10
_SKEW = timedelta(minutes=5)
_PUBLIC = frozenset({"public", "unlisted"})


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count grapheme clusters, a link as 23, `@name@server` as `@name`."""
    return _mastodon_text.length(text)


def stage(post: Post, account: Account, /) -> Flow[Staged]:
    """Hold the post against the server's own limits, upload its files; `ids` are the software's name, then theirs."""
    if len(post.media) > 1 and any(media.mime.startswith("video/") for media in post.media):
        raise Rejected("Mastodon menerima satu video tanpa gambar lain: pisahkan menjadi dua butir")
    software = yield from _software(account)
    reply = yield Request("GET", f"{_base(account)}/api/v2/instance", repeatable=True)
    _fit(post, {} if reply.status == NOT_FOUND else _answers.part(_checked(reply), "configuration"))
    ids = [software]
    for media in post.media:
        ids += [(yield from _upload(media, account))]
    return Staged(ids=tuple(ids))


def commit(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Publish under the effect's key. An attempt of long ago, or one without an answer, is looked for in the list."""
    earlier = yield from find(post, account, staged)
    if earlier:
        return earlier
    said = {"status": post.text, "language": "id", "visibility": "public", "media_ids": list(staged.ids[1:])}
    answered = {"in_reply_to_id": post.reply_to} if post.reply_to else {}
    url, key = f"{_base(account)}/api/v1/statuses", {"Idempotency-Key": post.key}
    try:
        reply = yield Request("POST", url, json=said | answered, headers=key)
    except Unknown as fault:
        return (yield from _asked(post, account, staged, str(fault)))
    if reply.status == OK and isinstance(reply.body.get("id"), str) and reply.body["id"]:
        return _receipt(reply.body)
    if reply.status in (UNAUTHORIZED, FORBIDDEN, NOT_FOUND, _GONE, _UNFIT, TOO_MANY):
        raise _fault(reply)
    return (yield from _asked(post, account, staged, f"jawaban penerbitan tidak pasti: HTTP {reply.status}"))


def find(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Look for the text among the account's own statuses, back to when the effect was intended."""
    return (yield from _look(post, account, staged))


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Delete the status; the server answers 404 when it is gone already. It allows 30 in half an hour."""
    url = f"{_base(account)}/api/v1/statuses/{receipt.remote_id}"
    reply = yield Request("DELETE", url, repeatable=True)
    if not (reply.status == NOT_FOUND and reply.body) and _checked(reply).get("id") != receipt.remote_id:
        raise Deferred("jawaban platform tidak utuh")


def comments(account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Return what others said to the account in public since *since*, oldest first. Private messages stay private."""
    remarks: list[Remark] = []
    url, params = f"{_base(account)}/api/v1/notifications", {"types[]": "mention", "limit": "40"}
    for _ in range(_PAGES):
        rows = _listed((yield Request("GET", url, params=params, repeatable=True)))
        fresh = [row for row in rows if _answers.moment(row["created_at"]) >= since]
        remarks += [_remark(row) for row in fresh if _answers.part(row, "status").get("visibility") in _PUBLIC]
        if not rows or len(fresh) < len(rows):
            break
        params = {**params, "max_id": str(rows[-1]["id"])}
    return tuple(reversed(remarks))


def health(account: Account, /) -> Flow[Health]:
    """Ask whom the token belongs to; it does not expire."""
    url = f"{_base(account)}/api/v1/accounts/verify_credentials"
    try:
        body = _checked((yield Request("GET", url, repeatable=True)))
    except Deferred as fault:
        return Health(usable=False, message=str(fault))
    if body.get("id") != account.id:
        return Health(usable=False, message=f"token milik akun lain: {body.get('acct', '')} nomor {body.get('id', '')}")
    return Health(usable=True, message="token berlaku")


def _look(post: Post, account: Account, staged: Staged, delay: float = 0.0) -> Flow[Receipt | None]:
    wanted = _mastodon_text.plain(post.text)
    oldest = staged.since - _SKEW if staged.since else None
    url = f"{_base(account)}/api/v1/accounts/{account.id}/statuses"
    params = {"limit": "40", "exclude_reblogs": "true"}
    for _ in range(_PAGES):
        rows = _listed((yield Request("GET", url, params=params, delay=delay, repeatable=True)), "content")
        fresh = [row for row in rows if oldest is None or _answers.moment(row["created_at"]) >= oldest]
        for row in fresh:
            same = _mastodon_text.shown(row["content"]) == wanted
            if same and str(row.get("in_reply_to_id") or "") == post.reply_to:
                return _receipt(row)
        if not rows or len(fresh) < len(rows):
            return None
        params, delay = {**params, "max_id": str(rows[-1]["id"])}, 0.0
    raise Unknown("daftar kiriman akun terlalu panjang untuk diperiksa")


def _base(account: Account) -> str:
    if not _SERVER.fullmatch(account.server):
        raise Deferred(f"akun {account.ref}: tulis namanya sebagai nama@peladen", account_wide=True)
    return ENDPOINT.replace("{server}", account.server)


def _software(account: Account) -> Flow[str]:
    """Return the name of what the server runs, '-' when it does not say."""
    reply = yield Request("GET", f"{_base(account)}/nodeinfo/2.0", repeatable=True)
    if reply.status >= BROKEN or reply.status == TOO_MANY:
        raise _fault(reply)
    software = reply.body.get("software")
    return str(software.get("name") or "-") if isinstance(software, dict) else "-"


def _fit(post: Post, told: Mapping[str, Any]) -> None:
    """Raise `Rejected` for what the server's configuration does not take; what it does not tell is as published."""
    texts, files = _answers.part(told, "statuses"), _answers.part(told, "media_attachments")
    most = _number(texts, "max_characters", CAPTION_LIMIT)
    counted = _mastodon_text.length(post.text, _number(texts, "characters_reserved_per_url", _mastodon_text.LINK))
    if counted > most:
        raise Rejected(f"teks {counted} karakter, peladen menerima {most}: kurangi {counted - most}")
    if len(post.media) > (count := _number(texts, "max_media_attachments", IMAGES.most)):
        raise Rejected(f"{len(post.media)} berkas, peladen menerima {count}")
    for media in post.media:
        _fit_file(media, files)


def _fit_file(media: Media, told: Mapping[str, Any]) -> None:
    limits = VIDEOS if media.mime.startswith("video/") else IMAGES
    size = _number(told, "video_size_limit" if limits is VIDEOS else "image_size_limit", limits.size)
    types = told.get("supported_mime_types")
    if media.mime not in (types if isinstance(types, list) else limits.formats):
        raise Rejected(f"{media.name}: peladen tidak menerima {media.mime}")
    if media.size > size:
        raise Rejected(f"{media.name}: {media.size} bita, peladen menerima {size}")
    if len(media.alt) > (most := _number(told, "description_limit", 1500)):
        raise Rejected(f"{media.name}: teks alternatif {len(media.alt)} karakter, peladen menerima {most}")


def _number(told: Mapping[str, Any], name: str, usual: int) -> int:
    value = told.get(name)
    return value if isinstance(value, int) else usual


def _upload(media: Media, account: Account) -> Flow[str]:
    parts: dict[str, str | Part] = {"file": Part(media.name, media.mime, media.content()), "description": media.alt}
    reply = yield Request("POST", f"{_base(account)}/api/v2/media", multipart=parts, repeatable=True)
    number = reply.body.get("id")
    if reply.status not in (OK, _ACCEPTED) or not isinstance(number, str):
        raise _fault(reply)
    if reply.status == _ACCEPTED:
        yield from _ready(f"{_base(account)}/api/v1/media/{number}")
    return number


def _ready(url: str) -> Flow[None]:
    """Wait until a large file is worked through: 206 until then."""
    for pause in _PACE:
        reply = yield Request("GET", url, delay=pause, repeatable=True)
        if reply.status != _PARTIAL:
            _checked(reply)
            return
    raise Deferred("peladen belum selesai mengolah berkas")


def _asked(post: Post, account: Account, staged: Staged, why: str) -> Flow[Receipt]:
    """Return the receipt of a call whose answer was lost. Absent, it is sent again only where the key is kept."""
    try:
        found = yield from _look(post, account, staged, _LATE)
    except (Deferred, Rejected) as fault:
        raise Unknown(f"{why}; {fault}") from None
    if found:
        return found
    if staged.ids[:1] and staged.ids[0] in _KEEPS_KEYS:
        raise Deferred(f"{why}; kirimannya belum ada, akan dikirim lagi dengan kunci yang sama")
    raise Unknown(f"{why}; kirimannya tidak terlihat")


def _listed(reply: Response, *names: str) -> list[dict[str, Any]]:
    if reply.status != OK:
        raise _fault(reply)
    return _answers.rows(reply.json, "id", "created_at", *names)


def _checked(reply: Response) -> Mapping[str, Any]:
    if reply.status == OK and isinstance(reply.json, dict):
        return reply.body
    raise _fault(reply)


def _fault(reply: Response) -> Deferred | Rejected:
    """Judge a refusal by its status; the words are for people."""
    said = reply.body.get("error") or f"HTTP {reply.status}"
    if reply.status == TOO_MANY:
        return too_many(reply)
    if reply.status in (UNAUTHORIZED, FORBIDDEN):
        return Deferred(f"Mastodon menolak akun: periksa token dan izinnya ({said})", account_wide=True)
    if reply.status >= BROKEN or reply.status < _BAD or reply.json is None:  # something in between speaks
        return troubled(reply, f"Mastodon sedang bermasalah ({said})")
    return Rejected(f"Mastodon menolak: {said}")


def _remark(row: Mapping[str, Any]) -> Remark:
    [status] = _answers.rows([row["status"]], "id", "content", "created_at")
    return Remark(
        id=status["id"],
        post=str(status.get("in_reply_to_id") or ""),
        author=str(_answers.part(row, "account").get("acct", "")),
        text=_mastodon_text.shown(status["content"]),
        at=_answers.moment(status["created_at"]),
        url=str(status.get("url") or ""),
    )


def _receipt(status: Mapping[str, Any]) -> Receipt:
    return Receipt(remote_id=str(status["id"]), url=str(status.get("url") or ""))
