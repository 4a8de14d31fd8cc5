"""Papan tulis: 'mengirim' ke layar. Untuk melihat persis apa yang akan terkirim, tanpa platform mana pun.

Its requests go to `console:`, which the network carries out by writing them down.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.flow import OK, Request, expect
from pipeline.model.publishing import Images, Receipt, Staged

if TYPE_CHECKING:
    from pipeline.flow import Flow
    from pipeline.model.people import Account
    from pipeline.model.publishing import Post

NAME = "console"
ENDPOINT = "console:"
CAPTION_LIMIT = 100_000
HASHTAG_LIMIT = 100
IMAGES = Images(least=0, most=20, formats=("image/jpeg", "image/png", "image/webp", "image/gif"), size=20_000_000)
CAN_DELETE = True
CAN_FIND = False
STAGED_FOR = timedelta(days=1)


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
