"""Requests no Git client sends: other paths, broken bodies, bombs, and a client that goes away."""

from __future__ import annotations

import gzip
import http.client
import io
import os
import signal
import subprocess
import sys
import zlib
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from pipeline.desk import entrance
from pipeline.desk.passwords import FREE, PAUSE
from pipeline.githttp.server import serving
from pipeline.model.base import JdihError
from tests.served.conftest import git, password_of, write_passwords

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.githttp.app import App
    from tests.conftest import Office

ROOT = Path(__file__).parents[2]
UPLOAD = "application/x-git-upload-pack-request"
LS_REFS = b"0014command=ls-refs\n0000"
AUTH = {"Authorization": "Basic " + b64encode(f"penulis:{password_of('penulis')}".encode()).decode()}
MEGABYTE = 2**20


@pytest.fixture
def app(founded: Office, tmp_path: Path) -> App:
    passwords = write_passwords(tmp_path / "sandi", "penulis")
    return replace(entrance.http(founded.path, passwords, os.environ, lambda: 0.0), limit=MEGABYTE)


@pytest.fixture
def address(app: App) -> Iterator[str]:
    with serving(app) as address:
        yield address


def ask(address: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Send a request as it stands, without tidying its path or adding a header."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (AUTH | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def post(address: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    packed = {"Content_Type": UPLOAD, "Git_Protocol": "version=2"} | headers
    return ask(address, "POST", "/office.git/git-upload-pack", body, **packed)


def chunks(body: bytes, size: int) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def test_the_addresses_of_the_protocol_are_answered(address: str) -> None:
    status, body = ask(address, "GET", "/office.git/info/refs?service=git-upload-pack")
    assert (status, b"refs/heads/main" in body) == (200, True)
    assert ask(address, "GET", "/office.git/info/refs?service=git-receive-pack")[0] == 200
    status, body = post(address, LS_REFS, Content_Length=str(len(LS_REFS)))
    assert (status, b"refs/heads/main" in body) == (200, True)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/office.git",
        "/office.git/",
        "/office.git/HEAD",
        "/office.git/config",
        "/office.git/jdih-sandi",
        "/office.git/info/refs",
        "/office.git/info/refs?service=git-upload-archive",
        "/office.git/info/refs?service=git-upload-pack&service=git-receive-pack",
        "/office.git/objects/info/packs",
        "/office.git/git-upload-pack",
        "/office.git/../office.git/info/refs?service=git-upload-pack",
        "/office.git/%2e%2e/keys/penerbit",
        "/office.git/..%2f..%2fetc/passwd",
        "/../../../../etc/passwd",
        "/other.git/info/refs?service=git-upload-pack",
        "/office.git/info/refs%00?service=git-upload-pack",
        "/office.git\\info\\refs?service=git-upload-pack",
    ],
)
def test_nothing_else_is_there(address: str, path: str) -> None:
    status, body = ask(address, "GET", path)
    assert status == 404
    assert body.startswith(b"tidak ada di sini")


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_no_other_method(address: str, method: str) -> None:
    assert ask(address, method, "/office.git/info/refs?service=git-upload-pack")[0] == 404


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Bearer x",
        "Basic " + b64encode(b"penulis").decode(),
        "Basic " + b64encode(b"\xff:x").decode(),
    ],
)
def test_a_header_that_is_no_password(address: str, header: str) -> None:
    assert ask(address, "GET", "/office.git/info/refs?service=git-upload-pack", Authorization=header)[0] == 401


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_body_in_pieces_packed_or_not(address: str, size: int) -> None:
    for body, headers in ((LS_REFS, {}), (gzip.compress(LS_REFS), {"Content_Encoding": "gzip"})):
        status, answer = post(address, chunks(body, size), Transfer_Encoding="chunked", **headers)
        assert (status, b"refs/heads/main" in answer) == (200, True)


