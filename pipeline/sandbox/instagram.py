"""The publishing part of the Graph API, with its limits and error numbers (see `pipeline.platforms.instagram`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.platforms import instagram
from pipeline.sandbox.store import Dropped, Trouble, live, next_id, trouble
from pipeline.sandbox.wire import Answer, Call, fetch

if TYPE_CHECKING:
    from pipeline.sandbox.store import Row, Store

QUOTA = 50
_NOT_THERE = (100, 33, "Unsupported request: object does not exist or cannot be loaded")


def answer(call: Call, store: Store) -> Answer:  # noqa: PLR0911 - one return a route
    """Answer one request."""
    if not call.token:
        return _error(190, 0, "Invalid OAuth access token", status=401)
    match call.method, call.path:
        case "POST", (account, "media"):
            return _create(call, account, store)
        case "POST", (account, "media_publish"):
            return _publish(call, account, store)
        case "POST", (comment, "replies"):
            return _reply(call, comment, store)
        case "GET", (parent, "media" | "replies" as kind):
            return _list(call, parent, kind, store)
        case "GET", (thing,):
            return _read(thing, store)
        case "DELETE", (thing,):
            return _delete(thing, store)
    return _error(100, 0, "Unknown path components")


def _create(call: Call, account: str, store: Store) -> Answer:
    form, pictures = call.form(), []
    if len(form.get("caption", "")) > instagram.CAPTION_LIMIT:
        return _error(36004, 2207010, "The caption was too long")
    if "image_url" in form:
        found = fetch(form["image_url"])
        if found is None or not found[1].startswith("image/"):
            return _error(
                9004, 2207052, "Only photo or video can be accepted as media type: media could not be fetched"
            )
        content, mime = found
        if mime not in instagram.IMAGES.formats:
            return _error(36001, 2207005, f"The image format is not supported: {mime}")
        if len(content) > instagram.IMAGES.size:
            return _error(36000, 2207004, "The image is too large")
        pictures = [{"berkas": store.keep(content, mime), "alt": form.get("alt_text", "")}]
    with store.open() as data:
        children = [data["wadah"].get(child) for child in form.get("children", "").split(",") if child]
        if form.get("media_type") == "CAROUSEL" and (None in children or not 2 <= len(children) <= 10):
            return _error(100, 2207028, "The carousel needs 2 to 10 children")
        pictures += [picture for child in children if child for picture in child["media"]]
        container = next_id(data, "179")
        data["wadah"][container] = {
            "akun": account,
            "teks": form.get("caption", ""),
            "media": pictures,
            "keadaan": "FINISHED" if pictures else "ERROR",
        }
    return Answer(200, {"id": container})


def _publish(call: Call, account: str, store: Store) -> Answer:  # noqa: PLR0911 - one return an outcome
    with store.open() as data:
        container = data["wadah"].get(call.form().get("creation_id", ""))
        if container is None or container["akun"] != account:
            return _error(24, 2207006, "The media could not be found")
        if container["keadaan"] != "FINISHED":
            return _error(9007, 2207027, "Media ID is not available")
        if sum(row["akun"] == account for row in live(data, instagram.NAME)) >= QUOTA:
            return _error(9, 2207042, "The maximum number of posts has been reached")
        kind = trouble(data, instagram.NAME)
        if kind is Trouble.PAUSE:
            return _error(4, 0, "Application request limit reached", status=429, headers={"Retry-After": "60"})
        if kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
            container["keadaan"] = "PUBLISHED"
            media = _add(data, store, {"akun": account, "teks": container["teks"], "media": container["media"]})
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if kind in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER):
        return _error(2, 0, "An unexpected error has occurred", status=500)
    if kind is Trouble.DUPLICATE:
        return _error(4, 2207051, "Application request limit reached", status=403)
    return Answer(200, {"id": media})


def _reply(call: Call, comment: str, store: Store) -> Answer:
    with store.open() as data:
        said = {"akun": f"balasan {comment}", "teks": call.form().get("message", ""), "balasan_untuk": comment}
        media = _add(data, store, said)
    return Answer(200, {"id": media})


def _add(data: Row, store: Store, said: Row) -> str:
    head = {"platform": instagram.NAME, "id": next_id(data, "178"), "nama": store.name(said["akun"])}
    moment = store.clock().isoformat()
    data["kiriman"].append({"media": [], "balasan_untuk": "", "pada": moment, "dihapus": "", **head, **said})
    return head["id"]


def _list(call: Call, parent: str, kind: str, store: Store) -> Answer:
    owner = "akun" if kind == "media" else "balasan_untuk"
    with store.open() as data:
        rows = [_public(row, kind) for row in live(data, instagram.NAME) if row[owner] == parent]
    start, most = int(call.query.get("after", "0")), int(call.query.get("limit", "25"))
    page, rest = rows[start : start + most], rows[start + most :]
    paging = {"cursors": {"after": str(start + most)}} if rest else {}
    return Answer(200, {"data": page, "paging": paging})


def _public(row: Row, kind: str) -> Row:
    moment = f"{datetime.fromisoformat(row['pada']).astimezone(UTC):%Y-%m-%dT%H:%M:%S}+0000"
    text = {"caption": row["teks"], "permalink": _permalink(row)} if kind == "media" else {"text": row["teks"]}
    return {"id": row["id"], "timestamp": moment, **text}


def _permalink(row: Row) -> str:
    return f"https://www.instagram.com/p/{row['id']}/"


def _read(thing: str, store: Store) -> Answer:
    with store.open() as data:
        if thing in data["wadah"]:
            state = data["wadah"][thing]["keadaan"]
            return Answer(200, {"id": thing, "status_code": state, "status": "2207052" if state == "ERROR" else state})
        found = next((row for row in live(data, instagram.NAME) if row["id"] == thing), None)
    return Answer(200, {"id": thing, "permalink": _permalink(found)}) if found else _error(*_NOT_THERE)


def _delete(thing: str, store: Store) -> Answer:
    with store.open() as data:
        found = next((row for row in live(data, instagram.NAME) if row["id"] == thing), None)
        if found is None:
            return _error(*_NOT_THERE)
        found["dihapus"] = store.clock().isoformat()
    return Answer(200, {"success": True, "deleted_id": thing})


def _error(code: int, subcode: int, message: str, status: int = 400, headers: dict[str, str] | None = None) -> Answer:
    error: Row = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "tiruan"}
    if subcode:
        error |= {"error_subcode": subcode, "is_transient": False}
    return Answer(status, {"error": error}, headers or {})
