"""The publishing part of the Graph API, with its limits and error numbers (see `pipeline.platforms.instagram`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.platforms import instagram
from pipeline.sandbox import _graph
from pipeline.sandbox.store import Trouble, is_gone, live, next_id, trouble
from pipeline.sandbox.wire import Answer, Call

if TYPE_CHECKING:
    from pipeline.sandbox.store import Row, Store

QUOTA = 50
_HASHTAGS = 30
"""What the API takes; the product's own rule is stricter (`HASHTAG_LIMIT`)."""
_HASHTAG = re.compile(r"#\w+")


def answer(call: Call, store: Store) -> Answer:  # noqa: PLR0911 - one return a route
    """Answer one request."""
    if not call.token:
        return _graph.error(*_graph.NO_TOKEN, status=401)
    match call.method, call.path:
        case "POST", (account, "media"):
            return _create(call, account, store)
        case "POST", (account, "media_publish"):
            return _publish(call, account, store)
        case "POST", (comment, "replies"):
            return _reply(call, comment, store)
        case "GET", (account, "content_publishing_limit"):
            config = {"quota_total": QUOTA, "quota_duration": 86_400}
            return Answer(200, {"data": [{"quota_usage": _used(account, store), "config": config}]})
        case "GET", (post, "comments"):
            return _comments(call, post, store)
        case "GET", (parent, "media" | "replies" as kind):
            return _list(call, parent, kind, store)
        case "GET", (thing,):
            return _read(thing, store)
        case "DELETE", (thing,):
            return _graph.delete(thing, instagram.NAME, store)
    return _graph.error(*_graph.NO_PATH)


def _create(call: Call, account: str, store: Store) -> Answer:
    form, pictures = call.form(), []
    said = form.get("caption", "")
    if len(said) > instagram.CAPTION_LIMIT or len(_HASHTAG.findall(said)) > _HASHTAGS:
        return _graph.error(36004, 2207010, "The caption was too long")
    video = form.get("media_type") in ("REELS", "VIDEO")
    url = form.get("video_url" if video else "image_url")
    if url:
        accepted = instagram.VIDEOS if video else instagram.IMAGES
        kept = _graph.described(url, form.get("alt_text", ""), accepted, store)
        if isinstance(kept, Answer):
            return kept
        pictures = [kept]
    with store.open() as data:
        children = [data["wadah"].get(child) for child in form.get("children", "").split(",") if child]
        if form.get("media_type") == "CAROUSEL" and (None in children or not 2 <= len(children) <= 10):
            return _graph.error(100, 2207028, "The carousel needs 2 to 10 children")
        pictures += [picture for child in children if child for picture in child["media"]]
        container = next_id(data, "179")
        data["wadah"][container] = {
            "akun": account,
            "teks": said,
            "media": pictures,
            "keadaan": "FINISHED" if pictures else "ERROR",
        }
    return Answer(200, {"id": container})


def _publish(call: Call, account: str, store: Store) -> Answer:
    made: Row = {}
    with store.open() as data:
        container = data["wadah"].get(call.form().get("creation_id", ""))
        if container is None or container["akun"] != account:
            return _graph.error(24, 2207006, "The media could not be found")
        if container["keadaan"] != "FINISHED":
            return _graph.error(9007, 2207027, "Media ID is not available")
        if _graph.spent(data, store, instagram.NAME, account) >= QUOTA:
            return _graph.error(9, 2207042, "The maximum number of posts has been reached")
        kind = trouble(data, instagram.NAME)
        if kind is Trouble.PAUSE:
            return _graph.paused()
        if _graph.happens(kind):
            container["keadaan"] = "PUBLISHED"
            said = {"id": next_id(data, "178"), "akun": account, "teks": container["teks"], "media": container["media"]}
            made = {"id": _graph.add(data, store, instagram.NAME, said)}
    return _graph.outcome(kind, made)


def _reply(call: Call, comment: str, store: Store) -> Answer:
    with store.open() as data:
        if is_gone(data, comment):
            return _graph.error(*_graph.NOT_THERE)
        text, name = call.form().get("message", ""), store.name(call.token)
        said = {"id": next_id(data, "178"), "akun": f"balasan {comment}", "teks": text, "balasan_untuk": comment}
        said |= {"nama": name}
        return Answer(200, {"id": _graph.add(data, store, instagram.NAME, said)})


def _used(account: str, store: Store) -> int:
    with store.open() as data:
        return _graph.spent(data, store, instagram.NAME, account)


def _comments(call: Call, post: str, store: Store) -> Answer:
    with store.open() as data:
        rows = _graph.below(data, instagram.NAME, post)
        mine = [row for row in live(data, instagram.NAME) if row["balasan_untuk"]]
    return _graph.page(
        call, [_comment(row, [each for each in mine if each["balasan_untuk"] == row["id"]]) for row in rows]
    )


def _comment(row: Row, answers: list[Row]) -> Row:
    below = [{**_public(answer, "replies"), "username": answer["nama"]} for answer in answers]
    replies = {"replies": {"data": below}} if below else {}
    return {**_public(row, "replies"), "username": row["penulis"], **replies}


def _list(call: Call, parent: str, kind: str, store: Store) -> Answer:
    owner = "akun" if kind == "media" else "balasan_untuk"
    with store.open() as data:
        rows = [_public(row, kind) for row in live(data, instagram.NAME) if row[owner] == parent]
        for row in rows if kind == "media" else ():
            row["comments_count"] = len(_graph.below(data, instagram.NAME, row["id"]))
    return _graph.page(call, rows)


def _public(row: Row, kind: str) -> Row:
    text = {"caption": row["teks"], "permalink": _permalink(row)} if kind == "media" else {"text": row["teks"]}
    return {"id": row["id"], "timestamp": _graph.moment(row["pada"]), **text}


def _permalink(row: Row) -> str:
    return f"https://www.instagram.com/p/{row['id']}/"


def _read(thing: str, store: Store) -> Answer:
    with store.open() as data:
        if thing in data["wadah"]:
            state = data["wadah"][thing]["keadaan"]
            return Answer(200, {"id": thing, "status_code": state, "status": "2207052" if state == "ERROR" else state})
        found = _graph.found(data, instagram.NAME, thing)
    return Answer(200, {"id": thing, "permalink": _permalink(found)}) if found else _graph.error(*_graph.NOT_THERE)
