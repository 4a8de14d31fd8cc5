"""A Mastodon server's publishing part (4.7), with keys kept for an hour and limits told by the server itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from pipeline.platforms import mastodon
from pipeline.sandbox import _mastodon
from pipeline.sandbox.store import Dropped, Trouble, is_gone, live, next_id, owner, remarks, trouble
from pipeline.sandbox.wire import NOTHING, Answer, Call

if TYPE_CHECKING:
    from pipeline.sandbox.store import Row, Store

KEPT = timedelta(hours=1)
"""How long a key gives the same status again."""
_DESCRIPTION = 1500
_TYPES = [*mastodon.IMAGES.formats, *mastodon.VIDEOS.formats]
_PIXELS = 3840 * 2160
_CONFIGURATION = {
    "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
    "statuses": {
        "max_characters": mastodon.CAPTION_LIMIT,
        "max_media_attachments": mastodon.IMAGES.most,
        "characters_reserved_per_url": 23,
    },
    "media_attachments": {
        "description_limit": _DESCRIPTION,
        "image_size_limit": mastodon.IMAGES.size,
        "image_matrix_limit": _PIXELS * 4,
        "video_size_limit": mastodon.VIDEOS.size,
        "video_matrix_limit": _PIXELS,
        "video_frame_rate_limit": 120,
        "supported_mime_types": _TYPES,
    },
    "polls": {"max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2629746},
    "translation": {"enabled": False},
    "urls": {},
}
_INSTANCE = {
    "domain": _mastodon.HOST,
    "title": "Tiruan Mastodon",
    "description": "",
    "version": "4.7.0",
    "api_versions": {"mastodon": 9},
    "source_url": _mastodon.HOME,
    "thumbnail": {"url": f"{_mastodon.HOME}/thumbnail.png"},
    "icon": [],
    "languages": ["id"],
    "rules": [],
    "usage": {"users": {"active_month": 1}},
    "contact": {"email": f"admin@{_mastodon.HOST}"},
    "registrations": {"enabled": False, "approval_required": True},
    "configuration": _CONFIGURATION,
}
_OPEN: dict[tuple[str, ...], Row] = {
    ("nodeinfo", "2.0"): {"version": "2.0", "software": {"name": "mastodon", "version": "4.7.0"}},
    ("api", "v2", "instance"): _INSTANCE,
}
"""What anybody may ask."""


def answer(call: Call, store: Store) -> Answer:  # noqa: PLR0911 - one return a route
    """Answer one request."""
    if call.method == "GET" and call.path in _OPEN:
        return Answer(200, _OPEN[call.path])
    if not call.token:
        return _error(401, "The access token is invalid")
    match call.method, call.path:
        case "POST", ("api", "v2", "media"):
            return _upload(call, store)
        case "GET", ("api", "v1", "media", media):
            return _processed(media, store)
        case "POST", ("api", "v1", "statuses"):
            return _create(call, store)
        case "DELETE", ("api", "v1", "statuses", status):
            return _delete(call, status, store)
        case "GET", ("api", "v1", "accounts", "verify_credentials"):
            return Answer(200, _mastodon.own_account(_name(call.token, store), _number(call.token, store)))
        case "GET", ("api", "v1", "accounts", _, "statuses"):
            return _list(call, store)
        case "GET", ("api", "v1", "notifications"):
            return _notices(call, store)
    return _error(404, "Record not found")


def _upload(call: Call, store: Store) -> Answer:
    parts = call.multipart()
    file, alt = parts.get("file", NOTHING), parts.get("description", NOTHING).text()
    content, mime = file.content, file.mime
    if mime not in _TYPES:
        return _error(422, "Validation failed: File content type is invalid")
    if len(alt) > _DESCRIPTION:
        return _error(422, "Validation failed: Description is too long")
    slow = mime.startswith("video/")
    most = (mastodon.VIDEOS if slow else mastodon.IMAGES).size
    if len(content) > most:
        return _error(422, f"Validation failed: File file size must be less than {most // 2**20} MB")
    with store.open() as data:
        number = next_id(data, "116")
        kept = {"berkas": store.keep(content, mime), "jenis": mime, "alt": alt}
        data["unggahan"][number] = {**kept, "lihat": 1 if slow else 0}
    kind = mime.partition("/")[0]
    return Answer(202 if slow else 200, _mastodon.attachment(number, alt, kind, done=not slow))


def _processed(media: str, store: Store) -> Answer:
    with store.open() as data:
        upload = data["unggahan"].get(media)
        if upload is None:
            return _error(404, "Record not found")
        upload["lihat"], waits = max(upload["lihat"] - 1, 0), upload["lihat"]
    kind = upload["jenis"].partition("/")[0]
    return Answer(206 if waits else 200, _mastodon.attachment(media, upload["alt"], kind, done=not waits))


def _create(call: Call, store: Store) -> Answer:
    wanted = call.json()
    text, media = str(wanted.get("status", "")), wanted.get("media_ids", [])
    if mastodon.length(text) > mastodon.CAPTION_LIMIT or not (text or media):
        return _error(422, "Validation failed: Text character limit of 500 exceeded")
    with store.open() as data:
        uploads = [data["unggahan"].get(number) for number in media]
        if fault := _unfit(uploads):
            return _error(422, fault)
        if is_gone(data, str(wanted.get("in_reply_to_id", ""))):
            return _error(404, "The post you are trying to reply to does not appear to exist.")
        kind = trouble(data, mastodon.NAME)
        if kind is Trouble.PAUSE:
            return _pause(store)
        post = _again(data, call, store)
        if post is None and kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
            pictures = [{"berkas": upload["berkas"], "alt": upload["alt"]} for upload in uploads if upload]
            said = {"teks": text, "media": pictures, "balasan_untuk": str(wanted.get("in_reply_to_id", ""))}
            post = _add(data, call, said, store)
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if kind or post is None:  # two requests with one key at once are answered 503 as well
        return _error(503, "There was a temporary problem serving your request, please try again")
    return _error(404, "Record not found") if post["dihapus"] else Answer(200, _mastodon.status(post))


def _unfit(uploads: list[Row | None]) -> str:
    """Return what the server says of files that cannot be in one status, '' when they can."""
    kinds = [upload["jenis"].partition("/")[0] for upload in uploads if upload]
    if len(kinds) < len(uploads):
        return "Validation failed: Media could not be found"
    if len(kinds) > mastodon.IMAGES.most:
        return f"Cannot attach more than {mastodon.IMAGES.most} files"
    if "video" in kinds and len(kinds) > 1:
        return "Cannot attach a video to a post that already contains images"
    return ""


def _again(data: Row, call: Call, store: Store) -> Row | None:
    """Return what the same key gave within the hour."""
    rows = (row for row in data["kiriman"] if row["platform"] == mastodon.NAME and row["akun"] == owner(call.token))
    same = [row for row in rows if call.key and row["kunci"] == call.key]
    fresh = [row for row in same if store.clock() - datetime.fromisoformat(row["pada"]) < KEPT]
    return fresh[0] if fresh else None


def _add(data: Row, call: Call, said: Row, store: Store) -> Row:
    head = {"platform": mastodon.NAME, "akun": owner(call.token), "nama": _name(call.token, store)}
    made = {"id": next_id(data, "117"), "kunci": call.key, "pada": store.clock().isoformat(), "dihapus": ""}
    post = {**head, **made, **said}
    data["kiriman"].append(post)
    return post


def _delete(call: Call, status: str, store: Store) -> Answer:
    with store.open() as data:
        mine = (row for row in live(data, mastodon.NAME) if row["akun"] == owner(call.token))
        found = next((row for row in mine if row["id"] == status), None)
        if found is None:
            return _error(404, "Record not found")
        found["dihapus"] = store.clock().isoformat()
    return Answer(200, _mastodon.source(found))


def _list(call: Call, store: Store) -> Answer:
    with store.open() as data:
        mine = [row for row in live(data, mastodon.NAME) if row["akun"] == owner(call.token)]
    older = [row for row in mine if not call.query.get("max_id") or int(row["id"]) < int(call.query["max_id"])]
    return Answer(200, [_mastodon.status(row) for row in older[: int(call.query.get("limit", "20"))]])


def _notices(call: Call, store: Store) -> Answer:
    with store.open() as data:
        mine = {row["id"] for row in live(data, mastodon.NAME) if row["akun"] == owner(call.token)}
        rows = [row for row in remarks(data, mastodon.NAME) if row["untuk"] in mine]
    older = [row for row in rows if not call.query.get("max_id") or int(row["id"]) < int(call.query["max_id"])]
    return Answer(200, [_mastodon.notice(row) for row in reversed(older)][: int(call.query.get("limit", "40"))])


def _name(token: str, store: Store) -> str:
    return store.name(token).partition("@")[0]


def _number(token: str, store: Store) -> str:
    """Return the account id behind *token*: the number that has the same name."""
    same = (key for key, name in store.names.items() if name == store.names.get(token) and key.isdecimal())
    return next(same, "1")


def _pause(store: Store) -> Answer:
    """Ask for a pause of a minute: the moment it ends, in ISO 8601."""
    now = store.clock().astimezone(UTC)
    ends = f"{now + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}.000000Z"
    return Answer(
        429, {"error": "Too many requests"}, {"X-RateLimit-Reset": ends, "Date": format_datetime(now, usegmt=True)}
    )


def _error(status: int, error: str) -> Answer:
    return Answer(status, {"error": error})
