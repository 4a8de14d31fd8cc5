"""YouTube Data API v3: a video goes up in a session of its own, and exists from the last byte on.

https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol and the discovery document of
2026-11-04. The session is the handle: its bytes may be sent again and make one video, and it can be asked how far it
is (`Content-Range: bytes */N`) for about a week. The title is the first line, the description the whole text. Answers
to comments have no handle; the thread is asked for them by their text. The account's id is the channel's (`UC...`).
A project of the API may upload 100 videos and spend 10,000 units a day; deleting and answering cost 50 each.
"""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Any

from pipeline.access import Refresh
from pipeline.flow import BROKEN, CREATED, NOT_FOUND, OK, Deferred, Rejected, Request, Unknown
from pipeline.model.platform import Health, Images, Videos
from pipeline.model.publishing import Receipt, Staged
from pipeline.platforms import _titles, _youtube

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.platform import Remark
    from pipeline.model.publishing import Media, Post

NAME = "youtube"
ENDPOINT = _youtube.HOST
HOSTS = ("https://www.googleapis.com", "https://oauth2.googleapis.com")
"""Where else Google answers for it: upload sessions may lie on the first, tokens are renewed on the second."""
LOGIN = Refresh("https://oauth2.googleapis.com/token")
CAPTION_LIMIT = 5000
HASHTAG_LIMIT = 60  # with more, YouTube ignores them all
IMAGES = Images(least=1, most=0, formats=("image/jpeg",), size=2_000_000)
VIDEOS = Videos(
    most=1,
    formats=("video/mp4", "video/quicktime", "video/webm"),
    size=256 * 2**30,
    seconds=43_200,
    edge=3840,
    codecs=("h264", "hevc", "vp9", "av1"),
    sounds=("aac", "mp3", "opus"),
)
ALT = False
VIDEO_ALT = False
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = True
CAN_LISTEN = True
CAN_REPLY = True
CAN_THREAD = False
STAGED_FOR = timedelta(days=5)  # a session lives for about a week

_UPLOAD = f"{_youtube.HOST}/upload/youtube/v3/videos"
_PIECE = 8 * 2**20  # bytes, a multiple of 256 KiB
_TRIES = 4
_LATE = 5.0  # seconds until a request whose answer was lost has surely been carried out
TITLE_LIMIT = 100
TAGS_LIMIT = 500
"""Signs of all tags, the commas between them and the quotes about one with a blank counted."""
_EMPTY, _PARTIAL = 204, 308
_HIDDEN = ("private", "unlisted")
_HASHTAG = re.compile(r"(?<![\w&])#(\w+)")
_RANGE = re.compile(r"bytes=0-(\d+)")


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count the bytes of the description."""
    return len(text.encode())


def title(post: Post, /) -> str:
    """Return what the video is called."""
    return _titles.title(post.text, TITLE_LIMIT)


def stage(post: Post, _account: Account, /) -> Flow[Staged]:
    """Open a session and send all pieces but the last; `ids` are the session's address and the bytes in all."""
    if post.reply_to:
        return Staged()
    video = _video(post)
    content = video.content()
    told = {"X-Upload-Content-Length": str(len(content)), "X-Upload-Content-Type": video.mime}
    params = {"uploadType": "resumable", "part": "snippet,status"}
    opening = Request("POST", _UPLOAD, params=params, json=_described(post), headers=told, repeatable=True)
    reply = yield opening
    session = reply.headers.get("location", "")
    if reply.status != OK or not session:
        raise _youtube.fault(reply)
    if not session.startswith((f"{ENDPOINT}/", f"{HOSTS[0]}/")):
        raise Deferred("YouTube memberi alamat unggah di luar Google: tidak ada yang dikirim")
    for start in range(0, _last(len(content)), _PIECE):
        reply = yield _piece(session, content, start)
        if not _is_partial(reply):
            raise _youtube.fault(reply)
    return Staged(ids=(session, str(len(content))))


