"""Bluesky (AT Protocol): a post is a record under a key of our own, so it exists once or not at all.

https://docs.bsky.app and the lexicons com.atproto.repo.*, app.bsky.feed.post (2026-08-20). The record's key and
date are derived from the effect, and `putRecord` with `swapRecord: null` creates only what is not there: sending
it again gives the same record. `createRecord` is not used: it answers a key in use with 500. The secret is an app
password; `Account.id` is the DID, `Account.handle` the handle.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.access import Login
from pipeline.flow import (
    BROKEN,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    Deferred,
    Rejected,
    Request,
    Unknown,
    expect,
    too_many,
    troubled,
)
from pipeline.media import films, looking
from pipeline.model.platform import Health, Images, Remark, Videos
from pipeline.model.publishing import Receipt, Staged
from pipeline.platforms import _answers, _bluesky_record, _bluesky_text, _graphemes
from pipeline.platforms._bluesky_record import COLLECTION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.flow import Flow, Response
    from pipeline.model.people import Account
    from pipeline.model.publishing import Media, Post

NAME = "bluesky"
ENDPOINT = "https://bsky.social"
CAPTION_LIMIT = 300
HASHTAG_LIMIT = 100  # Bluesky has none of its own
IMAGES = Images(
    least=0, most=4, formats=("image/jpeg", "image/png", "image/webp"), size=2_000_000, width=2000, height=2000
)
VIDEOS = Videos(most=1, formats=("video/mp4",), size=50_000_000, seconds=180)
ALT = True
VIDEO_ALT = True
CAN_DELETE = True
CAN_ARCHIVE = False
CAN_FIND = True
CAN_LISTEN = True
CAN_REPLY = True
CAN_THREAD = True
STAGED_FOR = timedelta(minutes=5)  # a server keeps what no record names for 'minutes' (lexicon uploadBlob)

_XRPC = f"{ENDPOINT}/xrpc"
LOGIN = Login(
    open=f"{_XRPC}/com.atproto.server.createSession",
    renew=f"{_XRPC}/com.atproto.server.refreshSession",
    ended=frozenset({"ExpiredToken", "InvalidToken"}),
)
_BYTES_A_SIGN = 10  # 300 signs or 3,000 bytes, whichever comes first
_BAD, _TOO_LARGE = 400, 413
_LATE = 5.0  # seconds until a request whose answer was lost has surely been carried out
_PAGES = 10
_ACCOUNT = frozenset(
    {"AuthMissing", "AuthenticationRequired", "AuthFactorTokenRequired", "ExpiredToken", "InvalidToken"}
    | {"AccountTakedown", "AccountDeactivated", "AccountSuspended"}
)
_AGAIN = frozenset({"BlobNotFound"})
_NEVER = frozenset({"InvalidRequest", "InvalidRecord", "InvalidMimeType", "InvalidBlob", "BlobTooLarge"})
_SURE = _ACCOUNT | _AGAIN | _NEVER
"""What `error` says when nothing was written."""
_REMARKS = frozenset({"reply", "mention", "quote"})
_OLD_LIMIT = 1_000_000  # bytes of a picture before 2026-04-08; older servers still have it
_SMALLER = "peladen ini mungkin masih membatasi gambar 1 MB: perkecil gambarnya, lalu ajukan lagi"


def caption_limit(_files: int, /) -> int:
    """Return the one limit."""
    return CAPTION_LIMIT


def length(text: str, /) -> int:
    """Count grapheme clusters; a text of many bytes counts by its bytes, since both are limited."""
    return max(_graphemes.count(text), -(-len(text.encode()) // _BYTES_A_SIGN))


def stage(post: Post, account: Account, /) -> Flow[Staged]:
    """Upload every picture or one video, and look up whoever is mentioned or answered. Nothing is visible yet."""
    if len(post.media) > 1 and any(media.mime.startswith("video/") for media in post.media):
        raise Rejected("Bluesky menerima satu video tanpa gambar lain: pisahkan menjadi dua butir")
    ids: list[str] = []
    for media in post.media:
        ids += [(yield from _upload(media))]
    for mark in _bluesky_text.marks(post.text):
        if mark.kind == "mention" and (did := (yield from _resolved(mark.value))):
            ids += [f"did {mark.value} {did}"]
    if post.reply_to:
        ids += yield from _thread(post.reply_to, account)
    return Staged(ids=tuple(ids))


def commit(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt]:
    """Write the record. Its key is its own evidence: after a lost answer the repository is asked for it."""
    written = {
        "repo": account.id,
        "collection": COLLECTION,
        "rkey": _bluesky_record.key_of(post, staged),
        "swapRecord": None,
    }
    try:
        reply = yield Request(
            "POST",
            f"{_XRPC}/com.atproto.repo.putRecord",
            json=written | {"record": _bluesky_record.record(post, staged)},
        )
    except Unknown as fault:
        return (yield from _asked(post, account, staged, str(fault)))
    if reply.status == OK and reply.body.get("uri") == _uri(account, written["rkey"]):
        return _receipt(account, _bluesky_record.key_of(post, staged))
    if _BAD <= reply.status < BROKEN and (reply.body.get("error") in _SURE or reply.status in (UNAUTHORIZED, TOO_MANY)):
        raise _advised(_fault(reply), post)
    return (yield from _asked(post, account, staged, f"jawaban penerbitan tidak pasti: HTTP {reply.status}"))


def find(post: Post, account: Account, staged: Staged, /) -> Flow[Receipt | None]:
    """Ask the repository for the record by its key: exact, at any time."""
    return (yield from _look(account, _bluesky_record.key_of(post, staged)))


def retract(receipt: Receipt, account: Account, /) -> Flow[None]:
    """Delete the record; one that is not there is answered the same."""
    gone = {"repo": account.id, "collection": COLLECTION, "rkey": receipt.remote_id}
    reply = yield Request("POST", f"{_XRPC}/com.atproto.repo.deleteRecord", json=gone, repeatable=True)
    _checked(reply)


def comments(_account: Account, since: datetime, /) -> Flow[tuple[Remark, ...]]:
    """Return what others answered, quoted or addressed to the account since *since*, oldest first."""
    remarks: list[Remark] = []
    params = {"limit": "100"}
    for _ in range(_PAGES):
        url = f"{_XRPC}/app.bsky.notification.listNotifications"
        body = _checked((yield Request("GET", url, params=params, repeatable=True)))
        rows = _answers.rows(body.get("notifications"), "uri", "reason", "indexedAt")
        fresh = [row for row in rows if _answers.moment(row["indexedAt"]) >= since]
        remarks += [_remark(row) for row in fresh if row["reason"] in _REMARKS]
        if len(fresh) < len(rows) or not body.get("cursor"):
            break
        params = {"limit": "100", "cursor": str(body["cursor"])}
    return tuple(reversed(remarks))


def health(account: Account, /) -> Flow[Health]:
    """Ask whom the app password belongs to; it has no date of expiry."""
    try:
        url = f"{_XRPC}/com.atproto.server.getSession"
        body = _checked((yield Request("GET", url, repeatable=True)))
    except Deferred as fault:
        return Health(usable=False, message=str(fault))
    if body.get("did") != account.id:
        return Health(usable=False, message=f"kata sandi aplikasi milik akun lain: {body.get('handle', '')}")
    if body.get("active") is False:
        return Health(usable=False, message=f"akun tidak aktif: {body.get('status', '')}")
    return Health(usable=True, message="kata sandi aplikasi berlaku")


def _upload(media: Media) -> Flow[str]:
    """Upload one file; return `blob <cid> <mime> <bytes> <width>x<height>`, the size '-' where it is not known."""
    content = media.content()
    url, headers = f"{_XRPC}/com.atproto.repo.uploadBlob", {"Content-Type": media.mime}
    reply = yield Request("POST", url, content=content, headers=headers, repeatable=True)
    blob = _answers.part(_checked(reply), "blob")
    cid, mime, size = _answers.part(blob, "ref").get("$link"), blob.get("mimeType"), blob.get("size")
    if not isinstance(cid, str) or not isinstance(mime, str) or not isinstance(size, int):
        raise Deferred("Bluesky menerima berkas tanpa memberi alamatnya")
    return f"blob {cid} {mime} {size} {_shape(media.mime, content)}"


def _shape(mime: str, content: bytes) -> str:
    seen = films.probe(content) if mime.startswith("video/") else looking.look(content)
    return f"{seen.width}x{seen.height}" if seen and seen.width else "-"


def _resolved(handle: str) -> Flow[str]:
    """Return whose handle it is; '' when it is nobody's, then the name stays plain text."""
    url = f"{_XRPC}/com.atproto.identity.resolveHandle"
    reply = yield Request("GET", url, params={"handle": handle}, repeatable=True)
    if reply.status == _BAD:
        return ""
    return str(_checked(reply).get("did", ""))


