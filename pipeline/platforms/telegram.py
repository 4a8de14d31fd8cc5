"""Telegram Bot API 10.1: one message, one album, or one video into a channel or a group. https://core.telegram.org/bots/api.

There is no idempotency key, nothing can be staged, and a bot cannot read back what it wrote: an unknown outcome
goes to a person. The token is part of the address; the network puts it there (`TOKEN_HERE`). Text goes out without a
parse mode, so nothing in it is markup; Telegram makes links and hashtags clickable by itself. The account's id is
the chat's (`@kanal` or `-100...`), its handle the public name, '' for a private group.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.flow import (
    FORBIDDEN,
    NOT_FOUND,
    OK,
    TOKEN_HERE,
    TOO_MANY,
    UNAUTHORIZED,
    Deferred,
    Part,
    Rejected,
    Request,
    Unknown,
    busy,
    troubled,
)
from pipeline.model.platform import Health, Images, Remark, Videos
from pipeline.model.publishing import Receipt, Staged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.publishing import Media, Notice, Post

NAME = "telegram"
ENDPOINT = "https://api.telegram.org"
CAPTION_LIMIT = 1024  # below pictures or a video
HASHTAG_LIMIT = 30
IMAGES = Images(least=0, most=10, formats=("image/jpeg", "image/png"), size=10_000_000, width=2560, height=2560)
VIDEOS = Videos(most=10, formats=("video/mp4",), size=50_000_000, seconds=86_400, alone=False)
ALT = False
VIDEO_ALT = False
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = False
CAN_LISTEN = True
CAN_REPLY = True
CAN_THREAD = False
STAGED_FOR = timedelta(days=1)

_TEXT_LIMIT = 4096
_ALBUM = 10
_UPDATES = 100
_REFUSALS = frozenset({400, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, 413, TOO_MANY})
"""Statuses after which nothing was sent."""
_TROUBLED = {
    UNAUTHORIZED: "Telegram tidak mengenal token bot: perbarui token",
    NOT_FOUND: "Telegram tidak mengenal token bot: perbarui token",
    FORBIDDEN: "bot tidak berhak di kanal atau grup ini",
    409: "bot sedang dipakai program lain",
}
"""What an account's own trouble is called, by status."""
_WRITERS = frozenset({"creator", "administrator", "member"})


def caption_limit(files: int, /) -> int:
    """Return 1,024 below pictures or a video, 4,096 for a text alone."""
    return CAPTION_LIMIT if files else _TEXT_LIMIT


def length(text: str, /) -> int:
    """Count UTF-16 units, as Telegram does in entities; a count in characters is never more."""
    return len(text.encode("utf-16-le")) // 2


def stage(post: Post, _account: Account, /) -> Flow[Staged]:
    """Prepare nothing; refuse what Telegram would."""
    if len(post.media) > _ALBUM:
        raise Rejected(f"{len(post.media)} gambar dan video, Telegram menerima {_ALBUM} bersama-sama")
    limit = caption_limit(len(post.media))
    if length(post.text) > limit:
        raise Rejected(f"teks {length(post.text)} huruf, Telegram menerima {limit}: kurangi, atau beri `varian`")
    return Staged()
    yield  # a flow without requests


def commit(post: Post, account: Account, _staged: Staged, /) -> Flow[Receipt]:
    """Send everything in one request, the files with it."""
    chat, _, answered = post.reply_to.rpartition("/")
    below = {"reply_parameters": json.dumps({"message_id": int(answered)})} if answered.isdecimal() else {}
    fields = {"chat_id": chat or account.id, **below}
    if not post.media:
        return _receipt((yield _call("sendMessage", form={**fields, "text": post.text})), chat)
    files: dict[str, str | Part] = {f"berkas{n}": _part(media) for n, media in enumerate(post.media)}
    if len(post.media) > 1:
        album = [_listed(media, n, post.text) for n, media in enumerate(post.media)]
        parts = {**fields, "media": json.dumps(album, ensure_ascii=False), **files}
        return _receipt((yield _call("sendMediaGroup", multipart=parts)), chat)
    kind = _kind(post.media[0])
    parts = {**fields, "caption": post.text, kind: files["berkas0"]}
    return _receipt((yield _call(f"send{kind.capitalize()}", multipart=parts)), chat)


