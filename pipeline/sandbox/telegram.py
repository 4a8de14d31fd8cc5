"""The part of Telegram's Bot API 10.1 a channel is kept with (see `pipeline.platforms.telegram`).

As the real one it cannot be asked what was sent. Answers of people come as copies of the discussion group's messages.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.platforms import telegram
from pipeline.sandbox.store import Dropped, Trouble, live, next_id, owner, trouble
from pipeline.sandbox.wire import Answer, Call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.sandbox.store import Row, Store

    File = tuple[memoryview, str]
    """Bytes and type."""

_LEAST = 2
"""Files of an album."""
_FILES = ("image/", "video/")
_GROUP_FROM = 1000
"""Messages of the discussion group are numbered above it."""
_MAY = ("can_manage_chat", "can_post_messages", "can_delete_messages")
_NOT = (
    *("can_be_edited", "is_anonymous", "can_manage_video_chats", "can_restrict_members", "can_promote_members"),
    *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
)
"""Rights of the channel's administrator the bot is."""


def answer(call: Call, store: Store) -> Answer:
    """Answer one request: `POST /bot<token>/<method>`."""
    head, method = call.path if len(call.path) == 2 else ("", "")
    token = head.removeprefix("bot")
    if call.method != "POST" or method not in _METHODS or not token:
        return _error(404, "Not Found")
    return _METHODS[method](call, token, store)


def _send(call: Call, token: str, store: Store) -> Answer:
    """Carry out sendMessage, sendPhoto, sendVideo and sendMediaGroup."""
    fields, files = _sent(call)
    chat, method = fields.get("chat_id", ""), call.path[1]
    text, media = _content(method, fields, files)
    if not chat or not (text or media):
        return _error(400, "Bad Request: chat not found" if not chat else "Bad Request: message text is empty")
    if fault := _unfit(method, text, media):
        return _error(*fault)
    answered = str(json.loads(fields.get("reply_parameters", "{}")).get("message_id", ""))
    with store.open() as data:
        if answered and _is_gone(data, int(answered)):
            return _error(400, "Bad Request: message to be replied not found")
        kind = trouble(data, telegram.NAME)
        if kind is Trouble.PAUSE:
            return _error(429, "Too Many Requests: retry after 60", {"retry_after": 60})
        numbers = [int(next_id(data, "")) for _ in range(len(media) or 1)]
        if kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
            kept = [{"berkas": store.keep(content, mime), "alt": ""} for content, mime in media]
            said = {"akun": chat, "teks": text, "media": kept, "balasan_untuk": answered}
            data["kiriman"].append({**_head(numbers, store), "nama": store.name(token, chat), **said})
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if kind in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER):
        return _error(500, "Internal Server Error")
    messages = [_message(number, chat, text if index == 0 else "", store) for index, number in enumerate(numbers)]
    return _ok(messages if method == "sendMediaGroup" else messages[0])


def _unfit(method: str, text: str, media: list[File]) -> tuple[int, str] | None:
    """Return status and words for what cannot be sent, None when it can."""
    if telegram.length(text) > telegram.caption_limit(len(media)):
        return 400, f"Bad Request: {'message caption' if media else 'message'} is too long"
    if method == "sendMediaGroup" and len(media) > telegram.IMAGES.most:
        return 400, "Bad Request: too many messages to send as an album"
    if method == "sendMediaGroup" and len(media) < _LEAST:
        return 400, "Bad Request: an album needs 2 to 10 messages"
    for content, mime in media:
        video = mime.startswith("video/")
        if len(content) > (telegram.VIDEOS if video else telegram.IMAGES).size:
            return (413, "Request Entity Too Large") if video else (400, "Bad Request: file is too big for a photo")
    return None


def _is_gone(data: Row, message: int) -> bool:
    rows = _remarks(data)
    return any(message == _GROUP_FROM + place and row["dihapus"] for place, row in enumerate(rows, start=1))


def _remarks(data: Row) -> list[Row]:
    """Return what others wrote, deleted or not: an update stays where it was."""
    return [row for row in data.get("komentar", []) if row["platform"] == telegram.NAME]


def _head(numbers: list[int], store: Store) -> Row:
    name = ",".join(map(str, numbers))
    return {"platform": telegram.NAME, "id": name, "pada": store.clock().isoformat(), "dihapus": ""}


def _sent(call: Call) -> tuple[dict[str, str], dict[str, File]]:
    """Return the fields of a request, and its files with their types."""
    if not call.mime.startswith("multipart/"):
        return call.form(), {}
    parts = call.multipart()
    files = {name: (each.content, each.mime) for name, each in parts.items() if each.mime.startswith(_FILES)}
    return {name: each.text() for name, each in parts.items() if name not in files}, files


