"""The only module that talks to the network: it carries out the conversations of `pipeline.flow`.

Rules (reliability notes 1.6, platform notes 5): no redirect is followed, a request that is not
repeatable is sent once on a connection of its own, every wait is bounded, and a token goes to the
one origin it belongs to: never into an address, a message or an exception.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice
from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError, SSLError

from pipeline.flow import Deferred, Part, Request, Response, Unknown, retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.flow import Flow

T = TypeVar("T")

TIMEOUT = (10, 60)  # seconds to connect, seconds between bytes
ATTEMPTS = 4
LONGEST_PAUSE = 900.0
PAGE_CHUNK, PAGE_CHUNKS = 64 * 1024, 64  # of a public page, no more than this is read
BUSY = frozenset({429, 500, 502, 503, 504})
CONSOLE = "console:"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How one account's platform is reached: its published endpoint, where that really is, and the token."""

    endpoint: str
    base: str
    token: str = field(repr=False)

    def locate(self, url: str) -> str:
        """Return the real address of *url*."""
        return self.base.rstrip("/") + url[len(self.endpoint) :] if url.startswith(self.endpoint) else url


class _Bearer(AuthBase):
    """Send a token to its own origin. As `auth`: a .netrc would replace a header."""

    def __init__(self, access: Access) -> None:
        self._origin, self._token = _origin(access.base), access.token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign *request* if it goes to the token's origin."""
        if self._token and _origin(request.url or "") == self._origin:
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
    """Send once. `Deferred`: nothing left this machine; `Unknown`: it may have arrived."""
    url, where = access.locate(request.url), urlsplit(request.url).hostname
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.request(
                request.method,
                url,
                params=dict(request.params),
                json=request.json,
                data=_data(request),
                files=_files(request),
                headers=dict(request.headers),
                auth=_Bearer(access),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            text = reply.content
    except requests.RequestException as error:
        raise _fault(error, f"{request.method} {where}") from None
    if access.token:
        text = text.replace(access.token.encode(), b"***")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return Response(reply.status_code, _decode(text), headers)


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


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


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
