"""Papan tulis: 'mengirim' ke layar. Untuk melihat persis apa yang akan terkirim, tanpa platform mana pun.

Its requests go to `console:`, which the network carries out by writing them down.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.flow import OK, Rejected, Request, expect
from pipeline.model.platform import Health, Images, Videos
from pipeline.model.publishing import Receipt, Staged

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.model.platform import Remark
    from pipeline.model.publishing import Post

NAME = "console"
ENDPOINT = "console:"
CAPTION_LIMIT = 100_000
HASHTAG_LIMIT = 100
IMAGES = Images(least=0, most=20, formats=("image/jpeg", "image/png", "image/webp", "image/gif"), size=20_000_000)
VIDEOS = Videos(
    most=20,
    formats=("video/mp4", "video/quicktime"),
    size=1_000_000_000,
    seconds=86_400,
    edge=8192,
    codecs=("h264", "hevc", "vp9", "av1"),
    alone=False,
)
ALT = True
VIDEO_ALT = True
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = False
CAN_LISTEN = False
CAN_REPLY = True
CAN_THREAD = True
STAGED_FOR = timedelta(days=1)


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count characters."""
    return len(text)


def stage(_post: Post, _account: Account, /) -> Flow[Staged]:
    """Prepare nothing."""
    return Staged()
    yield  # a flow without requests


def commit(post: Post, account: Account, _staged: Staged, /) -> Flow[Receipt]:
    """Write the post down."""
    said = {
        "kunci": post.key,
        "akun": account.handle,
        "teks": post.text,
        "media": [{"nama": media.name, "teks_alt": media.alt} for media in post.media],
    }
    written = expect((yield Request("POST", ENDPOINT, json=said)), OK)
    return Receipt(remote_id=str(written["kunci"]), url="")


def find(_post: Post, _account: Account, _staged: Staged, /) -> Flow[Receipt | None]:
    """Find nothing: a screen cannot be asked what it once showed."""
    return None
    yield  # a flow without requests


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Write down that the post goes."""
    expect((yield Request("DELETE", ENDPOINT, json={"kunci": receipt.remote_id, "akun": account.handle})), OK)


def comments(_account: Account, _since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Say that nobody writes on a screen."""
    raise Rejected("layar tidak punya komentar: baca di platform yang sebenarnya")
    yield  # a flow without requests


def health(_account: Account, /) -> Flow[Health]:
    """Say that a screen can always be written to."""
    return Health(usable=True, message="layar dapat ditulisi")
    yield  # a flow without requests
