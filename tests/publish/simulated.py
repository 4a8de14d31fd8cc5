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


THREADED = ("bluesky", "mastodon", "x")
"""Those of them where a divided text becomes a thread."""

Name = tuple[str, str, str, int]
"""What a post really is, whatever the program calls it: item, platform, digest, part."""


@dataclass(slots=True)
class Sent:
    """One post: since when it is public, and since when the account's own list shows it."""

    id: str
    text: str
    at: float
    shown: float
    above: str = ""
    """Id of the post it answers."""
    root: str = ""
    """Id of the post it says is the head of its thread, where it says so."""
    gone: bool = False
    name: Name | None = None
    """As the judge sees it."""


@dataclass(slots=True)
class Server:
    """All platforms. `commit` takes what must not be repeated, `answer` everything else."""

    posts: dict[str, list[Sent]] = field(default_factory=lambda: {name: [] for name in PLATFORMS})
    records: dict[str, Sent] = field(default_factory=dict)
    keys: dict[str, tuple[float, str]] = field(default_factory=dict)
    containers: dict[str, str] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def live(self, name: Name) -> int:
        """Return how often people see the post *name*."""
        return sum(post.name == name and not post.gone for post in self.posts[name[1]])

    def refusal(self, platform: str, status: int) -> Response:
        """Return an answer that says no, in the platform's own way."""
        words: dict[str, dict[str, Any]] = {
            "bluesky": {"error": "InvalidRequest" if status < 500 else "InternalServerError"},
            "instagram": {"error": {"code": 4 if status == 429 else 36003 if status < 500 else 1}},
            "telegram": {"ok": False, "error_code": status},
        }
        return Response(status, words.get(platform, {}), {"retry-after": "60"} if status == 429 else {})

    def commit(self, platform: str, request: Request, t: float, lag: float) -> tuple[Sent | None, Response]:
        """Carry out what must not be repeated; return what became public by it."""
        match platform:
            case "bluesky":
                return self._put(request, t)
            case "instagram":
                return self._publish(request, t, lag)
            case "mastodon":
                return self._toot(request, t, lag)
            case "x":
                return self._tweet(request, t, lag)
            case _:
                sent = self._create(platform, str((request.form or {})["text"]), t, lag)
                return sent, Response(200, {"ok": True, "result": {"message_id": int(sent.id), "chat": {"id": -1}}})

    def _create(self, platform: str, text: str, t: float, lag: float) -> Sent:
        post = Sent(str(next(self.numbers)), text, t, t + lag)
        self.posts[platform].append(post)
        return post

    def _put(self, request: Request, t: float) -> tuple[Sent | None, Response]:
        asked = request.json or {}
        rkey = str(asked["rkey"])
        if rkey in self.records and not self.records[rkey].gone:
            return None, Response(400, {"error": "InvalidSwap"})
        sent = self._create("bluesky", str(asked["record"]["text"]), t, 0)
        refs = asked["record"].get("reply")
        sent.id = rkey
        sent.above, sent.root = (refs[each]["uri"].rpartition("/")[2] if refs else "" for each in ("parent", "root"))
        self.records[rkey] = sent
        return sent, Response(200, {"uri": f"at://{asked['repo']}/app.bsky.feed.post/{rkey}"})

    def _publish(self, request: Request, t: float, lag: float) -> tuple[Sent | None, Response]:
        container = str((request.form or {})["creation_id"])
        if container in self.published:
            return None, Response(400, {"error": {"code": 1}})
        self.published.add(container)
        sent = self._create("instagram", self.containers[container], t, lag)
        return sent, Response(200, {"id": sent.id})

    def _toot(self, request: Request, t: float, lag: float) -> tuple[Sent | None, Response]:
        key, asked = request.headers["Idempotency-Key"], request.json or {}
        began, known = self.keys.get(key, (-HOUR, ""))
        if t - began < HOUR:
            return None, Response(200, {"id": known})
        above = str(asked.get("in_reply_to_id", ""))
        if above and not self._shows("mastodon", above):
            return None, Response(404, {"error": "Record not found"})
        sent = self._create("mastodon", str(asked["status"]), t, lag)
        sent.above = above
        self.keys[key] = (t, sent.id)
        return sent, Response(200, {"id": sent.id})

    def _tweet(self, request: Request, t: float, lag: float) -> tuple[Sent | None, Response]:
        asked = request.json or {}
        above = str(asked.get("reply", {}).get("in_reply_to_tweet_id", ""))
        if above and not self._shows("x", above):
            return None, Response(403, {"detail": "You attempted to reply to a Post that is deleted."})
        sent = self._create("x", str(asked["text"]), t, lag)
        sent.above = above
        return sent, Response(201, {"data": {"id": sent.id}})

    def _shows(self, platform: str, number: str) -> bool:
        return any(post.id == number and not post.gone for post in self.posts[platform])

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
                return Response(200, [_tooted(post) for post in self._list(platform, t)])
            case "x":
                since = request.params.get("start_time", "")
                rows = [_tweeted(p) for p in self._list(platform, t) if _at(p.at) >= since]
                return Response(200, {"data": rows, "meta": {"result_count": len(rows)}})
            case _:
                if tail.startswith("get"):
                    return Response(200, {"ok": True, "result": {"id": 1, "status": "administrator"}})
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
        place = "at://did:plc:uji/app.bsky.feed.post/"
        refs = {
            name: {"uri": place + rkey, "cid": "bafy"} for name, rkey in (("root", found.root), ("parent", found.above))
        }
        value = {"text": found.text, **({"reply": refs} if found.above else {})}
        return Response(200, {"uri": place + found.id, "cid": "bafy", "value": value})

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


def _tooted(post: Sent) -> dict[str, Any]:
    shown = {"id": post.id, "created_at": _at(post.at), "content": f"<p>{post.text}</p>"}
    return {**shown, "in_reply_to_id": post.above or None}


def _tweeted(post: Sent) -> dict[str, Any]:
    above = {"referenced_posts": [{"type": "replied_to", "id": post.above}]} if post.above else {}
    return {"id": post.id, "text": post.text, "conversation_id": post.above or post.id, **above}


@cache
def _written(second: int) -> str:
    return f"{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}"


def _at(t: float, zone: str = "Z") -> str:
    return _written(int(t)) + zone
