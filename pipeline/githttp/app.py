"""The WSGI application: which requests there are, who asks, and Git's answer passed on."""

from __future__ import annotations

import base64
import re
import tempfile
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any

from pipeline.githttp.body import HEADERS, LINE, PIECE, keep
from pipeline.githttp.refusal import Refused, Throttled
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"
WRITING = "git-receive-pack"
_SERVICES = ("git-upload-pack", WRITING)
_REQUESTS = {("GET", "/info/refs", f"service={service}"): "" for service in _SERVICES} | {
    ("POST", f"/{service}", ""): f"application/x-{service}-request" for service in _SERVICES
}
"""All there is to ask for: method, path below the repository, query -> type of the body."""
LIMIT = 256 * 1024 * 1024
"""Most bytes of one request, unpacked."""
_CHALLENGE = (("WWW-Authenticate", 'Basic realm="JDIH", charset="UTF-8"'),)


@dataclass(frozen=True, slots=True)
class App:
    """The WSGI application."""

    repository: Path
    admit: Callable[[str, str], bool]
    """Whether name and password belong together; raises `Throttled`."""
    backend: Callable[[Mapping[str, str], IO[bytes]], AbstractContextManager[IO[bytes]]]
    """Run `git http-backend` with these variables and this input, and give its output."""
    limit: int = LIMIT

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Generator[bytes, None, None]:
        """Answer one request, piece by piece; closing it lets a push under way come to its end."""
        try:
            variables = self._variables(environ)
            variables["REMOTE_USER"] = self._person(environ.get("HTTP_AUTHORIZATION", ""))
            with tempfile.TemporaryFile(dir=self.repository) as body:
                if variables["REQUEST_METHOD"] == "POST":
                    variables["CONTENT_LENGTH"] = str(keep(environ, body, self.limit))
                with self.backend(variables, body) as output:
                    yield from _relay(output, start_response, to_the_end=WRITING in variables["PATH_INFO"])
        except Refused as refused:
            yield from _refuse(refused, start_response)
        except TimeoutError:
            yield from _refuse(Refused(HTTPStatus.REQUEST_TIMEOUT, "kiriman terlalu lama terhenti"), start_response)
        except JdihError as error:
            environ["wsgi.errors"].write(f"jdih: {error}\n")
            fault = Refused(HTTPStatus.SERVICE_UNAVAILABLE, "peladen belum siap: hubungi pengelola sistem")
            yield from _refuse(fault, start_response)

    def _variables(self, environ: WSGIEnvironment) -> dict[str, str]:
        """Return what the backend is told; nothing in it is copied from the request unchecked."""
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        path = environ["PATH_INFO"].encode("iso-8859-1").decode("utf-8", "replace")
        top, inside = f"/{self.repository.name}/", "/" + path.removeprefix(f"/{self.repository.name}/")
        kind = _REQUESTS.get((method, inside, query)) if path.startswith(top) else None
        if kind is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"tidak ada di sini: yang disajikan hanya repositori {top}")
        if kind and environ.get("CONTENT_TYPE") != kind:
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "kiriman ini bukan dari Git")
        protocol = environ.get("HTTP_GIT_PROTOCOL", "")
        return {
            "GIT_PROJECT_ROOT": str(self.repository),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": protocol if re.fullmatch(r"[a-z0-9=:]{1,64}", protocol) else "",
            "REQUEST_METHOD": method,
            "PATH_INFO": inside,
            "QUERY_STRING": query,
            "CONTENT_TYPE": kind,
            "REMOTE_ADDR": HOST,
        }

    def _person(self, header: str) -> str:
        scheme, _, credentials = header.partition(" ")
        try:
            words = base64.b64decode(credentials.strip(), validate=True).decode()
        except ValueError:
            words = ""
        name, colon, password = words.partition(":")
        if scheme.lower() != "basic" or not colon:
            raise Refused(HTTPStatus.UNAUTHORIZED, "masuklah dengan id dan sandi Anda", *_CHALLENGE)
        try:
            admitted = self.admit(name, password)
        except Throttled as fault:
            text = f"terlalu banyak sandi salah: tunggu {fault.seconds} detik, lalu ulangi"
            again = ("Retry-After", str(fault.seconds))
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, text, again) from fault
        if not admitted:
            raise Refused(HTTPStatus.UNAUTHORIZED, "id atau sandi salah", *_CHALLENGE)
        return name


def _refuse(refused: Refused, start_response: StartResponse) -> Iterator[bytes]:
    text = f"{refused}\n".encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text))), *refused.headers]
    start_response(f"{refused.status.value} {refused.status.phrase}", headers)
    yield text


def _relay(output: IO[bytes], start_response: StartResponse, *, to_the_end: bool) -> Iterator[bytes]:
    """Pass on the backend's answer; *to_the_end*: a push goes on when who sent it no longer listens."""
    headers: dict[str, str] = {}
    while len(headers) < HEADERS and (line := output.readline(LINE).strip()):
        name, _, value = line.decode("iso-8859-1").partition(":")
        headers[name] = value.strip()
    if not headers:
        raise JdihError("git http-backend tidak menjawab: periksa pemasangan git di peladen")
    start_response(headers.pop("Status", "200 OK"), list(headers.items()))
    try:
        while piece := _some(output):
            yield piece
    finally:
        while to_the_end and _some(output):
            pass


def _some(stream: Any) -> bytes:  # noqa: ANN401 - a buffered reader, or a test's
    """Return what is there, without waiting for more: progress is for now."""
    piece: bytes = stream.read1(PIECE)
    return piece
