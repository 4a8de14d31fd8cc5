"""What a Mastodon server (4.7) shows: statuses, files, accounts, notifications.

Held against recorded answers in tests/publish/test_mastodon.py, which lists what is left out here.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.sandbox.store import Row

HOST = "mastodon.example"
HOME = f"https://{HOST}"
_LINK = re.compile(r"(https?://)(\S{1,30})(\S*)")
_TAG = re.compile(r"(?<![\w&;/])#(\w+)")
_NAME = re.compile(r"(?<![\w/])@(\w[\w.-]*)(?:@([\w.-]*\w))?")


_NOT_SAID = ("in_reply_to_account_id", "edited_at", "reblog", "quote", "card", "poll")
_NOT_DONE = ("sensitive", "favourited", "reblogged", "muted", "bookmarked", "pinned")
_NONE_OF = ("mentions", "tags", "emojis", "filtered", "tagged_collections")
_UNCOUNTED = ("reblogs_count", "favourites_count", "replies_count", "quotes_count")
_BLACK = "U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ"
"""The blurhash of a black square."""


def notice(row: Row) -> Row:
    """Return the notification that a remark makes."""
    said = status({**row, "nama": row["penulis"], "media": [], "balasan_untuk": row["untuk"]})
    said.pop("pinned")  # told of one's own statuses only
    head = {"id": row["id"], "group_key": f"ungrouped-{row['id']}", "type": "mention"}
    return {**head, "created_at": said["created_at"], "account": said["account"], "status": said}


def status(row: Row) -> Row:
    """Return a post as everybody sees it."""
    url = f"{HOME}/@{row['nama']}/{row['id']}"
    return {
        **dict.fromkeys(_NOT_SAID),
        **dict.fromkeys(_NOT_DONE, False),
        **dict.fromkeys(_UNCOUNTED, 0),
        **{name: [] for name in _NONE_OF},
        "id": row["id"],
        "created_at": _moment(row["pada"]),
        "in_reply_to_id": row["balasan_untuk"] or None,
        "spoiler_text": "",
        "visibility": "public",
        "language": "id",
        "uri": url,
        "url": url,
        "content": _shown(row["teks"]),
        "account": account(row["nama"], "1"),
        "application": {"name": "Penerbit", "website": None},
        "quote_approval": {"automatic": [], "manual": [], "current_user": "denied"},
        "media_attachments": [attachment(row["id"], each["alt"], _kind(each["berkas"])) for each in row["media"]],
    }


def source(row: Row) -> Row:
    """Return a deleted post: what was written instead of how it was shown."""
    said = status(row)
    said.pop("content")
    return said | {"text": row["teks"]}


def _moment(stored: str) -> str:
    return datetime.fromisoformat(stored).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _kind(file: str) -> str:
    return "video" if file.endswith((".mp4", ".webm", ".quicktime")) else "image"


def _shown(text: str) -> str:
    """Return a text as Mastodon shows it: long links shortened to the eye, the servers of names left out."""
    said = html.escape(text, quote=False)
    said = _LINK.sub(_link, said)
    said = _TAG.sub(rf'<a href="{HOME}/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>', said)
    said = _NAME.sub(r'<span class="h-card"><a href="" class="u-url mention">@<span>\1</span></a></span>', said)
    lines = "</p><p>".join(part.replace("\n", "<br />") for part in said.split("\n\n"))
    return f"<p>{lines}</p>"


def _link(found: re.Match[str]) -> str:
    hidden = '<span class="invisible">{}</span>'.format
    words = hidden(found[1]) + f'<span class="ellipsis">{found[2]}</span>' + hidden(found[3])
    return f'<a href="{found[0]}" target="_blank" rel="nofollow noopener" translate="no">{words}</a>'


def attachment(number: str, alt: str, kind: str, *, done: bool = True) -> Row:
    """Return a file ('image' or 'video') as it is told; until it is worked through it has no address."""
    url = f"{HOME}/media/{number}" if done else None
    elsewhere = dict.fromkeys(("remote_url", "preview_remote_url", "text_url"))
    shown: Row = {"url": url, "preview_url": url, **elsewhere, "meta": {}, "blurhash": _BLACK}
    return {"id": number, "type": kind, "description": alt, **shown}


def account(name: str, number: str) -> Row:
    """Return an account as everybody sees it."""
    url, picture = f"{HOME}/@{name}", f"{HOME}/avatar.png"
    pictures = dict.fromkeys(("avatar", "avatar_static", "header", "header_static"), picture)
    counts = dict.fromkeys(("followers_count", "following_count", "statuses_count"), 0)
    flags = dict.fromkeys(("bot", "group", "locked", "indexable"), False)
    said = {"id": number, "username": name, "acct": name, "display_name": name, "note": "", "uri": url, "url": url}
    made = {"created_at": "2026-01-01T00:00:00.000Z", "emojis": [], "fields": []}
    return {**said, **pictures, **counts, **flags, **made}


def own_account(name: str, number: str) -> Row:
    """Return an account as its owner sees it."""
    role = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}
    flagged = {"sensitive": False, "indexable": False, "follow_requests_count": 0}
    return account(name, number) | {"role": role, "source": {"note": "", "fields": [], "privacy": "public", **flagged}}
