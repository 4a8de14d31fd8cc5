"""What a run touches: 3 items on 6 platforms, the sandbox in a process of its own, and the ledger's bare repository."""

from __future__ import annotations

import multiprocessing
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pipeline.carriers.repository import Identity
from pipeline.model.people import Account
from pipeline.model.publishing import Post, Wanted
from pipeline.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection

    Row = dict[str, Any]

ITEMS = 3
PLATFORMS = ("x", "bluesky", "mastodon", "facebook", "threads", "telegram")
ROBOT = Identity("Penerbit", "penerbit@uji.example")
_LOGIN = "createSession"
"""The only request that is no GET and changes nothing anybody sees."""


def accounts() -> list[Account]:
    """Return one account a platform."""
    handles = {"mastodon": "uji@sosial.example", "telegram": "@uji"}
    return [
        Account(platform=name, id=f"17840000000000{place:03}", handle=handles.get(name, "uji"))
        for place, name in enumerate(PLATFORMS)
    ]


def wanted(items: int = ITEMS) -> list[Wanted]:
    """Return *items* items with one post an account; no page stands before them."""
    found = []
    for number in range(items):
        item, digest = f"uji-2026-{number}", f"{number:064x}"
        posts = tuple(
            Post(item=item, platform=each.platform, account=each, text=f"Produk hukum nomor {number}", digest=digest)
            for each in accounts()
        )
        found.append(Wanted(item=item, digest=digest, page_url="", posts=posts))
    return found


class _Counting(Sandbox):
    """A sandbox that counts the requests which change something."""

    count = 0

    def app(self, environ: Row, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - as WSGI has it
        self.count += environ["REQUEST_METHOD"] != "GET" and _LOGIN not in environ["PATH_INFO"]
        return super().app(environ, start_response)


@dataclass(frozen=True, slots=True)
class Platforms:
    """The sandbox, behind a pipe to its process."""

    _pipe: Connection

    def fresh(self) -> str:
        """Begin with an empty one, by the real clock; return its address."""
        base: str = self._ask("fresh")
        return base

    def ahead(self, by: timedelta) -> None:
        """Set its clock *by* ahead of the real one."""
        self._ask("ahead", by)

    def posts(self) -> list[Row]:
        """Return what is visible now."""
        rows: list[Row] = self._ask("posts")
        return [row for row in rows if not row["dihapus"]]

    def asked(self) -> int:
        """Return how many requests that change something have come since `fresh`."""
        count: int = self._ask("asked")
        return count

    def _ask(self, *command: object) -> Any:  # noqa: ANN401 - each command has an answer of its own
        self._pipe.send(command)
        return self._pipe.recv()


@contextmanager
def platforms() -> Iterator[Platforms]:
    """Run the sandbox in a process of its own for the length of the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,))
    process.start()
    theirs.close()
    try:
        yield Platforms(ours)
    finally:
        ours.send(("end",))
        process.join()


def _serve(pipe: Connection) -> None:
    command = pipe.recv()
    while command == ("fresh",):
        with TemporaryDirectory(prefix="jdih-platform-") as folder:
            command = _answer(Path(folder), pipe)


def _answer(folder: Path, pipe: Connection) -> object:
    """Serve one sandbox; return the command that is not about it."""
    ahead = timedelta()
    sandbox = _Counting(folder, lambda: datetime.now(UTC) + ahead)
    with sandbox.running() as base:
        pipe.send(base)
        while True:
            match pipe.recv():
                case ("ahead", by):
                    ahead = by
                    pipe.send(None)
                case ("posts",):
                    pipe.send(sandbox.posts())
                case ("asked",):
                    pipe.send(sandbox.count)
                case other:
                    return other
