"""X API v2: media first, then one `POST /2/tweets`.

https://docs.x.com/x-api and its OpenAPI 2.167. There is no idempotency key: after an unknown outcome the
account's own timeline is asked, by the full text with t.co links written out again. A 403 'duplicate
content' is evidence that an earlier attempt worked when the timeline shows it, and a refusal otherwise. Every post
costs money. X lets an app answer only those who mentioned the account or quoted it: any other answer is refused (403).
"""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.flow import (
    BROKEN,
    CREATED,
    FORBIDDEN,
    NOT_FOUND,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    Deferred,
    Part,
    Rejected,
    Request,
    Unknown,
    expect,
    too_many,
    troubled,
)
from pipeline.model.platform import Health, Images, Remark, Videos
from pipeline.model.publishing import Receipt, Staged
from pipeline.platforms import _answers, _x_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.publishing import Media, Post

NAME = "x"
ENDPOINT = "https://api.x.com"
CAPTION_LIMIT = 280
HASHTAG_LIMIT = 10
IMAGES = Images(least=0, most=4, formats=("image/jpeg", "image/png", "image/webp", "image/gif"), size=5_000_000)
VIDEOS = Videos(
    most=1,
    formats=("video/mp4", "video/quicktime"),
    size=512_000_000,
    seconds=140,
    shortest=1,
    edge=1280,
    least=32,
    ratios=(1 / 3, 3.0),
    colours=("yuv420p", "yuvj420p"),
)  # x-api/media/quickstart/best-practices: H.264 High at most, only YUV 4:2:0
ALT = True
VIDEO_ALT = False
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = True
CAN_LISTEN = True
CAN_REPLY = True
CAN_THREAD = True
STAGED_FOR = timedelta(hours=23)  # uploaded media lives for 24

_CHUNK = 1024 * 1024
_LOOKS = 20
_PAGES = 8
_SKEW = timedelta(minutes=5)
_PAYMENT = 402
_BAD = 400
_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_ACCOUNT_PROBLEMS = frozenset({"client-forbidden", "usage-capped", "rate-limit-exceeded", "unsupported-authentication"})


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count as X does: NFC, a link is 23, an emoji 2 (twitter-text configuration v3)."""
    return _x_text.length(text)


def links(text: str) -> list[_x_text.Link]:
    """Return the links X shortens in *text*, in order."""
    return _x_text.links(text)


def stage(post: Post, _account: Account, /) -> Flow[Staged]:
    """Upload every image with its alternative text, or one video; none is visible until a post names it."""
    if len(post.media) > 1 and any(_category(media) != "tweet_image" for media in post.media):
        raise Rejected("X menerima satu video atau satu GIF tanpa gambar lain: pisahkan menjadi dua butir")
    ids: list[str] = []
    for media in post.media:
        ids += [(yield from _upload(media))]
    return Staged(ids=tuple(ids))


def commit(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Create the post."""
    body: dict[str, Any] = {"text": post.text}
    if staged.ids:
        body["media"] = {"media_ids": list(staged.ids)}
    if post.reply_to:
        body["reply"] = {"in_reply_to_tweet_id": post.reply_to}
    reply = yield Request("POST", f"{ENDPOINT}/2/tweets", json=body)
    data = reply.body.get("data")
    if reply.status == CREATED and isinstance(data, dict) and isinstance(data.get("id"), str) and data["id"]:
        return _receipt(data["id"], account)
    if reply.status == FORBIDDEN and reply.body.get("detail") == _DUPLICATE:
        earlier = yield from find(post, account, staged)
        if earlier:
            return earlier
        raise Rejected("X menolak: teks yang sama sudah pernah dikirim akun ini")
    if reply.status in (_BAD, UNAUTHORIZED, _PAYMENT, FORBIDDEN, NOT_FOUND, TOO_MANY):
        raise _fault(reply)
    raise Unknown(f"jawaban penerbitan tidak pasti: HTTP {reply.status}")


