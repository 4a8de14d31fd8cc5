"""The Threads API's publishing and reply part, with its limits (see `pipeline.platforms.threads`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.platforms import threads
from pipeline.sandbox import _graph
from pipeline.sandbox.store import Trouble, is_gone, live, next_id, remarks, trouble
from pipeline.sandbox.wire import Answer, Call

if TYPE_CHECKING:
    from pipeline.sandbox.store import Row, Store

QUOTA, ANSWERS = 250, 1000
"""Posts and answers a day."""


def answer(call: Call, store: Store) -> Answer:  # noqa: PLR0911 - one return a route
    """Answer one request."""
    if not call.token:
        return _graph.error(*_graph.NO_TOKEN, status=401)
    match call.method, call.path:
        case "POST", (account, "threads"):
            return _create(call, account, store)
        case "POST", (account, "threads_publish"):
            return _publish(call, account, store)
        case "GET", (account, "threads_publishing_limit"):
            return Answer(200, {"data": [_used(account, store)]})
        case "GET", (account, "threads" | "replies" as kind):
            return _own(call, account, kind, store)
        case "GET", (post, "conversation"):
            return _conversation(call, post, store)
        case "GET", (thing,):
            return _read(thing, store)
        case "DELETE", (thing,):
            return _graph.delete(thing, threads.NAME, store)
    return _graph.error(*_graph.NO_PATH)


def _create(call: Call, account: str, store: Store) -> Answer:
    form, files = call.form(), []
    if threads.length(form.get("text", "")) > threads.CAPTION_LIMIT:
        return _graph.error(100, 4279010, "Param text must be at most 500 characters long.")
    if threads.links(form.get("text", "")) > threads.LINKS_LIMIT:
        return _graph.error(100, 0, f"Param text must have at most {threads.LINKS_LIMIT} links.")
    video = form.get("video_url", "")
    if url := video or form.get("image_url"):
        accepted = threads.VIDEOS if video else threads.IMAGES
        kept = _graph.described(url, form.get("alt_text", ""), accepted, store)
        if isinstance(kept, Answer):
            return kept
        files = [kept]
    with store.open() as data:
        if is_gone(data, form.get("reply_to_id", "")):
            return _graph.error(*_graph.NOT_THERE)
        children = [data["wadah"].get(child) for child in form.get("children", "").split(",") if child]
        if form.get("media_type") == "CAROUSEL" and (None in children or not 2 <= len(children) <= 20):
            return _graph.error(100, 2207028, "The carousel needs 2 to 20 children")
        files += [file for child in children if child for file in child["media"]]
        container = next_id(data, "181")
        data["wadah"][container] = {
            "akun": account,
            "teks": form.get("text", ""),
            "media": files,
            "balasan_untuk": form.get("reply_to_id", ""),
            "keadaan": "FINISHED" if files or form.get("text") else "ERROR",
        }
    return Answer(200, {"id": container})


def _publish(call: Call, account: str, store: Store) -> Answer:
    made: Row = {}
    with store.open() as data:
        container = data["wadah"].get(call.form().get("creation_id", ""))
        if container is None or container["akun"] != account or container["keadaan"] != "FINISHED":
            return _graph.error(24, 4279009, "The requested resource does not exist")
        answers = bool(container["balasan_untuk"])
        if _graph.spent(data, store, threads.NAME, account, answers=answers) >= (ANSWERS if answers else QUOTA):
            return _graph.error(9, 2207042, "The maximum number of posts has been reached")
        kind = trouble(data, threads.NAME)
        if kind is Trouble.PAUSE:
            return _graph.paused()
        if _graph.happens(kind):
            container["keadaan"] = "PUBLISHED"
            said = {name: container[name] for name in ("akun", "teks", "media", "balasan_untuk")}
            made = {"id": _graph.add(data, store, threads.NAME, {"id": next_id(data, "180"), **said})}
    return _graph.outcome(kind, made)


def _used(account: str, store: Store) -> Row:
    with store.open() as data:
        posts, answers = (_graph.spent(data, store, threads.NAME, account, answers=each) for each in (False, True))
    day = {"quota_duration": int(_graph.DAY.total_seconds())}
    return {
        "quota_usage": posts,
        "config": {"quota_total": QUOTA, **day},
        "reply_quota_usage": answers,
        "reply_config": {"quota_total": ANSWERS, **day},
    }


def _own(call: Call, account: str, kind: str, store: Store) -> Answer:
    with store.open() as data:
        mine = [row for row in live(data, threads.NAME) if row["akun"] == account]
        mine = [row for row in mine if bool(row["balasan_untuk"]) is (kind == "replies")]
        answered = {row["untuk"] for row in remarks(data, threads.NAME)}
    return _graph.page(call, [{**_public(row), "has_replies": row["id"] in answered} for row in mine])


def _conversation(call: Call, post: str, store: Store) -> Answer:
    with store.open() as data:
        theirs = [{**_public(row), "username": row["penulis"]} for row in _graph.below(data, threads.NAME, post)]
        mine = [_public(row) for row in live(data, threads.NAME) if row["balasan_untuk"] == post]
    rows = [{**row, "is_reply_owned_by_me": row in mine} for row in (*theirs, *mine)]
    return _graph.page(call, sorted(rows, key=lambda row: str(row["timestamp"]), reverse=True))


def _public(row: Row) -> Row:
    told = {"id": row["id"], "text": row["teks"], "timestamp": _graph.moment(row["pada"])}
    above = {"replied_to": {"id": row["balasan_untuk"]}} if row.get("balasan_untuk") else {}
    return {**told, "permalink": _permalink(row["id"]), **above}


def _permalink(thing: str) -> str:
    return f"https://www.threads.com/post/{thing}"


def _read(thing: str, store: Store) -> Answer:
    with store.open() as data:
        if thing in data["wadah"]:
            state = data["wadah"][thing]["keadaan"]
            reason = {"error_message": "UNKNOWN"} if state == "ERROR" else {}
            return Answer(200, {"id": thing, "status": state, **reason})
        found = _graph.found(data, threads.NAME, thing)
    return Answer(200, {"id": thing, "permalink": _permalink(thing)}) if found else _graph.error(*_graph.NOT_THERE)
