"""The part of a Bluesky server (PDS) that publishing needs (lexicons of 2026-08-20), with sessions that end.

It answers as the real one was seen to answer (tests/publish/test_bluesky_pds.py): a record under a key in use is left
alone when `swapRecord` is null, and deleting what is not there is answered 200.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b32encode
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from pipeline.platforms import bluesky
from pipeline.platforms._bluesky_record import COLLECTION
from pipeline.sandbox.store import Dropped, Trouble, live, next_id, owner, remarks, trouble
from pipeline.sandbox.wire import Answer, Call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.sandbox.store import Row, Store

LASTS = timedelta(hours=2)
"""How long an access token is good; its renewal lasts 90 days."""
_KEYS = {COLLECTION: re.compile(r"[2-7a-j][2-7a-z]{12}")}
_ANY_KEY = re.compile(r"(?!\.\.?$)[\w.~:-]{1,512}", re.ASCII)
"""What keys are like: https://atproto.com/specs/record-key, a TID where the collection's lexicon says so."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RAW, _CBOR = b"\x01\x55\x12\x20", b"\x01\x71\x12\x20"


def answer(call: Call, store: Store) -> Answer:
    """Answer one request."""
    match call.method, call.path:
        case "POST", ("xrpc", "com.atproto.server.createSession"):
            wanted = call.json()
            return _session(str(wanted.get("identifier", "")), store) if wanted.get("password") else _unknown()
        case "GET", ("xrpc", "com.atproto.repo.getRecord"):
            return _read(call, "", store)
        case method, ("xrpc", name) if (method, name) in _ROUTES:
            who = _whose(call.token, store, "perbarui" if name.endswith("refreshSession") else "akses")
            return who if isinstance(who, Answer) else _ROUTES[method, name](call, who, store)
    return _error(501, "MethodNotImplemented", "Method Not Implemented")


def _session(did: str, store: Store) -> Answer:
    with store.open() as data:
        number = next_id(data, "")
        tokens = {kind: f"{kind}-{number}-{owner(did + number)}" for kind in ("akses", "perbarui")}
        moment = store.clock().isoformat()
        kept = {owner(token): {"akun": did, "jenis": kind, "pada": moment} for kind, token in tokens.items()}
        data.setdefault("sesi", {}).update(kept)
    said = {"accessJwt": tokens["akses"], "refreshJwt": tokens["perbarui"]}
    return Answer(200, {**said, "did": did, "handle": _handle(did, store), "active": True})


def _whose(token: str, store: Store, kind: str) -> str | Answer:
    """Return the account behind a session's token, or why there is none."""
    if not token:
        return _error(401, "AuthMissing", "Authentication Required")
    with store.open() as data:
        session = data.get("sesi", {}).get(owner(token))
    if session is None or session["jenis"] != kind:
        return _error(400, "InvalidToken", "Token could not be verified")
    if kind == "akses" and store.clock() - datetime.fromisoformat(session["pada"]) >= LASTS:
        return _error(400, "ExpiredToken", "Token has expired")
    return str(session["akun"])


def _renew(_call: Call, did: str, store: Store) -> Answer:
    return _session(did, store)


def _me(_call: Call, did: str, store: Store) -> Answer:
    return Answer(200, {"did": did, "handle": _handle(did, store), "active": True})


def _resolve(call: Call, _did: str, store: Store) -> Answer:
    found = next((key for key, name in store.names.items() if name == call.query.get("handle")), "")
    return (
        Answer(200, {"did": found}) if found.startswith("did:") else _error(400, "InvalidRequest", "Unable to resolve")
    )


def _upload(call: Call, _did: str, store: Store) -> Answer:
    if len(call.body) > bluesky.VIDEOS.size:
        return _error(413, "PayloadTooLarge", "request entity too large")
    cid = _cid(_RAW, call.body)
    with store.open() as data:
        data["unggahan"][cid] = {
            "berkas": store.keep(call.body, call.mime),
            "mime": call.mime,
            "ukuran": len(call.body),
        }
    blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": call.mime, "size": len(call.body)}
    return Answer(200, {"blob": blob})


