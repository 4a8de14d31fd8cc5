"""Files: written whole or not at all, only when their bytes differ, never through a symlink."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANIFEST = "manifes.json"
"""Published beside the pages: path -> sha256 of everything we wrote there."""


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return every file below *folder* by its relative path with forward slashes, in order of path."""
    if folder.is_symlink() or not folder.is_dir():
        raise JdihError(f"folder {folder.name} tidak ada atau bukan folder")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(_files(folder))}


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink():
            raise JdihError(f"{path.name} adalah tautan simbolik: ganti dengan berkas biasa")
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def write(path: Path, data: bytes, mode: int = 0o644) -> bool:
    """Put *data* at *path* in one rename; return False when it was there already, byte for byte.

    *mode* is who may read it, from its first moment on; what is there already keeps its own.
    """
    if path.is_symlink():
        raise JdihError(f"{path.name} adalah tautan simbolik: hapus, lalu ulangi")
    try:
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, mode)
    except OSError as error:
        raise JdihError(f"{path.name} tidak dapat ditulis: {error.strerror}") from error
    return True


def clear(folder: Path) -> None:
    """Remove *folder* and everything in it, if it is there: for caches, never for what people wrote."""
    if folder.is_symlink():
        raise JdihError(f"{folder.name} adalah tautan simbolik: hapus, lalu ulangi")
    try:
        if folder.is_dir():
            shutil.rmtree(folder)
    except OSError as error:
        raise JdihError(f"folder {folder.name} tidak dapat dikosongkan: {error.strerror}") from error


def _replace(path: Path, data: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tulis-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class Folder:
    """A folder that holds what we put there, and forgets what we no longer put there.

    The manifest is the memory: only files it lists are ever removed, so anything else in the folder is safe.
    """

    def __init__(self, root: Path) -> None:
        """Open *root*, which may not exist yet."""
        self.root = root
        self.before = self._manifest()
        self.now: dict[str, str] = {}
        self.written = 0
        self.removed = 0

    def put(self, files: Mapping[str, bytes]) -> None:
        """Write *files* (relative path -> bytes)."""
        self.now |= {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
        targets = {self._inside(path): data for path, data in files.items()}
        self._remember({**self.before, **self.now})
        self.written += sum(write(path, data) for path, data in targets.items())

    def forget(self, *, below: str = "", sparing: str | None = None) -> None:
        """Remove what the manifest lists under *below* (not under *sparing*) and has not been put again."""
        for path in sorted(set(self.before) - set(self.now)):
            if path.startswith(below) and not (sparing and path.startswith(sparing)):
                self._remove(self._inside(path))

    def close(self) -> None:
        """Write the manifest of what the folder holds now."""
        self._remember(self.now)

    def _remember(self, files: Mapping[str, str]) -> None:
        """Write the manifest before the files it lists, so that a crash leaves nothing nobody would remove."""
        text = json.dumps(dict(sorted(files.items())), indent=0, ensure_ascii=False)
        write(self.root / MANIFEST, (text + "\n").encode())

    def _manifest(self) -> dict[str, str]:
        path = self.root / MANIFEST
        if not path.is_file():
            return {}
        try:
            found = json.loads(path.read_bytes())
        except ValueError as error:
            raise JdihError(f"{MANIFEST} di folder keluaran rusak: kosongkan folder itu, lalu ulangi") from error
        if not isinstance(found, dict):
            raise JdihError(f"{MANIFEST} di folder keluaran rusak: kosongkan folder itu, lalu ulangi")
        return found

    def _inside(self, path: str) -> Path:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path or not pure.parts:
            raise JdihError(f"alamat berkas {path!r} keluar dari folder keluaran")
        here = self.root
        for part in pure.parts[:-1]:
            here = here / part
            if here.is_symlink():
                raise JdihError(f"{part} adalah tautan simbolik: hapus, lalu ulangi")
        return self.root / pure

    def _remove(self, path: Path) -> None:
        if path.is_file() or path.is_symlink():
            path.unlink()
            self.removed += 1
        folder = path.parent
        while folder != self.root and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file *path* for the length of the block; wait while another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
