"""The record of a Bluesky post and its key, both fixed by the effect (lexicon app.bsky.feed.post).

What was learnt while staging stands in `Staged.ids`, one line a fact: `blob <cid> <mime> <bytes> <width>x<height>`,
`did <handle> <did>`, `root <uri> <cid>`, `parent <uri> <cid>`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.flow import Deferred
from pipeline.platforms import _bluesky_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.model.publishing import Post, Staged

COLLECTION = "app.bsky.feed.post"
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


def key_of(post: Post, staged: Staged) -> str:
    """Return the record's key, a TID: 53 bits of microseconds and 10 bits besides, both fixed by the effect.

    Seconds from the first intent, the rest from the effect's key: https://atproto.com/specs/tid.
    """
    digest = int.from_bytes(hashlib.sha256(post.key.encode()).digest()[:8], "big")
    moment = int(_moment(post, staged).timestamp()) * 1_000_000 + digest % 1_000_000
    number = moment << 10 | digest >> 54
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def _moment(post: Post, staged: Staged) -> datetime:
    """Return when the post is dated: the parts of a thread a second apart, so that they are listed in their order."""
    if staged.since is None:
        raise Deferred("saat niat kiriman belum tercatat di buku terbitan")
    return staged.since.astimezone(UTC) + timedelta(seconds=post.part - 1)


def record(post: Post, staged: Staged) -> dict[str, Any]:
    """Return the record: the same bytes whenever it is asked for."""
    kept = [each.split(" ") for each in staged.ids]
    refs = {
        kind: {"uri": uri, "cid": cid} for kind, uri, cid in (each for each in kept if each[0] in ("root", "parent"))
    }
    made: dict[str, Any] = {
        "$type": COLLECTION,
        "text": post.text,
        "createdAt": f"{_moment(post, staged):%Y-%m-%dT%H:%M:%S}.000Z",
        "langs": ["id"],
    }
    if facets := _facets(post.text, {each[1]: each[2] for each in kept if each[0] == "did"}):
        made["facets"] = facets
    if media := [each for each in kept if each[0] == "blob"]:
        made["embed"] = _embed(post, media)
    return made | ({"reply": refs} if refs else {})


def _facets(text: str, known: Mapping[str, str]) -> list[dict[str, Any]]:
    facets = []
    for mark in _bluesky_text.marks(text):
        feature = {"link": ("uri", mark.value), "tag": ("tag", mark.value), "mention": ("did", known.get(mark.value))}
        name, value = feature[mark.kind]
        if value:
            index = {"byteStart": mark.start, "byteEnd": mark.end}
            facets.append(
                {"index": index, "features": [{"$type": f"app.bsky.richtext.facet#{mark.kind}", name: value}]}
            )
    return facets


def _embed(post: Post, kept: list[list[str]]) -> dict[str, Any]:
    pictures = []
    for media, (_, cid, mime, size, shape) in zip(post.media, kept, strict=True):
        blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": mime, "size": int(size)}
        width, _, height = shape.partition("x")
        ratio = {"aspectRatio": {"width": int(width), "height": int(height)}} if height else {}
        if media.mime.startswith("video/"):
            return {"$type": "app.bsky.embed.video", "video": blob, "alt": media.alt, **ratio}
        pictures.append({"image": blob, "alt": media.alt, **ratio})
    return {"$type": "app.bsky.embed.images", "images": pictures}