def _put(call: Call, did: str, store: Store) -> Answer:
    wanted = call.json()
    rkey, record = str(wanted.get("rkey", "")), wanted.get("record", {})
    uri, cid = _uri(did, rkey), _cid(_CBOR, json.dumps(record, sort_keys=True).encode())
    written = Answer(200, {"uri": uri, "cid": cid, "validationStatus": "valid"})
    with store.open() as data:
        if fault := _misplaced(wanted) or _fault(record, data["unggahan"]):
            return fault
        kind = trouble(data, bluesky.NAME)
        if kind is Trouble.PAUSE:
            return _pause(store)
        there = _record(data, did, rkey)
        if there:
            return written if there["cid"] == cid else _error(400, "InvalidSwap", f"Record was at {there['cid']}")
        if kind not in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE):
            head = {"platform": bluesky.NAME, "id": rkey, "akun": did, "nama": _handle(did, store), "cid": cid}
            data["kiriman"].append(head | _post(record, data, store))
    if kind in (Trouble.DROPPED_BEFORE, Trouble.DROPPED_AFTER):
        raise Dropped
    if kind in (Trouble.BROKEN_BEFORE, Trouble.BROKEN_AFTER):
        return _error(500, "InternalServerError", "Internal Server Error")
    return _error(400, "InvalidSwap", "Record was changed") if kind is Trouble.DUPLICATE else written


def _post(record: Row, data: Row, store: Store) -> Row:
    parts = [(image["image"], image["alt"]) for image in record.get("embed", {}).get("images", [])]
    if "video" in record.get("embed", {}):
        parts = [(record["embed"]["video"], record["embed"].get("alt", ""))]
    media = [{"berkas": data["unggahan"][blob["ref"]["$link"]]["berkas"], "alt": alt} for blob, alt in parts]
    return {
        "teks": record["text"],
        "media": media,
        "balasan_untuk": record.get("reply", {}).get("parent", {}).get("uri", ""),
        "pada": store.clock().isoformat(),
        "dihapus": "",
        "catatan": record,
    }


def _read(call: Call, _did: str, store: Store) -> Answer:
    repo, rkey = call.query.get("repo", ""), call.query.get("rkey", "")
    with store.open() as data:
        found = _record(data, repo, rkey)
        notices = [_notice(row) for row in remarks(data, bluesky.NAME)]
    if found:
        return Answer(200, {"uri": _uri(repo, rkey), "cid": found["cid"], "value": found["catatan"]})
    for notice in notices:
        if notice["uri"] == _uri(repo, rkey):
            return Answer(200, {"uri": notice["uri"], "cid": notice["cid"], "value": notice["record"]})
    return _error(400, "RecordNotFound", f"Could not locate record: {_uri(repo, rkey)}")


def _delete(call: Call, did: str, store: Store) -> Answer:
    with store.open() as data:
        found = _record(data, did, str(call.json().get("rkey", "")))
        if found:
            found["dihapus"] = store.clock().isoformat()
    return Answer(200, {})


def _notices(_call: Call, did: str, store: Store) -> Answer:
    with store.open() as data:
        mine = {row["id"] for row in live(data, bluesky.NAME) if row["akun"] == did}
        rows = [row for row in remarks(data, bluesky.NAME) if row["untuk"] in mine]
    return Answer(200, {"notifications": [_notice(row, did) for row in reversed(rows)]})


def _notice(row: Row, below: str = "") -> Row:
    """Return a remark as the notification it makes."""
    who = f"did:plc:{b32encode(hashlib.sha256(row['penulis'].encode()).digest()).decode().lower()[:24]}"
    record = {"$type": "app.bsky.feed.post", "text": row["teks"], "createdAt": row["pada"]}
    return {
        "uri": _uri(who, row["id"]),
        "cid": _cid(_CBOR, json.dumps(record).encode()),
        "author": {"did": who, "handle": row["penulis"]},
        "reason": "reply",
        "reasonSubject": _uri(below, row["untuk"]),
        "record": record,
        "isRead": False,
        "indexedAt": row["pada"],
    }


