"""The platforms' stand-in behind a wire on which everything can go wrong: raw sockets, one request a connection.

`Edge` answers with what the sandbox says; before it does, and while it writes, a `Fault` may befall the request. Where
a redirect leads, a `Canary` listens: it answers as if all were well and keeps every byte it is sent.
"""

from __future__ import annotations

import gzip
import io
import json
import socket
import struct
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import parse_headers
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random

    from pipeline.sandbox import Sandbox

CONNECT_TIMEOUT, READ_TIMEOUT = 0.3, 0.2
"""Seconds the program waits in these tests for a connection and between bytes; for the whole, their sum."""
LARGE = 256 * 1024
"""Bytes of an answer that the program is given in these tests to refuse."""

NOT_CARRIED_OUT = ("reset", "hung up", "cut", "broken", "redirect", "html", "empty", "garbage", "deaf", "astray")
"""What can befall a request that the platform never sees."""
CARRIED_OUT = (
    *(
        "reset",
        "cut",
        "half",
        "half reset",
        "short",
        "chunks",
        "cut chunks",
        "gzip",
        "html",
        "empty",
        "altered",
        "type",
    ),
    *("deep", "large", "late", "slow", "drip", "endless", "broken", "redirect", "garbage"),
)
"""What can befall the answer to a request that took effect."""
_RST = struct.pack("ii", 1, 0)
_REDIRECTS, _BROKEN = (301, 302, 303, 307, 308), (500, 502, 503, 504)
_EMPTY: tuple[object, ...] = (
    {},
    [],
    None,
    0,
    "ok",
    {"data": None},
    {"data": {}},
    {"ok": True, "result": {}},
    {"id": None},
)
_TERSE = "deleteRecord"
"""Answered with an empty object when all is well: nobody could tell it from a false one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one request; `dice` decides its details."""

    kind: str
    carried_out: bool
    dice: Random


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def platform(self) -> str:
        """Whose stand-in it is for."""
        return self.target.split("/")[1]

    def raw(self) -> bytes:
        """Return everything that was sent."""
        return f"{self.method} {self.target}\n{dict(self.headers)}\n".encode() + self.body


@dataclass(frozen=True, slots=True)
class Answered:
    """What the stand-in says."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Server(ThreadingTCPServer):
    daemon_threads, allow_reuse_address, request_queue_size = True, True, 64


class Edge:
    """The sandbox on a bad wire. `befall` says what happens to the next request, or what is answered instead of it."""

    def __init__(self, sandbox: Sandbox, canary: str, befall: Callable[[Asked], Fault | Answered | None]) -> None:
        """Remember; nothing listens yet."""
        self.sandbox, self.canary, self.befall = sandbox, canary, befall
        self.asked: list[Asked] = []
        self.befallen: list[tuple[str, str]] = []
        self.secrets: set[str] = set()
        """Tokens the stand-ins issued."""

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve for the length of the block; yield the address."""
        with _listening(self._serve) as address:
            yield address

    def _serve(self, connection: socket.socket, reader: Any, writer: Any) -> None:  # noqa: ANN401 - files of a socket
        asked = _read(reader)
        if asked is None:
            return
        self.asked.append(asked)
        fault = self.befall(asked)
        if fault is None or isinstance(fault, Answered):
            _plain(writer, fault or self._carry(asked))
            return
        self.befallen.append((asked.platform, fault.kind))
        if fault.kind == "hung up":
            _cut(connection, reset=fault.dice.random() < 0.5)
            return
        nothing = Answered(200, {"Content-Type": "application/json"}, b"{}")
        _Spoiler(connection, writer, fault, self.canary).answer(
            asked, self._carry(asked) if fault.carried_out else nothing
        )

    def _carry(self, asked: Asked) -> Answered:
        """Return what the sandbox answers, and remember the secrets in it."""
        told: list[Any] = []
        path, _, query = asked.target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": asked.method,
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(asked.body)),
            "CONTENT_TYPE": asked.headers.get("content-type", ""),
            "wsgi.input": io.BytesIO(asked.body),
        } | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in asked.headers.items()}
        body = b"".join(self.sandbox.app(environ, lambda status, headers, *_: told.extend((status, headers))))  # type: ignore[arg-type]
        if b"oken" in body or b"Jwt" in body:
            self.secrets |= {str(value) for name, value in _texts(json.loads(body)) if name in _ISSUED}
        headers = {name: value for name, value in told[1] if name in ("Content-Type", "Location", "Range")}
        return Answered(int(told[0].split()[0]), headers, body)


_ISSUED = frozenset({"access_token", "refresh_token", "accessJwt", "refreshJwt"})


