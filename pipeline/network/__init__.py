"""The only package that talks to the network: it carries out the conversations of `pipeline.flow`.

Rules (reliability notes 1.6, platform notes 5): no redirect is followed, a request that is not repeatable is sent
once on a connection of its own, every wait and every answer is bounded (`exchange`), and a token goes to its own
platform only (`Access.trusts`): never into an address, a message or an exception. A secret that is a password or a
refresh token is exchanged for a session, whose own tokens live in memory only and are kept as close.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pipeline.access import Login, Refresh
from pipeline.flow import (
    BROKEN,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    Deferred,
    Part,
    Request,
    Response,
    Unknown,
    busy,
    retry_after,
)
from pipeline.network import exchange
from pipeline.network.exchange import Bearer
from pipeline.network.page import digest_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.access import Access
    from pipeline.flow import Flow

__all__ = ["carry_out", "digest_shown"]

T = TypeVar("T")

ATTEMPTS = 4
LONGEST_PAUSE = 60.0
"""Seconds that are waited here when a platform asks for a pause; a longer one is left to a later run."""
BUSY = frozenset({TOO_MANY, 500, 502, 503, 504})
CONSOLE = "console:"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def carry_out(
    flow: Flow[T], access: Access, write: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
) -> T:
    """Carry out *flow* and return its result; faults are thrown into the flow, which may know better.

    *write* receives what is 'sent' to `console:`.
    """
    once = False
    try:
        request = _begun(flow)
        while True:
            once |= not request.repeatable
            if request.delay:
                sleep(request.delay)
            answer: Response | Deferred | Unknown
            try:
                answer = _carry(request, access, write, sleep)
            except (Deferred, Unknown) as fault:
                answer = fault
            request = _go_on(flow, answer, once=once)
    except StopIteration as stop:
        result: T = stop.value
        return result


def _begun(flow: Flow[Any]) -> Request:
    """Return the first request of *flow*. One that stumbles before it has sent nothing."""
    try:
        return next(flow)
    except _STUMBLES as error:
        what = f"tidak dapat disiapkan ({type(error).__name__})"
    raise Deferred(what)


def _go_on(flow: Flow[Any], answer: Response | Deferred | Unknown, *, once: bool) -> Request:
    """Return the next request of *flow*. An answer it stumbles over, whose shape no client could foresee, is none.

    `Unknown` when something has been asked *once* that must not be repeated.
    """
    try:
        return flow.send(answer) if isinstance(answer, Response) else flow.throw(answer)
    except _STUMBLES as error:
        what = f"jawaban platform tidak terbaca ({type(error).__name__})"
    raise Unknown(what) if once else Deferred(what)


def _carry(request: Request, access: Access, write: Callable[[str], None], sleep: Callable[[float], None]) -> Response:
    return _on_console(request, write) if request.url.startswith(CONSOLE) else _persist(request, access, sleep)


def _on_console(request: Request, write: Callable[[str], None]) -> Response:
    write(json.dumps({"metode": request.method, **(request.json or {})}, ensure_ascii=False, indent=2))
    return Response(200, dict(request.json or {}))


def _persist(request: Request, access: Access, sleep: Callable[[float], None]) -> Response:
    """Send *request*; if it is repeatable, again after a fault, and once after a busy answer: twice busy is a storm."""
    _refuse_open_wire(access)
    attempts, rested = ATTEMPTS if request.repeatable else 1, False
    for attempt in range(1, attempts + 1):
        last, pause = attempt == attempts, float(2**attempt)
        try:
            response = _send(request, access)
        except (Deferred, Unknown) as error:
            if not last:
                sleep(pause)
                continue
            if request.repeatable and isinstance(error, Unknown):
                raise Deferred(str(error), account_wide=True) from None
            raise
        if last or rested or response.status not in BUSY:
            return response
        asked = retry_after(response)
        if response.status == TOO_MANY if asked is None else asked > LONGEST_PAUSE:
            return response
        sleep(pause if asked is None else asked)
        rested = True
    raise AssertionError("unreachable")


def _send(request: Request, access: Access) -> Response:
    """Send once, in a session where the platform wants one; a request refused because it ended goes again."""
    if access.login is None or (isinstance(access.login, Refresh) and not access.grant()):
        return _exchange(request, access, access.token)
    response = Response(0)
    for _ in range(2):
        refusal = None if access.session.access else _begin(access, access.login)
        if refusal:
            return refusal
        response = _exchange(request, access, access.session.access)
        if not _is_over(access.login, response):
            break
        access.session.access = ""
    return response


def _is_over(login: Login | Refresh, response: Response) -> bool:
    """Whether *response* says that the session has run out, so that the request was not carried out."""
    if isinstance(login, Refresh):
        return response.status == UNAUTHORIZED
    said = response.body.get("error")
    return isinstance(said, str) and said in login.ended


def _begin(access: Access, login: Login | Refresh) -> Response | None:
    """Begin a session; return the refusal. `Deferred`: it cannot be told now."""
    try:
        reply, *tokens = _refresh(access, login) if isinstance(login, Refresh) else _log_in(access, login)
    except Unknown as fault:
        raise Deferred(str(fault), account_wide=True) from None
    if reply.status == OK and all(isinstance(token, str) and token for token in tokens):
        access.session.access, access.session.renewal = (*map(str, tokens), "")[:2]
        return None
    if reply.status < BROKEN and reply.status != OK:
        return _without(reply, access)
    raise busy(reply, f"{urlsplit(access.endpoint).hostname}: belum dapat masuk (HTTP {reply.status})")


def _refresh(access: Access, refresh: Refresh) -> tuple[Response, object]:
    form = {**access.grant(), "grant_type": "refresh_token"}
    reply = exchange.http("POST", access.locate(refresh.url), None, data=form)
    return reply, reply.body.get("access_token")


def _log_in(access: Access, login: Login) -> tuple[Response, object, object]:
    """Go on with the session that ended, or begin another with the password."""
    session, reply = access.session, Response(0)
    renewal, session.renewal = session.renewal, ""
    who = {"identifier": access.identifier, "password": access.token}
    if renewal:
        reply = exchange.http("POST", access.locate(login.renew), Bearer(access, renewal))
    if reply.status != OK:
        reply = exchange.http("POST", access.locate(login.open), None, json=who)
    return reply, reply.body.get("accessJwt"), reply.body.get("refreshJwt")


def _exchange(request: Request, access: Access, token: str) -> Response:
    """Send with *token*; what the platform echoes of any secret is struck out."""
    reply = exchange.http(
        request.method,
        access.locate(request.url),
        Bearer(access, token),
        params=dict(request.params),
        json=request.json,
        data=request.content if request.content is not None else _data(request),
        files=_files(request),
        headers=dict(request.headers),
    )
    return _without(reply, access)


def _without(reply: Response, access: Access) -> Response:
    secrets = access.secrets()
    try:
        told = _struck(reply.json, secrets)
    except RecursionError:
        told = None  # nested deeper than anything a platform means
    return Response(reply.status, told, _struck(dict(reply.headers), secrets))


def _struck(value: Any, secrets: Sequence[str]) -> Any:  # noqa: ANN401 - JSON is anything
    """Return *value* with every secret in its texts struck out."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "***")
    elif isinstance(value, dict):
        return {_struck(name, secrets): _struck(each, secrets) for name, each in value.items()}
    elif isinstance(value, list):
        return [_struck(each, secrets) for each in value]
    return value


def _refuse_open_wire(access: Access) -> None:
    parts = urlsplit(access.base)
    if access.token and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Deferred(f"{parts.hostname}: token hanya dikirim lewat https", account_wide=True)


def _data(request: Request) -> dict[str, str] | None:
    if request.multipart is not None:
        return {name: part for name, part in request.multipart.items() if isinstance(part, str)}
    return dict(request.form) if request.form is not None else None


def _files(request: Request) -> Mapping[str, tuple[str, bytes, str]] | None:
    if request.multipart is None:
        return None
    parts = request.multipart.items()
    return {name: (part.name, part.content, part.mime) for name, part in parts if isinstance(part, Part)}
