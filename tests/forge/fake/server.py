"""The fake forge on loopback: GitHub's API below `/api`, Git over HTTP, and pages for people."""

from __future__ import annotations

import base64
import json
import re
import socket
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from socketserver import ThreadingMixIn
from threading import RLock, Thread
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from pipeline import programs
from pipeline.githttp.app import App
from tests.forge.fake import checks, pages, pulls, rules, talk
from tests.forge.fake.bare import CLEAN, Bare
from tests.forge.fake.hub import Hub
from tests.forge.fake.person import Person
from tests.forge.fake.spec import GRAPH, Asked
from tests.forge.fake.state import ADMIN, Account, Refused, State, found
from tests.forge.fake.wire import Call, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

ROUTES = (*pulls.ROUTES, *talk.ROUTES, *checks.ROUTES)
ROBOT, ROBOT_APP = "jdih[bot]", 700_001
ACTIONS, ACTIONS_APP = "github-actions[bot]", 15_368


@dataclass
class Trouble:
    """A fault on order: for requests of `method` (all: '') whose path matches `path`."""

    kind: str
    """`secondary`, `primary`, `403`, `404`, `429`, `500`, `cut` (half the answer), `lost` (after the effect) or
    `dropped` (before it)."""
    method: str = ""
    path: str = ".*"
    times: int = 1


