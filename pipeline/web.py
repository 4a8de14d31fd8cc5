"""Serve a folder of static pages on this computer. Never on another address than 127.0.0.1."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Files below one folder; the site's own page for what is not there; no log, no listing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def list_directory(self, path: Any) -> None:  # noqa: ANN401, ARG002 - the base class's signature
        """Answer 404: a folder without a page is not a page."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a missing page with the site's 404.html."""
        try:
            with open(f"{self.directory}/404.html", "rb") as page:  # noqa: PTH123 - one file, known path
                body = page.read()
        except OSError:
            super().send_error(code, message, explain)
            return
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve *folder* in a thread for the length of the block; yield its address, ended by a slash.

    Port 0 takes a free one. Raise `JdihError` when the port is taken.
    """
    try:
        server = _Server((HOST, port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        raise JdihError(
            f"porta {port} sedang dipakai: hentikan program itu, atau pilih yang lain dengan --port"
        ) from error
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