def _thread(uri: str, account: Account) -> Flow[list[str]]:
    """Return the references of an answer to *uri*: its own, and the post at the head of the thread."""
    repo, _, rest = (uri if "/" in uri else _uri(account, uri)).removeprefix("at://").partition("/")
    collection, _, rkey = rest.partition("/")
    found = yield from _read(repo, collection, rkey)
    if found is None:
        raise Rejected("komentar yang dijawab sudah tidak ada di Bluesky")
    root = _answers.part(found, "value", "reply", "root") or found
    [above, below] = _answers.rows([root, found], "uri", "cid")
    return [f"root {above['uri']} {above['cid']}", f"parent {below['uri']} {below['cid']}"]


def _look(account: Account, rkey: str, delay: float = 0.0) -> Flow[Receipt | None]:
    found = yield from _read(account.id, COLLECTION, rkey, delay)
    return _receipt(account, rkey) if found else None


def _read(repo: str, collection: str, rkey: str, delay: float = 0.0) -> Flow[Mapping[str, Any] | None]:
    params = {"repo": repo, "collection": collection, "rkey": rkey}
    reply = yield Request("GET", f"{_XRPC}/com.atproto.repo.getRecord", params=params, delay=delay, repeatable=True)
    if reply.status == _BAD and reply.body.get("error") == "RecordNotFound":
        return None
    found = _checked(reply)
    if not isinstance(found.get("value"), dict):
        raise Deferred("Bluesky menjawab tanpa isi catatannya")
    return found


