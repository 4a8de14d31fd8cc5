"""Real parts for this room: a bare repository, the sandbox, a public page, all on loopback."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Identity, Repository, init_bare
from pipeline.sandbox import Sandbox
from tests.publish.parts import INSTAGRAM, JPEG, PAGE, TOKENS, Clock, Desk, X

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Sandbox:
    return Sandbox(
        tmp_path / "sandbox", clock, {INSTAGRAM.id: "jdihuji", X.id: "jdihuji", TOKENS["x:jdihuji"]: "jdihuji"}
    )


@pytest.fixture
def platforms(sandbox: Sandbox) -> Iterator[str]:
    with sandbox.running() as address:
        yield address


@pytest.fixture
def site() -> Iterator[str]:
    """Serve a page with the approved digest, and a picture."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {
                "/butir/": ("text/html", PAGE.encode()),
                "/lama/": ("text/html", PAGE.replace("yang disetujui", "yang lama").encode()),
                "/butir/media/satu.jpg": ("image/jpeg", JPEG),
                "/butir/media/satu.mp4": ("video/mp4", b"\0\0\0\x18ftypisom"),
            }
            mime, body = pages.get(self.path, ("text/plain", b""))
            self.send_response(200 if body else 301)
            self.send_header("Content-Type", mime)
            self.send_header("Location", "/butir/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    init_bare(tmp_path / "kantor.git").close()
    return tmp_path / "kantor.git"


@pytest.fixture
def ledger(remote: Path) -> Iterator[Ledger]:
    repository = Repository(remote)
    yield Ledger(repository, remote, Identity("Penerbit", "penerbit@uji.example"))
    repository.close()


@pytest.fixture
def desk(ledger: Ledger, sandbox: Sandbox, platforms: str, site: str, clock: Clock) -> Desk:
    return Desk(ledger, sandbox, platforms, site, clock)
