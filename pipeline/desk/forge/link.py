"""The desk's way to a forge: its conversations, a clone of its repository, and the robot that speaks for it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from pipeline import network
from pipeline.carriers.repository import GitFault, Identity
from pipeline.desk import cases
from pipeline.flow import Deferred
from pipeline.model.base import JdihError
from pipeline.model.people import Authority

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from pipeline.access import Access
    from pipeline.carriers import history
    from pipeline.carriers.repository import Repository
    from pipeline.flow import Flow
    from pipeline.forges import Forge

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Link:
    """One repository on one forge, and this process' own clone of it."""

    forge: Forge
    name: str
    """`owner/repository`."""
    access: Access
    me: str
    """The login the desk itself acts under on the forge."""
    repository: Repository
    """A clone whose remote `origin` is the forge's repository."""
    key: Path | None
    """The robot's private key, where this process holds it."""
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    """Waits some seconds between attempts."""
    say: Callable[[str], None]

    def ask(self, flow: Flow[T]) -> T:
        """Carry out a conversation; raise `JdihError` with what the forge would not do."""
        return network.carry_out(flow, self.access, self.say, self.sleep)

    def fetch(self) -> None:
        """Bring the clone up to date; raise `JdihError` when the forge does not let it."""
        try:
            self.repository.fetch("origin")
        except GitFault as error:
            raise JdihError(f"repositori di forge tidak terjangkau: periksa alamat dan tokennya ({error})") from error

    def robot(self, authority: Authority) -> Identity:
        """Return the desk's own signer with *authority*; raise `JdihError` where there is none, or no key at hand.

        People may hold the authority as well: the robot is who speaks for the forge.
        """
        robots = (each for each in self.policy().people.by_id.values() if Authority.PENGENDALI in each.authorities)
        person = next((each for each in robots if authority in each.authorities), None)
        if person is None or self.key is None or not self.key.exists():
            raise JdihError(f"robot belum siap: daftarkan orang berwenang {authority} dan sebut kuncinya (JDIH_KUNCI)")
        return Identity(person.name, person.email, self.key)

    def policy(self) -> history.Policy:
        """Return people and offices as the default branch has them now."""
        return cases.policy(self.repository)


def trouble(what: str, error: JdihError) -> str:
    """Return one line about *error*, unless it would befall everything else as well: then raise it."""
    if isinstance(error, Deferred) and error.account_wide:
        raise error
    return f"{what}: {error}"


def credentials(remote: str, token: str) -> dict[str, str]:
    """Return the environment that lets Git use *token* at *remote*'s origin, and nowhere else.

    A token in a remote's address ends up in logs and in `.git/config`; here it is neither an argument nor a file.
    """
    parts = urlsplit(remote)
    if not token or parts.scheme not in {"https", "http"}:
        return {}
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{parts.netloc}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
        "GIT_TERMINAL_PROMPT": "0",
    }
