"""Instagram Graph API: containers are made, then one of them is published.

https://developers.facebook.com/docs/instagram-platform/content-publishing (v25.0). A container that
answers `PUBLISHED` is live: that is the platform's only handle against sending twice. Deleting works
with Facebook-Login tokens on graph.facebook.com alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.flow import BROKEN, OK, TOO_MANY, UNAUTHORIZED, Deferred, Rejected, Request, Unknown, too_many
from pipeline.model.publishing import Images, Receipt, Staged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.publishing import Media, Post

NAME = "instagram"
ENDPOINT = "https://graph.facebook.com/v25.0"
CAPTION_LIMIT = 2200
HASHTAG_LIMIT = 5  # the product's rule since December 2025; the API reference still says 30
IMAGES = Images(least=1, most=10, formats=("image/jpeg",), size=8_000_000)
CAN_DELETE = True
CAN_FIND = True
STAGED_FOR = timedelta(hours=23)  # a container lives for 24

_PACE = (0.0, 2.0, 5.0, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0)  # seconds between looks at a container: five minutes
_PAGES = 10
_SKEW = timedelta(minutes=5)
_GONE = (100, 33)
_TOKEN = frozenset({10, 102, 190, *range(200, 300)})
_BUSY = frozenset({4, 17, 32, 341, 613})
_QUOTA = frozenset({2207042})
_LATER = frozenset({2207003, 2207006, 2207008, 2207020, 2207027})
"""Subcodes after which the container may be tried, or made, again: nothing has been published."""
_NEVER = frozenset(
    {2207004, 2207005, 2207009, 2207010, 2207023, 2207026, 2207028, 2207040, 2207050, 2207052, 2207057}
)  # fmt: skip


def length(text: str, /) -> int:
    """Count UTF-16 units: Meta does not say what it counts, and this is never less."""
    return len(text.encode("utf-16-le")) // 2


def stage(post: Post, account: Account, /) -> Flow[Staged]:
    """Make a container (a carousel: one a picture, then the whole) and wait until it is ready."""
    if post.reply_to:
        return Staged()
    if len(post.media) == 1:
        container = yield from _create(account, {**_picture(post.media[0]), "caption": post.text})
    else:
        children: list[str] = []
        for media in post.media:
            children += [(yield from _create(account, {**_picture(media), "is_carousel_item": "true"}))]
        whole = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": post.text}
        container = yield from _create(account, whole)
    yield from _ready(container)
    return Staged(ids=(container,))


def commit(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Publish the container, or answer the comment. The permalink is a courtesy: failing to read it is no failure."""
    if post.reply_to:
        reply = yield Request("POST", f"{ENDPOINT}/{post.reply_to}/replies", form={"message": post.text})
        return Receipt(remote_id=_published(reply), url=post.link)
    reply = yield Request("POST", f"{ENDPOINT}/{account.id}/media_publish", form={"creation_id": staged.ids[0]})
    media = _published(reply)
    return Receipt(remote_id=media, url=(yield from _permalink(media)))


