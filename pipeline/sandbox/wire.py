"""Requests and answers of the sandbox, above WSGI."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from pipeline.media.looking import MAX_VIDEO_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form: its type, and its bytes where they lie in the request."""

    mime: str
    content: memoryview

    def text(self) -> str:
        """Return what a field says."""
        return bytes(self.content).decode("utf-8", "replace")


NOTHING = Part("", memoryview(b""))
"""A part that was not sent."""


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

    def multipart(self) -> dict[str, Part]:
        """Return the parts sent, by name. A video is as large as the request: nothing is copied out of it."""
        head = Message()
        head["Content-Type"] = self.mime
        boundary, whole = head.get_boundary(), memoryview(self.body)
        parts = {}
        for start, end in _between(self.body, f"--{boundary}".encode()) if boundary else ():
            split = self.body.find(b"\r\n\r\n", start, end)
            said = BytesHeaderParser().parsebytes(self.body[start:split])
            name = str(said.get_param("name", header="content-disposition"))
            parts[name] = Part(said.get_content_type(), whole[split + 4 : end])
        return parts


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


def _between(body: bytes, edge: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each part of a form begins and ends: after an edge and its line's end, before the next edge's."""
    start = body.find(edge)
    while (end := body.find(b"\r\n" + edge, start)) >= 0:
        yield start + len(edge) + 2, end
        start = end + 2


def fetch(url: str) -> tuple[bytes, str] | None:
    """Fetch a file as a platform does, without redirects; None when that fails or it is not on this machine.

    What is longer than the checks let a file be, or ends before its end, cannot be read either: a file is never cut.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        return None
    connection = HTTPConnection(parts.hostname, parts.port or 80, timeout=10)
    try:
        connection.request("GET", parts.path or "/")
        reply = connection.getresponse()
        content = reply.read(MAX_VIDEO_BYTES + 1)
        whole = len(content) <= MAX_VIDEO_BYTES and not reply.length
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    mime = reply.headers.get_content_type()
    return (content, mime) if reply.status == 200 and whole else None
