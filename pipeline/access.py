"""How an account's platform is reached, and where its secret may go. Values; `pipeline.network` uses them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Login:
    """Where a secret that is a password becomes a session (AT Protocol: createSession, refreshSession).

    Both are POSTs; `open` takes JSON `identifier` and `password`, `renew` the session's own `refreshJwt`.
    """

    open: str
    renew: str
    ended: frozenset[str]
    """What `error` says when a session has run out: the request it answers was not carried out."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Where a refresh token becomes an access token of an hour or a day (OAuth 2, RFC 6749 section 6).

    The secret is a JSON object of what is sent there: `refresh_token`, `client_secret`, and the client's name.
    A secret that is none is an access token. 401 says that one has run out: the request was not carried out.
    """

    url: str


@dataclass(slots=True)
class Session:
    """What a secret was exchanged for. It lives as long as the run: a platform counts how often one logs in."""

    access: str = field(default="", repr=False)
    renewal: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How one account's platform is reached: its published endpoint, where that really is, and the token.

    With `login` the token is a password (`identifier` says whose) or a refresh token. `hosts` are further published
    origins of the platform, e.g. `https://www.googleapis.com`: the token may go there too.
    """

    endpoint: str
    base: str
    token: str = field(repr=False)
    login: Login | Refresh | None = None
    identifier: str = ""
    hosts: tuple[str, ...] = ()
    session: Session = field(default_factory=Session)

    def locate(self, url: str) -> str:
        """Return the real address of *url*: a stand-in stands in for all of the platform's hosts."""
        for place in (self.endpoint, *(self.hosts if self._is_elsewhere else ())):
            if url.startswith(place):
                return self.base.rstrip("/") + url[len(place) :]
        return url

    def trusts(self, url: str) -> bool:
        """Whether the token may go to the real address *url*: scheme, host and port are the platform's own."""
        own = (self.base, *(() if self._is_elsewhere else self.hosts))
        return _origin(url) in {_origin(place) for place in own}

    def grant(self) -> dict[str, str]:
        """Return the fields of a secret that holds a refresh token; {} of any other."""
        try:
            fields = json.loads(self.token) if isinstance(self.login, Refresh) else {}
        except ValueError:
            return {}
        whole = isinstance(fields, dict) and fields.get("refresh_token")
        return {str(name): str(value) for name, value in fields.items()} if whole else {}

    def secrets(self) -> list[str]:
        """Return everything that nobody may be told."""
        parts = (self.grant().get(name, "") for name in ("client_secret", "refresh_token"))
        return [each for each in (self.token, self.session.access, self.session.renewal, *parts) if each]

    @property
    def _is_elsewhere(self) -> bool:
        return self.base.rstrip("/") != self.endpoint


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
