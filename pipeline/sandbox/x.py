"""X API v2's publishing part as documented in `pipeline.platforms.x` and its OpenAPI 2.167."""

from __future__ import annotations

import html
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.platforms import x
from pipeline.rules.alt_too_long import LIMIT as ALT_LIMIT
from pipeline.sandbox.store import Dropped, Trouble, live, next_id, owner, remarks, trouble
from pipeline.sandbox.wire import NOTHING, Answer, Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.sandbox.store import Row, Store

_DIGITS = 19
"""How long the numbers of X's users are; other platforms' are shorter."""
_STILL = frozenset(x.IMAGES.formats) - {"image/gif"}
_UNSEEN = "You attempted to reply to a Tweet that is deleted or not visible to you."
_PROBLEM = "application/problem+json"
_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def answer(call: Call, store: Store) -> Answer:  # noqa: PLR0911 - one return a route
    """Answer one request."""
    if not call.token:
        return _problem(401, "Unauthorized", "Unauthorized")
    match call.method, call.path:
        case _, ("2", "media", *rest):
            return _media(call, tuple(rest), store)
        case "POST", ("2", "tweets"):
            return _create(call, store)
        case "DELETE", ("2", "tweets", post):
            return _delete(post, owner(call.token), store)
        case "GET", ("2", "users", _, "tweets"):
            return _timeline(call, store)
        case "GET", ("2", "users", user, "mentions"):
            return _mentions(call, user, store)
        case "GET", ("2", "users", "me"):
            name = store.name(call.token)
            return Answer(200, {"data": {"id": _user(name, store), "name": name, "username": name}})
    return _problem(404, "Not Found", "Not Found")


def _media(call: Call, rest: tuple[str, ...], store: Store) -> Answer:
    match call.method, rest:
        case "POST", ("upload", "initialize"):
            return _initialize(call, store)
        case "POST", ("upload", session, "append"):
            return _append(call, session, store)
        case "POST", ("upload", session, "finalize"):
            return _finalize(session, store)
        case "GET", ("upload",):
            return _finalize(call.query.get("media_id", ""), store)
        case "POST", ("metadata",):
            return _describe(call, store)
    return _problem(404, "Not Found", "Not Found")


def _initialize(call: Call, store: Store) -> Answer:
    wanted = call.json()
    accepted = x.VIDEOS if wanted.get("media_category") == "tweet_video" else x.IMAGES
    if wanted.get("media_type") not in accepted.formats or int(wanted.get("total_bytes", 0)) > accepted.size:
        return _invalid("media_type or total_bytes is not acceptable")
    with store.open() as data:
        session = next_id(data, "1990")
        data["unggahan"][session] = {
            "mime": wanted["media_type"],
            "ukuran": wanted["total_bytes"],
            "alt": "",
            "berkas": "",
        }
    return Answer(200, {"data": {"id": session, "media_key": f"3_{session}", "expires_after_secs": 86400}})


def _append(call: Call, session: str, store: Store) -> Answer:
    parts = call.multipart()
    index = int(parts.get("segment_index", NOTHING).text() or 0)
    with store.open() as data:
        if session not in data["unggahan"]:
            return _absent("media", session)
        store.put_aside(session, index, parts.get("media", NOTHING).content)
    return Answer(200, {"data": {"expires_at": 4102444800}})


def _finalize(session: str, store: Store) -> Answer:
    with store.open() as data:
        upload = data["unggahan"].get(session)
        if upload is None:
            return _absent("media", session)
        if not upload["berkas"]:
            if store.received(session) != upload["ukuran"]:
                return _invalid("the media is incomplete")
            upload["berkas"] = store.join(session, upload["mime"])
    return Answer(200, {"data": {"id": session, "media_key": f"3_{session}", "size": upload["ukuran"]}})


