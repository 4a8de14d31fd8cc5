"""The server around the application: a thread for each request, on 127.0.0.1."""

from __future__ import annotations

import socket
import sys
from contextlib import contextmanager, suppress
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from pipeline.githttp.app import HOST
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.githttp.app import App

_IDLE = 60.0
"""Seconds a client may say nothing."""
_LINGER, _LAST_BYTES, _PIECE = 2.0, 64 * 1024 * 1024, 64 * 1024


class _Handler(WSGIRequestHandler):
    timeout = _IDLE

    def log_message(self, *_: object) -> None:
        """Say nothing: what came in is in the repository."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    """A push under way is brought to its end before the server leaves."""
    request_queue_size = 64

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - the base class's signature
        """End our half first and read what is still coming, or the client would never see a refusal."""
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(_LINGER)
            for _ in range(_LAST_BYTES // _PIECE):
                if not request.recv(_PIECE):
                    break
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's signature
        """Say nothing about a client that went away or fell silent."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def serving(app: App, port: int = 0) -> Iterator[str]:
    """Serve *app* in threads for the length of the block; yield the repository's address.

    Port 0 takes a free one. Raise `JdihError` when the port is taken.
    """
    try:
        server = _Server((HOST, port), _Handler)
    except OSError as error:
        raise JdihError(f"porta {port} sedang dipakai: pilih yang lain dengan --port") from error
    server.set_app(app)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/{quote(app.repository.name)}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
