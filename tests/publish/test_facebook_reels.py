"""Facebook reels: which video becomes one, the three phases, what is told afterwards, and where the token goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests

from pipeline.access import Access
from pipeline.flow import TOKEN_HERE, Deferred, Rejected, Response, Unknown
from pipeline.model.publishing import Receipt, Staged, State
from pipeline.network.exchange import Bearer
from pipeline.platforms import _facebook_reel, facebook
from pipeline.sandbox import Sandbox, Trouble
from tests.media.pictures import film
from tests.publish.parts import Desk, converse, picture, post, wanted
from tests.publish.test_facebook import PAGE, SINCE, TOKEN, meta, ok

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.carriers.ledger import Ledger
    from pipeline.model.publishing import Media, Post
    from tests.publish.parts import Clock

DONE, IDLE, BUSY, BAD = ({"status": word} for word in ("complete", "not_started", "in_progress", "error"))
STAGED = Staged(ids=("reel:130",), since=SINCE)


@pytest.fixture(scope="module")
def upright() -> bytes:
    return film(size=(540, 960), seconds=3.2)


def video(content: bytes, site: str = "https://j.example") -> Media:
    kept = replace(picture(site), name="satu.mp4", mime="video/mp4", url=f"{site}/butir/media/satu.mp4")
    return replace(kept, content=lambda: content)


def said(content: bytes = b"") -> Post:
    return post(PAGE, (video(content),))


def status(uploading: Any, processing: Any = IDLE, publishing: Any = IDLE) -> Response:  # noqa: ANN401
    phases = {"uploading_phase": uploading, "processing_phase": processing, "publishing_phase": publishing}
    return ok(status={"video_status": "processing", **phases})


LIVE = status(DONE, DONE, {**DONE, "publish_status": "published"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "seconds", "reel"),
    [((540, 960), 3.2, True), ((540, 960), 2.0, False), ((480, 854), 3.2, False), ((960, 540), 3.2, False)],
    ids=["a reel", "too short", "too small", "lying"],
)
def test_what_becomes_a_reel(size: tuple[int, int], seconds: float, reel: bool) -> None:  # noqa: FBT001
    assert _facebook_reel.fits(video(film(size=size, seconds=seconds))) is reel


def test_what_is_no_video_is_no_reel() -> None:
    assert not _facebook_reel.fits(video(b"bukan video"))


def test_a_reel_is_fetched_before_anybody_sees_it(upright: bytes) -> None:
    replies = [ok(video_id="130", upload_url="x"), ok(success=True), status(BUSY), status(DONE)]
    [start, fetch, first, second], staged = converse(facebook.stage(said(upright), PAGE), replies)
    assert (start.url, start.form) == (f"{facebook.ENDPOINT}/{PAGE.id}/video_reels", {"upload_phase": "start"})
    assert fetch.url == "https://rupload.facebook.com/video-upload/v25.0/130"
    assert fetch.headers == {
        "Authorization": f"OAuth {TOKEN_HERE}",
        "file_url": "https://j.example/butir/media/satu.mp4",
    }
    assert (first.delay, second.delay) == (0.0, 5.0)
    assert start.repeatable
    assert fetch.repeatable
    assert staged.ids == ("reel:130",)


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([meta(190)], Deferred),
        ([ok(video_id=[])], Deferred),
        ([ok(video_id="1"), Response(400, {"debug_info": {"retriable": False, "message": "x"}})], Rejected),
        ([ok(video_id="1"), Response(500, {"debug_info": {"retriable": True}})], Deferred),
        ([ok(video_id="1"), ok(success=True), status(BAD)], Rejected),
        ([ok(video_id="1"), ok(success=True), ok(status=[])], Deferred),
        ([ok(video_id="1"), ok(success=True), *[status(BUSY)] * 6], Deferred),
    ],
)
def test_staging_faults(upright: bytes, replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(facebook.stage(said(upright), PAGE), replies)


def test_a_reel_is_live_when_facebook_says_so() -> None:
    replies = [ok(success=True), status(DONE, BUSY), LIVE, ok(permalink_url="/reel/130/")]
    [finish, _, _, _], receipt = converse(facebook.commit(said(), PAGE, STAGED), replies)
    words = {"video_id": "130", "video_state": "PUBLISHED", "description": said().text}
    assert finish.form == {"upload_phase": "finish", **words}
    assert not finish.repeatable
    assert receipt == Receipt(remote_id="130", url="https://www.facebook.com/reel/130/")


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([meta(1)], Unknown),
        ([Response(200, None)], Unknown),
        ([ok(success=False)], Unknown),
        ([meta(190)], Deferred),
        ([ok(success=True), status(DONE, BAD)], Rejected),
        ([ok(success=True), meta(190)], Unknown),
        ([ok(success=True), *[status(DONE, BUSY)] * 6], Unknown),
    ],
)
def test_what_is_not_seen_yet_is_unknown(replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(facebook.commit(said(), PAGE, STAGED), replies)


@pytest.mark.parametrize(("told", "live"), [(LIVE, True), (status(DONE), False), (status(DONE, BAD), False)])
def test_a_reel_is_asked_by_its_number(told: Response, live: bool) -> None:  # noqa: FBT001
    replies = [told, *([ok(permalink_url="/reel/130/")] if live else [])]
    [asked, *_], receipt = converse(facebook.find(said(), PAGE, STAGED), replies)
    assert asked.url == f"{facebook.ENDPOINT}/130"
    assert (receipt is not None) is live


@pytest.mark.parametrize("told", [status(DONE, BUSY), status(DONE, DONE, BUSY)])
def test_a_reel_at_work_may_still_show(told: Response) -> None:
    """To be called absent it would be buried, and come to light after its takedown."""
    with pytest.raises(Unknown):
        converse(facebook.find(said(), PAGE, STAGED), [told])


def test_the_token_goes_to_the_upload_host_and_to_nobody_else() -> None:
    access = Access(endpoint=facebook.ENDPOINT, base=facebook.ENDPOINT, token="rahasia", hosts=facebook.HOSTS)  # noqa: S106
    told = {"Authorization": f"OAuth {TOKEN_HERE}"}
    for host, header in (("rupload.facebook.com", "OAuth rahasia"), ("rupload.facebook.com.contoh.example", told)):
        request = requests.Request("POST", f"https://{host}/video-upload/v25.0/1", headers=told).prepare()
        signed = Bearer(access, access.token)(request).headers["Authorization"]
        assert signed == (header if isinstance(header, str) else header["Authorization"])


@pytest.fixture
def page(ledger: Ledger, tmp_path: Path, site: str, clock: Clock) -> Iterator[Desk]:
    sandbox = Sandbox(tmp_path / "sandbox", clock, {PAGE.id: PAGE.handle, TOKEN: PAGE.handle})
    with sandbox.running() as address:
        yield Desk(ledger, sandbox, address, site, clock, {PAGE.ref: TOKEN})


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [None, Trouble.DROPPED_AFTER, Trouble.BROKEN_AFTER])
def test_published_once_then_taken_down_once(page: Desk, upright: bytes, trouble: Trouble | None) -> None:
    item = wanted(page.site, PAGE, shares=(), posts=(post(PAGE, (video(upright, page.site),)),))
    if trouble:
        page.sandbox.trouble("facebook", trouble)
    assert page.run(item) == {"facebook": "published"}
    assert page.outcomes(item) == []
    [row] = page.sandbox.posts()
    assert row["media"][0]["berkas"].endswith(".mp4")
    assert row["teks"] == item.posts[0].text
    [entry] = page.ledger.entries().values()
    assert (entry.state, entry.staged and entry.staged.ids) == (State.DONE, (f"reel:{row['id']}",))
    assert page.run(replace(item, withdrawn=True)) == {"facebook": "retracted"}
    assert page.live() == []
