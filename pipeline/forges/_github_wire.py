"""How GitHub is asked: addresses, lists page by page, and what its refusals mean.

https://docs.github.com/rest: pagination follows the `Link` header, of which only the query is taken, so that no
answer can send the token elsewhere. Limits come as 403 as well as 429 ("Best practices for using the REST API").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from pipeline.flow import (
    BROKEN,
    CREATED,
    FORBIDDEN,
    NOT_FOUND,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    Deferred,
    Rejected,
    Request,
    Response,
    Unknown,
    retry_after,
)
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.flow import Flow

T = TypeVar("T")

ENDPOINT = "https://api.github.com"
UNPROCESSABLE = 422
NOT_MERGEABLE = 405
_HEAD_MOVED = 409
_TRY_AGAIN = "base branch was modified"

_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_GONE = 410
_PAGE, _PAGES = 100, 100
_LEAST_PAUSE = 60.0
"""Seconds to wait when a secondary limit does not say how long."""
_REDIRECTS = range(300, 400)
_LONGEST = 300
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')


def get(repo: str, path: str, params: Mapping[str, str] | None = None) -> Request:
    """Return the request for something below *repo* (`owner/name`)."""
    return Request("GET", _url(repo, path), params=params or {}, headers=_HEADERS, repeatable=True)


def once(method: str, repo: str, path: str, document: Mapping[str, Any]) -> Request:
    """Return a request that makes something come about: it is sent once."""
    return Request(method, _url(repo, path), json=document, headers=_HEADERS)


def put(method: str, repo: str, path: str, document: Mapping[str, Any] | None = None) -> Request:
    """Return a request that may be sent twice: it states how something shall be."""
    return Request(method, _url(repo, path), json=document, headers=_HEADERS, repeatable=True)


def graph(query: str, variables: Mapping[str, Any]) -> Request:
    """Return a question to the GraphQL API: it changes nothing, so it may be sent twice."""
    document = {"query": query, "variables": dict(variables)}
    return Request("POST", f"{ENDPOINT}/graphql", json=document, headers=_HEADERS, repeatable=True)


def ask(request: Request, *statuses: int) -> Flow[Response]:
    """Send *request* and return an answer with one of *statuses*; raise what any other means."""
    reply = yield request
    if reply.status not in statuses:
        raise fault(reply, request)
    return reply


def rows(repo: str, path: str, params: Mapping[str, str] | None = None) -> Flow[list[Any]]:
    """Return a list to its end."""
    found: list[Any] = []
    params = {**(params or {}), "per_page": str(_PAGE)}
    for _ in range(_PAGES):
        reply = yield from ask(get(repo, path, params), OK)
        if not isinstance(reply.json, list):
            raise JdihError(f"GitHub tidak memberi daftar untuk {path}")
        found += reply.json
        following = _NEXT.search(reply.headers.get("link", ""))
        if following is None:
            return found
        params = {**params, **dict(parse_qsl(urlsplit(following[1]).query))}
    raise JdihError(f"daftar {path} di GitHub lebih dari {_PAGE * _PAGES} baris: tutup atau hapus yang lama")


def create(request: Request, read: Callable[[Any], T], find: Callable[[], Flow[T | None]], *there: int) -> Flow[T]:
    """Create something once; after an answer that does not tell, ask whether it is there.

    *there* are statuses that may mean it was there before.
    """
    try:
        reply = yield request
    except Unknown:
        reply = Response(BROKEN)
    if reply.status == CREATED:
        return read(reply.json)
    if reply.status >= BROKEN or reply.status in there:
        found = yield from find()
        if found is not None:
            return found
    raise fault(reply, request)


def fault(reply: Response, request: Request) -> Deferred | Rejected:
    """Judge a refusal: what passes by itself, what the operator must mend, what will stay so."""
    what, said = f"{request.method} {urlsplit(request.url).path}", words(reply)
    if _limited(reply, said):
        pause = retry_after(reply)
        pause = _LEAST_PAUSE if pause is None else pause
        return Deferred("GitHub meminta jeda (batas permintaan tercapai)", pause, account_wide=True)
    if reply.status == UNAUTHORIZED:
        return Deferred(f"GitHub menolak token: periksa kunci aplikasinya ({said})", account_wide=True)
    if reply.status >= BROKEN:
        return Deferred(f"GitHub sedang bermasalah ({what}: {said})")
    return Rejected(_refusal(reply.status, what, said))


def _refusal(status: int, what: str, said: str) -> str:
    if status == FORBIDDEN:
        return f"GitHub tidak mengizinkan {what}: periksa izin aplikasinya ({said})"
    if status in {NOT_FOUND, _GONE}:
        return f"GitHub tidak mengenal {what}: periksa nama repositori dan izin aplikasinya"
    if status in _REDIRECTS:
        return f"GitHub mengalihkan {what}: repositori berganti nama, perbaiki namanya di pengaturan"
    return f"GitHub menolak {what}: {said}"


def unmerged(reply: Response, request: Request) -> Deferred | Rejected:
    """Judge why GitHub does not merge: most of it passes by itself."""
    said = words(reply)
    if reply.status == _HEAD_MOVED or (reply.status == NOT_MERGEABLE and _TRY_AGAIN in said.lower()):
        return Deferred("cabang berubah sesudah dinilai: dinilai lagi pada putaran berikutnya")
    if reply.status == NOT_MERGEABLE:
        return Deferred(f"GitHub belum mau menggabungkan: {said}")
    if reply.status == UNPROCESSABLE:
        return Rejected(f"GitHub menolak permintaan menggabungkan: {said}")
    return fault(reply, request)


def plain(body: str) -> str:
    """Return a comment's text as GitHub compares it: it changes the ends of lines."""
    return body.replace("\r\n", "\n").strip()


def clipped(text: str, limit: int) -> str:
    """Return *text* within *limit* characters; what is longer ends in an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def words(reply: Response) -> str:
    """Return what GitHub says about a refusal, in one line."""
    errors = reply.body.get("errors")
    details = [
        str(error.get("message") or error.get("code") or "") if isinstance(error, dict) else str(error)
        for error in (errors if isinstance(errors, list) else [errors] if errors else [])
    ]
    said = [str(reply.body.get("message") or f"HTTP {reply.status}"), *details]
    return " ".join("; ".join(filter(None, said)).split())[:_LONGEST]


def _limited(reply: Response, said: str) -> bool:
    if reply.status != FORBIDDEN:
        return reply.status == TOO_MANY
    exhausted = reply.headers.get("x-ratelimit-remaining") == "0"
    return exhausted or "retry-after" in reply.headers or "rate limit" in said.lower()


def _url(repo: str, path: str) -> str:
    return f"{ENDPOINT}/repos/{repo}{path}"
