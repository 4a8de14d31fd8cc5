"""Instagram Graph API: containers are made, then one of them is published.

https://developers.facebook.com/docs/instagram-platform/content-publishing (v25.0). A container that
answers `PUBLISHED` is live: that is the platform's only handle against sending twice. Deleting works
with Facebook-Login tokens on graph.facebook.com alone (permission instagram_manage_contents).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.flow import Rejected, Request
from pipeline.model.platform import Images, Videos
from pipeline.model.publishing import Receipt, Staged
from pipeline.platforms import _graph

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.model.platform import Health, Remark
    from pipeline.model.publishing import Media, Post

NAME = "instagram"
ENDPOINT = "https://graph.facebook.com/v25.0"
CAPTION_LIMIT = 2200
HASHTAG_LIMIT = 5  # the product's rule since December 2025; the API reference still says 30
IMAGES = Images(
    least=1,
    most=10,
    formats=("image/jpeg",),
    size=8_000_000,
    width=1440,
    height=1800,
    ratios=(4 / 5, 1.91),
    uniform=True,
    fetched=True,
)
VIDEOS = Videos(
    most=10,
    formats=("video/mp4", "video/quicktime"),
    size=300_000_000,
    seconds=900,
    shortest=3,
    ratios=(0.01, 10.0),
    rates=(23.0, 60.0),
    codecs=("h264", "hevc"),
    colours=("yuv420p", "yuvj420p", "yuv420p10le"),  # reels: 4:2:0
    alone=False,
)
ALT = True
VIDEO_ALT = False
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = True
CAN_LISTEN = True
CAN_REPLY = True
CAN_THREAD = False
STAGED_FOR = timedelta(hours=23)  # a container lives for 24

_PACE = (0.0, 2.0, 5.0, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0)  # seconds between looks at a container: five minutes
_STATUS = ("status_code", "status")
_NAMES = ("text", "timestamp", "")
_REFUSED = "platform menolak penghapusan: token perlu izin instagram_manage_contents dari Facebook Login"


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count UTF-16 units: Meta does not say what it counts, and this is never less."""
    return _graph.utf16(text)


def stage(post: Post, account: Account, /) -> Flow[Staged]:
    """Make a container (a carousel: one a file, then the whole) and wait until it is ready. A video alone is a reel."""
    if post.reply_to:
        return Staged()
    if not post.media:
        raise Rejected("Instagram tidak menerima teks saja: sertakan gambar atau video")
    if len(post.media) == 1:
        container = yield from _create(account, {**_file(post.media[0], "REELS"), "caption": post.text})
    else:
        children: list[str] = []
        for media in post.media:
            child = yield from _create(account, {**_file(media, "VIDEO"), "is_carousel_item": "true"})
            if media.mime.startswith("video/"):
                yield from _graph.ready(f"{ENDPOINT}/{child}", _STATUS, _PACE, frozenset())
            children.append(child)
        whole = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": post.text}
        container = yield from _create(account, whole)
    yield from _graph.ready(f"{ENDPOINT}/{container}", _STATUS, _PACE, frozenset())
    return Staged(ids=(container,))


def commit(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Publish the container, or answer the comment. The permalink is a courtesy: failing to read it is no failure."""
    if post.reply_to:
        reply = yield Request("POST", f"{ENDPOINT}/{post.reply_to}/replies", form={"message": post.text})
        if _graph.code(reply) == _graph.GONE:
            raise Rejected("komentar yang dijawab sudah tidak ada di Instagram, atau tidak boleh dijawab akun ini")
        return Receipt(remote_id=_graph.published(reply), url=post.link)
    reply = yield Request("POST", f"{ENDPOINT}/{account.id}/media_publish", form={"creation_id": staged.ids[0]})
    media = _graph.published(reply)
    return Receipt(remote_id=media, url=(yield from _graph.courtesy(f"{ENDPOINT}/{media}", "permalink")))


def find(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Ask the container first, then look for the caption among the account's own posts."""
    container = f"{ENDPOINT}/{staged.ids[0]}" if staged.ids else ""
    own = (f"{ENDPOINT}/{account.id}/media", ("caption", "timestamp", "permalink"))
    answers = (f"{ENDPOINT}/{post.reply_to}/replies", _NAMES)
    return (yield from _graph.find(post, staged, container, _STATUS, answers if post.reply_to else own))


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Delete a post or an answer. 'Does not exist' is believed only when the account's list agrees."""
    yield from _graph.retract(f"{ENDPOINT}/{receipt.remote_id}", f"{ENDPOINT}/{account.id}/media", _REFUSED)


def comments(account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Return what others wrote since *since* below the account's last thousand posts, answers to comments included."""
    posts, _ = yield from _graph.rows(f"{ENDPOINT}/{account.id}/media", {"fields": "id,comments_count"}, None, "")
    fields = "id,text,timestamp,username"
    found: list[Remark] = []
    for post in (str(post.get("id", "")) for post in posts if post.get("comments_count") != 0):
        # An old comment may have a new answer, so the whole list is read.
        asked = {"fields": f"{fields},replies{{{fields}}}"}
        rows, _ = yield from _graph.rows(f"{ENDPOINT}/{post}/comments", asked, None, "")
        below = [answer for row in rows for answer in _answers(row)]
        said = [row for row in (*rows, *below) if row.get("username") != account.handle]
        found += [_graph.remark(row, post, _NAMES, str(row.get("username", ""))) for row in said]
    return tuple(remark for remark in found if remark.at >= since)


def health(account: Account, /) -> Flow[Health]:
    """Ask for the account's quota. When the token ends cannot be asked without writing it into an address."""
    place = f"{ENDPOINT}/{account.id}/content_publishing_limit"
    told, body = yield from _graph.usable(
        Request("GET", place, params={"fields": "quota_usage,config"}, repeatable=True)
    )
    return replace(told, quota_left=_graph.quota_left(body))


def _answers(row: _graph.Row) -> list[_graph.Row]:
    below = row.get("replies")
    rows = below.get("data") if isinstance(below, dict) else None
    return [answer for answer in rows if isinstance(answer, dict)] if isinstance(rows, list) else []


def _file(media: Media, kind: str) -> dict[str, str]:
    """Return a file as it is fetched; a video is told by *kind* and has no alternative text."""
    if media.mime.startswith("video/"):
        return {"media_type": kind, "video_url": media.url}
    return {"image_url": media.url, "alt_text": media.alt}


def _create(account: Account, fields: Mapping[str, str]) -> Flow[str]:
    return _graph.made(Request("POST", f"{ENDPOINT}/{account.id}/media", form=fields, repeatable=True))
