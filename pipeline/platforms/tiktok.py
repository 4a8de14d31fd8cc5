"""TikTok Content Posting API, direct post: a video by its bytes, pictures by their public addresses.

https://developers.tiktok.com/doc/content-posting-api-reference-direct-post and its neighbours (2026-09-11).
The only handle is `publish_id`. A video has it before its bytes go up, so it can always be asked. Pictures get theirs
in answer to the irreversible call itself: if that answer is lost, a person looks. Whatever goes wrong afterwards (a
token that ends while TikTok works, above all) is unknown, and asked again by the id; nothing is ever begun anew.
There is no way to delete, to read comments or to give alternative text. A client that TikTok has not audited may
post for its own eyes only.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.access import Refresh
from pipeline.flow import BROKEN, CREATED, OK, Deferred, Rejected, Request, Unknown
from pipeline.model.platform import Health, Images, Videos
from pipeline.model.publishing import Receipt, Staged
from pipeline.platforms import _tiktok, _titles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.model.platform import Remark
    from pipeline.model.publishing import Media, Post

NAME = "tiktok"
ENDPOINT = "https://open.tiktokapis.com"
LOGIN = Refresh(f"{ENDPOINT}/v2/oauth/token/")
CAPTION_LIMIT = 2200  # of a video; below pictures 4,000 would do
HASHTAG_LIMIT = 30
IMAGES = Images(
    least=1, most=35, formats=("image/jpeg", "image/webp"), size=20_000_000, width=1080, height=1920, fetched=True
)
VIDEOS = Videos(
    most=1,
    formats=("video/mp4", "video/quicktime", "video/webm"),
    size=4_000_000_000,
    seconds=600,
    shortest=3,
    edge=4096,
    least=360,
    rates=(23.0, 60.0),
    codecs=("h264", "hevc", "vp8", "vp9"),
)
ALT = False
VIDEO_ALT = False
CAN_DELETE = False
CAN_ARCHIVE = False
CAN_FIND = True
CAN_LISTEN = False
CAN_REPLY = False
CAN_THREAD = False
STAGED_FOR = timedelta(minutes=50)  # an address to upload to is good for an hour

_API = f"{ENDPOINT}/v2/post/publish"
_UPLOADS = ".tiktokapis.com"
_WHOLE, _PIECE = 64_000_000, 32_000_000  # bytes: up to the first in one piece, else in pieces of the second
_PARTIAL = 206
_TRIES = 3
_LATE = 5.0  # seconds until a request whose answer was lost has surely been carried out
_PACE = (2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 60.0, 60.0)  # seconds between looks: four minutes
TITLE_LIMIT = 90
"""UTF-16 units of the title of pictures."""
_PUBLIC = "PUBLIC_TO_EVERYONE"
_AGAIN = frozenset({"internal", "video_pull_failed", "photo_pull_failed", "publish_cancelled"})
"""Reasons of failure after which the whole may be tried again."""


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count UTF-16 units."""
    return _titles.units(text)


def title(post: Post, /) -> str:
    """Return what pictures are called; '' of a video, which has its text alone."""
    return "" if _is_video(post) else _titles.title(post.text, TITLE_LIMIT)


def stage(post: Post, _account: Account, /) -> Flow[Staged]:
    """Ask what the account may do. A video is begun and sent up to its last piece; `ids` are its id and its address."""
    _refuse_unfit(post)
    creator = yield from _tiktok.asked(f"{_API}/creator_info/query/", {})
    if _PUBLIC not in creator.get("privacy_level_options", []):
        raise Rejected(f"TikTok: {_tiktok.NEVER['privacy_level_option_mismatch']}")
    if not _is_video(post):
        return Staged()
    content = post.media[0].content()
    piece, count = _pieces(len(content))
    source = {"source": "FILE_UPLOAD", "video_size": len(content), "chunk_size": piece, "total_chunk_count": count}
    begun = yield from _tiktok.asked(f"{_API}/video/init/", {"post_info": _told(post, "title"), "source_info": source})
    name, address = str(begun.get("publish_id") or ""), str(begun.get("upload_url") or "")
    host = urlsplit(address)
    if not name or host.scheme != "https" or not str(host.hostname).endswith(_UPLOADS):
        raise Deferred("TikTok memberi alamat unggah yang bukan miliknya: tidak ada yang dikirim")
    for index in range(count - 1):
        reply = yield _piece(post.media[0], address, index)
        if reply.status != _PARTIAL:
            raise Deferred(f"TikTok tidak menerima potongan video (HTTP {reply.status})")
    return Staged(ids=(name, address))