def _asked(post: Post, account: Account, staged: Staged, why: str) -> Flow[Receipt]:
    """Return the receipt of a call whose answer was lost. What is surely absent may be written again: the key holds."""
    try:
        found = yield from _look(account, _bluesky_record.key_of(post, staged), _LATE)
    except (Deferred, Rejected) as fault:
        raise Unknown(f"{why}; {fault}") from None
    if found is None:
        raise Deferred(f"{why}; kirimannya dipastikan belum ada")
    return found


def _checked(reply: Response) -> Mapping[str, Any]:
    if reply.status == OK:
        return expect(reply, OK)
    raise _fault(reply)


def _fault(reply: Response) -> Deferred | Rejected:
    """Judge a refusal by its status and its `error`; the words are for people."""
    error = reply.body.get("error")
    said = reply.body.get("message") or error or f"HTTP {reply.status}"
    if reply.status == TOO_MANY:
        return too_many(reply)
    if reply.status == UNAUTHORIZED or error in _ACCOUNT:
        return Deferred(f"Bluesky menolak akun: periksa kata sandi aplikasi ({said})", account_wide=True)
    if reply.status >= BROKEN or reply.status < _BAD or error in _AGAIN:
        return troubled(reply, f"Bluesky sedang bermasalah ({said})")
    if reply.status == _TOO_LARGE:
        return Rejected(f"berkas terlalu besar bagi peladen Bluesky ini: perkecil, lalu ajukan lagi ({said})")
    return Rejected(f"Bluesky menolak: {said}")


def _advised(fault: Deferred | Rejected, post: Post) -> Deferred | Rejected:
    """Say what to do about a picture an old server does not take: it names no code of its own for that."""
    large = any(media.size > _OLD_LIMIT for media in post.media if media.mime.startswith("image/"))
    return Rejected(f"{fault}; {_SMALLER}") if large and isinstance(fault, Rejected) else fault


def _remark(row: Mapping[str, Any]) -> Remark:
    author, rkey = _answers.part(row, "author"), row["uri"].rpartition("/")[2]
    return Remark(
        id=row["uri"],
        post=str(row.get("reasonSubject", "")).rpartition("/")[2],
        author=str(author.get("handle", "")),
        text=str(_answers.part(row, "record").get("text", "")),
        at=_answers.moment(row["indexedAt"]),
        url=f"https://bsky.app/profile/{author.get('did', '')}/post/{rkey}",
    )


def _uri(account: Account, rkey: object) -> str:
    return f"at://{account.id}/{COLLECTION}/{rkey}"


def _receipt(account: Account, rkey: str) -> Receipt:
    return Receipt(remote_id=rkey, url=f"https://bsky.app/profile/{account.handle}/post/{rkey}")