def find(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Look for the text in the account's own timeline, back to when the effect was intended."""
    params = {"max_results": "100", "post.fields": "created_at,entities,conversation_id"}
    params["expansions"] = "referenced_posts"
    if staged.since:
        params["start_time"] = f"{(staged.since - _SKEW).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for _ in range(_PAGES):
        reply = yield Request("GET", f"{ENDPOINT}/2/users/{account.id}/tweets", params=params, repeatable=True)
        for row in _listed(reply):
            if _x_text.plain(_expanded(row)) == _x_text.plain(post.text) and _answered(row) in (None, post.reply_to):
                return _receipt(row["id"], account)
        token = _answers.part(reply.body, "meta").get("next_token")
        if not token:
            return None
        params = {**params, "pagination_token": str(token)}
    raise Unknown("lini masa akun terlalu panjang untuk diperiksa")


def retract(receipt: Receipt, _account: Account, /) -> Flow[None]:
    """Delete the post; X answers 404, or deleted again, when it is gone already."""
    reply = yield Request("DELETE", f"{ENDPOINT}/2/tweets/{receipt.remote_id}", repeatable=True)
    if reply.status == NOT_FOUND and reply.body:
        return
    data = reply.body.get("data")
    if reply.status != OK or not isinstance(data, dict) or data.get("deleted") is not True:
        raise _fault(reply)


def comments(account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Return what others wrote since *since* that mentions the account: nothing else can be answered."""
    params = {"max_results": "100", "start_time": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    params |= {"post.fields": "created_at,conversation_id", "expansions": "author_id"}
    found: list[Remark] = []
    for _ in range(_PAGES):
        reply = yield Request("GET", f"{ENDPOINT}/2/users/{account.id}/mentions", params=params, repeatable=True)
        if reply.status != OK:
            raise _fault(reply)
        try:
            users = {user["id"]: str(user["username"]) for user in reply.body.get("includes", {}).get("users", [])}
            rows = [row for row in reply.body.get("data", []) if row.get("author_id") != account.id]
            found += [_remark(row, users.get(row.get("author_id"), "")) for row in rows]
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Deferred("X memberi daftar yang tidak terbaca") from None
        token = reply.body.get("meta", {}).get("next_token")
        if not token:
            break
        params = {**params, "pagination_token": str(token)}
    return tuple(found)


def health(account: Account, /) -> Flow[Health]:
    """Ask whose token it is. Neither its end nor what is left of the balance is told."""
    reply = yield Request("GET", f"{ENDPOINT}/2/users/me", repeatable=True)
    data = reply.body.get("data")
    if reply.status == OK and isinstance(data, dict):
        mine = str(data.get("id")) == account.id
        said = (
            "akun dapat dipakai; setiap kiriman dibayar" if mine else f"token milik akun lain: {data.get('username')}"
        )
        return Health(usable=mine, message=said)
    fault = _fault(reply)
    if reply.status in (UNAUTHORIZED, _PAYMENT, FORBIDDEN):
        return Health(usable=False, message=str(fault))
    raise fault


def _remark(row: Mapping[str, Any], author: str) -> Remark:
    return Remark(
        id=str(row["id"]),
        post=str(row.get("conversation_id", "")),
        author=author,
        text=html.unescape(str(row["text"])),
        at=datetime.fromisoformat(row["created_at"]),
        url=f"https://x.com/i/status/{row['id']}",
    )


def _upload(media: Media) -> Flow[str]:
    base, content = f"{ENDPOINT}/2/media/upload", media.content()
    opening = {"media_type": media.mime, "total_bytes": len(content), "media_category": _category(media)}
    session = yield from _media_id(Request("POST", f"{base}/initialize", json=opening, repeatable=True))
    for index, chunk in enumerate(_chunks(content)):
        parts: dict[str, str | Part] = {"segment_index": str(index), "media": Part(media.name, media.mime, chunk)}
        reply = yield Request("POST", f"{base}/{session}/append", multipart=parts)
        _checked(reply)
    finished = _checked((yield Request("POST", f"{base}/{session}/finalize")))
    yield from _processed(session, finished)
    if media.alt and _category(media) != "tweet_video":
        described = {"id": session, "metadata": {"alt_text": {"text": media.alt}}}
        _checked((yield Request("POST", f"{ENDPOINT}/2/media/metadata", json=described, repeatable=True)))
    return session


def _processed(session: str, answer: Mapping[str, Any]) -> Flow[None]:
    for _ in range(_LOOKS):
        data = answer.get("data")
        info = data.get("processing_info") if isinstance(data, dict) else None
        if not info or info.get("state") == "succeeded":
            return
        if info.get("state") == "failed":
            raise Rejected("X tidak dapat mengolah gambar atau video")
        params = {"command": "STATUS", "media_id": session}
        delay = float(info.get("check_after_secs", 1))
        reply = yield Request("GET", f"{ENDPOINT}/2/media/upload", params=params, delay=delay, repeatable=True)
        answer = _checked(reply)
    raise Deferred("X belum selesai mengolah gambar atau video")


def _media_id(request: Request) -> Flow[str]:
    answer = _checked((yield request))
    data = answer.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise Deferred("X menerima berkas tanpa memberi nomor")
    return str(data["id"])


def _checked(reply: Response) -> Mapping[str, Any]:
    return expect(reply, OK, CREATED) if reply.status in (OK, CREATED) else _raise(reply)


def _raise(reply: Response) -> Mapping[str, Any]:
    raise _fault(reply)


def _fault(reply: Response) -> Deferred | Rejected:
    """Judge a refusal by status and problem type; the words are for people."""
    said = reply.body.get("detail") or reply.body.get("title") or f"HTTP {reply.status}"
    problem = str(reply.body.get("type", "")).rpartition("/")[2]
    if reply.status == TOO_MANY:
        return too_many(reply)
    if reply.status in (UNAUTHORIZED, _PAYMENT) or problem in _ACCOUNT_PROBLEMS:
        return Deferred(f"X menolak akun, bukan kirimannya: periksa token dan saldo ({said})", account_wide=True)
    if reply.status >= BROKEN or reply.status < _BAD or reply.json is None:  # not X speaks, but something in between
        return troubled(reply, f"X sedang bermasalah ({said})")
    return Rejected(f"X menolak: {said}")


def _listed(reply: Response) -> list[dict[str, Any]]:
    """Return the posts listed. That there are none has to be said: an answer without a list says nothing."""
    if reply.status != OK:
        raise _fault(reply)
    none = _answers.part(reply.body, "meta").get("result_count") == 0
    return _answers.rows(reply.body.get("data", [] if none else None), "id", "text")


def _receipt(remote_id: str, account: Account) -> Receipt:
    return Receipt(remote_id=remote_id, url=f"https://x.com/{account.handle}/status/{remote_id}")


def _category(media: Media) -> str:
    if media.mime.startswith("video/"):
        return "tweet_video"
    return "tweet_gif" if media.mime == "image/gif" else "tweet_image"


def _chunks(content: bytes) -> Iterator[bytes]:
    return (content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))


def _expanded(row: Mapping[str, Any]) -> str:
    """Return a listed post's text as it was written: t.co links expanded, the media's own link left out."""
    text, entities = html.unescape(str(row.get("text", ""))), row.get("entities")
    if "https://t.co/" in text and not isinstance(entities, dict):
        raise Unknown("X tidak menyebut tautan asli kirimannya, jadi kiriman tidak dapat dikenali")
    for link in (entities or {}).get("urls") or []:
        expanded = "" if link.get("media_key") else str(link.get("expanded_url") or "")
        text = text.replace(str(link.get("url") or ""), expanded) if link.get("url") else text
    return text


def _answered(row: Mapping[str, Any]) -> str | None:
    """Return the id of the post a listed post answers, '' when it answers none; None: X does not say."""
    for each in row.get("referenced_posts") or []:
        if isinstance(each, dict) and each.get("type") == "replied_to":
            return str(each.get("id"))
    return "" if row.get("conversation_id") == row["id"] else None
