"""One request and its answer, and which handler is for which address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.forge.fake.state import ADMIN, READ, WRITE, Account, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.forge.fake.hub import Hub

ROLES = {"read": READ, "write": WRITE, "admin": ADMIN}


@dataclass(frozen=True)
class Call:
    """What was asked, below `/repos/{owner}/{repo}`."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    who: Account


@dataclass(frozen=True)
class Reply:
    """What is answered. A list is cut into pages."""

    status: int
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Who may do what: a role for people, a permission for Apps."""

    method: str
    pattern: str
    role: str
    permission: str
    handler: Callable[..., Reply]

    def matches(self, path: str) -> bool:
        """Tell whether *path* is this address."""
        return re.fullmatch(self.pattern, path) is not None

    def answer(self, hub: Hub, call: Call) -> Reply | None:
        """Return the answer, or None when this is not the address."""
        match = re.fullmatch(self.pattern, call.path)
        if self.method != call.method or match is None:
            return None
        who = call.who
        if who.app is not None and self.permission in who.denied:
            raise Refused(403, "Resource not accessible by integration")
        if who.app is None and self.permission == "checks" and self.method != "GET":
            raise Refused(403, "You must authenticate via a GitHub App.")
        if who.app is None and who.role < ROLES[self.role]:
            raise Refused(403, "Must have write access to repository.")
        return self.handler(hub, call, *match.groups())
