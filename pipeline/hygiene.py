"""What may come in at all, whoever sends it: plain files under names every computer can hold, in text that shows.

Names follow what Windows, macOS and Linux can all check out; a clone that cannot be made is a colleague who
cannot work. Sources: git-fsck(1); Windows file naming ("Naming Files, Paths, and Namespaces").
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.model.commits import Change

CLOCK_SKEW = timedelta(minutes=15)
MAX_NAME_BYTES = 100
MAX_PATH_BYTES = 200
"""Windows opens 260 characters, and a clone stands in a folder of its own."""
LARGEST_FILE = 50 * 1024 * 1024
"""Bytes: a long decree scanned in colour fits; every clone carries it for good."""
MOST_FILES = 1000
MOST_COMMITS = 500
LONGEST_MESSAGE = 16 * 1024
_HEADERS = {b"tree", b"parent", b"author", b"committer", b"gpgsig"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that make a text read in another order than it is stored."""
_NOT_ON_WINDOWS = frozenset('<>:"\\|?*')
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
_REGULAR, _ABSENT = "100644", "000000"


def entry_fault(change: Change) -> str | None:
    """Refuse anything but a plain file under a name that does no harm."""
    if change.mode not in {_REGULAR, _ABSENT}:
        kind = {"120000": "tautan simbolik", "160000": "submodul"}.get(change.mode, "berkas yang dapat dijalankan")
        return f"{change.path} adalah {kind}: hanya berkas biasa yang diterima"
    return name_fault(change.path)


def name_fault(path: str) -> str | None:
    """Refuse a path that another computer could read as a different one."""
    if path != unicodedata.normalize("NFC", path) or any(not letter.isprintable() for letter in path):
        return f"nama berkas {path!r} memuat huruf yang tidak diterima: pakai huruf biasa"
    for part in path.split("/"):
        if part.startswith((".", "-")) or len(part.encode()) > MAX_NAME_BYTES or _is_trouble_on_windows(part):
            return f"nama berkas {path} tidak diterima: pakai huruf kecil, angka dan tanda hubung"
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"nama berkas {path[:60]}... terlalu panjang: paling banyak {MAX_PATH_BYTES} huruf beserta foldernya"
    return None


def _is_trouble_on_windows(part: str) -> bool:
    """Whether a colleague's Windows could not make this file, or would make another one."""
    return (
        part.endswith((".", " "))
        or not _NOT_ON_WINDOWS.isdisjoint(part)
        or part.partition(".")[0].casefold() in _DEVICES
        or part.casefold().startswith("git~")
    )


def clash_fault(paths: Iterable[str]) -> str | None:
    """Refuse two files, or two folders, that differ only in letter case."""
    seen: dict[str, str] = {}
    for path in paths:
        for name in (path, *(str(folder) for folder in PurePosixPath(path).parents)):
            other = seen.setdefault(name.casefold(), name)
            if other != name:
                return f"{name} dan {other} hanya berbeda huruf besar-kecil: ganti salah satunya"
    return None


def size_fault(path: str, size: int) -> str:
    """Say that a file of *size* bytes is too large."""
    most = LARGEST_FILE // (1024 * 1024)
    return f"{path} berukuran {size / 1024 / 1024:.0f} MB: berkas terbesar yang diterima {most} MB"


def object_fault(commit_id: str, raw: bytes) -> str | None:
    """Refuse a commit object that other programs would read otherwise than Git's log, or show dangerously."""
    short = commit_id[:10]
    head, _, message = raw.partition(b"\n\n")
    headers = {line.split(b" ")[0] for line in head.split(b"\n") if not line.startswith(b" ")}
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if b"encoding" in headers or not text:
        return f"kiriman {short} bukan UTF-8: tulis nama dan pesannya dengan huruf biasa"
    if unknown := b", ".join(sorted(headers - _HEADERS)):
        return f"kiriman {short} memuat kepala {ascii(unknown.decode())[:60]}: buat dengan git atau jdih"
    if is_unshowable(text):
        return f"kiriman {short} memuat huruf kendali pada nama atau pesannya: tulis dengan huruf biasa"
    if len(message) > LONGEST_MESSAGE:
        return f"pesan kiriman {short} terlalu panjang: tulis paling banyak {LONGEST_MESSAGE // 1024} KB"
    return None


def is_unshowable(text: str) -> bool:
    """Whether *text* holds what could repaint or reverse the screen of who reads it."""
    return any(
        letter in _TURNING or (letter not in "\n\r\t" and unicodedata.category(letter) == "Cc") for letter in text
    )


def time_fault(commit_id: str, at: datetime, since: datetime, now: datetime) -> str | None:
    """Refuse a commit dated (*at*) after *now*, or before *since*, the date of what it stands on.

    Within `CLOCK_SKEW` clocks may differ. A draft made offline days ago is lawful; one older than its parent is not.
    """
    short = commit_id[:10]
    if at > now + CLOCK_SKEW:
        return f"kiriman {short} bertanggal dari masa depan, {at.isoformat()}: setel jam komputer Anda lalu ulangi"
    if at < since - CLOCK_SKEW:
        return f"kiriman {short} lebih tua daripada kiriman yang mendasarinya: setel jam komputer Anda lalu ulangi"
    return None