BOMB = gzip.compress(bytes(64 * MEGABYTE))


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        pytest.param(413, bytes(3 * MEGABYTE), {"Content-Length": str(3 * MEGABYTE)}, id="too-large"),
        pytest.param(
            413, chunks(bytes(3 * MEGABYTE), 65536), {"Transfer-Encoding": "chunked"}, id="too-large-in-pieces"
        ),
        pytest.param(413, BOMB, {"Content-Length": str(len(BOMB)), "Content-Encoding": "gzip"}, id="bomb"),
        pytest.param(411, b"", {}, id="no-length"),
        pytest.param(411, b"", {"Content-Length": "-1"}, id="negative-length"),
        pytest.param(411, LS_REFS, {"Content-Length": "24", "Transfer-Encoding": "chunked"}, id="two-lengths"),
        pytest.param(400, b"-1\r\n\r\n", {"Transfer-Encoding": "chunked"}, id="negative-chunk"),
        pytest.param(400, b"1_0\r\n", {"Transfer-Encoding": "chunked"}, id="python-number"),
        pytest.param(400, b"2\r\nabc\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, id="chunk-too-long"),
        pytest.param(400, b"f" * 5000, {"Transfer-Encoding": "chunked"}, id="endless-size"),
        pytest.param(400, b"0\r\n" + b"a: b\r\n" * 100, {"Transfer-Encoding": "chunked"}, id="endless-trailers"),
        pytest.param(400, b"not gzip", {"Content-Length": "8", "Content-Encoding": "gzip"}, id="not-gzip"),
        pytest.param(400, BOMB[:20], {"Content-Length": "20", "Content-Encoding": "gzip"}, id="half-gzip"),
        pytest.param(415, b"x", {"Content-Length": "1", "Content-Encoding": "br"}, id="other-packing"),
        pytest.param(415, b"x", {"Content-Length": "1", "Content-Type": "text/plain"}, id="a-form"),
    ],
)
def test_a_body_that_will_not_do(address: str, status: int, body: bytes, headers: dict[str, str]) -> None:
    assert post(address, body, **{name.replace("-", "_"): value for name, value in headers.items()})[0] == status


def test_every_size_of_packed_body_comes_out_whole(app: App) -> None:
    from pipeline.githttp.body import PIECE, keep

    for size in (0, 1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE):
        data = os.urandom(size)
        for level in (0, 9):
            packed = zlib.compress(data, level, wbits=31)
            environ = {"CONTENT_LENGTH": str(len(packed)), "HTTP_CONTENT_ENCODING": "gzip"}
            target = io.BytesIO()
            assert keep({**environ, "wsgi.input": io.BytesIO(packed)}, target, MEGABYTE) == size
            assert target.getvalue() == data
    assert keep({"CONTENT_LENGTH": "0", "wsgi.input": io.BytesIO()}, io.BytesIO(), app.limit) == 0


def test_a_push_that_is_too_large_says_so(address: str, founded: Office, tmp_path: Path) -> None:
    git("clone", "--quiet", founded.path, tmp_path / "k")
    (tmp_path / "k/besar.bin").write_bytes(os.urandom(3 * MEGABYTE))
    git("-C", tmp_path / "k", "add", ".")
    git("-C", tmp_path / "k", "-c", "user.name=x", "-c", "user.email=x@kota.example", "commit", "-qm", "besar")
    url = address.replace("http://", f"http://penulis:{password_of('penulis').replace(' ', '%20')}@")
    done = git("-C", tmp_path / "k", "push", url, "HEAD:refs/heads/usul/besar")
    assert done.returncode
    assert "413" in done.stderr


