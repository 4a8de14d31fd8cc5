"""HTTP conversations as generators: yield a `Request`, receive a `Response`, return the result.

A client written this way performs no I/O and holds no credentials: `pipeline.network` carries
it out, and a test plays the other side with a list of responses. What can go wrong has three
names, because a post that failed is not the same as a post nobody knows about.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from pipeline.model.base import JdihError

T = TypeVar("T")

OK, CREATED, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY, BROKEN = 200, 201, 401, 403, 404, 429, 500
"""The HTTP statuses platforms answer with; from `BROKEN` on the server itself is at fault."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a multipart body."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, without credentials."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    multipart: Mapping[str, str | Part] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds to wait before sending."""
    repeatable: bool = False
    """Whether sending it twice is as good as sending it once."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer. `json` is None when the body was not JSON; header names are lower-case."""

    status: int
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON object, or an empty one when the body is anything else."""
        return self.json if isinstance(self.json, dict) else {}


Flow = Generator[Request, Response, T]


class Rejected(JdihError):
    """The platform said no, and would say no again. Nothing is live."""


class Deferred(JdihError):
    """Nothing irreversible happened; a later run may succeed.

    `retry_after` is in seconds. `account_wide` says that every further call for the
    account would end the same way (token, quota, unreachable), so a run stops there.
    """

    def __init__(self, message: str, retry_after: float | None = None, *, account_wide: bool = False) -> None:
        """Keep what the next run needs."""
        super().__init__(message)
        self.retry_after = retry_after
        self.account_wide = account_wide


class Unknown(JdihError):
    """The outcome of a call that must not be repeated is not known: it may have worked."""


def expect(response: Response, *statuses: int) -> Mapping[str, Any]:
    """Return the JSON object of a *repeatable* call, or raise what its status means.

    Not for irreversible calls: there 5xx and unreadable answers mean `Unknown`.
    """
    if response.status in statuses and isinstance(response.json, dict):
        return response.body
    if response.status == TOO_MANY:
        raise too_many(response)
    if response.status in statuses or response.status >= BROKEN:
        raise Deferred(f"jawaban HTTP {response.status} tidak utuh")
    raise Rejected(f"HTTP {response.status}")


def too_many(response: Response) -> Deferred:
    """Return the fault for a platform that asks for a pause."""
    wait = retry_after(response)
    return Deferred("platform meminta jeda (batas permintaan tercapai)", wait, account_wide=True)


def retry_after(response: Response) -> float | None:
    """Return the pause asked for in seconds: `Retry-After`, or X's epoch `x-rate-limit-reset` against `Date`.

    Measured by the server's own clock, so ours does not matter.
    """
    headers = response.headers
    plain = headers.get("retry-after", "")
    if plain.isdecimal():
        return float(plain)
    reset, date = headers.get("x-rate-limit-reset", ""), _epoch(headers.get("date", ""))
    until = float(reset) if reset.isdecimal() else _epoch(plain)
    return max(until - date, 0.0) if until is not None and date is not None else None


def _epoch(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
