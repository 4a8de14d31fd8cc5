"""What the sandbox remembers: one JSON file and a folder of pictures."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from enum import StrEnum
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
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
        self._lock = RLock()
        (folder / "media").mkdir(parents=True, exist_ok=True)

    @contextmanager
    def open(self) -> Iterator[Row]:
        """Yield everything remembered; what is changed is written back, unless the block fails."""
        path = self.folder / "keadaan.json"
        with self._lock:
            empty: Row = {"urutan": 0, "kiriman": [], "wadah": {}, "unggahan": {}, "gangguan": []}
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            data: Row = json.loads(before) if before else empty
            yield data
            after = json.dumps(data, ensure_ascii=False)
            if after != before:
                fresh = path.with_suffix(".baru")
                fresh.write_text(after, encoding="utf-8")
                fresh.replace(path)

    def keep(self, content: bytes, mime: str) -> str:
        """Store a picture and return its file name."""
        name = f"{hashlib.sha256(content).hexdigest()[:20]}.{mime.rpartition('/')[2]}"
        (self.folder / "media" / name).write_bytes(content)
        return name

    def name(self, *keys: str) -> str:
        """Return the name of the first known of *keys*, or one made from the last."""
        known = next((self.names[key] for key in keys if key in self.names), "")
        return known or f"akun-{owner(keys[-1])[:6]}"


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
