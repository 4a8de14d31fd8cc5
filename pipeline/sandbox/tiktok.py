"""The TikTok Content Posting API's direct posts (see `pipeline.platforms.tiktok`). It deletes and reads nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.platforms import tiktok
from pipeline.sandbox.store import Dropped, Trouble, next_id, owner, trouble
from pipeline.sandbox.wire import Answer, Call, fetch

if TYPE_CHECKING:
    from pipeline.sandbox.store import Row, Store

_PLACE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_LEVELS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


def answer(call: Call, store: Store) -> Answer:  # noqa: PLR0911 - one return a route
    """Answer one request."""
    if (call.method, call.path) == ("POST", ("v2", "oauth", "token")):
        return _renew(call, store)
    if call.method == "PUT" and call.path == ("video",):
        return _receive(call, store)
    if not call.token:
        return _said("access_token_invalid", 401)
    match call.method, call.path[:3], call.path[3:]:
        case "POST", ("v2", "post", "publish"), ("creator_info", "query"):
            name = _name(call.token, store)
            return _good({"creator_username": name, "privacy_level_options": _LEVELS, "comment_disabled": False})
        case "POST", ("v2", "post", "publish"), ("video" | "content" as kind, "init"):
            return _begin(call, kind, store)
        case "POST", ("v2", "post", "publish"), ("status", "fetch"):
            return _status(call.json().get("publish_id", ""), store)
    return _said("invalid_params", 404)


def _renew(call: Call, store: Store) -> Answer:
    renewal = call.form().get("refresh_token", "")
    token = f"act.{owner(renewal)}"
    with store.open() as data:
        data.setdefault("sesi", {})[owner(token)] = {"nama": store.name(renewal)}
    return Answer(200, {"access_token": token, "expires_in": 86_400, "token_type": "Bearer"})


def _name(token: str, store: Store) -> str:
    with store.open() as data:
        session = data.get("sesi", {}).get(owner(token))
    return str(session["nama"]) if session else store.name(token)


def _begin(call: Call, kind: str, store: Store) -> Answer:
    wanted = call.json()
    told, source = wanted.get("post_info", {}), wanted.get("source_info", {})
    text = str(told.get("description" if kind == "content" else "title", ""))
    if told.get("privacy_level") not in _LEVELS or tiktok.length(text) > tiktok.CAPTION_LIMIT:
        return _said("invalid_params", 400)
    urls = source.get("photo_images", []) if kind == "content" else []
    if len(urls) > tiktok.IMAGES.most or (urls and tiktok.length(str(told.get("title", ""))) > tiktok.TITLE_LIMIT):
        return _said("invalid_params", 400)
    pictures = _pictures(urls, store) if kind == "content" else []
    if isinstance(pictures, Answer):
        return pictures
    with store.open() as data:
        if trouble(data, tiktok.NAME, Trouble.PAUSE):
            return _said("rate_limit_exceeded", 429, {"Retry-After": "60"})
        name = next_id(data, "v_pub_file~")
        begun: Row = {"nama": _name(call.token, store), "teks": text, "media": pictures, "bita": 0}
        data["wadah"][name] = {**begun, "ukuran": source.get("video_size", 0), "id": "", "gagal": ""}
        happened = _finish(data["wadah"][name], data, store) if kind == "content" else None
    if happened in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if happened in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER):
        return _said("internal_error", 500)
    address = {"upload_url": f"{tiktok.ENDPOINT}/video/?upload_id={name}&upload_token=tiruan"}
    return _good({"publish_id": name, **(address if kind == "video" else {})})


def _pictures(urls: list[str], store: Store) -> list[Row] | Answer:
    found = [fetch(url) for url in urls]
    kept = [store.keep(*picture) for picture in found if picture and picture[1] in tiktok.IMAGES.formats]
    if not urls or len(kept) < len(urls):
        return _said("url_ownership_unverified", 403)
    return [{"berkas": name, "alt": ""} for name in kept]


def _receive(call: Call, store: Store) -> Answer:
    name, place = call.query.get("upload_id", ""), _PLACE.fullmatch(call.range)
    with store.open() as data:
        begun = data["wadah"].get(name)
        if begun is None or place is None or int(place[1]) != begun["bita"] or int(place[3]) != begun["ukuran"]:
            return Answer(416, {})
        if int(place[2]) + 1 < begun["ukuran"]:
            _add(call, name, begun, store)
            return Answer(206, {})
        kind = _trouble(data)
        if kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
            _add(call, name, begun, store)
            begun["media"] = [{"berkas": store.join(owner(name), call.mime), "alt": ""}]
            _post(begun, kind, data, store)
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    return Answer(500, {}) if kind in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER) else Answer(201, {})


def _add(call: Call, name: str, begun: Row, store: Store) -> None:
    store.put_aside(owner(name), begun["bita"], call.body)
    begun["bita"] += len(call.body)


def _finish(begun: Row, data: Row, store: Store) -> Trouble | None:
    """Publish pictures at once; return the trouble there was."""
    kind = _trouble(data)
    if kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
        _post(begun, kind, data, store)
    return kind


def _post(begun: Row, kind: Trouble | None, data: Row, store: Store) -> None:
    """Make it visible; in trouble 'ganda' TikTok does not tell under which id."""
    name = next_id(data, "7")
    begun["id"] = "" if kind is Trouble.DUPLICATE else name
    begun["tayang"] = True
    said = {"teks": begun["teks"], "media": begun["media"], "balasan_untuk": ""}
    head = {"platform": tiktok.NAME, "id": name, "akun": begun["nama"], "nama": begun["nama"]}
    data["kiriman"].append({**head, **said, "pada": store.clock().isoformat(), "dihapus": ""})


def _status(name: str, store: Store) -> Answer:
    with store.open() as data:
        begun, slow = data["wadah"].get(name), trouble(data, tiktok.NAME, Trouble.SLOW)
    if begun is None:
        return _said("invalid_publish_id", 400)
    if slow:
        return _good({"status": "PROCESSING_DOWNLOAD"})
    if not begun.get("tayang"):
        return _good({"status": "PROCESSING_UPLOAD", "uploaded_bytes": begun["bita"]})
    posts = [int(begun["id"])] if begun["id"] else []
    return _good({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": posts})


def _trouble(data: Row) -> Trouble | None:
    """Take the next trouble of a publication; being slow is one of the questions after it."""
    slow = next((row for row in data["gangguan"] if row["platform"] == tiktok.NAME and row["kali"] > 0), None)
    return None if slow and slow["jenis"] == Trouble.SLOW else trouble(data, tiktok.NAME)


def _good(data: Row) -> Answer:
    return Answer(200, {"data": data, "error": {"code": "ok", "message": "", "log_id": "tiruan"}})


def _said(code: str, status: int, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"data": {}, "error": {"code": code, "message": code, "log_id": "tiruan"}}, headers or {})