def _texts(value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON is anything
    for name, each in value.items() if isinstance(value, dict) else ():
        if isinstance(each, str):
            yield name, each


class Canary:
    """Another host: it believes everything and answers as if all were well."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self.heard: list[Asked] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        """Listen for the length of the block; yield the address."""
        with _listening(self._serve) as address:
            yield address

    def _serve(self, _connection: socket.socket, reader: Any, writer: Any) -> None:  # noqa: ANN401 - files of a socket
        asked = _read(reader)
        if asked is None:
            return
        self.heard.append(asked)
        well = {"id": "666", "data": {"id": "666", "deleted": True}, "success": True, "ok": True, "uri": "at://666"}
        _plain(writer, Answered(200, {"Content-Type": "application/json"}, json.dumps(well).encode()))


@contextmanager
def _listening(serve: Callable[[socket.socket, Any, Any], None]) -> Iterator[str]:
    class Handler(StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            with suppress(OSError, ValueError):
                serve(self.connection, self.rfile, self.wfile)

        def finish(self) -> None:
            with suppress(OSError, ValueError):
                super().finish()

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _read(reader: Any) -> Asked | None:  # noqa: ANN401 - a file of a socket
    words = reader.readline().decode("latin-1").split()
    if len(words) != 3:
        return None
    headers = {name.lower(): value for name, value in parse_headers(reader).items()}
    return Asked(words[0], words[1], headers, reader.read(int(headers.get("content-length", 0))))


def _plain(writer: Any, answer: Answered) -> None:  # noqa: ANN401 - a file of a socket
    writer.write(_head(answer, {"Content-Length": str(len(answer.body))}) + answer.body)


def _head(answer: Answered, more: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in {**answer.headers, **more}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _cut(connection: socket.socket, *, reset: bool) -> None:
    """Close the connection: with a farewell, or by a reset."""
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        connection.close()
    else:
        connection.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class _Spoiler:
    """Writes one answer as badly as its fault says."""

    connection: socket.socket
    writer: Any
    fault: Fault
    canary: str

    def answer(self, asked: Asked, good: Answered) -> None:
        kind, dice = self.fault.kind, self.fault.dice
        if kind in ("reset", "cut"):
            _cut(self.connection, reset=kind == "reset")
        elif kind == "deaf":
            time.sleep(READ_TIMEOUT * 1.5)
        elif kind in ("half", "half reset", "cut chunks", "chunks", "late", "slow", "drip", "endless"):
            self._badly_written(good)
        elif kind == "broken":
            page = b'{"error": "x"}' if dice.random() < 0.5 else b"<html>Bad Gateway</html>"
            _plain(self.writer, Answered(dice.choice(_BROKEN), {"Content-Type": "text/html"}, page))
        elif kind == "redirect":
            place = {"Location": f"{self.canary}/{asked.platform}/lain", "Content-Type": "application/json"}
            _plain(self.writer, Answered(dice.choice(_REDIRECTS), place, b"{}"))
        elif kind == "astray":
            _plain(self.writer, Answered(404, {"Content-Type": "text/html"}, b"<html>Not Found</html>"))
        elif kind == "garbage":
            self.writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        else:
            _plain(self.writer, Answered(good.status, self._headers(good), self._body(asked, good)))

    def _badly_written(self, good: Answered) -> None:
        whole = _head(good, {"Content-Length": str(len(good.body))}) + good.body
        match self.fault.kind:
            case "half" | "half reset":
                self.writer.write(whole[: self.fault.dice.randrange(1, len(whole))])
                self.writer.flush()
                _cut(self.connection, reset=self.fault.kind == "half reset")
            case "chunks" | "cut chunks":
                size = "zz" if self.fault.kind == "chunks" else f"{len(good.body) + 9:x}"
                self.writer.write(_head(good, {"Transfer-Encoding": "chunked"}) + f"{size}\r\n".encode() + good.body)
            case "late":
                time.sleep(READ_TIMEOUT * 1.5)
                self.writer.write(whole)
            case "slow":
                time.sleep(READ_TIMEOUT / 8)
                self.writer.write(whole)
            case "drip" | "endless":
                self._drip(whole, READ_TIMEOUT / 4, 3 if self.fault.kind == "drip" else 30)

    def _drip(self, whole: bytes, pause: float, pieces: int) -> None:
        """Write in small pieces with pauses that are each short enough."""
        for place in range(pieces - 1):
            self.writer.write(whole[place : place + 1])
            self.writer.flush()
            time.sleep(pause)
        self.writer.write(whole[pieces - 1 :])

    def _headers(self, good: Answered) -> Mapping[str, str]:
        encoded = {"Content-Encoding": "gzip"} if self.fault.kind == "gzip" else {}
        told = {"html": "text/html", "type": "image/png"}.get(self.fault.kind, "application/json")
        return {**good.headers, "Content-Type": told, **encoded}

    def _body(self, asked: Asked, good: Answered) -> bytes:  # noqa: PLR0911 - one a fault
        dice = self.fault.dice
        match self.fault.kind:
            case "short":
                return good.body[: len(good.body) // 2]
            case "gzip":
                return gzip.compress(good.body)[:-9] if dice.random() < 0.5 else b"\x1f\x8b-not-gzip"
            case "html":
                return b"<html><title>Masuk ke jaringan tamu</title></html>"
            case "empty":
                return b"" if _TERSE in asked.target else json.dumps(dice.choice(_EMPTY)).encode()
            case "altered":
                return _altered(good.body, dice)
            case "deep":
                return b"[" * 100_000
            case "large":
                return good.body[:-1] + b" " * (4 * LARGE) + good.body[-1:]
        return good.body


def _altered(body: bytes, dice: Random) -> bytes:
    """Return JSON in which one thing, somewhere, is missing or of another kind."""
    try:
        value = json.loads(body)
    except ValueError:
        return body
    inside = value
    while isinstance(inside, dict | list) and inside:
        name: Any = dice.choice(list(inside)) if isinstance(inside, dict) else dice.randrange(len(inside))
        if not isinstance(inside[name], dict | list) or not inside[name] or dice.random() < 0.4:
            other = dice.choice((None, 0.5, [], {}, [None], {"x": 1}))
            if isinstance(inside, dict) and dice.random() < 0.4:
                del inside[name]
            else:
                inside[name] = other
            break
        inside = inside[name]
    return json.dumps(value).encode()
