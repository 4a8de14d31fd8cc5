"""The only module that talks to the network: it carries out the conversations of `pipeline.flow`.

Rules (reliability notes 1.6, platform notes 5): no redirect is followed, a request that is not
repeatable is sent once on a connection of its own, every wait is bounded, and a token goes to its own
platform only (`Access.trusts`): never into an address, a message or an exception. A secret that is a password
or a refresh token is exchanged for a session, whose own tokens live in memory only and are kept as close.
"""

from __future__ import annotations

import json
import logging
import time
from html.parser import HTMLParser
from itertools import islice
from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError, SSLError

from pipeline.access import Login, Refresh
from pipeline.flow import BROKEN, OK, TOKEN_HERE, UNAUTHORIZED, Deferred, Part, Request, Response, Unknown, retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.access import Access
    from pipeline.flow import Flow

T = TypeVar("T")

TIMEOUT = (10, 60)  # seconds to connect, seconds between bytes
ATTEMPTS = 4
LONGEST_PAUSE = 900.0
PAGE_CHUNK, PAGE_CHUNKS = 64 * 1024, 64  # of a public page, no more than this is read
BUSY = frozenset({429, 500, 502, 503, 504})
CONSOLE = "console:"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # its log quotes addresses, and Telegram's hold the token


class _Bearer(AuthBase):
    """Send a token to its own platform. As `auth`: a .netrc would replace a header."""

    def __init__(self, access: Access, token: str) -> None:
        self._access, self._token = access, token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign *request* if it goes to the token's platform."""
        url = request.url or ""
        if not self._token or not self._access.trusts(url):
            return request
        if TOKEN_HERE in url:
            request.url = url.replace(TOKEN_HERE, quote(self._token, safe=":"))
        else:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def carry_out(
    flow: Flow[T], access: Access, write: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
) -> T:
    """Carry out *flow* and return its result; faults are thrown into the flow, which may know better.

    *write* receives what is 'sent' to `console:`.
    """
    try:
        request = next(flow)
        while True:
            if request.delay:
                sleep(request.delay)
            try:
                response = _carry(request, access, write, sleep)
            except (Deferred, Unknown) as fault:
                request = flow.throw(fault)
            else:
                request = flow.send(response)
    except StopIteration as stop:
        result: T = stop.value
        return result


def _carry(request: Request, access: Access, write: Callable[[str], None], sleep: Callable[[float], None]) -> Response:
    return _on_console(request, write) if request.url.startswith(CONSOLE) else _persist(request, access, sleep)


def _on_console(request: Request, write: Callable[[str], None]) -> Response:
    write(json.dumps({"metode": request.method, **(request.json or {})}, ensure_ascii=False, indent=2))
    return Response(200, dict(request.json or {}))


def _persist(request: Request, access: Access, sleep: Callable[[float], None]) -> Response:
    """Send *request*; again after a fault or a busy answer if it is repeatable."""
    _refuse_open_wire(access)
    attempts = ATTEMPTS if request.repeatable else 1
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
        if last or response.status not in BUSY:
            return response
        asked = retry_after(response)
        if asked is not None and asked > LONGEST_PAUSE:
            return response
        sleep(pause if asked is None else asked)
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
    return response.body.get("error") in login.ended


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
    host = urlsplit(access.endpoint).hostname
    raise Deferred(f"{host}: belum dapat masuk (HTTP {reply.status})", account_wide=True)


def _refresh(access: Access, refresh: Refresh) -> tuple[Response, object]:
    form = {**access.grant(), "grant_type": "refresh_token"}
    reply = _http("POST", access.locate(refresh.url), None, data=form)
    return reply, reply.body.get("access_token")


def _log_in(access: Access, login: Login) -> tuple[Response, object, object]:
    """Go on with the session that ended, or begin another with the password."""
    session, reply = access.session, Response(0)
    renewal, session.renewal = session.renewal, ""
    who = {"identifier": access.identifier, "password": access.token}
    if renewal:
        reply = _http("POST", access.locate(login.renew), _Bearer(access, renewal))
    if reply.status != OK:
        reply = _http("POST", access.locate(login.open), None, json=who)
    return reply, reply.body.get("accessJwt"), reply.body.get("refreshJwt")


def _exchange(request: Request, access: Access, token: str) -> Response:
    """Send with *token*; what the platform echoes of any secret is struck out."""
    reply = _http(
        request.method,
        access.locate(request.url),
        _Bearer(access, token),
        params=dict(request.params),
        json=request.json,
        data=request.content if request.content is not None else _data(request),
        files=_files(request),
        headers=dict(request.headers),
    )
    return _without(reply, access)


def _without(reply: Response, access: Access) -> Response:
    secrets = access.secrets()
    return Response(reply.status, _struck(reply.json, secrets), _struck(dict(reply.headers), secrets))


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


def _http(method: str, url: str, auth: _Bearer | None, **parts: Any) -> Response:  # noqa: ANN401 - as requests takes them
    """Send once. `Deferred`: nothing left this machine; `Unknown`: it may have arrived."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.request(method, url, auth=auth, timeout=TIMEOUT, allow_redirects=False, **parts)
            text = reply.content
    except requests.RequestException as error:
        fault = _fault(error, f"{method} {urlsplit(url).hostname}")
    else:
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Response(reply.status_code, _decode(text), headers)
    raise fault  # not inside `except`: as its context the library's error would carry the address, and a token in it


def _fault(error: requests.RequestException, what: str) -> Deferred | Unknown:
    """Tell a connection that never stood from one that broke, without quoting the request."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(cause, SSLError) and isinstance(cause.args[0], SSLCertVerificationError):
        return Deferred(f"{what}: sertifikat tidak dapat dipercaya", account_wide=True)
    if isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(cause, NewConnectionError):
        return Deferred(f"{what}: tidak dapat dihubungi", account_wide=True)
    if isinstance(error, requests.exceptions.Timeout):
        return Unknown(f"{what}: tidak menjawab dalam {TIMEOUT[1]} detik")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return Deferred(f"{what}: alamat tidak sah", account_wide=True)
    return Unknown(f"{what}: sambungan terputus sebelum jawaban lengkap")


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


def _decode(text: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return json.loads(text)
    except ValueError:
        return None


class _Digest(HTMLParser):
    """Find `<meta name="jdih:sidik" content="...">`."""

    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        values = dict(attrs)
        if tag == "meta" and values.get("name") == "jdih:sidik":
            self.found = self.found or values.get("content") or ""


def digest_shown(url: str) -> str:
    """Return the approved digest the public page *url* carries; '' when it does not answer 200 with one.

    No redirect counts as an answer: what is posted must be the page's own address.
    """
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.get(url, timeout=TIMEOUT, allow_redirects=False, stream=True)
            if reply.status_code != requests.codes.ok:
                return ""
            body = b"".join(islice(reply.iter_content(PAGE_CHUNK), PAGE_CHUNKS))
    except requests.RequestException:
        return ""
    page = _Digest()
    page.feed(body.decode("utf-8", "replace"))
    return page.found