def _describe(call: Call, store: Store) -> Answer:
    wanted = call.json()
    with store.open() as data:
        upload = data["unggahan"].get(wanted.get("id"))
        if upload is None:
            return _absent("media", str(wanted.get("id")))
        alt = wanted["metadata"]["alt_text"]["text"]
        if len(alt) > ALT_LIMIT:
            return _invalid(f"metadata.alt_text.text: maximum length is {ALT_LIMIT}")
        upload["alt"] = alt
    return Answer(200, {"data": {"id": wanted["id"], "associated_metadata": wanted["metadata"]}})


def _create(call: Call, store: Store) -> Answer:
    wanted, who = call.json(), owner(call.token)
    text, reply = str(wanted.get("text", "")), wanted.get("reply", {}).get("in_reply_to_tweet_id", "")
    media = wanted.get("media", {}).get("media_ids", [])
    if x.length(text) > x.CAPTION_LIMIT or not (text or media):
        return _invalid("the text is too long, or empty")
    with store.open() as data:
        uploads = [data["unggahan"].get(name) for name in media]
        if fault := _unfit(uploads):
            return _invalid(fault)
        kind = trouble(data, x.NAME)
        if kind is Trouble.PAUSE:
            return _problem(429, "Too Many Requests", "Too Many Requests", {"Retry-After": "60"})
        mine = [row for row in live(data, x.NAME) if row["akun"] == who]
        again = kind is Trouble.DUPLICATE or text in [row["teks"] for row in mine]
        if again or (reply and not _is_there(data, reply)):
            return _problem(403, "Forbidden", _DUPLICATE if again else _UNSEEN)
        if kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
            pictures = [{"berkas": upload["berkas"], "alt": upload["alt"]} for upload in uploads if upload]
            post = _add(data, store, call.token, {"teks": text, "media": pictures, "balasan_untuk": reply})
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if kind in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER):
        return _problem(500, "Internal Server Error", "Internal Server Error")
    return Answer(201, {"data": {"id": post["id"], "text": _shortened(post)[0]}})


def _unfit(uploads: list[Row | None]) -> str:
    """Return what is wrong with the files of a post, '' when X takes them."""
    kinds = [upload["mime"] for upload in uploads if upload and upload["berkas"]]
    if len(kinds) < len(uploads):
        return "Your media IDs are invalid."
    if len(kinds) > x.IMAGES.most:
        return f"media.media_ids: at most {x.IMAGES.most} photos"
    if len(kinds) > 1 and not _STILL.issuperset(kinds):
        return "media.media_ids: one video or one animated GIF, without anything beside it"
    return ""


def _is_there(data: Row, post: str) -> bool:
    """Whether a post of the account's own, or what somebody wrote below one, can be seen."""
    return any(row["id"] == post for row in (*live(data, x.NAME), *remarks(data, x.NAME)))


def _add(data: Row, store: Store, token: str, said: Row) -> Row:
    head = {"platform": x.NAME, "akun": owner(token), "nama": store.name(token), "id": next_id(data, "1991")}
    post = {**head, **said, "pada": store.clock().isoformat(), "dihapus": ""}
    data["kiriman"].append(post)
    return post


def _delete(post: str, who: str, store: Store) -> Answer:
    with store.open() as data:
        found = next((row for row in live(data, x.NAME) if row["id"] == post and row["akun"] == who), None)
        if found:
            found["dihapus"] = store.clock().isoformat()
    return Answer(200, {"data": {"deleted": True}}) if found else _absent("tweet", post)


def _timeline(call: Call, store: Store) -> Answer:
    since = datetime.fromisoformat(call.query.get("start_time", "2006-03-21T00:00:00Z"))
    with store.open() as data:
        mine = [row for row in live(data, x.NAME) if row["akun"] == owner(call.token)]
    rows = [row for row in mine if datetime.fromisoformat(row["pada"]) >= since]
    start, most = int(call.query.get("pagination_token", "0")), int(call.query.get("max_results", "10"))
    above = {row["id"]: row["balasan_untuk"] for row in mine}
    page = [{**_public(row), "conversation_id": _head(row["id"], above)} for row in rows[start : start + most]]
    token = {"next_token": str(start + most)} if rows[start + most :] else {}
    return Answer(200, {**({"data": page} if page else {}), "meta": {"result_count": len(page), **token}})


