"""Answers of the stand-ins beside the common ones, held against the published specifications: sessions, refusals.

YouTube's discovery document describes no refusal (it has no schema of one), so its form is the errors page's
(https://developers.google.com/youtube/v3/docs/errors). X's OpenAPI names the types of problems; what is `about:blank`
there (RFC 9457: no more than the HTTP status says) it does not list, and X answers duplicates with it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from pipeline.flow import Response
from pipeline.model.people import Account
from pipeline.platforms import _bluesky_record, _youtube, bluesky, x
from pipeline.sandbox import Sandbox
from tests.publish.judges import Described
from tests.publish.lexicons import Lexicons
from tests.publish.parts import Desk, picture, post, shared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.carriers.ledger import Ledger
    from tests.publish.parts import Clock

BLUESKY = Account(platform="bluesky", id="did:plc:ewvi7nxzyoun6zhxrhs64oiz", handle="jdihuji.example")


@pytest.fixture
def desk(ledger: Ledger, tmp_path: Path, site: str, clock: Clock) -> Iterator[Desk]:
    sandbox = Sandbox(tmp_path / "sandbox", clock, {BLUESKY.id: BLUESKY.handle})
    with sandbox.running() as address:
        yield Desk(ledger, sandbox, address, site, clock, {BLUESKY.ref: "kenari-sandi-aplikasi"})


# -- AT Protocol


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    return Lexicons(shared("platforms/bluesky/lexicons"))


def called(desk: Desk, nsid: str, token: str = "", **sent: Any) -> requests.Response:  # noqa: ANN401
    head = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{desk.address}/bluesky/xrpc/{nsid}", headers=head, timeout=5, **sent)


def test_sessions_follow_the_lexicons(desk: Desk, lexicons: Lexicons) -> None:
    asked = {"identifier": BLUESKY.id, "password": "sandi"}
    assert lexicons.question("com.atproto.server.createSession", asked) == []
    opened = called(desk, "com.atproto.server.createSession", json=asked).json()
    assert lexicons.reply("com.atproto.server.createSession", opened) == []
    renewed = called(desk, "com.atproto.server.refreshSession", opened["refreshJwt"]).json()
    assert lexicons.reply("com.atproto.server.refreshSession", renewed) == []
    assert lexicons.reply("com.atproto.server.createSession", {**opened, "handle": "tanpa titik"})


def test_a_post_with_a_video_follows_the_lexicons(desk: Desk, lexicons: Lexicons) -> None:
    film = replace(picture(desk.site), name="satu.mp4", mime="video/mp4")
    said = post(BLUESKY, (film,))
    staged = replace(desk.edges.ask(bluesky.stage(said, BLUESKY), BLUESKY), since=desk.clock.now)
    record = _bluesky_record.record(said, staged)
    assert record["embed"]["$type"] == "app.bsky.embed.video"
    assert lexicons.record(_bluesky_record.COLLECTION, record, _bluesky_record.key_of(said, staged)) == []
    for wrong in ({"video": "a"}, {"alt": 5}, {"video": {**record["embed"]["video"], "mimeType": "image/jpeg"}}):
        changed = {**record, "embed": {**record["embed"], **wrong}}
        assert lexicons.record(_bluesky_record.COLLECTION, changed, _bluesky_record.key_of(said, staged)), wrong
    desk.edges.ask(bluesky.commit(said, BLUESKY, staged), BLUESKY)
    found = desk.sandbox.posts()[0]
    read = requests.get(
        f"{desk.address}/bluesky/xrpc/com.atproto.repo.getRecord",
        params={"repo": BLUESKY.id, "collection": _bluesky_record.COLLECTION, "rkey": found["id"]},
        timeout=5,
    ).json()
    assert lexicons.reply("com.atproto.repo.getRecord", read) == []
    assert read["value"] == record


@pytest.mark.parametrize(
    ("nsid", "sent", "name"),
    [
        ("com.atproto.server.createSession", {"json": {"identifier": "a"}}, "AuthenticationRequired"),
        ("com.atproto.repo.putRecord", {}, "AuthMissing"),
        ("com.atproto.repo.putRecord", {"token": "basi"}, "InvalidToken"),
    ],
)
def test_refusals_are_those_of_xrpc(desk: Desk, nsid: str, sent: dict[str, Any], name: str) -> None:
    """XRPC's form: a name, and words for people (https://atproto.com/specs/xrpc)."""
    reply = called(desk, nsid, **sent)
    assert reply.status_code in (400, 401)
    assert (reply.json()["error"], {type(each) for each in reply.json().values()}) == (name, {str})


