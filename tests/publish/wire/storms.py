"""One platform in a storm of refusals, and how many requests it takes until everything is done.

The clock is virtual. A run follows whenever the ledger says that something may be tried again, or a quarter of an hour
later, as a schedule would have it. While the storm lasts its platform answers every request with the same refusal, in
one of the forms in which platforms ask for a pause.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Identity, Repository, init_bare
from pipeline.desk.publishing import publish
from pipeline.desk.sending import Edges
from pipeline.model.publishing import Post, State, Wanted
from pipeline.sandbox import Sandbox
from tests.publish.parts import JPEG, Clock
from tests.publish.wire.edge import Answered, Asked, Edge
from tests.publish.wire.sequences import ACCOUNTS, MP4, file, guarded_words, secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

LASTS = timedelta(minutes=30)
START = Clock().now

Form = tuple[int, "Callable[[datetime, datetime], Mapping[str, str]]", object]
"""Status, headers as of a moment in a storm that ends at another, and the JSON of the body."""


def _seconds(now: datetime, end: datetime) -> dict[str, str]:
    return {"Retry-After": str(int((end - now).total_seconds()))}


def _date(now: datetime, end: datetime) -> dict[str, str]:
    return {"Retry-After": format_datetime(end.astimezone(UTC), usegmt=True), **_dated(now)}


def _dated(now: datetime) -> dict[str, str]:
    return {"Date": format_datetime(now.astimezone(UTC), usegmt=True)}


def _always(told: str) -> Callable[[datetime, datetime], dict[str, str]]:
    return lambda _now, _end: {"Retry-After": told}


def _minutes(now: datetime, end: datetime) -> dict[str, str]:
    left = -(-int((end - now).total_seconds()) // 60)
    use = {"call_count": 100, "type": "pages", "estimated_time_to_regain_access": left}
    return {"X-Business-Use-Case-Usage": json.dumps({"17840000000000001": [use]})}


def _meta(code: int) -> object:
    return {"error": {"message": "Application request limit reached", "type": "OAuthException", "code": code}}


def _youtube(reason: str) -> object:
    return {"error": {"code": 403, "message": reason, "errors": [{"domain": "usage", "reason": reason}]}}


_NOTHING: Callable[[datetime, datetime], dict[str, str]] = lambda _now, _end: {}  # noqa: E731 - one of several
_SAID: Mapping[str, object] = {
    "telegram": {"ok": False, "error_code": 429, "description": "Too Many Requests"},
    "tiktok": {"data": {}, "error": {"code": "rate_limit_exceeded", "message": "", "log_id": "tiruan"}},
    "instagram": _meta(4),
    "facebook": _meta(32),
    "threads": _meta(4),
}

_SLOW_DOWN = {"error": "RateLimitExceeded"}

GENERAL: dict[str, Form] = {
    "429, seconds": (429, _seconds, None),
    "429, a date": (429, _date, None),
    "429, nothing told": (429, _NOTHING, None),
    "429, negative": (429, _always("-30"), None),
    "429, a thousand million": (429, _always("1000000000"), None),
    "429, four hundred digits": (429, _always("9" * 400), None),
    "429, words": (429, _always("sebentar lagi"), None),
    "429, a second, for half an hour": (429, _always("1"), None),
    "429, none, for half an hour": (429, _always("0"), None),
    "503, seconds": (503, _seconds, None),
    "503, a date": (503, _date, None),
    "503, nothing told": (503, _NOTHING, None),
}
OWN: dict[str, tuple[str, Form]] = {
    "seconds of the epoch": (
        "x",
        (429, lambda now, end: {"x-rate-limit-reset": str(int(end.timestamp())), **_dated(now)}, None),
    ),
    "ISO 8601": (
        "mastodon",
        (
            429,
            lambda now, end: {"X-RateLimit-Reset": f"{end.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", **_dated(now)},
            None,
        ),
    ),
    "seconds of the epoch again": (
        "bluesky",
        (
            429,
            lambda now, end: {"ratelimit-reset": str(int(end.timestamp())), **_dated(now)},
            {"error": "RateLimitExceeded"},
        ),
    ),
    "in the body": ("telegram", (429, _NOTHING, {**_SAID["telegram"], "parameters": {"retry_after": 1800}})),  # type: ignore[dict-item]
    "absurd in the body": ("telegram", (429, _NOTHING, {**_SAID["telegram"], "parameters": {"retry_after": "-1e9"}})),  # type: ignore[dict-item]
    "minutes, code 4": ("instagram", (403, _minutes, _meta(4))),
    "minutes, code 17": ("threads", (400, _minutes, _meta(17))),
    "minutes, code 32": ("facebook", (403, _minutes, _meta(32))),
    "minutes, code 613": ("facebook", (400, _minutes, _meta(613))),
    "code 4, nothing told": ("instagram", (403, _NOTHING, _meta(4))),
    "the day's quota": ("youtube", (403, _NOTHING, _youtube("quotaExceeded"))),
    "too fast": ("youtube", (403, _NOTHING, _youtube("rateLimitExceeded"))),
    "too fast, in a word": ("tiktok", (429, _NOTHING, _SAID["tiktok"])),
}


@dataclass
class Storm:
    """A world in which *platform* is refused for half an hour; without a form there is no storm."""

    folder: Path
    platform: str
    form: Form | None
    others: tuple[str, ...] = ()
    items: int = 40
    calm: int = 7
    """Requests of its platform before the storm breaks."""
    poison: bytes = b""
    """With it, only requests that hold it are refused, and for ever."""
    every: timedelta = timedelta(minutes=15)
    """How often a run comes by itself."""
    least: int = 1
    most: int = 300
    """Runs."""
    clock: Clock = field(default_factory=Clock)
    runs: int = 0
    seen: int = 0

    def befall(self, asked: Asked) -> Answered | None:
        """Refuse what is asked of the platform while the storm lasts."""
        if asked.platform != self.platform or self.form is None:
            return None
        self.seen += 1
        over = self.clock.now >= START + LASTS
        if self.poison not in asked.body or self.seen <= self.calm or (over and not self.poison):
            return None
        status, headers, said = self.form
        body = json.dumps(said or _SAID.get(self.platform, {})).encode()
        return Answered(status, {"Content-Type": "application/json", **headers(self.clock.now, START + LASTS)}, body)

    def wanted(self, site: str) -> list[Wanted]:
        """Return the items, each with a post on every account."""
        found = []
        for number in range(self.items):
            item, digest = f"uji-2026-{number}", f"{number:064x}"
            posts = tuple(self._post(name, item, digest, site) for name in (self.platform, *self.others))
            found.append(Wanted(item=item, digest=digest, page_url="", posts=posts))
        return found

    def _post(self, name: str, item: str, digest: str, site: str) -> Post:
        media = {
            "instagram": (file(site, "satu.jpeg", "image/jpeg", JPEG),),
            "youtube": (file(site, "satu.mp4", "video/mp4", MP4),),
            "tiktok": (file(site, "satu.mp4", "video/mp4", MP4),),
        }.get(name, ())
        text = f"Keputusan {item} terbit"
        return Post(item=item, platform=name, account=ACCOUNTS[name], text=text, media=media, digest=digest)

    def weather(self) -> Weathered:
        """Go on until nothing is left that a machine can do."""
        names = {account.id: "jdihuji" for account in ACCOUNTS.values()} | dict.fromkeys(guarded_words(), "jdihuji")
        sandbox = Sandbox(self.folder / "sandbox", self.clock, names)
        (self.folder / "sandbox/media/satu.jpeg").write_bytes(JPEG)
        (self.folder / "sandbox/media/satu.mp4").write_bytes(MP4)
        init_bare(self.folder / "kantor.git").close()
        repository = Repository(self.folder / "kantor.git")
        edge = Edge(sandbox, "", self.befall)
        with edge.running() as address:
            ledger = Ledger(repository, self.folder / "kantor.git", Identity("Penerbit", "penerbit@uji.example"))
            self._go_on(ledger, address)
            told = Weathered(self, edge, ledger)
        repository.close()
        return told

    def _go_on(self, ledger: Ledger, address: str) -> None:
        while self.runs < self.most:
            self.runs += 1
            publish(self.wanted(address), self._edges(ledger, address))
            entries = ledger.entries().values()
            if self.runs >= self.least and not [e for e in entries if e.state in (State.CLAIMED, State.POSTING)]:
                return
            due = [entry.retry_at for entry in entries if entry.retry_at and entry.retry_at > self.clock.now]
            self.clock.now = min([*due, self.clock.now + self.every])

    def _edges(self, ledger: Ledger, address: str) -> Edges:
        return Edges(
            ledger=ledger,
            endpoints={name: f"{address}/{name}" for name in ACCOUNTS},
            secrets=secrets(),
            clock=self.clock,
            write=print,
            sleep=self._sleep,
        )

    def _sleep(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)


@dataclass
class Weathered:
    """What a storm left behind."""

    storm: Storm
    edge: Edge
    ledger: Ledger

    def __post_init__(self) -> None:
        """Count before the world is gone."""
        self.entries = self.ledger.entries()
        shown = [row["platform"] for row in self.edge.sandbox.posts()]
        self.requests = sum(asked.platform == self.storm.platform for asked in self.edge.asked)
        self.shown = {name: shown.count(name) for name in (self.storm.platform, *self.storm.others)}

    def states(self, platform: str) -> list[State]:
        """Return where the effects of *platform* stand."""
        return [entry.state for entry in self.entries.values() if entry.platform == platform]
