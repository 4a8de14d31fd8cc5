"""The part of the Graph API a Page publishes through, with its limits (see `pipeline.platforms.facebook`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.platforms import facebook
from pipeline.sandbox import _graph
from pipeline.sandbox.store import Trouble, is_gone, live, next_id, trouble
from pipeline.sandbox.wire import NOTHING, Answer, Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.sandbox.store import Row, Store

_DIGITS = 16
"""How long the numbers of Pages are at most; other platforms' are longer."""


def answer(call: Call, store: Store) -> Answer:  # noqa: C901, PLR0911 - one return a route
    """Answer one request."""
    if not call.token:
        return _graph.error(*_graph.NO_TOKEN, status=401)
    match call.method, call.path:
        case "POST", (_, "photos"):
            return _photo(call, store)
        case "POST", (page, "videos"):
            return _video(call, page, store)
        case "POST", (page, "video_reels"):
            return _reel(call, page, store)
        case "POST", ("video-upload", _, video):
            return _fetch(call, video, store)
        case "POST", (parent, "feed" | "comments" as edge):
            return _write(call, parent, edge, store)
        case "POST", (video,):
            return _release(video, store)
        case "GET", ("me",):
            return Answer(200, {"id": _page_of(call.token, store), "name": store.name(call.token)})
        case "GET", (parent, "feed" | "comments" as edge):
            return _list(call, parent, edge, store)
        case "GET", (thing,):
            return _read(thing, store)
        case "DELETE", (thing,):
            return _graph.delete(thing, facebook.NAME, store)
    return _graph.error(*_graph.NO_PATH)


def _photo(call: Call, store: Store) -> Answer:
    parts = call.multipart()
    source = parts.get("source", NOTHING)
    content, mime = source.content, source.mime
    if not content or len(content) > facebook.IMAGES.size or mime not in facebook.IMAGES.formats:
        return _graph.error(324, 2069019, "Missing or invalid image file")
    with store.open() as data:
        photo = next_id(data, "120")
        alt = parts.get("alt_text_custom", NOTHING).text()
        data["unggahan"][photo] = {"berkas": store.keep(content, mime), "alt": alt}
    return Answer(200, {"id": photo})


def _video(call: Call, page: str, store: Store) -> Answer:
    form = call.form()
    kept = _graph.fetched(form.get("file_url", ""), facebook.VIDEOS, store)
    if isinstance(kept, Answer):
        return kept
    with store.open() as data:
        video = next_id(data, "130")
        data["wadah"][video] = {
            "akun": page,
            "teks": form.get("description", ""),
            "media": [{"berkas": kept, "alt": ""}],
            "tayang": False,
        }
    return Answer(200, {"id": video})


def _reel(call: Call, page: str, store: Store) -> Answer:
    form = call.form()
    if form.get("upload_phase") == "finish":
        return _finish(form, page, store)
    with store.open() as data:
        video = next_id(data, "130")
        data["wadah"][video] = {"akun": page, "teks": "", "media": [], "tayang": False, "reel": True}
    return Answer(200, {"video_id": video, "upload_url": f"{facebook.HOSTS[0]}/video-upload/v25.0/{video}"})


def _fetch(call: Call, video: str, store: Store) -> Answer:
    kept = _graph.fetched(call.source, facebook.VIDEOS, store)
    with store.open() as data:
        waiting = data["wadah"].get(video)
        if waiting is None or isinstance(kept, Answer):
            told = {"retriable": False, "type": "ProcessingFailedError", "message": "Request processing failed"}
            return Answer(400, {"debug_info": told})
        waiting["media"] = [{"berkas": kept, "alt": ""}]
    return Answer(200, {"success": True})


def _finish(form: Mapping[str, str], page: str, store: Store) -> Answer:
    video = form.get("video_id", "")
    with store.open() as data:
        waiting = data["wadah"].get(video)
        if waiting is None or waiting["akun"] != page or not waiting["media"]:
            return _graph.error(100, 0, "Invalid parameter")
        waiting["teks"] = form.get("description", "")
    return _release(video, store)