def commit(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Send the video's last piece, or name the pictures; then ask by the id what became of it."""
    if _is_video(post):
        yield from _sent(post.media[0], staged)
        return (yield from _outcome(staged.ids[0], account))
    told = {**_told(post, "description"), "title": title(post), "auto_add_music": False}
    pictures = {"photo_cover_index": 0, "photo_images": [media.url for media in post.media]}
    body = {"post_info": told, "source_info": {"source": "PULL_FROM_URL", **pictures}}
    reply = yield _tiktok.call(f"{_API}/content/init/", {**body, "post_mode": "DIRECT_POST", "media_type": "PHOTO"})
    begun = _tiktok.data(reply)
    if begun and begun.get("publish_id"):
        return (yield from _outcome(str(begun["publish_id"]), account))
    if _tiktok.is_sure(reply):
        raise _tiktok.fault(reply)
    raise Unknown(f"jawaban penerbitan tidak pasti: HTTP {reply.status}, {_tiktok.code(reply) or 'tanpa kode'}")


def find(_post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Ask by the id what became of it; without one nobody can be asked."""
    if not staged.ids:
        raise Unknown("TikTok tidak dapat ditanya tanpa nomor kirimannya: lihat sendiri di akunnya")
    told = yield from _looked(staged.ids[0], 0.0)
    match told.get("status"):
        case "PUBLISH_COMPLETE":
            return _receipt(told, account)
        case "FAILED" | "PROCESSING_UPLOAD":
            return None
    raise Unknown("TikTok masih mengolah kirimannya")


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Say that a person has to do it."""
    raise Rejected(f"TikTok tidak dapat menghapus lewat API: buka {receipt.url or account.handle} di aplikasi, hapus")
    yield  # a flow without requests


def comments(_account: Account, _since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Say that a person has to do it."""
    raise Rejected("komentar TikTok tidak dapat dibaca lewat API: baca dan jawab di aplikasinya")
    yield  # a flow without requests


def health(account: Account, /) -> Flow[Health]:
    """Ask whose account it is and whether it may post for everybody."""
    reply = yield _tiktok.call(f"{_API}/creator_info/query/", {}, repeatable=True)
    creator = _tiktok.data(reply)
    if creator is None:
        if not _tiktok.is_account(reply):
            raise _tiktok.fault(reply)
        return Health(usable=False, message=str(_tiktok.fault(reply)))
    if creator.get("creator_username") != account.handle:
        return Health(usable=False, message=f"token milik akun lain: {creator.get('creator_username', '')}")
    if _PUBLIC not in creator.get("privacy_level_options", []):
        return Health(usable=False, message=_tiktok.NEVER["privacy_level_option_mismatch"])
    return Health(usable=True, message="akun dapat dipakai")


def _refuse_unfit(post: Post) -> None:
    if post.reply_to:
        raise Rejected("TikTok tidak dapat menjawab komentar lewat API: jawab di aplikasinya")
    if not post.media or (_is_video(post) and len(post.media) > 1):
        raise Rejected("TikTok menerima satu video, atau gambar tanpa video: sesuaikan media")


def _is_video(post: Post) -> bool:
    return any(media.mime.startswith("video/") for media in post.media)


def _told(post: Post, text: str) -> dict[str, Any]:
    return {text: post.text, "privacy_level": _PUBLIC, "disable_comment": False}


def _pieces(size: int) -> tuple[int, int]:
    """Return the bytes of a piece and how many there are; the last takes what is left over."""
    piece = size if size <= _WHOLE else _PIECE
    return piece, size // piece


def _piece(video: Media, address: str, index: int) -> Request:
    content = video.content()
    piece, count = _pieces(len(content))
    end = len(content) if index == count - 1 else (index + 1) * piece
    place = f"bytes {index * piece}-{end - 1}/{len(content)}"
    headers = {"Content-Type": video.mime, "Content-Range": place}
    return Request("PUT", address, content=content[index * piece : end], headers=headers)


def _sent(video: Media, staged: Staged) -> Flow[None]:
    """Send the last piece until TikTok has it: the same bytes to the same address are one post however often."""
    name, address = staged.ids
    for _ in range(_TRIES):
        try:
            status = (yield _piece(video, address, _pieces(video.size)[1] - 1)).status
        except Unknown:
            status = BROKEN
        if status in (OK, CREATED, _PARTIAL):
            return
        told = yield from _surely_looked(name, _LATE)
        if told.get("status") != "PROCESSING_UPLOAD":
            return
        if status < BROKEN:
            raise Deferred(f"TikTok tidak menerima potongan terakhir (HTTP {status})")


def _outcome(name: str, account: Account) -> Flow[Receipt]:
    """Ask until it is decided. What cannot be told now is unknown, and keeps the id to be asked by."""
    for pause in _PACE:
        told = yield from _surely_looked(name, pause)
        if told.get("status") == "PUBLISH_COMPLETE":
            return _receipt(told, account)
        if told.get("status") == "FAILED":
            raise _failed(str(told.get("fail_reason") or "tanpa keterangan"))
    raise Unknown("TikTok masih mengolah kirimannya", (name,))


def _failed(why: str) -> Deferred | Rejected:
    if why == "auth_removed":
        return Deferred("TikTok menolak akun: sambungkan lagi aplikasinya", account_wide=True)
    if why in _AGAIN:
        return Deferred(f"TikTok gagal mengambil atau mengolah berkasnya ({why})")
    return Rejected(f"TikTok menolak kirimannya: {why}")


def _surely_looked(name: str, delay: float) -> Flow[Mapping[str, Any]]:
    """Look after the irreversible call: a question that is refused says nothing about the post."""
    try:
        return (yield from _looked(name, delay))
    except (Deferred, Rejected) as fault:
        # Not put off: that would begin the post anew, when a token ends while TikTok still works on it.
        raise Unknown(f"TikTok belum dapat ditanya: {fault}", (name,)) from None


def _looked(name: str, delay: float) -> Flow[Mapping[str, Any]]:
    return _tiktok.asked(f"{_API}/status/fetch/", {"publish_id": name}, delay)


def _receipt(told: Mapping[str, Any], account: Account) -> Receipt:
    """Return the receipt. The list of ids, spelt as TikTok spells it, is empty while the post is moderated."""
    posts, page = told.get("publicaly_available_post_id"), f"https://www.tiktok.com/@{account.handle}"
    if isinstance(posts, list) and posts:
        return Receipt(remote_id=str(posts[0]), url=f"{page}/video/{posts[0]}")
    return Receipt(remote_id="", url=page)