def say(notice: Notice, account: Account, /) -> Flow[Receipt]:
    """Send the text of *notice* to the chat that is the account's id. One irreversible request."""
    if length(notice.text) > _TEXT_LIMIT:
        raise Rejected(f"pesan {length(notice.text)} huruf, Telegram menerima {_TEXT_LIMIT}: kurangi")
    return _receipt((yield _call("sendMessage", form={"chat_id": account.id, "text": notice.text})), "")


def find(_post: Post, _account: Account, _staged: Staged, /) -> Flow[Receipt | None]:
    """Say that it cannot be told: a bot does not see what it wrote."""
    raise Unknown("Telegram tidak dapat ditanya: lihat sendiri di kanal atau grupnya")
    yield  # a flow without requests


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Delete the message, or every message of the album; Telegram skips what is gone already.

    After 48 hours a bot needs the right to delete in the channel or group; without it Telegram refuses.
    """
    chat, _, numbers = receipt.remote_id.rpartition("/")
    messages = [int(number) for number in numbers.split(",")]
    wanted = {"chat_id": chat or account.id, "message_ids": messages}
    reply = yield _call("deleteMessages", json=wanted, repeatable=True)
    if not _is_ok(reply) or reply.body.get("result") is not True:
        raise _fault(reply)


def comments(account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Return what people answered since *since* to the account's posts, in its group or its discussion group.

    The bot must be a member there, and is told the last 24 hours only. Nothing is confirmed to Telegram, so asking
    twice gives the same; where a hundred or more wait, those read are confirmed to see the rest. A bot shared by
    two accounts would then take answers from one of them: each account wants a bot of its own.
    """
    found: list[Remark] = []
    wanted: dict[str, Any] = {"limit": _UPDATES, "allowed_updates": ["message"]}
    try:
        me = (yield from _asked(_call("getMe", repeatable=True), dict))["id"]
        while True:
            page = yield from _asked(_call("getUpdates", json=wanted, repeatable=True), list)
            found += [remark for update in page if (remark := _remark(update.get("message"), me, account))]
            if len(page) < _UPDATES:
                return tuple(remark for remark in found if remark.at >= since)
            wanted = {**wanted, "offset": page[-1]["update_id"] + 1}
    except (AttributeError, KeyError, TypeError):
        raise Deferred("Telegram memberi daftar yang tidak terbaca") from None


def health(account: Account, /) -> Flow[Health]:
    """Ask what the bot may do in the chat. A bot's token has no end, and no quota is told."""
    reply = yield _call("getMe", repeatable=True)
    if _is_ok(reply):
        who = {"chat_id": account.id, "user_id": _object(reply).get("id")}
        reply = yield _call("getChatMember", json=who, repeatable=True)
    if not _is_ok(reply):
        if reply.status not in _REFUSALS - {TOO_MANY}:
            raise _fault(reply)
        return Health(usable=False, message=str(_fault(reply)))
    member = _object(reply)
    if member.get("status") not in _WRITERS or member.get("can_post_messages") is False:
        return Health(usable=False, message="bot tidak boleh menulis di kanal atau grup ini: jadikan administrator")
    if member["status"] == "administrator" and not member.get("can_delete_messages"):
        return Health(usable=True, message="bot boleh mengirim, tetapi belum diberi hak menghapus pesan")
    return Health(usable=True, message="akun dapat dipakai")


def _call(method: str, **body: Any) -> Request:  # noqa: ANN401 - the fields of a request
    return Request("POST", f"{ENDPOINT}/bot{TOKEN_HERE}/{method}", **body)


def _asked(request: Request, kind: type) -> Flow[Any]:
    reply = yield request
    if not _is_ok(reply) or not isinstance(reply.body["result"], kind):
        raise _fault(reply)
    return reply.body["result"]


def _is_ok(reply: Response) -> bool:
    return reply.status == OK and reply.body.get("ok") is True and "result" in reply.body


def _object(reply: Response) -> Mapping[str, Any]:
    result = reply.body["result"]
    return result if isinstance(result, dict) else {}