def commit(post: Post, _account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Send the last piece, or answer the comment. The session makes one video however often it is sent bytes."""
    if post.reply_to:
        return (yield from _youtube.answer(post))
    content = _video(post).content()
    start = _last(len(content))
    for _ in range(_TRIES):
        reply = yield from (_sent(content, start, staged) if start < len(content) else _asked_after(staged))
        if not _is_partial(reply):
            return _published(reply)
        start = _received(reply)
    raise Unknown("YouTube belum menerima seluruh videonya")


def find(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Ask the session how far it is, or the thread for the answer."""
    if post.reply_to:
        return (yield from _youtube.find_answer(post, account, staged))
    if not staged.ids:
        return None
    reply = yield _question(staged)
    return None if _is_partial(reply) else _published(reply)


def retract(receipt: Receipt, _account: Account, /) -> Flow[None]:
    """Delete a video, or an answer, whose id has a dot; YouTube answers 404 when it is gone already. 50 units."""
    kind = "comments" if "." in receipt.remote_id else "videos"
    reply = yield Request("DELETE", f"{_youtube.API}/{kind}", params={"id": receipt.remote_id}, repeatable=True)
    if reply.status != _EMPTY and not (reply.status == NOT_FOUND and reply.body):
        raise _youtube.fault(reply)


def comments(account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Return what others wrote since *since* below the channel's videos, and in the threads begun since."""
    return _youtube.remarks(account, since)


def health(account: Account, /) -> Flow[Health]:
    """Ask whose channel the token opens. What is left of the day's quota is not told by the API."""
    params = {"part": "id", "mine": "true"}
    reply = yield Request("GET", f"{_youtube.API}/channels", params=params, repeatable=True)
    if reply.status != OK:
        if not _youtube.is_account(reply):
            raise _youtube.fault(reply)
        return Health(usable=False, message=str(_youtube.fault(reply)))
    rows = reply.body.get("items")
    if account.id not in [row.get("id") for row in rows or [] if isinstance(row, dict)]:
        return Health(usable=False, message="token milik kanal lain, atau belum punya kanal: masuk sebagai kanalnya")
    return Health(usable=True, message="akun dapat dipakai: 100 unggahan sehari, hapus dan balas 50 dari 10.000 unit")


def _video(post: Post) -> Media:
    if len(post.media) != 1 or not post.media[0].mime.startswith("video/"):
        raise Rejected("YouTube hanya menerima satu video tanpa gambar: beri butir ini video, atau hapus youtube")
    return post.media[0]


def _described(post: Post) -> dict[str, Any]:
    """Return title, description and tags. 'Made for children' has to be declared: it never is."""
    if {"<", ">"} & set(post.text):
        raise Rejected("YouTube tidak menerima tanda < dan >: ganti di takarir, atau beri `varian`")
    snippet = {
        "title": title(post),
        "description": post.text,
        "tags": _tags(post.text),
        "defaultLanguage": "id",
    }
    return {"snippet": snippet, "status": {"privacyStatus": "public", "selfDeclaredMadeForKids": False}}


def _tags(text: str) -> list[str]:
    """Return the hashtags as tags, as many as fit: 500 characters with the commas between them."""
    tags = list(dict.fromkeys(_HASHTAG.findall(text)))
    lengths = accumulate(len(tag) + 1 for tag in tags)
    return tags[: len(list(takewhile(lambda total: total - 1 <= TAGS_LIMIT, lengths)))]


def _last(size: int) -> int:
    """Return where the last piece begins."""
    return max(size - 1, 0) // _PIECE * _PIECE


def _piece(session: str, content: bytes, start: int) -> Request:
    piece = content[start : start + _PIECE] if start < _last(len(content)) else content[start:]
    place = f"bytes {start}-{start + len(piece) - 1}/{len(content)}"
    headers = {"Content-Range": place, "Content-Type": "application/octet-stream"}
    return Request("PUT", session, content=piece, headers=headers)


def _question(staged: Staged, delay: float = 0.0) -> Request:
    session, size = staged.ids
    headers = {"Content-Range": f"bytes */{size}"}
    return Request("PUT", session, content=b"", headers=headers, delay=delay, repeatable=True)


def _sent(content: bytes, start: int, staged: Staged) -> Flow[Response]:
    """Send a piece and return what became of it."""
    try:
        reply = yield _piece(staged.ids[0], content, start)
    except Unknown:
        return (yield from _asked_after(staged))
    return (yield from _asked_after(staged)) if reply.status >= BROKEN else reply


def _asked_after(staged: Staged) -> Flow[Response]:
    """Ask the session after a call whose answer was lost; what it cannot tell stays unknown."""
    try:
        reply = yield _question(staged, _LATE)
    except Deferred as fault:
        raise Unknown(f"sesi unggah tidak dapat ditanya: {fault}") from None
    if reply.status not in (OK, CREATED) and not _is_partial(reply):
        # Not put off, whatever the reason: the video may be there, and another session would make a second.
        raise Unknown(f"sesi unggah tidak dapat ditanya: HTTP {reply.status}")
    return reply


def _is_partial(reply: Response) -> bool:
    """Whether the session waits for more. With an address it is a redirect, which says nothing about the video."""
    return reply.status == _PARTIAL and "location" not in reply.headers


def _received(reply: Response) -> int:
    """Return how many bytes a session has; without a range it has none."""
    told = _RANGE.fullmatch(reply.headers.get("range", ""))
    return int(told[1]) + 1 if told else 0


def _published(reply: Response) -> Receipt:
    """Return the receipt of a session that is complete. A video kept private is not live: a person decides."""
    found, status = reply.body.get("id"), reply.body.get("status")
    if reply.status in (OK, CREATED) and isinstance(found, str) and found:
        seen = status.get("privacyStatus", "public") if isinstance(status, dict) else "public"
        if seen in _HIDDEN:
            page = f"https://studio.youtube.com/video/{found}/edit"
            raise Rejected(
                f"YouTube menyimpannya sebagai {seen} (proyek API belum diaudit): tayangkan sendiri di {page}"
            )
        if seen != "public":
            raise Unknown("jawaban penerbitan tidak menyebut apakah videonya tayang")
        return Receipt(remote_id=found, url=f"https://www.youtube.com/watch?v={found}")
    if _youtube.is_sure(reply):
        raise _youtube.fault(reply)
    raise Unknown(f"jawaban penerbitan tidak pasti: HTTP {reply.status}")
