"""The ways into the repository: HTTP with a password, SSH with a key. Both tell the hook who it is.

Sources: git-http-backend(1); sshd(8), AUTHORIZED_KEYS FILE FORMAT; git-shell(1).
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from pipeline import programs
from pipeline.carriers import arrival, bare_git, history
from pipeline.carriers.repository import Repository
from pipeline.desk import server
from pipeline.desk.passwords import Doorkeeper
from pipeline.githttp.app import App
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    from pipeline.model.people import Key, Person

PASSWORDS = "jdih-sandi"
"""The password file's name where none is given: inside the bare repository, which serves no files."""
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9._/-]+", re.ASCII)
_FORCED = (
    """case "$SSH_ORIGINAL_COMMAND" in "git-upload-pack '{path}'"|"git-receive-pack '{path}'") """
    """exec env {variable}={person} git-shell -c "$SSH_ORIGINAL_COMMAND";; """
    """"jdih comments list") exec env {program} comments list --format json --as {person} --repo '{path}';; esac; """
    """echo 'DITOLAK: kunci ini hanya untuk git dengan {path}' >&2; exit 1"""
)


def http(folder: Path, passwords: Path, environment: Mapping[str, str], clock: Callable[[], float]) -> App:
    """Return the application that serves the bare repository *folder* to who is in the file *passwords*.

    Git and its hooks run in *environment*, without what our own caller said about Git or about who it is.
    """
    repository = _bare(folder)
    inherited = {
        name: value
        for name, value in environment.items()
        if not name.startswith(("GIT_", "HTTP_", "REMOTE_", "CONTENT_")) and name != arrival.OVER_SSH
    }

    def backend(variables: Mapping[str, str], body: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
        return programs.streaming(["git", "http-backend"], env=inherited | dict(variables), stdin=body)

    return App(repository.path, Doorkeeper(passwords, clock).admit, backend)


def authorized_keys(folder: Path, day: date) -> list[str]:
    """Return a line of `authorized_keys` for every key registered on `main` and valid on *day*.

    Each lets its owner do two things under the owner's id: talk Git with this repository, and have the comments
    listed that are the owner's to report.
    """
    repository = _bare(folder)
    if not _PLAIN_PATH.fullmatch(str(repository.path)):
        raise JdihError(f"folder {repository.path}: pakai huruf, angka, titik, garis bawah dan tanda hubung saja")
    people = history.policy(repository, bare_git.MAIN).people
    return [
        _authorized(key, person, repository.path)
        for person in people.by_id.values()
        for key in person.keys
        if key.valid(day)
    ]


def _authorized(key: Key, person: Person, path: Path) -> str:
    words = {"path": path, "variable": arrival.OVER_SSH, "person": person.id, "program": server.command()}
    forced = _FORCED.format(**words).replace('"', '\\"')
    expiry = f'expiry-time="{key.until + timedelta(days=1):%Y%m%d}",' if key.until else ""
    return f'command="{forced}",{expiry}restrict {key.public} {person.id}'


def _bare(folder: Path) -> Repository:
    repository = Repository(folder.resolve())
    if not repository.bare:
        raise JdihError(f"{folder} bukan repositori peladen: buat dengan jdih init-server")
    return repository
