"""What the sandbox remembers: a journal and a folder of pictures.

The journal has a line for everything that was added or changed, `["kiriman", 12, {...}]`: where, at which place of it
(None: it is a number itself), and what is there now. So a request costs what it changes, not what was posted before it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from copy import deepcopy
from enum import StrEnum
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    Row = dict[str, Any]


class Trouble(StrEnum):
    """What can be made to go wrong at the next publication."""

    PAUSE = "jeda"
    """429: nothing happens."""
    BROKEN_BEFORE = "galat-sebelum"
    """500, nothing published."""
    BROKEN_AFTER = "galat-sesudah"
    """500 although it was published."""
    DROPPED_BEFORE = "putus-sebelum"
    """No answer, nothing published."""
    DROPPED_AFTER = "putus-sesudah"
    """No answer although it was published."""
    DUPLICATE = "ganda"
    """X: 403 duplicate content, Facebook: 506. Instagram, Threads: 4/2207051 'is blocked', and yet it is live.

    TikTok: complete, but under no id it tells.
    """
    SLOW = "lambat"
    """TikTok: still at work when it is asked what became of a post. Elsewhere nothing goes wrong."""


class Dropped(ConnectionAbortedError):
    """The connection is to be closed without an answer: wsgiref does so on this kind of error."""


class Store:
    """The sandbox's memory below *folder*; `names` gives a token or account id a name for the wall."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], names: Mapping[str, str]) -> None:
        """Make the folder when it is not there."""
        self.folder, self.clock, self.names = folder, clock, names
        self._journal = folder / "keadaan.jsonl"
        self._lock = RLock()
        self._forget()
        (folder / "media").mkdir(parents=True, exist_ok=True)

    @contextmanager
    def open(self) -> Iterator[Row]:
        """Yield everything remembered, to be read, added to and changed, but never taken away from.

        What is changed is written to the journal, unless the block fails.
        """
        with self._lock:
            self._read_on()
            try:
                yield self._data
                self._write(list(_changes(self._written, self._data)))
            except BaseException:
                self._forget()
                raise

    def _forget(self) -> None:
        self._data, self._written, self._size = _empty(), _empty(), 0

    def _read_on(self) -> None:
        """Take in what the journal has that is not known here: all of it at first, later what another wrote."""
        size = self._journal.stat().st_size if self._journal.exists() else 0
        if size < self._size:
            self._forget()
        if size > self._size:
            with self._journal.open("rb") as journal:
                journal.seek(self._size)
                whole, _, _ = journal.read().rpartition(b"\n")  # a line that was cut off never happened
            self._learn(whole.splitlines())

    def _write(self, changes: Sequence[tuple[str, int | str | None, object]]) -> None:
        lines = [json.dumps(change, ensure_ascii=False).encode() for change in changes]
        if lines:
            with self._journal.open("r+b" if self._journal.exists() else "wb") as journal:
                journal.seek(self._size)
                journal.write(b"".join(line + b"\n" for line in lines))
                journal.truncate()
            self._learn(lines)

    def _learn(self, lines: Sequence[bytes]) -> None:
        """Remember *lines* of the journal twice: to be changed, and as they are written."""
        for line in lines:
            name, place, thing = json.loads(line)
            _put(self._data, name, place, thing)
            _put(self._written, name, place, deepcopy(thing))
            self._size += len(line) + 1

    def keep(self, content: bytes | memoryview, mime: str) -> str:
        """Store a picture or a video and return its file name."""
        name = _file_name(hashlib.sha256(content).hexdigest(), mime)
        (self.folder / "media" / name).write_bytes(content)
        return name

    def put_aside(self, upload: str, place: int, content: bytes | memoryview) -> None:
        """Keep a piece of *upload*; its pieces are in the order of their places, once each."""
        (self.folder / "media" / f"{upload}.{place:015d}.bagian").write_bytes(content)

    def received(self, upload: str) -> int:
        """Return how many bytes were put aside for *upload*."""
        return sum(piece.stat().st_size for piece in self._pieces(upload))

    def join(self, upload: str, mime: str) -> str:
        """Store the pieces of *upload* as one file and return its name; one piece at a time is in memory."""
        whole, digest = self.folder / "media" / f"{upload}.utuh", hashlib.sha256()
        with whole.open("wb") as joined:
            for piece in self._pieces(upload):
                content = piece.read_bytes()
                digest.update(content)
                joined.write(content)
        name = _file_name(digest.hexdigest(), mime)
        whole.replace(whole.with_name(name))
        for piece in self._pieces(upload):
            piece.unlink()
        return name

    def _pieces(self, upload: str) -> list[Path]:
        return sorted((self.folder / "media").glob(f"{upload}.*.bagian"))

    def name(self, *keys: str) -> str:
        """Return the name of the first known of *keys*, or one made from the last."""
        known = next((self.names[key] for key in keys if key in self.names), "")
        return known or f"akun-{owner(keys[-1])[:6]}"


def _file_name(digest: str, mime: str) -> str:
    return f"{digest[:20]}.{mime.rpartition('/')[2]}"


def _empty() -> Row:
    return {"urutan": 0, "kiriman": [], "wadah": {}, "unggahan": {}, "gangguan": []}


def _changes(before: Row, now: Row) -> Iterator[tuple[str, int | str | None, object]]:
    for name, things in now.items():
        if things != before.get(name):
            known = _places(before.get(name))
            yield from ((name, place, thing) for place, thing in _places(things).items() if thing != known.get(place))


def _places(things: object) -> dict[Any, object]:
    """Return place -> thing: by position in a list, by name in a mapping, None for what is neither."""
    if isinstance(things, list):
        return dict(enumerate(things))
    return things if isinstance(things, dict) else {None: things}


def _put(data: Row, name: str, place: int | str | None, thing: object) -> None:
    if place is None:
        data[name] = thing
    elif isinstance(place, int):
        data.setdefault(name, [])[place : place + 1] = [thing]
    else:
        data.setdefault(name, {})[place] = thing


def owner(token: str) -> str:
    """Return what stands for a token in memory: tokens themselves are never kept."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def next_id(data: Row, prefix: str) -> str:
    """Return a fresh numeric id that looks like the platform's."""
    data["urutan"] += 1
    return f"{prefix}{data['urutan']:015d}"


def trouble(data: Row, platform: str, only: Trouble | None = None) -> Trouble | None:
    """Take the next trouble ordered for *platform*; with *only*, leave any other kind for later."""
    for row in data["gangguan"]:
        if row["platform"] == platform and row["kali"] > 0:
            if only and row["jenis"] != only:
                return None
            row["kali"] -= 1
            return Trouble(row["jenis"])
    return None


def live(data: Row, platform: str) -> list[Row]:
    """Return the posts of *platform* that are not deleted, newest first."""
    return [row for row in reversed(data["kiriman"]) if row["platform"] == platform and not row["dihapus"]]


def remarks(data: Row, platform: str) -> list[Row]:
    """Return what others wrote on *platform* and did not delete again, oldest first."""
    return [row for row in data.get("komentar", []) if row["platform"] == platform and not row["dihapus"]]


def is_gone(data: Row, remark: str) -> bool:
    """Whether the remark of this id was there and was deleted: nobody can answer it any more."""
    return any(row["id"] == remark and row["dihapus"] for row in data.get("komentar", []))