def find(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Ask the container first, then look for the caption among the account's own posts."""
    name, path = ("text", f"{post.reply_to}/replies") if post.reply_to else ("caption", f"{account.id}/media")
    status = (yield from _status(staged.ids[0])) if staged.ids else ""
    rows, complete = yield from _rows(path, f"id,timestamp,{name}" + ("" if post.reply_to else ",permalink"), staged)
    for row in rows:
        if str(row.get(name, "")).strip() == post.text.strip():
            return Receipt(remote_id=str(row["id"]), url=str(row.get("permalink", post.link)))
    if status == "PUBLISHED":
        return Receipt(remote_id="", url="")
    if not complete or (staged.ids and not status):
        raise Unknown("platform tidak dapat memastikan kiriman ini sudah tayang atau belum")
    return None


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Delete a post or an answer. 'Does not exist' is believed only when the account's list agrees."""
    reply = yield Request("DELETE", f"{ENDPOINT}/{receipt.remote_id}", repeatable=True)
    if reply.status == OK and reply.body.get("success") is True:
        return
    if _code(reply) != _GONE:
        raise _fault(reply)
    still = yield Request("GET", f"{ENDPOINT}/{receipt.remote_id}", params={"fields": "id"}, repeatable=True)
    rows, complete = yield from _rows(f"{account.id}/media", "id,timestamp", Staged())
    if not complete or _code(still) != _GONE or receipt.remote_id in [str(row["id"]) for row in rows]:
        raise Rejected("platform menolak penghapusan: token perlu izin instagram_manage_contents dari Facebook Login")


def _picture(media: Media) -> dict[str, str]:
    return {"image_url": media.url, "alt_text": media.alt}


def _create(account: Account, fields: Mapping[str, str]) -> Flow[str]:
    reply = yield Request("POST", f"{ENDPOINT}/{account.id}/media", form=fields, repeatable=True)
    container = reply.body.get("id")
    if reply.status == OK and isinstance(container, str) and container:
        return container
    raise _fault(reply)


def _ready(container: str) -> Flow[None]:
    for pause in _PACE:
        reply = yield _look(container, pause)
        match reply.body.get("status_code"):
            case "FINISHED":
                return
            case "ERROR" | "EXPIRED":
                raise _spoilt(str(reply.body.get("status", "")))
            case None:
                raise _fault(reply)
    raise Deferred("platform belum selesai mengolah gambar")


def _spoilt(status: str) -> Deferred | Rejected:
    """Judge a failed container: `status` then holds the error's subcode."""
    subcode = status.rpartition(" ")[2]
    if subcode.isdecimal() and int(subcode) in _LATER:
        return Deferred(f"platform gagal mengambil gambar ({subcode})")
    return Rejected(f"platform tidak dapat mengolah gambar: {status or 'tanpa keterangan'}")


def _status(container: str) -> Flow[str]:
    """Return the container's status, '' when it cannot be read (Meta answered 100/33 to valid reads in 2026)."""
    reply = yield _look(container, 0.0)
    return str(reply.body.get("status_code", ""))


def _look(container: str, delay: float) -> Request:
    fields = {"fields": "status_code,status"}
    return Request("GET", f"{ENDPOINT}/{container}", params=fields, delay=delay, repeatable=True)


def _permalink(media: str) -> Flow[str]:
    try:
        reply = yield Request("GET", f"{ENDPOINT}/{media}", params={"fields": "permalink"}, repeatable=True)
    except (Deferred, Unknown):
        return ""
    return str(reply.body.get("permalink", ""))


def _rows(path: str, fields: str, staged: Staged) -> Flow[tuple[list[dict[str, Any]], bool]]:
    """Return the account's own list back to when the effect was intended, and whether it reached that far."""
    rows: list[dict[str, Any]] = []
    after = ""
    for _ in range(_PAGES):
        params = {"fields": fields, "limit": "100", **({"after": after} if after else {})}
        reply = yield Request("GET", f"{ENDPOINT}/{path}", params=params, repeatable=True)
        page = reply.body.get("data")
        if reply.status != OK or not isinstance(page, list):
            raise _fault(reply)
        fresh = [row for row in page if not _is_old(row, staged)]
        rows += fresh
        after = reply.body.get("paging", {}).get("cursors", {}).get("after", "")
        if not after or len(fresh) < len(page) or not page:
            return rows, True
    return rows, False


def _is_old(row: Mapping[str, Any], staged: Staged) -> bool:
    if staged.since is None:
        return False
    return datetime.strptime(str(row["timestamp"]), "%Y-%m-%dT%H:%M:%S%z") < staged.since - _SKEW


def _published(reply: Response) -> str:
    """Return the id the irreversible call gave, or say what is known about it: by default nothing."""
    media = reply.body.get("id")
    if reply.status == OK and isinstance(media, str) and media:
        return media
    code, subcode = _code(reply)
    if reply.status == TOO_MANY or (code in _BUSY and not subcode) or code in _TOKEN or subcode in _QUOTA | _LATER:
        raise _fault(reply)
    if subcode in _NEVER:
        raise _fault(reply)
    raise Unknown(f"jawaban penerbitan tidak pasti: HTTP {reply.status}, kode {code}/{subcode}")


def _fault(reply: Response) -> Deferred | Rejected:
    """Judge a refusal by its numbers (error-codes page of 2026-06-02), never by its words."""
    code, subcode = _code(reply)
    said = reply.body.get("error", {}).get("message", f"HTTP {reply.status}")
    if code in _TOKEN or reply.status == UNAUTHORIZED:
        return Deferred(f"token atau izin akun ditolak platform, perbarui token ({said})", account_wide=True)
    if subcode in _QUOTA:
        return Deferred("kuota kiriman harian akun habis", 3600.0, account_wide=True)
    if reply.status == TOO_MANY or code in _BUSY:
        return too_many(reply)
    if subcode in _NEVER:
        return Rejected(f"{said} ({code}/{subcode})")
    if subcode in _LATER or code in (-1, 1, 2) or reply.status >= BROKEN or reply.json is None:
        return Deferred(f"platform sedang bermasalah ({said})")
    return Rejected(f"{said} ({code}/{subcode})")


def _code(reply: Response) -> tuple[int, int]:
    error = reply.body.get("error")
    if not isinstance(error, dict):
        return 0, 0
    code, subcode = error.get("code"), error.get("error_subcode")
    return code if isinstance(code, int) else 0, subcode if isinstance(subcode, int) else 0