_ROUTES: Mapping[tuple[str, str], Callable[[Call, str, Store], Answer]] = {
    ("POST", "com.atproto.server.refreshSession"): _renew,
    ("GET", "com.atproto.server.getSession"): _me,
    ("GET", "com.atproto.identity.resolveHandle"): _resolve,
    ("POST", "com.atproto.repo.uploadBlob"): _upload,
    ("POST", "com.atproto.repo.putRecord"): _put,
    ("POST", "com.atproto.repo.deleteRecord"): _delete,
    ("GET", "app.bsky.notification.listNotifications"): _notices,
}


def _misplaced(wanted: Row) -> Answer | None:
    """Return what the server says of a key the lexicons do not allow: a post's is a TID."""
    rkey, rule = str(wanted.get("rkey", "")), _KEYS.get(str(wanted.get("collection")), _ANY_KEY)
    return None if rule.fullmatch(rkey) else _error(400, "InvalidRequest", f"Invalid record key: {rkey}")


def _fault(record: Row, uploads: Mapping[str, Any]) -> Answer | None:
    """Return what the server says of a record that is not as the lexicon has it."""
    if bluesky.length(str(record.get("text", ""))) > bluesky.CAPTION_LIMIT:
        return _error(400, "InvalidRequest", f"grapheme too big (maximum {bluesky.CAPTION_LIMIT}) at $.record.text")
    if not _is_moment(str(record.get("createdAt", ""))):
        return _error(400, "InvalidRequest", f"Invalid datetime at $.record.createdAt: {record.get('createdAt')}")
    return _fault_of_images(record.get("embed", {}).get("images", []), uploads)


def _fault_of_images(images: list[Row], uploads: Mapping[str, Any]) -> Answer | None:
    if len(images) > (most := bluesky.IMAGES.most):
        said = f"array too big (maximum {most}, got {len(images)}) at $.record.embed.images"
        return _error(400, "InvalidRequest", said)
    for index, image in enumerate(images):
        path = f"$.record.embed.images[{index}]"
        if "alt" not in image:
            return _error(400, "InvalidRequest", f'Missing required key "alt" at {path}')
        if image["image"]["size"] > bluesky.IMAGES.size:
            return _error(400, "InvalidRequest", f"blob too big (maximum {bluesky.IMAGES.size}) at {path}.image")
        if image["image"]["ref"]["$link"] not in uploads:
            return _error(400, "BlobNotFound", f"Could not find blob: {image['image']['ref']['$link']}")
    return None


def _is_moment(text: str) -> bool:
    """Whether *text* is a date and time as AT Protocol writes it: RFC 3339 with a zone, of a day that exists."""
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _record(data: Row, did: str, rkey: str) -> Row | None:
    return next((row for row in live(data, bluesky.NAME) if (row["akun"], row["id"]) == (did, rkey)), None)


def _handle(did: str, store: Store) -> str:
    return store.names.get(did, "handle.invalid")


def _uri(did: str, rkey: str) -> str:
    return f"at://{did}/app.bsky.feed.post/{rkey}"


def _cid(prefix: bytes, content: bytes) -> str:
    return "b" + b32encode(prefix + hashlib.sha256(content).digest()).decode().lower().rstrip("=")


def _pause(store: Store) -> Answer:
    """Ask for a pause of a minute: the moment it ends, in seconds of the epoch."""
    now = store.clock().astimezone(UTC)
    headers = {"RateLimit-Reset": str(int(now.timestamp()) + 60), "Date": format_datetime(now, usegmt=True)}
    return Answer(429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, headers)


def _unknown() -> Answer:
    return _error(401, "AuthenticationRequired", "Invalid identifier or password")


def _error(status: int, error: str, message: str) -> Answer:
    return Answer(status, {"error": error, "message": message})
