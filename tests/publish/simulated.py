"""Five platforms in memory, as much of each as its client asks for, with the kind of memory it really has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from pipeline.flow import Response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.flow import Request

PLATFORMS = ("bluesky", "instagram", "mastodon", "x", "telegram")
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = 3600.0


@dataclass(slots=True)
class Sent:
    """One post: since when it is public, and since when the account's own list shows it."""

    id: str
    text: str
    at: float
    shown: float
    gone: bool = False


@dataclass(slots=True)
class Server:
    """All platforms. `commit` takes what must not be repeated, `answer` everything else."""

    posts: dict[str, list[Sent]] = field(default_factory=lambda: {name: [] for name in PLATFORMS})
    records: dict[str, Sent] = field(default_factory=dict)
    keys: dict[str, tuple[float, str]] = field(default_factory=dict)
    containers: dict[str, str] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def live(self, platform: str, text: str) -> int:
        """Return how many posts with *text* people see."""
        return sum(post.text == text and not post.gone for post in self.posts[platform])

    def refusal(self, platform: str, status: int) -> Response:
        """Return an answer that says no, in the platform's own way."""
        words: dict[str, dict[str, Any]] = {
            "bluesky": {"error": "InvalidRequest" if status < 500 else "InternalServerError"},
            "instagram": {"error": {"code": 4 if status == 429 else 36003 if status < 500 else 1}},
            "telegram": {"ok": False, "error_code": status},
        }
        return Response(status, words.get(platform, {}), {"retry-after": "60"} if status == 429 else {})

    def commit(self, platform: str, request: Request, t: float, lag: float) -> tuple[str, Response]:
        """Carry out what must not be repeated; return the text that became public by it, or ''."""
        match platform:
            case "bluesky":
                return self._put(request, t)
            case "instagram":
                return self._publish(request, t, lag)
            case "mastodon":
                return self._toot(request, t, lag)
            case "x":
                text = str((request.json or {})["text"])
                return text, Response(201, {"data": {"id": self._create(platform, text, t, lag).id}})
            case _:
                text = str((request.form or {})["text"])
                number = self._create(platform, text, t, lag).id
                return text, Response(200, {"ok": True, "result": {"message_id": int(number), "chat": {"id": -1}}})

    def _create(self, platform: str, text: str, t: float, lag: float) -> Sent:
        post = Sent(str(next(self.numbers)), text, t, t + lag)
        self.posts[platform].append(post)
        return post

    def _put(self, request: Request, t: float) -> tuple[str, Response]:
        asked = request.json or {}
        rkey = str(asked["rkey"])
        if rkey in self.records and not self.records[rkey].gone:
            return "", Response(400, {"error": "InvalidSwap"})
        text = str(asked["record"]["text"])
        self.records[rkey] = self._create("bluesky", text, t, 0)
        return text, Response(200, {"uri": f"at://{asked['repo']}/app.bsky.feed.post/{rkey}"})

    def _publish(self, request: Request, t: float, lag: float) -> tuple[str, Response]:
        container = str((request.form or {})["creation_id"])
        if container in self.published:
            return "", Response(400, {"error": {"code": 1}})
        self.published.add(container)
        text = self.containers[container]
        return text, Response(200, {"id": self._create("instagram", text, t, lag).id})

    def _toot(self, request: Request, t: float, lag: float) -> tuple[str, Response]:
        key, text = request.headers["Idempotency-Key"], str((request.json or {})["status"])
        began, known = self.keys.get(key, (-HOUR, ""))
        if t - began < HOUR:
            return "", Response(200, {"id": known})
        number = self._create("mastodon", text, t, lag).id
        self.keys[key] = (t, number)
        return text, Response(200, {"id": number})

    # -- what can be repeated

    def answer(self, platform: str, request: Request, t: float) -> Response:  # noqa: PLR0911 - one a platform
        """Answer a question, or a call that can be repeated."""
        tail = request.url.rpartition("/")[2]
        if request.method == "DELETE":
            self._delete(platform, tail)
            return Response(200, {"data": {"deleted": True}, "success": True})
        match platform:
            case "bluesky":
                return self._record(request, tail)
            case "instagram":
                return self._graph(request, tail, t)
            case "mastodon":
                if tail != "statuses":
                    return Response(200, {"software": {"name": "mastodon"}})
                if "max_id" in request.params:
                    return Response(200, [])  # all is on the first page
                rows = [
                    {"id": p.id, "created_at": _at(p.at), "content": f"<p>{p.text}</p>"}
                    for p in self._list(platform, t)
                ]
                return Response(200, rows)
            case "x":
                since = request.params.get("start_time", "")
                rows = [{"id": p.id, "text": p.text} for p in self._list(platform, t) if _at(p.at) >= since]
                return Response(200, {"data": rows, "meta": {}})
            case _:
                for number in (request.json or {})["message_ids"]:
                    self._delete(platform, str(number))
                return Response(200, {"ok": True, "result": True})

    def _list(self, platform: str, t: float) -> list[Sent]:
        return [post for post in reversed(self.posts[platform]) if post.shown <= t and not post.gone]

    def _delete(self, platform: str, number: str) -> None:
        for post in self.posts[platform]:
            post.gone |= post.id == number

    def _record(self, request: Request, method: str) -> Response:
        if method == "com.atproto.repo.deleteRecord":
            found = self.records.get(str((request.json or {})["rkey"]))
            if found:
                found.gone = True
            return Response(200, {})
        found = self.records.get(request.params["rkey"])
        if found is None or found.gone:
            return Response(400, {"error": "RecordNotFound"})
        return Response(200, {"value": {"text": found.text}})

    def _graph(self, request: Request, tail: str, t: float) -> Response:
        if request.method == "POST":
            container = f"c{next(self.numbers)}"
            self.containers[container] = str((request.form or {})["caption"])
            return Response(200, {"id": container})
        if tail in self.containers:
            return Response(200, {"status_code": "PUBLISHED" if tail in self.published else "FINISHED"})
        if tail != "media":
            return Response(200, {})
        rows = [{"id": p.id, "caption": p.text, "timestamp": _at(p.at, "+0000")} for p in self._list("instagram", t)]
        return Response(200, {"data": rows})


@cache
def _written(second: int) -> str:
    return f"{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}"


def _at(t: float, zone: str = "Z") -> str:
    return _written(int(t)) + zone
