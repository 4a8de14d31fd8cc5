"""The sandbox as a WSGI application, and a server for it on 127.0.0.1."""

from __future__ import annotations

from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from jinja2 import Environment, FileSystemLoader

from pipeline.media.looking import MAX_VIDEO_BYTES
from pipeline.model.base import JdihError
from pipeline.sandbox import bluesky, facebook, instagram, mastodon, telegram, threads, tiktok, whatsapp, x, youtube
from pipeline.sandbox.store import Dropped, Store, Trouble, next_id
from pipeline.sandbox.wire import Answer, Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"
LONGEST = MAX_VIDEO_BYTES + 1_000_000
"""Bytes of a request: the largest file the checks let into an item, and what goes around it."""
_BITE = 1_000_000
_PLATFORMS = {
    "instagram": instagram.answer,
    "x": x.answer,
    "bluesky": bluesky.answer,
    "mastodon": mastodon.answer,
    "facebook": facebook.answer,
    "threads": threads.answer,
    "telegram": telegram.answer,
    "youtube": youtube.answer,
    "tiktok": tiktok.answer,
    "whatsapp-cloud": whatsapp.answer,
}
_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
_TYPES = {".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif", ".mp4": "video/mp4"}


class Sandbox:
    """The platforms' stand-in. *names* gives a token or an Instagram account id a name for the wall."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], names: Mapping[str, str] | None = None) -> None:
        """Keep everything below *folder*; what was there is still there."""
        self._store = Store(folder, clock, names or {})

    def trouble(self, platform: str, kind: Trouble, times: int = 1) -> None:
        """Order *kind* of trouble for the next *times* publications on *platform*."""
        with self._store.open() as data:
            data["gangguan"].append({"platform": platform, "jenis": kind.value, "kali": times})

    def remark(self, platform: str, post: str, author: str, text: str) -> str:
        """Let *author* say *text* below *post* of *platform*; return the remark's id."""
        with self._store.open() as data:
            row = {"platform": platform, "id": next_id(data, "117"), "untuk": post, "penulis": author, "teks": text}
            data.setdefault("komentar", []).append({**row, "pada": self._store.clock().isoformat(), "dihapus": ""})
        return str(row["id"])

    def unsay(self, remark: str) -> None:
        """Let whoever wrote *remark* delete it."""
        with self._store.open() as data:
            for row in data["komentar"]:
                if row["id"] == remark:
                    row["dihapus"] = self._store.clock().isoformat()

    def posts(self) -> list[dict[str, Any]]:
        """Return everything ever posted, oldest first, deleted posts included."""
        with self._store.open() as data:
            return deepcopy(data["kiriman"])

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        size = int(environ.get("CONTENT_LENGTH") or 0)
        answer = self._route(_call(environ, size)) if size <= LONGEST else _too_long(environ, size)
        headers = {"Content-Type": answer.mime, "Content-Security-Policy": _POLICY, **answer.headers}
        content = answer.content()
        headers["Content-Length"] = str(len(content))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(headers.items()))
        return [content]

    def _route(self, call: Call) -> Answer:
        match call.method, call.path:
            case "GET", (platform, "lihat", post) if platform in _PLATFORMS:
                return Answer(302, headers={"Location": f"/#{platform}-{quote(post)}"})
            case _, (platform, *rest) if platform in _PLATFORMS:
                return _PLATFORMS[platform](replace(call, path=tuple(rest)), self._store)
            case "GET", ():
                return Answer(200, body=self._wall().encode(), mime="text/html; charset=utf-8")
            case "GET", ("media", name):
                return self._picture(name)
            case "PUT", ("gangguan", platform, kind) if platform in _PLATFORMS and kind in list(Trouble):
                # PUT: a page in a browser cannot send it here without being asked first.
                self.trouble(platform, Trouble(kind))
                return Answer(200, {"gangguan": kind, "platform": platform})
        return Answer(404, {"pesan": "tidak ada di sini"})

    def _wall(self) -> str:
        page = Environment(autoescape=True, loader=FileSystemLoader(Path(__file__).parent))
        return page.get_template("wall.html").render(posts=self.posts()[::-1])

    def _picture(self, name: str) -> Answer:
        path = self._store.folder / "media" / Path(name).name
        if path.suffix not in _TYPES or not path.is_file():
            return Answer(404, {"pesan": "tidak ada gambar ini"})
        return Answer(200, body=path.read_bytes(), mime=_TYPES[path.suffix])

    def server(self, port: int = 0) -> WSGIServer:
        """Return a server bound to 127.0.0.1; port 0 takes a free one. Raise `JdihError` when it is taken."""
        try:
            server = _Server((HOST, port), _Handler)
        except OSError as error:
            raise JdihError(f"porta {port} tidak dapat dipakai: pilih yang lain dengan --port") from error
        server.set_app(self.app)
        return server

    @contextmanager
    def running(self, port: int = 0) -> Iterator[str]:
        """Serve in a thread for the length of the block; yield the address, e.g. `http://127.0.0.1:8710`."""
        with self.server(port) as server:
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            try:
                yield address(server)
            finally:
                server.shutdown()
                thread.join()


def address(server: WSGIServer) -> str:
    """Return where *server* listens."""
    return f"http://{HOST}:{server.server_port}"


def endpoints(base: str) -> dict[str, str]:
    """Return platform -> base address for a sandbox at *base*, as the server's settings want it."""
    return {name: f"{base}/{name}" for name in _PLATFORMS}


def _too_long(environ: WSGIEnvironment, size: int) -> Answer:
    """Refuse a request, once it is all sent: who is cut off in the middle of it reads no answer."""
    while size > 0 and (taken := len(environ["wsgi.input"].read(min(size, _BITE)))):
        size -= taken
    return Answer(413, {"error": f"paling banyak {LONGEST} bita"})


def _call(environ: WSGIEnvironment, size: int) -> Call:
    body = environ["wsgi.input"].read(size)
    if len(body) < size:
        raise Dropped  # the client died in the middle of it: nobody acts on half a request
    return Call(
        method=environ["REQUEST_METHOD"],
        path=tuple(part for part in environ["PATH_INFO"].split("/") if part),
        query={name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()},
        token=environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ").removeprefix("OAuth "),
        body=body,
        mime=environ.get("CONTENT_TYPE", ""),
        key=environ.get("HTTP_IDEMPOTENCY_KEY", ""),
        range=environ.get("HTTP_CONTENT_RANGE", ""),
        source=environ.get("HTTP_FILE_URL", ""),
    )


class _Handler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: requests are seen on the wall."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
