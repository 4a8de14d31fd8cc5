"""Threads API: containers are made, then one of them is published. An answer to a comment is a container too.

https://developers.facebook.com/docs/threads/posts and /reference (v1.0, pages of 2026-04). A container that
answers `PUBLISHED` is live: the platform's only handle against sending twice. Threads fetches files from their
public address. 250 posts, 1,000 answers and 100 deletions a day.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

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

NAME = "threads"
ENDPOINT = "https://graph.threads.net/v1.0"
CAPTION_LIMIT = 500
HASHTAG_LIMIT = 10  # one becomes the topic; the rest stay plain text, which the API does not refuse
IMAGES = Images(
    least=0,
    most=20,
    formats=("image/jpeg", "image/png"),
    size=8_000_000,
    width=1440,
    height=4096,
    ratios=(1 / 10, 10),
    fetched=True,
)
VIDEOS = Videos(
    most=20,
    formats=("video/mp4", "video/quicktime"),
    size=1_000_000_000,
    seconds=300,
    ratios=(0.01, 10.0),
    rates=(23.0, 60.0),
    codecs=("h264", "hevc"),
    colours=("yuv420p", "yuvj420p", "yuv420p10le"),  # docs/threads/overview: 4:2:0
    alone=False,
)
ALT = True
VIDEO_ALT = True
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = True
CAN_LISTEN = True
CAN_REPLY = True
CAN_THREAD = True
STAGED_FOR = timedelta(hours=23)  # a container lives for 24

_FILES = 20
LINKS_LIMIT = 5
_LINK = re.compile(r"https?://\S+")
_PACE = (3.0, 5.0, 10.0, 20.0, 30.0, 60.0, 60.0, 60.0, 60.0)  # seconds between looks: five minutes
_STATUS = ("status", "error_message")
_UNFIT = frozenset(
    {
        "FAILED_PROCESSING_AUDIO",
        "FAILED_PROCESSING_VIDEO",
        "INVALID_ASPEC_RATIO",
        "INVALID_BIT_RATE",
        "INVALID_DURATION",
        "INVALID_FRAME_RATE",
        "INVALID_AUDIO_CHANNELS",
        "INVALID_AUDIO_CHANNEL_LAYOUT",
    }
)
"""What `error_message` says of a file that will never do (troubleshooting page; the spelling is Meta's)."""
_NAMES = ("text", "timestamp", "permalink", "replied_to")
_REFUSED = "Threads menolak penghapusan: token perlu izin threads_delete"


@lru_cache(maxsize=1)
def _signs() -> tuple[Any, Any]:
    import regex  # measured only where a text is measured

    return regex.compile(r"\X"), regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3\uFE0F]")


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count as Threads says: characters, and an emoji as its UTF-8 bytes. Joined emoji count with all their parts."""
    sign, emoji = _signs()
    return sum(len(each.encode()) if emoji.search(each) else len(each) for each in sign.findall(text))


def links(text: str) -> int:
    """Return how many different links *text* has."""
    return len(set(_LINK.findall(text)))


def stage(post: Post, account: Account, /) -> Flow[Staged]:
    """Make a container (several files: one each, then the whole) and wait until it is ready."""
    _refuse_unfit(post)
    said = {"text": post.text, **({"reply_to_id": post.reply_to} if post.reply_to else {})}
    if not post.media:
        container = yield from _container(account, {"media_type": "TEXT", **said})
    elif len(post.media) == 1:
        container = yield from _container(account, {**_file(post.media[0]), **said})
    else:
        children: list[str] = []
        for media in post.media:
            children += [(yield from _container(account, {**_file(media), "is_carousel_item": "true"}))]
        container = yield from _container(account, {"media_type": "CAROUSEL", "children": ",".join(children), **said})
    return Staged(ids=(container,))


def commit(_post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Publish the container. The permalink is a courtesy: failing to read it is no failure."""
    reply = yield Request("POST", f"{ENDPOINT}/{account.id}/threads_publish", form={"creation_id": staged.ids[0]})
    media = _graph.published(reply)
    return Receipt(remote_id=media, url=(yield from _graph.courtesy(f"{ENDPOINT}/{media}", "permalink")))


def find(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Ask the container first, then look for the text among the account's own posts or answers."""
    container = f"{ENDPOINT}/{staged.ids[0]}" if staged.ids else ""
    own = f"{ENDPOINT}/{account.id}/{'replies' if post.reply_to else 'threads'}"
    return (yield from _graph.find(post, staged, container, _STATUS, (own, _NAMES)))


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Delete a post or an answer."""
    yield from _graph.retract(f"{ENDPOINT}/{receipt.remote_id}", f"{ENDPOINT}/{account.id}/threads", _REFUSED)


def comments(account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Return what others answered since *since*, at any depth, below the account's last thousand posts."""
    fields = {"fields": "id,text,timestamp,permalink,username,is_reply_owned_by_me", "reverse": "true"}
    posts, _ = yield from _graph.rows(f"{ENDPOINT}/{account.id}/threads", {"fields": "id,has_replies"}, None, "")
    found: list[Remark] = []
    for post in (str(post.get("id", "")) for post in posts if post.get("has_replies") is not False):
        rows, _ = yield from _graph.rows(f"{ENDPOINT}/{post}/conversation", fields, since, "timestamp")
        others = (row for row in rows if row.get("is_reply_owned_by_me") is not True)
        found += [_graph.remark(row, post, _NAMES, str(row.get("username", ""))) for row in others]
    return tuple(remark for remark in found if remark.at >= since)


def health(account: Account, /) -> Flow[Health]:
    """Ask for the account's quota. When the token ends cannot be asked without writing it into an address."""
    place = f"{ENDPOINT}/{account.id}/threads_publishing_limit"
    question = Request("GET", place, params={"fields": "quota_usage,config"}, repeatable=True)
    told, body = yield from _graph.usable(question)
    return replace(told, quota_left=_graph.quota_left(body))


def _refuse_unfit(post: Post) -> None:
    if (count := links(post.text)) > LINKS_LIMIT:
        raise Rejected(f"{count} tautan, Threads menerima {LINKS_LIMIT}: kurangi tautan di teks")
    if len(post.media) > _FILES:
        raise Rejected(f"{len(post.media)} gambar dan video, Threads menerima {_FILES} bersama-sama")


def _container(account: Account, fields: Mapping[str, str]) -> Flow[str]:
    """Make a container and wait for it: the whole of a carousel needs its parts ready."""
    place = f"{ENDPOINT}/{account.id}/threads"
    container = yield from _graph.made(Request("POST", place, form=fields, repeatable=True))
    yield from _graph.ready(f"{ENDPOINT}/{container}", _STATUS, _PACE, _UNFIT)
    return container


def _file(media: Media) -> dict[str, str]:
    kind = "video" if media.mime.startswith("video/") else "image"
    return {"media_type": kind.upper(), f"{kind}_url": media.url, "alt_text": media.alt}