# -- X


@pytest.fixture(scope="module")
def problems() -> Described:
    document = json.loads(shared("platforms/x/openapi-2.167.json").read_text(encoding="utf-8"))
    for path in document["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    return Described(document)


def refused(desk: Desk, method: str, path: str, **sent: Any) -> tuple[MockRequest, requests.Response]:  # noqa: ANN401
    head = {"Authorization": "Bearer t"}
    reply = requests.request(method, f"{desk.address}/x{path}", headers=head, timeout=5, **sent)
    assert reply.status_code >= 400
    assert reply.headers["Content-Type"] == "application/problem+json"
    return MockRequest(x.ENDPOINT, method.lower(), path), reply


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/2/tweets", {"json": {"text": "a" * 281}}),
        ("POST", "/2/tweets", {"json": {"text": "a", "media": {"media_ids": ["1"]}}}),
        ("POST", "/2/media/upload/initialize", {"json": {"media_type": "text/plain", "total_bytes": 1}}),
        ("POST", "/2/media/upload/1/append", {"files": {"media": b"a"}}),
        ("POST", "/2/media/upload/1/finalize", {}),
        ("POST", "/2/media/metadata", {"json": {"id": "1", "metadata": {"alt_text": {"text": "a"}}}}),
        ("DELETE", "/2/tweets/1", {}),
    ],
)
def test_a_problem_of_x_follows_the_specification(
    desk: Desk, problems: Described, method: str, path: str, sent: dict[str, Any]
) -> None:
    request, reply = refused(desk, method, path, **sent)
    assert reply.json()["type"].startswith("https://api.x.com/2/problems/")
    problems.validate_response(request, answered(reply.json(), reply.status_code))
    for wrong in ({"type": "https://api.x.com/2/problems/lain"}, {"title": 5}):
        with pytest.raises(OpenAPIError):
            problems.validate_response(request, answered({**reply.json(), **wrong}, reply.status_code))


def answered(body: dict[str, Any], status: int) -> MockResponse:
    return MockResponse(json.dumps(body).encode(), status_code=status, content_type="application/problem+json")


# -- YouTube

YOUTUBE_REFUSALS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST", "upload/youtube/v3/videos", {"json": {"snippet": {"title": ""}}}),
    ("POST", "upload/youtube/v3/videos", {"json": {"snippet": {"title": "a", "description": "<"}}}),
    ("POST", "youtube/v3/comments", {"json": {"snippet": {"parentId": "tidak-ada"}}}),
    ("DELETE", "youtube/v3/videos?id=tidak-ada", {}),
    ("PUT", "upload/youtube/v3/videos?upload_id=tidak-ada", {}),
    ("GET", "youtube/v3/lain", {}),
)


@pytest.mark.parametrize(("method", "path", "sent"), YOUTUBE_REFUSALS)
def test_a_refusal_of_youtube_has_the_form_of_its_errors_page(
    desk: Desk, method: str, path: str, sent: dict[str, Any]
) -> None:
    head = {"Authorization": "Bearer t"}
    reply = requests.request(method, f"{desk.address}/youtube/{path}", headers=head, timeout=5, **sent)
    error = reply.json()["error"]
    assert error["code"] == reply.status_code >= 400
    assert [{type(each[name]) for name in ("domain", "reason", "message")} for each in error["errors"]] == [{str}]
    assert _youtube.reason(Response(reply.status_code, reply.json())) == error["errors"][0]["reason"]
