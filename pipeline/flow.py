"""HTTP conversations as generators: yield a `Request`, receive a `Response`, return the result.

A client written this way performs no I/O and holds no credentials: `pipeline.network` carries
it out, and a test plays the other side with a list of responses. What can go wrong has three
names, because a post that failed is not the same as a post nobody knows about.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from pipeline.model.base import JdihError

T = TypeVar("T")

OK, CREATED, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY, BROKEN = 200, 201, 401, 403, 404, 429, 500
"""The HTTP statuses platforms answer with; from `BROKEN` on the server itself is at fault."""
TOKEN_HERE = "$TOKEN"  # noqa: S105 - the place, not the thing
"""Where the network puts the token: in an address (Telegram's contract wants it there), or in `Authorization` where
that is not `Bearer` (Facebook's reels)."""
LONGEST = 86_400.0
"""Seconds of the longest pause that is believed."""
_RESETS = ("x-rate-limit-reset", "ratelimit-reset", "x-ratelimit-reset")
"""Where a pause ends: X and Bluesky say seconds of the epoch, Mastodon ISO 8601."""


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
    content: bytes | None = field(default=None, repr=False)
    """A body sent as it is; its `Content-Type` stands in `headers`."""
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

    `retry_after` is the pause the platform asked for in seconds, 0 where it did not say how long; None: it asked for
    none. `account_wide` says that every further call for the account would end the same way (token, quota,
    unreachable), so a run stops there.
    """

    def __init__(self, message: str, retry_after: float | None = None, *, account_wide: bool = False) -> None:
        """Keep what the next run needs."""
        super().__init__(message)
        self.retry_after = retry_after
        self.account_wide = account_wide


class Unknown(JdihError):
    """The outcome of a call that must not be repeated is not known: it may have worked.

    `ids` is what the platform can be asked by later, where that was learnt from the call itself.
    """

    def __init__(self, message: str, ids: tuple[str, ...] = ()) -> None:
        """Keep what the next run needs."""
        super().__init__(message)
        self.ids = ids


def expect(response: Response, *statuses: int) -> Mapping[str, Any]:
    """Return the JSON object of a *repeatable* call, or raise what its status means.

    Not for irreversible calls: there 5xx and unreadable answers mean `Unknown`.
    """
    if response.status in statuses and isinstance(response.json, dict):
        return response.body
    if response.status == TOO_MANY:
        raise too_many(response)
    if response.status >= BROKEN:
        raise troubled(response, f"jawaban HTTP {response.status}")
    if response.status in statuses:
        raise Deferred(f"jawaban HTTP {response.status} tidak utuh")
    raise Rejected(f"HTTP {response.status}")


def too_many(response: Response) -> Deferred:
    """Return the fault for a platform that asks for a pause."""
    return busy(response, "platform meminta jeda (batas permintaan tercapai)")


def busy(response: Response, message: str) -> Deferred:
    """Return the fault for a platform that cannot answer anybody now; how long, it may have told."""
    return Deferred(message, retry_after(response) or 0.0, account_wide=True)


def troubled(response: Response, message: str) -> Deferred:
    """Return the fault for a request answered 5xx: everybody's, or (500) perhaps this post's own."""
    overloaded = response.status > BROKEN or "retry-after" in response.headers
    return busy(response, message) if overloaded else Deferred(message)


def retry_after(response: Response) -> float | None:
    """Return the pause asked for in seconds; None where none is told, or none that can be believed (a day at most).

    `Retry-After`; Telegram's `parameters.retry_after`; Meta's minutes, for each use case, in a header that holds JSON;
    or the platform's own moment of reset against `Date`. That is measured by the server's own clock, so ours does
    not matter. The moment of reset is told with every answer, so it is a pause only where one is asked for: 429, or
    (GitHub: 403) an answer that says nothing remains.
    """
    headers = response.headers
    plain = headers.get("retry-after", "")
    spent = response.status == TOO_MANY or headers.get("x-ratelimit-remaining") == "0"
    reset = next((headers[name] for name in _RESETS if name in headers), "") if spent else ""
    pauses = (_number(plain), _telegram(response), _meta(headers), _until(reset, headers), _until(plain, headers))
    return next((pause for pause in pauses if pause is not None and pause <= LONGEST), None)


def _number(text: str) -> float | None:
    return float(text) if text.isdecimal() else None


def _telegram(response: Response) -> float | None:
    told = response.body.get("parameters")
    return _number(str(told.get("retry_after"))) if isinstance(told, dict) else None


def _meta(headers: Mapping[str, str]) -> float | None:
    try:
        told = json.loads(headers.get("x-business-use-case-usage", "{}"))
        minutes = max(int(use["estimated_time_to_regain_access"]) for uses in told.values() for use in uses)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return None
    return minutes * 60.0 if minutes > 0 else None


def _until(moment: str, headers: Mapping[str, str]) -> float | None:
    end, date = _epoch(moment), _epoch(headers.get("date", ""))
    return max(end - date, 0.0) if end is not None and date is not None else None


def _epoch(moment: str) -> float | None:
    """Return a moment written as seconds, as ISO 8601 or as HTTP writes it."""
    if moment.isdecimal():
        return float(moment)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(moment)
            return found.replace(tzinfo=found.tzinfo or UTC).timestamp()
        except (ValueError, OverflowError):
            continue
    return None