def _mentions(call: Call, user: str, store: Store) -> Answer:
    since = datetime.fromisoformat(call.query.get("start_time", "2006-03-21T00:00:00Z"))
    with store.open() as data:
        mine = {row["id"] for row in live(data, x.NAME) if row["nama"] == store.name(user)}
        rows = [row for row in remarks(data, x.NAME) if row["untuk"] in mine]
    fresh = [row for row in reversed(rows) if datetime.fromisoformat(row["pada"]) >= since]
    users = {
        row["penulis"]: {"id": _user(row["penulis"], store), "name": row["penulis"], "username": row["penulis"]}
        for row in fresh
    }
    page = [_mention(row, users[row["penulis"]]["id"]) for row in fresh]
    told = {"data": page, "includes": {"users": list(users.values())}} if page else {}
    return Answer(200, {**told, "meta": {"result_count": len(page)}})


def _mention(row: Row, author: str) -> Row:
    said = {"id": row["id"], "text": html.escape(row["teks"], quote=False), "created_at": row["pada"]}
    return {**said, "conversation_id": row["untuk"], "author_id": author}


def _user(name: str, store: Store) -> str:
    """Return the number of who is called *name*: a known account's own, or one made from the name."""
    known = (key for key, called in store.names.items() if called == name and key.isdecimal() and len(key) == _DIGITS)
    return next(known, str(int(owner(name), 16))[:18])


def _public(row: Row) -> Row:
    text, urls = _shortened(row)
    above = [{"type": "replied_to", "id": row["balasan_untuk"]}] if row["balasan_untuk"] else []
    return {
        "id": row["id"],
        "text": html.escape(text, quote=False),
        "created_at": row["pada"],
        "entities": {"urls": urls},
        **({"referenced_posts": above} if above else {}),
    }


def _head(post: str, above: Mapping[str, str]) -> str:
    """Return the post at the head of a conversation, as far as *above* (a post of ours -> what it answers) tells."""
    while above.get(post):
        post = above[post]
    return post


def _shortened(row: Row) -> tuple[str, list[Row]]:
    """Return the text as X shows it: every link becomes a t.co link, and pictures add one of their own."""
    text, urls, end = "", [], 0
    for index, link in enumerate(x.links(row["teks"])):
        short = f"https://t.co/{row['id'][-6:]}{index:02d}"
        text += row["teks"][end : link.start]
        urls.append({"start": len(text), "end": len(text) + len(short), "url": short, "expanded_url": link.url})
        text, end = text + short, link.end
    text += row["teks"][end:]
    if row["media"]:
        short, page = f"https://t.co/{row['id'][-6:]}xx", f"https://x.com/{row['nama']}/status/{row['id']}/photo/1"
        place = {"start": len(text) + 1, "end": len(text) + 1 + len(short), "url": short, "expanded_url": page}
        urls.append({**place, "media_key": f"3_{row['id']}"})
        text = f"{text} {short}"
    return text, urls


def _invalid(detail: str) -> Answer:
    """Return the problem the specification calls InvalidRequestProblem."""
    return _typed(400, "invalid-request", {"title": "Invalid Request", "detail": detail})


def _absent(kind: str, name: str) -> Answer:
    """Return the problem the specification calls ResourceNotFoundProblem."""
    told = {"resource_type": kind, "resource_id": name, "parameter": "id", "value": name}
    detail = f"Could not find {kind} with id: [{name}]."
    return _typed(404, "resource-not-found", {"title": "Not Found Error", "detail": detail, **told})


def _typed(status: int, kind: str, said: Row) -> Answer:
    body = {**said, "type": f"https://api.x.com/2/problems/{kind}", "status": status}
    return Answer(status, body, mime=_PROBLEM)


def _problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Answer:
    body = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return Answer(status, body, headers or {}, mime=_PROBLEM)
