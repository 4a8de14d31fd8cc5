"""The sandbox speaks the platforms' contracts, checked against X's own OpenAPI where it is at hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.test import Client

from pipeline.flow import Request
from pipeline.model.publishing import Staged
from pipeline.platforms import instagram, x
from pipeline.sandbox import Sandbox, Trouble
from pipeline.sandbox.wire import fetch
from tests.publish.judges import Described
from tests.publish.parts import INSTAGRAM, TOKENS, Desk, X, picture, post, shared, wanted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.publish.parts import Clock


@pytest.fixture(scope="module")
def specification() -> Described:
    document = json.loads(shared("platforms/x/openapi-2.167.json").read_text(encoding="utf-8"))
    for path in document["paths"].values():
        for operation in path.values():
            operation.pop("security", None)  # OAuth is not a thing a document's judge can check
    return Described(document)


def described(request: Request) -> MockRequest:
    """Return a flow's request as the specification's judge reads it. Multipart is judged by its fields."""
    body: dict[str, Any] | None = dict(request.json) if request.json is not None else None
    if request.multipart is not None:
        body = {"segment_index": int(str(request.multipart["segment_index"])), "media": "biner"}
    return MockRequest(
        x.ENDPOINT,
        request.method.lower(),
        urlsplit(request.url).path,
        args=dict(request.params),
        headers={"Authorization": "Bearer x"},
        data=json.dumps(body).encode() if body is not None else None,
    )


def test_x_requests_and_the_sandboxs_answers_follow_the_specification(
    specification: Described, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x, "_CHUNK", 300)
    edges, judged = desk.edges, []

    def watched(flow: Any) -> Any:  # noqa: ANN401
        try:
            request = next(flow)
            while True:
                specification.validate_request(described(request))
                response = yield request
                answer = MockResponse(json.dumps(response.json).encode(), status_code=response.status)
                specification.validate_response(described(request), answer)
                judged.append((request.method, urlsplit(request.url).path.rpartition("/")[2]))
                request = flow.send(response)
        except StopIteration as stop:
            return stop.value

    said = post(X, (picture(desk.site),))
    staged = edges.ask(watched(x.stage(said, X)), X)
    receipt = edges.ask(watched(x.commit(said, X, staged)), X)
    assert edges.ask(watched(x.find(said, X, staged)), X) == receipt
    desk.sandbox.remark("x", receipt.remote_id, "warga.uji", "Kapan & di mana?")
    [remark] = edges.ask(watched(x.comments(X, desk.clock.now)), X)
    assert (remark.post, remark.author, remark.text) == (receipt.remote_id, "warga.uji", "Kapan & di mana?")
    answer = replace(post(X, text="Besok."), reply_to=remark.id)
    edges.ask(watched(x.commit(answer, X, Staged())), X)
    assert edges.ask(watched(x.health(X)), X).usable
    film = replace(picture(desk.site), name="a.mp4", mime="video/mp4")
    edges.ask(watched(x.stage(post(X, (film,)), X)), X)
    edges.ask(watched(x.retract(receipt, X)), X)
    assert edges.ask(watched(x.find(said, X, staged)), X) is None
    assert {name for _, name in judged} >= {"initialize", "append", "finalize", "metadata", "tweets", receipt.remote_id}
    assert {"mentions", "me"} <= {name for _, name in judged}
    assert len([name for _, name in judged if name == "append"]) > 1


def test_comments_on_instagram_are_collected_and_answered_once(desk: Desk) -> None:
    film = replace(picture(desk.site), name="satu.mp4", url=f"{desk.site}/butir/media/satu.mp4", mime="video/mp4")
    whole = (post(INSTAGRAM, (picture(desk.site), film)),)
    desk.run(wanted(desk.site, INSTAGRAM, shares=(), posts=whole))
    [row] = desk.sandbox.posts()
    assert len(row["media"]) == 2
    name = desk.sandbox.remark("instagram", row["id"], "warga.uji", "Kapan terbit?")
    [remark] = desk.edges.ask(instagram.comments(INSTAGRAM, desk.clock.now), INSTAGRAM)
    assert (remark.id, remark.text) == (name, "Kapan terbit?")
    answer = replace(post(INSTAGRAM, text="Hari ini."), reply_to=name)
    receipt = desk.edges.ask(instagram.commit(answer, INSTAGRAM, Staged()), INSTAGRAM)
    found = desk.edges.ask(instagram.find(answer, INSTAGRAM, Staged(since=desk.clock.now)), INSTAGRAM)
    assert found == receipt
    assert desk.edges.ask(instagram.health(INSTAGRAM), INSTAGRAM).quota_left == 49


def test_a_request_outside_the_specification_is_noticed(specification: Described) -> None:
    for wrong in ({"text": "a", "teks": "b"}, {"text": "a", "media": {"media_ids": ["bukan-angka"]}}):
        with pytest.raises(OpenAPIError):
            specification.validate_request(described(Request("POST", f"{x.ENDPOINT}/2/tweets", json=wrong)))
    timeline = f"{x.ENDPOINT}/2/users/1/tweets"
    specification.validate_request(described(Request("GET", timeline, params={"post.fields": "created_at"})))
    for asked in ({"tweet.fields": "created_at"}, {"halaman": "2"}, {"max_results": "1000"}, {"post.fields": "bohong"}):
        with pytest.raises(OpenAPIError):
            specification.validate_request(described(Request("GET", timeline, params=asked)))


def test_the_wall_shows_everything_and_escapes_it(sandbox: Sandbox, desk: Desk) -> None:
    bad = wanted(
        desk.site, X, shares=(), posts=(post(X, (picture(desk.site),), text="<script>alert(1)</script> & lain"),)
    )
    desk.run(bad)
    client = Client(sandbox.app)
    page = client.get("/")
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; lain" in page.text
    assert "Sampul &lt;merah&gt;" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    [row] = sandbox.posts()
    assert client.get(f"/media/{row['media'][0]['berkas']}").mimetype == "image/jpeg"
    assert 'class="mark"' not in page.text
    desk.run(wanted(desk.site, withdrawn=True, posts=(), shares=()))
    assert 'class="mark"' in client.get("/").text


@pytest.mark.parametrize("path", ["/media/../keadaan.jsonl", "/media/keadaan.jsonl", "/media/tidak.jpeg", "/apa"])
def test_nothing_else_is_served(sandbox: Sandbox, path: str) -> None:
    assert Client(sandbox.app).get(path).status_code == 404


def test_pictures_come_from_this_machine_only() -> None:
    assert fetch("http://192.0.2.1/a.jpg") is None
    assert fetch("https://jdih.kpu.go.id/a.jpg") is None
    assert fetch("file:///etc/passwd") is None


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    with sandbox.server() as server:
        assert server.server_address[0] == "127.0.0.1"


def test_trouble_is_ordered_over_http(platforms: str) -> None:
    assert requests.put(f"{platforms}/gangguan/x/{Trouble.PAUSE}", timeout=5).status_code == 200
    assert requests.put(f"{platforms}/gangguan/x/entah", timeout=5).status_code == 404
    posted = requests.post(
        f"{platforms}/x/2/tweets", json={"text": "a"}, headers={"Authorization": "Bearer t"}, timeout=5
    )
    assert (posted.status_code, posted.headers["Retry-After"]) == (429, "60")


@pytest.mark.parametrize("path", ["x/2/tweets", "instagram/1784/media"])
def test_without_a_token_nothing_is_accepted(platforms: str, path: str) -> None:
    assert requests.post(f"{platforms}/{path}", data={"text": "a"}, timeout=5).status_code == 401


def test_memory_outlives_the_process_and_holds_no_token(tmp_path: Path, clock: Clock, desk: Desk) -> None:
    desk.run(wanted(desk.site, X, shares=()))
    assert len(Sandbox(tmp_path / "sandbox", clock).posts()) == 1
    written = (tmp_path / "sandbox/keadaan.jsonl").read_text(encoding="utf-8")
    assert '"kiriman", 0, ' in written
    assert not any(token in written for token in TOKENS.values())
