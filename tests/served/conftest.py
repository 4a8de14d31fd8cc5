"""The office behind HTTP: every person's clone is made with the person's own password."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from pipeline.desk import clones, entrance
from pipeline.githttp.server import serving
from tests.conftest import Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.carriers.repository import Repository


def password_of(person: str) -> str:
    return f"sandi panjang {person}"


def quick_line(person: str, password: str) -> str:
    """Return a line of the password file that costs no time to check."""
    hashed = hashlib.scrypt(password.encode(), salt=bytes(16), n=16, r=1, p=1, dklen=32)
    return f"{person}:scrypt$16$1$1${bytes(16).hex()}${hashed.hex()}\n"


def write_passwords(path: Path, *people: str) -> Path:
    path.write_text("".join(quick_line(person, password_of(person)) for person in people), encoding="utf-8")
    path.chmod(0o600)
    return path


def git(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the real client, which asks nobody anything."""
    return subprocess.run(
        ["git", *map(str, arguments)],  # noqa: S607 - the real client, found as people find it
        env=os.environ | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class ServedOffice(Office):
    """An office whose people have nothing but an address and a password."""

    address = ""

    def url(self, person: str, password: str = "") -> str:
        words = (password or password_of(person)).replace(" ", "%20")
        return self.address.replace("http://", f"http://{person}:{words}@")

    def clone(self, person: str) -> Repository:
        if person not in self._clones:
            folder = self.root / "kerja" / person
            self._clones[person] = clones.make_clone(self.url(person), folder, self.who(person))
        clone = self._clones[person]
        clone.fetch("origin")
        return clone


@pytest.fixture
def served(ready: Office) -> Iterator[ServedOffice]:
    """The office with one approved item, served on a free port."""
    people = ("kepala", "penulis", "desainer", "admin", "rangkap", "pengelola", "penerbit")
    passwords = write_passwords(ready.path / entrance.PASSWORDS, *people)
    office = ServedOffice(ready.root)
    with serving(entrance.http(office.path, passwords, os.environ, time.monotonic)) as office.address:
        yield office
