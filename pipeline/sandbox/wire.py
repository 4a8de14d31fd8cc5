"""Requests and answers of the sandbox, above WSGI."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST = 20_000_000
"""Bytes of a body or a picture."""
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request: path below the platform's prefix, query, token and body as the client sent it."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    token: str
    body: bytes = field(repr=False)
    mime: str
    key: str = ""
    """`Idempotency-Key`, where one was sent."""
    range: str = ""
    """`Content-Range`, where one was sent."""
    source: str = ""
    """`file_url`, where one was sent: the address a file is fetched from."""

    def json(self) -> dict[str, Any]:
        """Return the JSON object sent, {} when it is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def form(self) -> dict[str, str]:
        """Return the form fields sent."""
        return {name: values[0] for name, values in parse_qs(self.body.decode("utf-8", "replace")).items()}

    def multipart(self) -> dict[str, bytes]:
        """Return the parts sent, by name."""
        return {name: content for name, _, content in self._parts()}

    def types(self) -> dict[str, str]:
        """Return the MIME types of the parts sent, by name."""
        return {name: mime for name, mime, _ in self._parts()}

    def _parts(self) -> Iterator[tuple[str, str, bytes]]:
        head = f"Content-Type: {self.mime}\r\n\r\n".encode()
        message = message_from_bytes(head + self.body, policy=HTTP)
        for part in message.iter_parts() if message.is_multipart() else ():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield str(part.get_param("name", header="content-disposition")), part.get_content_type(), content


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `json` or raw `body`."""

    status: int
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    mime: str = "application/json; charset=utf-8"

    def content(self) -> bytes:
        """Return the bytes to send."""
        return self.body if self.json is None else json.dumps(self.json, ensure_ascii=False).encode()


def fetch(url: str) -> tuple[bytes, str] | None:
    """Fetch a picture as a platform does, without redirects; None when that fails or it is not on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        return None
    connection = HTTPConnection(parts.hostname, parts.port or 80, timeout=10)
    try:
        connection.request("GET", parts.path or "/")
        reply = connection.getresponse()
        content = reply.read(MOST)
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    mime = reply.headers.get_content_type()
    return (content, mime) if reply.status == 200 else None