def _kind(media: Media) -> str:
    return "video" if media.mime.startswith("video/") else "photo"


def _part(media: Media) -> Part:
    return Part(media.name.rpartition("/")[2], media.mime, media.content())


def _listed(media: Media, place: int, text: str) -> dict[str, str]:
    """Return one file of an album; the text stands below the first, which Telegram shows below the whole."""
    named = {"type": _kind(media), "media": f"attach://berkas{place}"}
    return {**named, "caption": text} if place == 0 else named


def _receipt(reply: Response, chat: str) -> Receipt:
    """Return the message's number, an album's numbers with commas; in another chat than the account's with that chat.

    What is not surely refused is unknown.
    """
    result = reply.body.get("result") if _is_ok(reply) else None
    sent = [each for each in (result if isinstance(result, list) else [result]) if isinstance(each, dict)]
    numbers = [str(each["message_id"]) for each in sent if each.get("message_id")]
    if numbers and len(numbers) == len(sent):
        name = ",".join(numbers)
        return Receipt(remote_id=f"{chat}/{name}" if chat else name, url=_address(sent[0].get("chat"), numbers[0]))
    if reply.status in _REFUSALS:
        raise _fault(reply)
    raise Unknown(f"jawaban Telegram tidak pasti: HTTP {reply.status}")


def _address(chat: Any, number: str) -> str:  # noqa: ANN401 - JSON is anything
    """Return where people see a message: public by name, private by number for members, '' in a basic group."""
    known = chat if isinstance(chat, dict) else {}
    inside = str(known.get("id", ""))
    if known.get("username"):
        return f"https://t.me/{known['username']}/{number}"
    return f"https://t.me/c/{inside.removeprefix('-100')}/{number}" if inside.startswith("-100") else ""


def _remark(said: Any, me: int, account: Account) -> Remark | None:  # noqa: ANN401 - JSON is anything
    """Return *said* when a person wrote it in answer to one of the account's posts."""
    message: Mapping[str, Any] = said if isinstance(said, dict) else {}
    author, text = message.get("from", {}), message.get("text") or message.get("caption")
    post = _answered(message.get("reply_to_message", {}), me, account)
    if not (post and text) or author.get("is_bot") or message.get("sender_chat"):
        return None
    chat, number = message["chat"], str(message["message_id"])
    return Remark(
        id=f"{chat['id']}/{number}",
        post=post,
        author=" ".join(filter(None, (author.get("first_name"), author.get("last_name")))),
        text=text,
        at=datetime.fromtimestamp(message["date"], UTC),
        url=_address(chat, number),
    )


def _answered(above: Mapping[str, Any], me: int, account: Account) -> str:
    """Return the account's post that *above* is: its copy in the discussion group, or a message of the bot itself."""
    origin = above.get("forward_origin", {})
    if above.get("is_automatic_forward") and _is_chat(origin.get("chat", {}), account):
        return str(origin["message_id"])
    if above.get("from", {}).get("id") != me:
        return ""
    chat = "" if _is_chat(above["chat"], account) else f"{above['chat']['id']}/"
    return f"{chat}{above['message_id']}"


def _is_chat(chat: Mapping[str, Any], account: Account) -> bool:
    return account.id.casefold() in (str(chat.get("id")), f"@{chat.get('username')}".casefold())


def _fault(reply: Response) -> Deferred | Rejected:
    """Judge a refusal by its status and parameters; the words are for people."""
    told = reply.body.get("parameters")
    parameters = told if isinstance(told, dict) else {}
    if reply.status == TOO_MANY:
        return busy(reply, "Telegram meminta jeda")
    if "migrate_to_chat_id" in parameters:
        return Rejected(f"grup sudah menjadi supergrup: ganti id akun dengan {parameters['migrate_to_chat_id']}")
    said = f"({reply.body.get('description') or f'HTTP {reply.status}'})"
    if reply.status in _TROUBLED:
        return Deferred(f"{_TROUBLED[reply.status]} {said}", account_wide=True)
    if reply.status in _REFUSALS:
        return Rejected(f"Telegram menolak kiriman {said}")
    return troubled(reply, f"Telegram sedang bermasalah {said}")