def _write(call: Call, parent: str, edge: str, store: Store) -> Answer:
    form, made = call.form(), {}
    text = form.get("message", "")
    if facebook.length(text) > facebook.CAPTION_LIMIT:
        return _graph.error(100, 0, "(#100) Param message is too long")
    named = [json.loads(value)["media_fbid"] for name, value in form.items() if name.startswith("attached_media[")]
    with store.open() as data:
        photos = [data["unggahan"].get(photo) for photo in named]
        if None in photos or not (text or photos):
            return _graph.error(100, 0, "Invalid parameter")
        if is_gone(data, parent):
            return _graph.error(*_graph.NOT_THERE)
        kind = trouble(data, facebook.NAME)
        if kind is Trouble.PAUSE:
            return _graph.paused()
        if kind is Trouble.DUPLICATE or _is_again(data, parent, text):
            return _graph.error(506, 1500121, "Duplicate posts cannot be published consecutively")
        if _graph.happens(kind):
            answered = parent if edge == "comments" else ""
            account = _page_of(call.token, store) if answered else parent
            said = {"id": f"{parent}_{next_id(data, '')}", "akun": account, "teks": text, "balasan_untuk": answered}
            made = {"id": _graph.add(data, store, facebook.NAME, {**said, "media": photos})}
    return _graph.outcome(kind, made)


def _is_again(data: Row, page: str, text: str) -> bool:
    newest = next((row for row in live(data, facebook.NAME) if row["akun"] == page), None)
    return newest is not None and newest["teks"] == text


def _release(video: str, store: Store) -> Answer:
    with store.open() as data:
        waiting = data["wadah"].get(video)
        if waiting is None:
            return _graph.error(*_graph.NOT_THERE)
        kind = trouble(data, facebook.NAME)
        if kind is Trouble.PAUSE:
            return _graph.paused()
        if _graph.happens(kind) and not waiting["tayang"]:
            waiting["tayang"] = True
            said = {name: waiting[name] for name in ("akun", "teks", "media")}
            _graph.add(data, store, facebook.NAME, {"id": video, **said})
    return _graph.outcome(kind, {"success": True})


def _list(call: Call, parent: str, edge: str, store: Store) -> Answer:
    owner = "akun" if edge == "feed" else "balasan_untuk"
    with store.open() as data:
        mine = [row for row in live(data, facebook.NAME) if row[owner] == parent]
        mine = [row for row in mine if edge == "comments" or not row["balasan_untuk"]]
        rows = [_public(row, row["akun"]) for row in mine]
        if edge == "feed":
            rows = [{**row, **_newest(data, row["id"])} for row in rows]
        else:
            rows += [_public(row, row["penulis"]) for row in _graph.below(data, facebook.NAME, parent)]
            rows.sort(key=lambda row: str(row["created_time"]), reverse="order" in call.query)
    return _graph.page(call, rows)


def _newest(data: Row, post: str) -> Row:
    """Return the newest comment below a post, as a list's nested field shows it."""
    rows = _graph.below(data, facebook.NAME, post)[:1]
    return {"comments": {"data": [{"created_time": _graph.moment(row["pada"])} for row in rows]}} if rows else {}


def _public(row: Row, author: str) -> Row:
    told = {"id": row["id"], "message": row["teks"], "created_time": _graph.moment(row["pada"])}
    return {**told, "permalink_url": _address(row["id"]), "from": {"id": author, "name": author}}


def _address(thing: str) -> str:
    return f"https://www.facebook.com/{thing}"


def _read(thing: str, store: Store) -> Answer:
    with store.open() as data:
        video, post = data["wadah"].get(thing), _graph.found(data, facebook.NAME, thing)
    address = {"permalink_url": _address(thing)} if post else {}
    if video:
        shown = video["tayang"] and post is not None
        status = _phases(video, shown=shown) if video.get("reel") else {"video_status": "ready"}
        return Answer(200, {"id": thing, "published": shown, "status": status, **address})
    return Answer(200, {"id": thing, **address}) if post else _graph.error(*_graph.NOT_THERE)


def _phases(video: Row, *, shown: bool) -> Row:
    """Return how far a reel is: it is processed and published once it is finished."""
    done, idle = {"status": "complete"}, {"status": "not_started"}
    phases = {"uploading_phase": done if video["media"] else idle, "processing_phase": done if shown else idle}
    published = {**done, "publish_status": "published"} if shown else idle
    return {"video_status": "ready" if shown else "processing", **phases, "publishing_phase": published}


def _page_of(token: str, store: Store) -> str:
    """Return the Page a token belongs to: the one of the same name."""
    same = (key for key, name in store.names.items() if name == store.name(token))
    return next((key for key in same if key.isdecimal() and len(key) <= _DIGITS), "")
