"""The YouTube Data API's part that publishing needs, with tokens that end (see `pipeline.platforms.youtube`)."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.platforms import youtube
from pipeline.sandbox.store import Dropped, Trouble, live, next_id, owner, remarks, trouble
from pipeline.sandbox.wire import Answer, Call

if TYPE_CHECKING:
    from pipeline.sandbox.store import Row, Store

LASTS = timedelta(hours=1)
"""How long an access token is good."""
_ISSUED = "ya29."
_MARKS = frozenset("<>")
_PLACE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def answer(call: Call, store: Store) -> Answer:  # noqa: PLR0911 - one return a route
    """Answer one request."""
    if (call.method, call.path) == ("POST", ("token",)):
        return _renew(call, store)
    if not _is_known(call.token, store):
        return _error(401, "authError", "Invalid Credentials")
    match call.method, call.path:
        case "POST", ("upload", "youtube", "v3", "videos"):
            return _open(call, store)
        case "PUT", ("upload", "youtube", "v3", "videos"):
            return _receive(call, store)
        case "DELETE", ("youtube", "v3", "videos" | "comments"):
            return _delete(call.query.get("id", ""), store)
        case "GET", ("youtube", "v3", "channels"):
            return _list("channel", [{"kind": "youtube#channel", "id": _channel(call.token, store)}])
        case "GET", ("youtube", "v3", "commentThreads"):
            return _threads(call, store)
        case "GET", ("youtube", "v3", "comments"):
            return _answers(call, store)
        case "POST", ("youtube", "v3", "comments"):
            return _comment(call, store)
    return _error(404, "notFound", "Not Found")


def _renew(call: Call, store: Store) -> Answer:
    form = call.form()
    if form.get("grant_type") != "refresh_token" or not all(form.get(each) for each in ("client_id", "client_secret")):
        return Answer(400, {"error": "invalid_request", "error_description": "Missing required parameter"})
    with store.open() as data:
        token = f"{_ISSUED}{owner(form['refresh_token'] + next_id(data, ''))}"
        kept = {"nama": store.name(form["refresh_token"]), "pada": store.clock().isoformat()}
        data.setdefault("sesi", {})[owner(token)] = kept
    return Answer(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})


def _is_known(token: str, store: Store) -> bool:
    """Whether *token* is good: one issued here for an hour, any other that is not empty."""
    if not token.startswith(_ISSUED):
        return bool(token)
    with store.open() as data:
        session = data.get("sesi", {}).get(owner(token))
    return bool(session) and store.clock() - datetime.fromisoformat(session["pada"]) < LASTS


def _name(token: str, store: Store) -> str:
    with store.open() as data:
        session = data.get("sesi", {}).get(owner(token))
    return str(session["nama"]) if session else store.name(token)


def _channel(token: str, store: Store) -> str:
    name = _name(token, store)
    return next((key for key, known in store.names.items() if known == name and key.startswith("UC")), f"UC{name}")


def _open(call: Call, store: Store) -> Answer:
    wanted = call.json()
    snippet, status = wanted.get("snippet", {}), wanted.get("status", {})
    if fault := _fault(snippet):
        return _error(400, *fault)
    with store.open() as data:
        if trouble(data, youtube.NAME, Trouble.PAUSE):
            return _error(403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.")
        session = next_id(data, "AHm")
        data["wadah"][session] = {
            "kanal": _channel(call.token, store),
            "nama": _name(call.token, store),
            "snippet": snippet,
            "status": status,
            "bita": 0,
            "video": "",
        }
    place = f"{youtube.HOSTS[0]}/upload/youtube/v3/videos?uploadType=resumable&upload_id={session}"
    return Answer(200, headers={"Location": place})


def _fault(snippet: Row) -> tuple[str, str] | None:
    """Return reason and message of what YouTube does not take, None when it takes all of it."""
    title, description, tags = (snippet.get(name, "") for name in ("title", "description", "tags"))
    if not 0 < len(title) <= youtube.TITLE_LIMIT or _MARKS & set(title):
        return "invalidTitle", "The request metadata specifies an invalid or empty video title."
    if youtube.length(description) > youtube.CAPTION_LIMIT or _MARKS & set(description):
        return "invalidDescription", "The request metadata specifies an invalid video description."
    if len(",".join(f'"{tag}"' if " " in tag else tag for tag in tags)) > youtube.TAGS_LIMIT:
        return "invalidTags", "The request metadata specifies invalid video keywords."
    return None


def _receive(call: Call, store: Store) -> Answer:
    session = call.query.get("upload_id", "")
    with store.open() as data:
        upload, place = data["wadah"].get(session), _PLACE.fullmatch(call.range)
        if upload is None:
            return _error(404, "notFound", "No such upload")
        if upload["video"]:
            return Answer(200, _video(upload))
        kind = None
        if place and int(place[1]) == upload["bita"]:
            last = int(place[2]) + 1 == int(place[3])
            kind = trouble(data, youtube.NAME) if last else None
            if kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
                _keep(call, session, upload, data, store, last=last)
    return _told(kind, upload)


def _keep(call: Call, session: str, upload: Row, data: Row, store: Store, *, last: bool) -> None:  # noqa: PLR0913
    store.put_aside(session, upload["bita"], call.body)
    upload["bita"] += len(call.body)
    if not last:
        return
    name = next_id(data, "vid")
    upload["video"] = urlsafe_b64encode(hashlib.sha256(name.encode()).digest())[:11].decode()
    file = store.join(session, "video/mp4")
    said = {"teks": upload["snippet"]["description"], "media": [{"berkas": file, "alt": upload["snippet"]["title"]}]}
    _add(data, store, upload["video"], upload, {**said, "balasan_untuk": ""})


def _told(kind: Trouble | None, upload: Row) -> Answer:
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if kind in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER):
        return _error(503, "backendError", "Backend Error")
    if upload["video"]:
        return Answer(200, _video(upload))
    reached = {"Range": f"bytes=0-{upload['bita'] - 1}"} if upload["bita"] else {}
    return Answer(308, headers=reached)


def _video(upload: Row) -> Row:
    status = {"uploadStatus": "uploaded", **upload["status"]}
    snippet = {"channelId": upload["kanal"], **upload["snippet"]}
    return {"kind": "youtube#video", "id": upload["video"], "snippet": snippet, "status": status}


def _add(data: Row, store: Store, name: str, who: Row, said: Row) -> None:
    head = {"platform": youtube.NAME, "id": name, "akun": who["kanal"], "nama": who["nama"]}
    data["kiriman"].append({**head, **said, "pada": store.clock().isoformat(), "dihapus": ""})


def _delete(thing: str, store: Store) -> Answer:
    with store.open() as data:
        found = next((row for row in live(data, youtube.NAME) if row["id"] == thing), None)
        if found is None:
            return _error(404, "videoNotFound", "The video that you are trying to delete cannot be found.")
        found["dihapus"] = store.clock().isoformat()
    return Answer(204)


def _threads(call: Call, store: Store) -> Answer:
    channel = call.query.get("allThreadsRelatedToChannelId", "")
    with store.open() as data:
        videos = {row["id"] for row in live(data, youtube.NAME) if row["akun"] == channel}
        rows = [row for row in remarks(data, youtube.NAME) if row["untuk"] in videos]
        answers = {row["id"]: _below(data, row["id"]) for row in rows}
    return _list("commentThread", [_thread(row, answers[row["id"]]) for row in reversed(rows)])


def _thread(row: Row, answers: list[Row]) -> Row:
    top = _public(row["id"], f"UC{owner(row['penulis'])}", row["penulis"], row)
    snippet = {"videoId": row["untuk"], "topLevelComment": top, "canReply": True, "totalReplyCount": len(answers)}
    replies = {"replies": {"comments": answers}} if answers else {}
    return {"kind": "youtube#commentThread", "id": row["id"], "snippet": snippet, **replies}


def _below(data: Row, comment: str) -> list[Row]:
    rows = [row for row in live(data, youtube.NAME) if row["balasan_untuk"] == comment]
    return [_public(row["id"], row["akun"], row["nama"], row) for row in rows]


def _answers(call: Call, store: Store) -> Answer:
    with store.open() as data:
        return _list("comment", _below(data, call.query.get("parentId", "")))


def _comment(call: Call, store: Store) -> Answer:
    snippet = call.json().get("snippet", {})
    with store.open() as data:
        above = [row["id"] for row in remarks(data, youtube.NAME)]
        if snippet.get("parentId") not in above:
            return _error(404, "parentCommentNotFound", "The specified parent comment could not be found.")
        kind, name = trouble(data, youtube.NAME), f"{snippet['parentId']}.{next_id(data, 'j')}"
        who = {"kanal": _channel(call.token, store), "nama": _name(call.token, store)}
        if kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
            said = {"teks": snippet.get("textOriginal", ""), "media": [], "balasan_untuk": snippet["parentId"]}
            _add(data, store, name, who, said)
        row = {"pada": store.clock().isoformat(), "teks": snippet.get("textOriginal", "")}
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if kind in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER):
        return _error(500, "backendError", "Backend Error")
    return Answer(200, _public(name, who["kanal"], who["nama"], row))


def _public(comment: str, channel: str, name: str, row: Row) -> Row:
    said = {"textDisplay": row["teks"], "textOriginal": row["teks"], "publishedAt": row["pada"]}
    who = {"authorDisplayName": name, "authorChannelId": {"value": channel}}
    return {"kind": "youtube#comment", "id": comment, "snippet": {**said, **who}}


def _list(kind: str, rows: list[Row]) -> Answer:
    page = {"totalResults": len(rows), "resultsPerPage": 100}
    return Answer(200, {"kind": f"youtube#{kind}ListResponse", "pageInfo": page, "items": rows})


def _error(status: int, reason: str, message: str) -> Answer:
    said = {"message": message, "domain": "youtube", "reason": reason}
    return Answer(status, {"error": {"code": status, "message": message, "errors": [said]}})
