"""One HTTP exchange: one request on a connection of its own, at most one answer, bounded in time and size.

What went wrong is told without quoting the request: its address may hold a token.
"""

from __future__ import annotations

import json
import logging
import socket
from contextlib import suppress
from http.client import HTTPException
from ssl import SSLCertVerificationError
from threading import Timer
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError

from pipeline.flow import TOKEN_HERE, Deferred, Response, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3.connectionpool import HTTPConnectionPool

    from pipeline.access import Access

TIMEOUT: tuple[float, float] = (10, 50)
"""Seconds to connect, and between bytes; from the connection to the last byte an exchange may last their sum."""
HASTE = 100_000
"""Bytes a second at which a request must go out: what is large may last longer."""
LARGEST = 8 * 2**20
"""Bytes of an answer, unpacked."""
_CHUNK = 64 * 1024

logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # its log quotes addresses, and Telegram's hold the token


class Bearer(AuthBase):
    """Send a token to its own platform. As `auth`: a .netrc would replace a header."""

    def __init__(self, access: Access, token: str) -> None:
        """Remember whose token it is."""
        self._access, self._token = access, token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign *request* if it goes to the token's platform."""
        url = request.url or ""
        if not self._token or not self._access.trusts(url):
            return request
        if TOKEN_HERE in url:
            request.url = url.replace(TOKEN_HERE, quote(self._token, safe=":"))
        else:
            said = str(request.headers.get("Authorization", f"Bearer {TOKEN_HERE}"))
            request.headers["Authorization"] = said.replace(TOKEN_HERE, self._token)
        return request


class _Brief(HTTPAdapter):
    """Cuts a connection when its time is over: a server that answers drop by drop is never late between two bytes."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._ends: list[tuple[Timer, socket.socket]] = []

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:  # noqa: ANN401 - as HTTPAdapter
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        kind: Any = pool.ConnectionCls
        watch = self._watch

        class Watched(kind):  # type: ignore[misc]
            def _new_conn(self) -> socket.socket:
                made: socket.socket = super()._new_conn()
                watch(made)
                return made

        pool.ConnectionCls = Watched
        return cast("HTTPConnectionPool", pool)

    def _watch(self, made: socket.socket) -> None:
        twin = made.dup()  # TLS takes the socket itself over
        end = Timer(self._seconds, _cut, (twin,))
        end.daemon = True
        end.start()
        self._ends.append((end, twin))

    def close(self) -> None:
        for end, twin in self._ends:
            end.cancel()
            twin.close()
        super().close()


def _cut(twin: socket.socket) -> None:
    with suppress(OSError):
        twin.shutdown(socket.SHUT_RDWR)


def session(weight: int = 0) -> requests.Session:
    """Return a session for one request of *weight* bytes. Neither proxies nor .netrc are looked for."""
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", brief := _Brief(sum(TIMEOUT) + weight / HASTE))
    made.mount("https://", brief)
    return made


def http(method: str, url: str, auth: AuthBase | None, **parts: Any) -> Response:  # noqa: ANN401 - as requests takes them
    """Send once. `Deferred`: nothing left this machine; `Unknown`: it may have arrived."""
    what = f"{method} {urlsplit(url).hostname}"
    try:
        with session(_weight(**parts)) as one:
            asked = one.request(method, url, auth=auth, timeout=TIMEOUT, allow_redirects=False, stream=True, **parts)
            with asked as reply:
                headers = {name.lower(): value for name, value in reply.headers.items()}
                return Response(reply.status_code, _decode(_body(reply, what)), headers)
    except (OSError, HTTPError, HTTPException, ValueError) as error:  # the last two quote what they refuse to send
        fault = _fault(error, what)
    raise fault  # not inside `except`: as its context the library's error would carry the address, and a token in it


def _weight(*, data: object = None, files: Mapping[str, tuple[str, bytes, str]] | None = None, **_: object) -> int:
    """Return about how many bytes will be sent."""
    return sum(len(content) for _, content, _ in (files or {}).values()) + (len(data) if isinstance(data, bytes) else 0)


def _body(reply: requests.Response, what: str) -> bytes:
    body = bytearray()
    for chunk in reply.iter_content(_CHUNK):
        body += chunk
        if len(body) > LARGEST:
            raise Unknown(f"{what}: jawabannya terlalu besar")
    return bytes(body)


def _decode(body: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _fault(error: Exception, what: str) -> Deferred | Unknown:
    """Tell a connection that never stood from one that broke."""
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