@dataclass
class Fake:
    """A forge with one repository. *people* are logins with the right to write, *admins* those with all rights."""

    folder: Path
    people: Iterable[str] = ()
    admins: Iterable[str] = ()
    repo: str = "kantor/jdih"
    clock: Callable[[], datetime] | None = None
    faults: list[str] = field(default_factory=list)
    """What did not follow GitHub's description, in requests and in answers."""
    asked: list[str] = field(default_factory=list)
    """Every request to the API, `METHOD /path`."""
    address: str = ""

    def __post_init__(self) -> None:
        self.state = State(self.repo)
        if self.clock:
            self.state.clock = self.clock
        self.hub = Hub(self.state, Bare(self.folder / f"{self.repo.partition('/')[2]}.git"))
        self.hub.bare.found()
        self._troubles: deque[Trouble] = deque()
        self._lock = RLock()
        self._pusher = ""
        for login in self.people:
            self.add(login)
        for login in self.admins:
            self.add(login, role=ADMIN)
        self.add(ROBOT, app=ROBOT_APP)
        self.add(ACTIONS, app=ACTIONS_APP)
        self._git = App(self.hub.bare.path, lambda _name, token: token in self.state.accounts, self._backend)

    @property
    def path(self) -> Path:
        """The bare repository."""
        return self.hub.bare.path

    @property
    def api(self) -> str:
        """Where the API is, as `network.Access.base` wants it."""
        return f"{self.address}/api"

    @property
    def remote(self) -> str:
        """The repository's address for Git, without a token."""
        return f"{self.address}/{self.repo}.git"

    def add(self, login: str, **changes: Any) -> Person:  # noqa: ANN401 - the fields of Account
        """Register an account; its token is made of its name."""
        token = f"token-{re.sub('[^a-z0-9-]', '', login)}"
        self.state.accounts[token] = Account(login, token, len(self.state.accounts) + 1, **changes)
        return self.person(login)

    def person(self, login: str) -> Person:
        """Return somebody who can act over HTTP."""
        return Person(login, self.state.account(login).token, self)

    def trouble(self, kind: str, method: str = "", path: str = ".*", times: int = 1) -> None:
        """Order a fault for the next requests it fits."""
        self._troubles.append(Trouble(kind, method, path, times))

    def trouble_free(self) -> None:
        """Take back every fault that has not happened yet."""
        self._troubles.clear()

    def notice(self, before: Mapping[str, str], login: str) -> None:
        """Note that *login* moved branches that stood at *before*, where no push told."""
        self.hub.noticed(dict(before), login)

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        path = environ["PATH_INFO"]
        if path.startswith("/api/"):
            return self._api(environ, start_response)
        if path.startswith(f"/{self.repo}.git/"):
            return self._push(environ, start_response)
        if picture := re.fullmatch(rf"/{self.repo}/blob/([0-9a-f]{{40}})/([\w.-]+\.png)", path):
            data = self.hub.bare.file(picture[1], picture[2])
            return _send(start_response, 200 if data else 404, data, {"Content-Type": "image/png"})
        with self._lock:
            status, page = pages.page(self.hub, path)
        return _send(start_response, status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    @contextmanager
    def running(self) -> Iterator[Fake]:
        """Serve in threads for the length of the block."""
        with _Server(("127.0.0.1", 0), _Handler) as server:
            server.set_app(self.app)
            self.address = f"http://127.0.0.1:{server.server_port}"
            self.hub.web = f"{self.address}/{self.repo}"
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    # -- the API

    def _api(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], _path(environ).removeprefix("/api")
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self._lock:
            self.asked.append(f"{method} {path}")
            trouble = self._ordered(method, path)
            if trouble and trouble.kind not in {"lost", "dropped", "cut"}:
                reply = _ill(trouble.kind)
            elif trouble and trouble.kind == "dropped":
                return _cut(environ)
            else:
                reply = self._answer(method, path, query, sent, environ.get("HTTP_AUTHORIZATION", ""))
            reply = _paged(reply, query, f"{self.api}{path}")
            content = b"" if reply.status == HTTPStatus.NO_CONTENT else json.dumps(reply.json).encode()
            asked = Asked(method, path, query, sent)
            self.faults += asked.faults() + asked.answer_faults(reply.status, content or b"{}")
        if trouble and trouble.kind == "lost":
            return _cut(environ)
        if trouble and trouble.kind == "cut":
            content = content[: len(content) // 2]
        return _send(start_response, reply.status, content, {"Content-Type": "application/json"} | reply.headers)

    def _answer(self, method: str, path: str, query: dict[str, str], sent: bytes, authorization: str) -> Reply:
        try:
            who = self.state.accounts.get(authorization.removeprefix("Bearer "))
            return self._routed(who, method, path, query, sent)
        except Refused as refused:
            body: dict[str, Any] = {"message": refused.message, "documentation_url": "https://docs.github.com/rest"}
            body |= {"errors": refused.errors} if refused.errors is not None else {}
            return Reply(refused.status, body, headers=refused.headers)

    def _routed(self, who: Account | None, method: str, path: str, query: dict[str, str], sent: bytes) -> Reply:
        if who is None:
            raise Refused(401, "Bad credentials")
        if (method, path) == ("POST", GRAPH):
            return talk.graph(self.hub, Call(method, path, query, json.loads(sent), who))
        below = path.removeprefix(f"/repos/{self.repo}")
        call = Call(method, below, query, json.loads(sent) if sent else {}, who)
        replies = (route.answer(self.hub, call) for route in ROUTES if below != path)
        return found(next((one for one in replies if one is not None), None))

    def _ordered(self, method: str, path: str) -> Trouble | None:
        for trouble in self._troubles:
            if trouble.times and trouble.method in {"", method} and re.search(trouble.path, path):
                trouble.times -= 1
                return trouble
        return None

    # -- Git

    def _push(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve Git; what a push moved is noted before its last word is sent."""
        environ["PATH_INFO"] = environ["PATH_INFO"].replace(f"/{self.repo}.git/", f"/{self.path.name}/", 1)
        token = _password(environ)
        with self._lock:
            self._pusher = token
            before = self.hub.bare.heads()
            pieces = list(self._git(environ, start_response))
            if environ["REQUEST_METHOD"] == "POST" and token in self.state.accounts:
                self.hub.noticed(before, self.state.accounts[token].login)
        return pieces

    def _backend(self, variables: Mapping[str, str], body: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
        who = self.state.accounts[self._pusher]
        env = CLEAN | dict(variables) | {"FAKE_RULES": json.dumps(rules.for_pushes(self.state, who))}
        return programs.streaming(["git", "http-backend"], env=env, stdin=body)


def _ill(kind: str) -> Reply:
    now = formatdate(usegmt=True)
    limited = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
    match kind:
        case "secondary":
            return Reply(403, limited, headers={"Retry-After": "7", "X-RateLimit-Remaining": "4000"})
        case "primary":
            reset = str(int(time.time()) + 1800)
            headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset, "Date": now}
            return Reply(403, {"message": "API rate limit exceeded for installation ID 1."}, headers=headers)
        case "429":
            return Reply(429, limited, headers={"Retry-After": "7"})
        case "403":
            return Reply(403, {"message": "Resource not accessible by integration"})
        case "404":
            return Reply(404, {"message": "Not Found"})
    return Reply(502, {"message": "Server Error"})


def _paged(reply: Reply, query: Mapping[str, str], url: str) -> Reply:
    """Cut a list into pages and say where the next one is."""
    if not isinstance(reply.json, list) or "per_page" not in query:
        return reply
    size, number = int(query.get("per_page", "30")), int(query.get("page", query.get("after", "1")))
    rows = reply.json[(number - 1) * size : number * size]
    mark = "after" if url.endswith("/activity") else "page"
    headers = dict(reply.headers)
    if len(reply.json) > number * size:
        following = {**query, mark: str(number + 1)}
        headers["Link"] = f'<{url}?{urlencode(following)}>; rel="next", <{url}?{urlencode(query)}>; rel="first"'
    return Reply(reply.status, rows, headers=headers)


def _send(start_response: StartResponse, status: int, content: bytes, headers: Mapping[str, str]) -> list[bytes]:
    fields = {**headers, "Content-Length": str(len(content))}
    start_response(f"{status} {HTTPStatus(status).phrase}", list(fields.items()))
    return [content]


def _cut(environ: WSGIEnvironment) -> list[bytes]:
    """End the connection without a word; the server takes it for a client that went away."""
    environ["fake.connection"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError


def _path(environ: WSGIEnvironment) -> str:
    """Return the path as it was sent: a quoted slash in a label is no slash."""
    path: str = environ["fake.target"].partition("?")[0]
    return path


def _password(environ: WSGIEnvironment) -> str:
    words = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Basic ")
    try:
        return base64.b64decode(words).decode().partition(":")[2]
    except ValueError:
        return ""


class _Handler(WSGIRequestHandler):
    def get_environ(self) -> WSGIEnvironment:
        return super().get_environ() | {"fake.connection": self.connection, "fake.target": self.path}

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64
