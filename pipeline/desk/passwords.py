"""Passwords of people who reach the repository over HTTP: one file, hashed, readable by the server alone.

A line is `id:scrypt$n$r$p$salt$hash`, the last two in hexadecimal (RFC 7914; the measures are those
OWASP's Password Storage Cheat Sheet asks for). Guessing is slowed down person by person.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
import secrets
import stat
import tempfile
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from pipeline.githttp.refusal import Throttled
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SHORTEST, LONGEST = 12, 256
FREE, PAUSE, LONGEST_PAUSE = 5, 30, 900
"""Wrong passwords without a pause; then seconds to wait, doubled each time, up to the last."""
_LINE = re.compile(
    r"([a-z0-9]+(?:-[a-z0-9]+)*):scrypt\$(\d{1,6})\$(\d{1,2})\$(\d{1,2})\$([0-9a-f]{32})\$([0-9a-f]{64})", re.ASCII
)
_MEMORY = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Hashed:
    salt: bytes = bytes(16)
    hashed: bytes = bytes(32)
    n: int = 2**14
    r: int = 8
    p: int = 5

    def matches(self, password: str) -> bool:
        return hmac.compare_digest(self.hashed, _scrypt(password, self))


def _scrypt(password: str, measures: _Hashed) -> bytes:
    word = unicodedata.normalize("NFC", password)[: LONGEST + 1].encode("utf-8", "surrogatepass")
    return hashlib.scrypt(word, salt=measures.salt, n=measures.n, r=measures.r, p=measures.p, maxmem=_MEMORY, dklen=32)


_NOBODY = _Hashed()
"""What a name nobody has is compared with, so that it takes as long; no password gives 32 zeros."""


@dataclass(slots=True)
class _Tries:
    lock: Lock = field(default_factory=Lock)
    wrong: int = 0
    until: float = 0.0


class Doorkeeper:
    """Tells who may come in, and lets nobody guess. The file is read anew each time: a change holds at once."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        """Guard with the passwords in *path*; *clock* counts seconds. Raise `JdihError` when the file will not do."""
        _read(path)
        self._path, self._clock = path, clock
        self._lock = Lock()
        self._tries: dict[str, _Tries] = {}

    def admit(self, name: str, password: str) -> bool:
        """Return whether *password* is the one of *name*; raise `Throttled` after too many that were not.

        One try of a person at a time, or a hundred at once would all be free.
        """
        known = _read(self._path)
        with self._lock:
            tries = self._tries.setdefault(name if name in known else "", _Tries())
        with tries.lock:
            if (wait := tries.until - self._clock()) > 0:
                raise Throttled(ceil(wait))
            if known.get(name, _NOBODY).matches(password):
                tries.wrong = 0
                return True
            tries.wrong += 1
            if tries.wrong >= FREE:
                tries.until = self._clock() + min(PAUSE * 2 ** min(tries.wrong - FREE, 10), LONGEST_PAUSE)
            return False


def set_password(path: Path, person: str, password: str) -> None:
    """Give *person* a password, in place of the one before; raise `JdihError` when it will not do."""
    word = unicodedata.normalize("NFC", password)
    if not SHORTEST <= len(word) <= LONGEST:
        raise JdihError(f"sandi {person} harus {SHORTEST} sampai {LONGEST} huruf")
    if not word.isprintable():
        raise JdihError(f"sandi {person} memuat huruf yang tidak tampak: pakai huruf, angka, tanda baca, spasi")
    new = _Hashed(salt=secrets.token_bytes(16))
    line = f"{person}:scrypt${new.n}${new.r}${new.p}${new.salt.hex()}${_scrypt(word, new).hex()}"
    if not _LINE.fullmatch(line):
        raise JdihError(f"id '{person}' tidak dapat dipakai: tulis id orang seperti di people.yaml")
    with _alone(path.absolute().parent):
        lines = [each for each in _lines(path) if each.partition(":")[0] != person] if path.exists() else []
        _replace(path, "".join(f"{each}\n" for each in [*lines, line]))


def _read(path: Path) -> Mapping[str, _Hashed]:
    found = {}
    for number, line in enumerate(_lines(path), start=1):
        parts = _LINE.fullmatch(line)
        measures = [int(part) for part in parts.groups()[1:4]] if parts else []
        if parts is None or not _is_bearable(*measures):
            raise JdihError(f"{path}:{number}: bukan baris sandi; buat lagi dengan jdih serve-git --set-password")
        found[parts[1]] = _Hashed(bytes.fromhex(parts[5]), bytes.fromhex(parts[6]), *measures)
    return found


def _is_bearable(n: int, r: int, p: int) -> bool:
    """Whether a hash can be computed here: memory within what we allow, *n* a power of two."""
    return n > 1 and n & (n - 1) == 0 and r > 0 and p > 0 and 128 * r * (n + p + 2) <= _MEMORY


def _lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o177:
                raise JdihError(f"{path} dapat dibaca orang lain: jalankan chmod 600 {path}")
            return [line.rstrip("\n") for line in file]
    except FileNotFoundError as error:
        raise JdihError(f"{path} tidak ada: buat dengan jdih serve-git --set-password ID --people {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise JdihError(f"{path} tidak terbaca: periksa pemilik dan isinya") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one at a time change files in *folder*: two passwords set at once are both kept."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise JdihError(f"folder {folder} tidak ada: buat dahulu") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, text: str) -> None:
    """Write *path* in one rename; the temporary file is readable by us alone from its first byte."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=".sandi-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
