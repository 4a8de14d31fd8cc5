"""Facebook Page: conversations from lists of responses, then whole runs against the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from pipeline.flow import Deferred, Part, Rejected, Response, Unknown
from pipeline.model.people import Account
from pipeline.model.platform import Health
from pipeline.model.publishing import Receipt, Staged, State
from pipeline.platforms import facebook
from pipeline.sandbox import Sandbox, Trouble
from tests.publish.parts import Desk, converse, picture, post, wanted
from tests.publish.test_crash import dying_run

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model.publishing import Post
    from tests.publish.parts import Clock

PAGE = Account(platform="facebook", id="100000000000001", handle="jdihuji")
TOKEN = "EAAB-kenari-halaman"  # noqa: S105 - a canary
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FRESH, OLD = "2026-11-21T09:01:00+0000", "2026-11-20T09:01:00+0000"
PHOTOS, VIDEO = Staged(ids=("120", "121"), since=SINCE), Staged(ids=("video:130",), since=SINCE)
RECEIPT = Receipt(remote_id="10_20", url="")
SITE = "https://j.example"


def ok(**body: Any) -> Response:  # noqa: ANN401
    return Response(200, body)


def meta(code: int, subcode: int = 0, status: int = 400) -> Response:
    return Response(status, {"error": {"message": "pesan", "code": code, "error_subcode": subcode}})


def said(*names: str) -> Post:
    types = {"jpg": "image/jpeg", "mp4": "video/mp4"}
    media = tuple(replace(picture(SITE), name=name, mime=types[name[-3:]]) for name in names)
    return post(PAGE, media)


def row(moment: str, message: str, remote_id: str = "10_20") -> dict[str, Any]:
    return {
        "id": remote_id,
        "created_time": moment,
        "message": message,
        "permalink_url": f"https://fb.example/{remote_id}",
    }


def test_pictures_go_up_unpublished_with_alternative_text() -> None:
    asked, staged = converse(facebook.stage(said("a.jpg", "b.jpg"), PAGE), [ok(id="120"), ok(id="121")])
    assert staged.ids == ("120", "121")
    for request in asked:
        assert request.url == f"{facebook.ENDPOINT}/{PAGE.id}/photos"
        assert request.repeatable
        sent = request.multipart or {}
        assert (sent["published"], sent["alt_text_custom"]) == ("false", "Sampul <merah>")
        assert isinstance(sent["source"], Part)


def test_one_post_names_every_picture() -> None:
    replies = [ok(id="10_20"), ok(permalink_url="https://fb.example/10_20")]
    [write, look], receipt = converse(facebook.commit(said("a.jpg", "b.jpg"), PAGE, PHOTOS), replies)
    assert (write.method, write.url, write.repeatable) == ("POST", f"{facebook.ENDPOINT}/{PAGE.id}/feed", False)
    assert write.form == {
        "message": said().text,
        "attached_media[0]": '{"media_fbid": "120"}',
        "attached_media[1]": '{"media_fbid": "121"}',
    }
    assert look.repeatable
    assert receipt == Receipt(remote_id="10_20", url="https://fb.example/10_20")


def test_the_address_is_a_courtesy() -> None:
    _, receipt = converse(facebook.commit(said(), PAGE, Staged()), [ok(id="10_20"), meta(100, 33)])
    assert receipt == RECEIPT


def test_a_video_is_processed_before_anybody_sees_it() -> None:
    busy, done = ok(status={"video_status": "processing"}), ok(status={"video_status": "ready"})
    [up, first, second], staged = converse(facebook.stage(said("a.mp4"), PAGE), [ok(id="130"), busy, done])
    assert up.form
    assert (up.form["published"], up.form["description"]) == ("false", said().text)
    assert (first.delay, second.delay) == (0.0, 5.0)
    assert staged.ids == ("video:130",)
    replies = [ok(success=True), ok(permalink_url="/jdih/videos/130/")]
    [release, _], receipt = converse(facebook.commit(said("a.mp4"), PAGE, staged), replies)
    assert (release.url, release.form) == (f"{facebook.ENDPOINT}/130", {"published": "true"})
    assert receipt == Receipt(remote_id="130", url="https://www.facebook.com/jdih/videos/130/")


@pytest.mark.parametrize(
    ("names", "replies", "fault"),
    [
        (("a.mp4", "b.jpg"), [], Rejected),
        (("a.mp4",), [ok(id="130"), ok(status={"video_status": "error"})], Rejected),
        (("a.mp4",), [ok(id="130"), *[ok(status={"video_status": "processing"})] * 8], Deferred),
        (("a.mp4",), [ok(id="130"), ok(status=[])], Deferred),
        (("a.jpg",), [meta(324, 2069019)], Rejected),
        (("a.jpg",), [meta(190)], Deferred),
        (("a.jpg",), [ok(id=[])], Deferred),
        (("a.jpg",), [Response(503, None)], Deferred),
    ],
)
def test_staging_faults(names: tuple[str, ...], replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(facebook.stage(said(*names), PAGE), [*replies, ok()][: len(replies) or 1])


AMBIGUOUS = [
    Response(500, None),
    Response(200, None),
    ok(id=[]),
    ok(id=""),
    Response(302, None),
    meta(1),
    meta(2, 0, 500),
    meta(99),
    meta(368, 1390008),
    meta(4, 2207051, 403),
]


@pytest.mark.parametrize("reply", AMBIGUOUS)
@pytest.mark.parametrize("staged", [PHOTOS, VIDEO])
def test_what_is_not_surely_refused_is_unknown(reply: Response, staged: Staged) -> None:
    with pytest.raises(Unknown):
        converse(facebook.commit(said(), PAGE, staged), [reply])


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (meta(190, 463), Deferred),
        (meta(200), Deferred),
        (meta(4), Deferred),
        (meta(80001), Deferred),
        (Response(429, None), Deferred),
        (meta(100), Rejected),
        (meta(1609005), Rejected),
    ],
)
def test_a_refusal_is_known_by_its_number(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(facebook.commit(said(), PAGE, PHOTOS), [reply])


def test_the_pause_is_told_in_minutes_in_a_header() -> None:
    usage = '{"10": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7}]}'
    reply = replace(meta(80001), headers={"x-business-use-case-usage": usage})
    with pytest.raises(Deferred) as caught:
        converse(facebook.commit(said(), PAGE, PHOTOS), [reply])
    assert caught.value.retry_after == 420
    assert caught.value.account_wide


def test_a_duplicate_is_evidence_when_the_feed_shows_it() -> None:
    shown = [meta(506), ok(data=[row(FRESH, said().text)])]
    assert converse(facebook.commit(said(), PAGE, PHOTOS), shown)[1].remote_id == "10_20"
    with pytest.raises(Rejected, match="teks yang sama"):
        converse(facebook.commit(said(), PAGE, PHOTOS), [meta(506), ok(data=[row(OLD, said().text)])])


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ([], None),
        ([row(FRESH, "lain")], None),
        ([row(OLD, said().text)], None),
        ([{"id": "1", "created_time": FRESH}], None),
        ([row(FRESH, said().text + "\n")], "10_20"),
    ],
)
def test_the_feed_is_asked_by_text_and_time(page: list[Any], found: str | None) -> None:
    _, receipt = converse(facebook.find(said(), PAGE, PHOTOS), [ok(data=page)])
    assert (receipt.remote_id if receipt else None) == found


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([ok(data=[row(FRESH, "lain")], paging={"cursors": {"after": "n"}})] * 10, Unknown),
        ([ok(data=[{"id": "1"}])], Deferred),
        ([ok(data=["apa"])], Deferred),
        ([ok(data={})], Deferred),
        ([meta(2, 0, 500)], Deferred),
    ],
)
def test_a_feed_that_cannot_be_read_tells_nothing(replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(facebook.find(said(), PAGE, PHOTOS), replies)


def test_a_video_is_asked_exactly() -> None:
    shown = [ok(published=True), ok(permalink_url="https://fb.example/130")]
    assert converse(facebook.find(said(), PAGE, VIDEO), shown)[1] == Receipt(
        remote_id="130", url="https://fb.example/130"
    )
    assert converse(facebook.find(said(), PAGE, VIDEO), [ok(published=False)])[1] is None
    for reply in (meta(100, 33), ok(published="ya"), Response(500, None)):
        with pytest.raises(Unknown):
            converse(facebook.find(said(), PAGE, VIDEO), [reply])


def test_a_comment_is_answered_and_the_answer_found_below_it() -> None:
    answer = replace(said(), reply_to="55_66")
    [request, _], receipt = converse(facebook.commit(answer, PAGE, Staged()), [ok(id="55_67"), meta(100, 33)])
    assert (request.url, request.form) == (f"{facebook.ENDPOINT}/55_66/comments", {"message": answer.text})
    assert receipt.remote_id == "55_67"
    [asked], _ = converse(facebook.find(answer, PAGE, Staged(since=SINCE)), [ok(data=[row(FRESH, answer.text)])])
    assert asked.url == request.url
    assert asked.params["order"] == "reverse_chronological"


@pytest.mark.parametrize("replies", [[ok(success=True)], [meta(100, 33), meta(100, 33), ok(data=[{"id": "9"}])]])
def test_a_post_is_deleted_or_gone_already(replies: list[Response]) -> None:
    [request, *_], _ = converse(facebook.retract(RECEIPT, PAGE), replies)
    assert (request.method, request.url) == ("DELETE", f"{facebook.ENDPOINT}/10_20")


@pytest.mark.parametrize(
    "replies",
    [
        [ok(success=False)],
        [meta(100, 33), ok(id="10_20"), ok(data=[])],
        [meta(100, 33), meta(100, 33), ok(data=[{"id": "10_20"}])],
    ],
)
def test_a_removal_that_did_not_happen_is_never_claimed(replies: list[Response]) -> None:
    with pytest.raises((Rejected, Deferred)):
        converse(facebook.retract(RECEIPT, PAGE), replies)


def test_only_posts_with_a_fresh_comment_are_looked_into() -> None:
    newest = [{"created_time": FRESH}]
    posts = [
        {"id": "1", "comments": {"data": newest}},
        {"id": "2", "comments": {"data": [{"created_time": OLD}]}},
        {"id": "3"},
    ]
    theirs = {**row(FRESH, "Kapan terbit?", "1_5"), "from": {"id": "77", "name": "Warga"}}
    ours = {**row(FRESH, "Segera.", "1_6"), "from": {"id": PAGE.id, "name": "JDIH"}}
    early = {**row("2026-11-21T08:58:00+0000", "lama", "1_4"), "from": {"id": "77", "name": "Warga"}}
    replies = [ok(data=posts), ok(data=[ours, theirs, early, row(OLD, "dulu")])]
    asked, remarks = converse(facebook.comments(PAGE, SINCE), replies)
    assert [request.url.rpartition(facebook.ENDPOINT)[2] for request in asked] == [f"/{PAGE.id}/feed", "/1/comments"]
    [remark] = remarks
    assert (remark.id, remark.post, remark.author, remark.text) == ("1_5", "1", "Warga", "Kapan terbit?")


@pytest.mark.parametrize("page", ["apa", {}, ["apa"], [{"id": "1", "comments": {"data": [{}]}}]])
def test_a_list_of_another_shape_puts_the_comments_off(page: Any) -> None:  # noqa: ANN401
    with pytest.raises(Deferred):
        converse(facebook.comments(PAGE, SINCE), [ok(data=page)])


@pytest.mark.parametrize(
    ("reply", "usable"),
    [
        (ok(id=PAGE.id, name="JDIH"), True),
        (ok(id="9", name="Orang"), False),
        (meta(190, 463), False),
        (meta(100, 33), False),
    ],
)
def test_health(reply: Response, usable: bool) -> None:  # noqa: FBT001
    _, health = converse(facebook.health(PAGE), [reply])
    assert health.usable is usable
    assert health.message


def test_trouble_on_the_way_is_not_the_accounts_fault() -> None:
    for reply in (Response(503, None), meta(4)):
        with pytest.raises(Deferred):
            converse(facebook.health(PAGE), [reply])


# -- whole runs against the sandbox


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Sandbox:
    return Sandbox(tmp_path / "sandbox", clock, {PAGE.id: "jdihuji", TOKEN: "jdihuji"})


@pytest.fixture
def page(desk: Desk) -> Desk:
    desk.secrets[PAGE.ref] = TOKEN
    return desk


def test_publish_once_then_take_down_once(page: Desk) -> None:
    item = wanted(page.site, PAGE, shares=())
    assert page.run(item) == {"facebook": "published"}
    [row] = page.sandbox.posts()
    assert [media["alt"] for media in row["media"]] == ["Sampul <merah>"]
    assert page.outcomes(item) == []
    assert page.run(replace(item, withdrawn=True, posts=())) == {"facebook": "retracted"}
    assert page.live() == []
    assert page.outcomes(replace(item, withdrawn=True, posts=())) == []


@pytest.mark.parametrize("kind", [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER])
def test_a_lost_answer_is_found_in_the_feed(page: Desk, kind: Trouble) -> None:
    page.sandbox.trouble("facebook", kind)
    item = wanted(page.site, PAGE, shares=())
    assert page.run(item) == {"facebook": "published"}
    assert page.outcomes(item) == []
    assert page.live() == ["facebook"]


@pytest.mark.parametrize("kind", [Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE])
def test_an_unknown_outcome_is_never_sent_again(page: Desk, kind: Trouble) -> None:
    page.sandbox.trouble("facebook", kind)
    item = wanted(page.site, PAGE, shares=())
    assert page.run(item) == {"facebook": "unknown"}
    page.clock.forward(days=2)
    assert page.run(item) == {"facebook": "waiting"}
    assert page.live() == []
    assert [entry.state for entry in page.ledger.entries().values()] == [State.UNKNOWN]


def test_a_pause_is_kept_and_a_duplicate_held(page: Desk) -> None:
    item = wanted(page.site, PAGE, shares=())
    page.sandbox.trouble("facebook", Trouble.PAUSE)
    assert page.run(item) == {"facebook": "deferred"}
    page.clock.forward(minutes=2)
    page.sandbox.trouble("facebook", Trouble.DUPLICATE)
    assert page.run(item) == {"facebook": "rejected"}
    assert page.live() == []


def test_a_video_goes_out_once(page: Desk) -> None:
    video = replace(picture(page.site), name="satu.mp4", mime="video/mp4", url=f"{page.site}/butir/media/satu.mp4")
    item = wanted(page.site, PAGE, shares=(), posts=(post(PAGE, (video,)),))
    page.sandbox.trouble("facebook", Trouble.DROPPED_AFTER)
    assert page.run(item) == {"facebook": "published"}
    assert page.outcomes(item) == []
    [row] = page.sandbox.posts()
    assert row["media"][0]["berkas"].endswith(".mp4")
    assert "<video controls" in Client(page.sandbox.app).get("/").text
    assert page.run(replace(item, withdrawn=True, posts=())) == {"facebook": "retracted"}


@pytest.mark.parametrize("steps", range(1, 7))
def test_crash_and_recovery(page: Desk, steps: int) -> None:
    item = wanted(page.site, PAGE, shares=())
    dying_run(page, item, steps)
    page.run(item)
    page.clock.forward(minutes=11)
    page.run(item)
    assert page.live() == ["facebook"]
    assert [entry.state for entry in page.ledger.entries().values()] == [State.DONE]


def test_comments_are_collected_and_answered(page: Desk) -> None:
    page.run(wanted(page.site, PAGE, shares=()))
    [row] = page.sandbox.posts()
    page.clock.forward(hours=1)
    page.sandbox.remark("facebook", row["id"], "Warga", "Kapan terbit?")
    [remark] = page.edges.ask(facebook.comments(PAGE, page.clock.now), PAGE)
    answer = replace(post(PAGE, text="Hari ini."), reply_to=remark.id)
    receipt = page.edges.ask(facebook.commit(answer, PAGE, Staged()), PAGE)
    assert page.edges.ask(facebook.find(answer, PAGE, Staged(since=SINCE)), PAGE) == receipt
    assert page.edges.ask(facebook.health(PAGE), PAGE) == Health(usable=True, message="akun dapat dipakai")
