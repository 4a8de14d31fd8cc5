"""A whole office on one computer: server, keys, sandbox of the platforms, site; all below one folder.

.jdih/office.git   the bare repository        .jdih/site      the built site
.jdih/keys         everybody's key pairs      .jdih/sandbox   what the platforms were sent
.jdih/kerja        everybody's clones         .jdih/rahasia.yaml  tokens of the sandbox
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import frontmatter, sandbox, store, web
from pipeline.access import Access
from pipeline.carriers import history
from pipeline.carriers.repository import Repository
from pipeline.desk import server, shelf
from pipeline.desk.rehearsal import Stage
from pipeline.model.base import JdihError
from pipeline.model.people import Authority
from pipeline.platforms import LOGINS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.carriers.history import Policy
    from pipeline.model.people import Office

FOLDER = ".jdih"
MAIN = "refs/heads/main"


@dataclass(frozen=True, slots=True)
class House:
    """The running office."""

    stage: Stage
    said: tuple[str, ...]
    """What setting it up did."""
    site_url: str
    wall_url: str


@contextmanager
def open_house(root: Path, port: int, clock: Callable[[], datetime]) -> Iterator[House]:
    """Set the office up below *root*/.jdih and keep site and sandbox served for the length of the block.

    The site takes *port*, the sandbox the next one; 0 takes two free ones. Raise `JdihError` when taken.
    """
    folder = root / FOLDER
    site, repository = folder / "site", folder / "office.git"
    site.mkdir(parents=True, exist_ok=True)
    said = server.init_server(repository, root, folder / "keys")
    known = history.policy(Repository(repository), MAIN)
    tokens = _tokens(folder / "rahasia.yaml", known)
    play = sandbox.Sandbox(folder / "sandbox", clock, _names(tokens, known.offices))
    with web.serving(site, port) as site_url, play.running(port + 1 if port else 0) as wall:
        server.configure(
            repository,
            site_out=site,
            site_url=site_url,
            robot_key=folder / "keys" / _robot(known),
            endpoints=sandbox.endpoints(wall),
            secrets=folder / "rahasia.yaml",
        )
        yield House(Stage(repository, folder / "keys", folder / "kerja", clock), tuple(said), site_url, f"{wall}/")


def _robot(known: Policy) -> str:
    robot = known.people.authorised(Authority.TERBITAN)
    if robot is None:
        raise JdihError(f"{history.PEOPLE}: belum ada orang berwenang {Authority.TERBITAN}")
    return robot.id


def _tokens(path: Path, known: Policy) -> dict[str, str]:
    """Return a token of the sandbox for every account, kept where only the owner reads."""
    try:
        kept: Mapping[str, object] = frontmatter.parse_yaml(path.read_bytes()).fields if path.exists() else {}
    except frontmatter.MalformedError as error:
        raise JdihError(f"{path}:{error.line}: {error}") from error
    accounts = [account.ref for office in known.offices.values() for account in office.accounts]
    tokens = {ref: str(kept.get(ref) or secrets.token_urlsafe(24)) for ref in accounts}
    path.touch(mode=0o600)
    store.write(path, frontmatter.dump(tokens).encode())
    path.chmod(0o600)
    return tokens


def names(folder: Path) -> dict[str, str]:
    """Return what a sandbox calls the tokens and account ids of the office at *folder*, as `Sandbox` wants it.

    A server's repository, or the demonstration's below *folder*, has secrets beside its offices; a folder with
    site_config/ has offices alone; anything else nobody: {}.
    """
    try:
        path = server.find(folder)
    except JdihError:
        return _names({}, shelf.offices(folder) if (folder / history.OFFICES).is_dir() else {})
    return _names(server.settings_of(path).secrets, history.policy(Repository(path), MAIN).offices)


def _names(tokens: Mapping[str, str], offices: Mapping[str, Office]) -> dict[str, str]:
    """Return what the sandbox calls each token and each account id: who holds them publicly."""
    called = {_shown(ref.partition(":")[0], token): ref.partition(":")[2] for ref, token in tokens.items()}
    return called | {account.id: account.handle for office in offices.values() for account in office.accounts}


def _shown(platform: str, token: str) -> str:
    """Return the part of a secret that the sandbox is shown: a refresh token out of its fields, else all of it."""
    held = Access(endpoint="", base="", token=token, login=LOGINS.get(platform)).grant()
    return held.get("refresh_token", token)