def test_the_caller_cannot_say_who_it_is(app: App) -> None:
    """Headers, and variables our own caller left behind, never become the person or Git's settings."""
    seen: list[Mapping[str, str]] = []

    @contextmanager
    def backend(variables: Mapping[str, str], body: IO[bytes]) -> Iterator[IO[bytes]]:  # noqa: ARG001 - its shape
        seen.append(variables)
        yield io.BytesIO(b"Status: 200 OK\r\n\r\nya")

    with serving(replace(app, backend=backend)) as other:
        path = "/office.git/info/refs?service=git-upload-pack"
        answer = ask(other, "GET", path, Remote_User="admin", JDIH_ORANG="admin", Git_Protocol="2\tx", Proxy="x")
    assert answer == (200, b"ya")
    assert seen[0]["REMOTE_USER"] == "penulis"
    assert seen[0]["GIT_PROTOCOL"] == ""
    assert not [name for name in seen[0] if name.startswith(("HTTP_", "JDIH_"))]


def test_git_runs_without_what_our_caller_set(founded: Office, tmp_path: Path) -> None:
    passwords = write_passwords(tmp_path / "sandi", "penulis")
    planted = {"GIT_DIR": "/nowhere", "GIT_PROJECT_ROOT": "/", "JDIH_ORANG": "admin", "REMOTE_USER": "admin"}
    with serving(entrance.http(founded.path, passwords, os.environ | planted, lambda: 0.0)) as address:
        assert ask(address, "GET", "/office.git/info/refs?service=git-upload-pack")[0] == 200


def test_a_push_goes_on_when_who_sent_it_has_left(app: App) -> None:
    output = io.BytesIO(b"Status: 200 OK\r\n\r\n" + bytes(MEGABYTE))

    @contextmanager
    def backend(variables: Mapping[str, str], body: IO[bytes]) -> Iterator[IO[bytes]]:  # noqa: ARG001 - its shape
        yield output

    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/office.git/git-receive-pack",
        "CONTENT_TYPE": "application/x-git-receive-pack-request",
        "CONTENT_LENGTH": "0",
        "HTTP_AUTHORIZATION": AUTH["Authorization"],
        "wsgi.input": io.BytesIO(),
    }
    answer = replace(app, backend=backend)(environ, lambda *_: lambda _: None)
    assert next(answer)
    answer.close()
    assert output.read() == b""


def test_a_password_file_that_others_may_read_closes_the_door(app: App, address: str, tmp_path: Path) -> None:
    (tmp_path / "sandi").chmod(0o640)
    status, body = ask(address, "GET", "/office.git/info/refs?service=git-upload-pack")
    assert (status, body) == (503, b"peladen belum siap: hubungi pengelola sistem\n")
    assert app.limit == MEGABYTE


def test_a_port_that_is_taken(app: App, address: str) -> None:
    with pytest.raises(JdihError, match="sedang dipakai"), serving(app, urlsplit(address).port or 0):
        pass


def test_who_guesses_must_wait(address: str) -> None:
    path, wrong = "/office.git/info/refs?service=git-upload-pack", "Basic " + b64encode(b"penulis:tebakan").decode()
    answers = [ask(address, "GET", path, Authorization=wrong) for _ in range(FREE + 1)]
    assert [status for status, _ in answers] == [401] * FREE + [429]
    assert answers[-1][1] == f"terlalu banyak sandi salah: tunggu {PAUSE} detik, lalu ulangi\n".encode()
    assert ask(address, "GET", path)[0] == 429  # the right password as well


def test_the_verb_serves_until_it_is_stopped(founded: Office, tmp_path: Path) -> None:
    passwords = write_passwords(tmp_path / "sandi", "penulis")
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "serve-git",
        str(founded.path),
        "--people",
        str(passwords),
        "--port",
        "0",
    ]
    for stop in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout
            address = process.stdout.readline().split()[1]
            url = address.replace("http://", f"http://penulis:{password_of('penulis').replace(' ', '%20')}@")
            assert "refs/heads/main" in git("ls-remote", url).stdout
            process.send_signal(stop)
            assert process.stdout.read().endswith("berhenti sesudah kiriman yang sedang berjalan\n")
        assert process.returncode == 0
    passwords.chmod(0o644)
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "chmod 600" in done.stderr