def _content(method: str, fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[str, list[File]]:
    """Return the text and the files of a message."""
    if method == "sendMessage":
        return fields.get("text", ""), []
    if method != "sendMediaGroup":
        return fields.get("caption", ""), list(files.values())
    album: list[dict[str, str]] = json.loads(fields.get("media", "[]"))
    named = [files[name] for each in album if (name := each["media"].removeprefix("attach://")) in files]
    return album[0].get("caption", "") if album else "", named


def _message(number: int, chat: str, text: str, store: Store) -> Row:
    told = {"text": text} if text else {}
    return {"message_id": number, "date": int(store.clock().timestamp()), "chat": _chat(chat), **told}


def _chat(chat: str) -> Row:
    """Return a channel as Telegram describes it; one known by name gets a number made from the name."""
    number = int(chat) if not chat.startswith("@") else -1_000_000_000_000 - int(_number(chat))
    name = {"username": chat.removeprefix("@")} if chat.startswith("@") else {}
    return {"id": number, "type": "channel", "title": chat.removeprefix("@"), **name}


def _number(name: str) -> str:
    return str(int(hashlib.sha256(name.encode()).hexdigest()[:7], 16))


def _delete(call: Call, _token: str, store: Store) -> Answer:
    wanted = call.json()
    numbers = {str(number) for number in wanted.get("message_ids", [])}
    with store.open() as data:
        for row in live(data, telegram.NAME):
            gone = {*row.get("hilang", []), *(numbers & set(row["id"].split(",")))}
            if row["akun"] != str(wanted.get("chat_id")) or not gone:
                continue
            row["hilang"] = sorted(gone)
            if len(gone) == len(row["id"].split(",")):
                row["dihapus"] = store.clock().isoformat()
    return _ok(True)  # noqa: FBT003 - the contract's own answer


def _updates(call: Call, token: str, store: Store) -> Answer:
    wanted = call.json()
    with store.open() as data:
        seen = data.setdefault("dibaca", {})
        seen[owner(token)] = max(seen.get(owner(token), 0), int(wanted.get("offset", 0)))
        posts = {number: row for row in data["kiriman"] for number in row["id"].split(",")}
        updates = [
            _update(place, row, posts.get(row["untuk"].partition(",")[0]), token)
            for place, row in enumerate(_remarks(data), start=1)
            if place >= seen[owner(token)]
        ]
    return _ok(updates[: int(wanted.get("limit", 100))])


def _update(place: int, row: Row, post: Row | None, token: str) -> Row:
    """Return a remark as it stands in the discussion group: an answer to the copy of the channel's post."""
    group = {"id": -1_009_999_999_999, "type": "supergroup", "title": "Diskusi"}
    date = int(datetime.fromisoformat(row["pada"]).timestamp())
    copy: Row = {"message_id": 1, "date": date, "chat": group, "from": _me(token)}
    if post:
        number = int(row["untuk"].partition(",")[0])
        origin = {"type": "channel", "date": date, "chat": _chat(post["akun"]), "message_id": number}
        copy |= {"is_automatic_forward": True, "forward_origin": origin}
    by = {"id": int(_number(row["penulis"])), "is_bot": False, "first_name": row["penulis"]}
    said = {"message_id": _GROUP_FROM + place, "date": date, "chat": group, "from": by, "text": row["teks"]}
    return {"update_id": place, "message": {**said, "reply_to_message": copy}}


def _me(token: str) -> Row:
    bot = {"id": int(_number(token)), "is_bot": True, "first_name": "Penerbit", "username": "penerbit_bot"}
    return {**bot, "can_join_groups": True}


def _who(_call: Call, token: str, _store: Store) -> Answer:
    return _ok(_me(token))


def _member(_call: Call, token: str, _store: Store) -> Answer:
    return _ok(
        {"status": "administrator", "user": _me(token), **dict.fromkeys(_NOT, False), **dict.fromkeys(_MAY, True)}
    )


_METHODS: Mapping[str, Callable[[Call, str, Store], Answer]] = {
    "sendMessage": _send,
    "sendPhoto": _send,
    "sendVideo": _send,
    "sendMediaGroup": _send,
    "deleteMessages": _delete,
    "getUpdates": _updates,
    "getMe": _who,
    "getChatMember": _member,
}


def _ok(result: Any) -> Answer:  # noqa: ANN401 - JSON is anything
    return Answer(200, {"ok": True, "result": result})


def _error(code: int, description: str, parameters: Row | None = None) -> Answer:
    told = {"parameters": parameters} if parameters else {}
    return Answer(code, {"ok": False, "error_code": code, "description": description, **told})
