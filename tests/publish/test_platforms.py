"""Conversations with the platforms, played from lists of responses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pipeline.flow import Deferred, Part, Rejected, Response, Unknown
from pipeline.model.publishing import EffectAction, Media, Receipt, Staged
from pipeline.platforms import COSTS, PLATFORMS, Platform, instagram, x
from tests.publish.parts import INSTAGRAM, X, converse, post, shared

if TYPE_CHECKING:
    from pipeline.flow import Flow
    from pipeline.model.publishing import Post

SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
STAGED = Staged(ids=("179",), since=SINCE)
DUPLICATE = {"detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403}
RECEIPT = Receipt(remote_id="1781", url="")


def media(size: int = 10) -> Media:
    return Media(
        name="a.jpg",
        url="https://j.example/a.jpg",
        alt="Alt",
        mime="image/jpeg",
        content=lambda: b"x" * size,
    )


def ok(**body: Any) -> Response:  # noqa: ANN401
    return Response(200, body)


def meta(code: int, subcode: int = 0, status: int = 400) -> Response:
    return Response(status, {"error": {"message": "pesan", "code": code, "error_subcode": subcode}})


def ig(count: int = 1) -> Post:
    return post(INSTAGRAM, (media(),) * count)


def test_instagram_single_picture() -> None:
    replies = [ok(id="179"), ok(status_code="IN_PROGRESS"), ok(status_code="FINISHED")]
    [create, look, again], staged = converse(instagram.stage(ig(), INSTAGRAM), replies)
    assert create.url == f"{instagram.ENDPOINT}/{INSTAGRAM.id}/media"
    assert create.form == {"image_url": "https://j.example/a.jpg", "alt_text": "Alt", "caption": ig().text}
    assert (look.delay, again.delay) == (0.0, 2.0)
    assert staged.ids == ("179",)


def test_instagram_carousel() -> None:
    replies = [ok(id="1"), ok(id="2"), ok(id="3"), ok(status_code="FINISHED")]
    [first, _, whole, _], staged = converse(instagram.stage(ig(2), INSTAGRAM), replies)
    assert first.form
    assert "caption" not in first.form
    assert whole.form == {"media_type": "CAROUSEL", "children": "1,2", "caption": ig().text}
    assert staged.ids == ("3",)


def test_instagram_takes_no_text_alone() -> None:
    with pytest.raises(Rejected, match="sertakan gambar atau video"):
        converse(instagram.stage(ig(0), INSTAGRAM), [])


def test_instagram_publishes_once_and_the_permalink_is_a_courtesy() -> None:
    asked, receipt = converse(instagram.commit(ig(), INSTAGRAM, STAGED), [ok(id="1781"), meta(100, 33)])
    assert [request.repeatable for request in asked] == [False, True]
    assert receipt == RECEIPT


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (meta(4, 2207051, 403), Unknown),
        (Response(500, None), Unknown),
        (Response(200, None), Unknown),
        (Response(200, {"id": []}), Unknown),
        (Response(302, None), Unknown),
        (meta(99), Unknown),
        (meta(2, 0, 500), Unknown),
        (meta(9007, 2207027), Deferred),
        (meta(9, 2207042), Deferred),
        (meta(190, 463), Deferred),
        (meta(4), Deferred),
        (meta(36004, 2207010), Rejected),
    ],
)
def test_instagram_judges_the_irreversible_call_by_numbers(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(instagram.commit(ig(), INSTAGRAM, STAGED), [reply])


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([meta(9004, 2207052)], Rejected),
        ([meta(-2, 2207003)], Deferred),
        ([Response(503, None)], Deferred),
        ([meta(190)], Deferred),
        ([ok(id="1"), ok(status_code="ERROR", status="2207003")], Deferred),
        ([ok(id="1"), ok(status_code="ERROR", status="2207009")], Rejected),
        ([ok(id="1"), *[ok(status_code="IN_PROGRESS")] * 9], Deferred),
    ],
)
def test_instagram_staging_faults(replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(instagram.stage(ig(), INSTAGRAM), replies)


def row(moment: str, caption: str) -> dict[str, str]:
    return {"id": "1781", "timestamp": moment, "caption": caption, "permalink": "https://ig.example/p/1"}


FRESH, OLD = "2026-11-21T09:01:00+0000", "2026-11-20T09:01:00+0000"


@pytest.mark.parametrize(
    ("replies", "found"),
    [
        ([ok(status_code="FINISHED"), ok(data=[])], None),
        ([ok(status_code="FINISHED"), ok(data=[row(FRESH, "lain")])], None),
        ([ok(status_code="FINISHED"), ok(data=[row(OLD, ig().text)])], None),
        ([ok(status_code="FINISHED"), ok(data=[row(FRESH, ig().text)])], "1781"),
        ([ok(status_code="PUBLISHED"), ok(data=[])], ""),
        ([meta(100, 33), ok(data=[row(FRESH, ig().text)])], "1781"),
    ],
)
def test_instagram_finds(replies: list[Response], found: str | None) -> None:
    _, receipt = converse(instagram.find(ig(), INSTAGRAM, STAGED), replies)
    assert (receipt.remote_id if receipt else None) == found


def test_instagram_says_when_it_cannot_tell() -> None:
    with pytest.raises(Unknown):
        converse(instagram.find(ig(), INSTAGRAM, STAGED), [meta(100, 33), ok(data=[])])


@pytest.mark.parametrize(
    "replies", [[ok(success=True)], [meta(100, 33), meta(100, 33), ok(data=[row(FRESH, "lain") | {"id": "9"}])]]
)
def test_instagram_retracts_what_is_there_or_gone(replies: list[Response]) -> None:
    asked, _ = converse(instagram.retract(RECEIPT, INSTAGRAM), replies)
    assert asked[0].method == "DELETE"


@pytest.mark.parametrize(
    "replies",
    [
        [meta(100, 33), ok(id="1781"), ok(data=[])],
        [meta(100, 33), meta(100, 33), ok(data=[row(FRESH, "x")])],
        [meta(2207073, 2207073)],
    ],
)
def test_instagram_never_claims_a_removal_that_did_not_happen(replies: list[Response]) -> None:
    with pytest.raises(Rejected):
        converse(instagram.retract(RECEIPT, INSTAGRAM), replies)


def test_instagram_answers_a_comment() -> None:
    answer = replace(ig(0), reply_to="55")
    assert converse(instagram.stage(answer, INSTAGRAM), [])[1] == Staged()
    [request], receipt = converse(instagram.commit(answer, INSTAGRAM, Staged()), [ok(id="56")])
    assert request.url == f"{instagram.ENDPOINT}/55/replies"
    assert receipt.remote_id == "56"


def test_x_uploads_in_pieces_with_alternative_text() -> None:
    size = 1024 * 1024 + 5
    replies = [
        ok(data={"id": "7"}),
        ok(data={}),
        ok(data={}),
        ok(data={"id": "7", "processing_info": {"state": "pending", "check_after_secs": 2}}),
        ok(data={"id": "7", "processing_info": {"state": "succeeded"}}),
        ok(data={"id": "7"}),
    ]
    asked, staged = converse(x.stage(post(X, (media(size),)), X), replies)
    assert [request.url.removeprefix(x.ENDPOINT) for request in asked] == [
        "/2/media/upload/initialize",
        "/2/media/upload/7/append",
        "/2/media/upload/7/append",
        "/2/media/upload/7/finalize",
        "/2/media/upload",
        "/2/media/metadata",
    ]
    last = (asked[2].multipart or {})["media"]
    assert isinstance(last, Part)
    assert len(last.content) == 5
    assert asked[4].delay == 2
    assert asked[5].json == {"id": "7", "metadata": {"alt_text": {"text": "Alt"}}}
    assert staged.ids == ("7",)


def test_x_posts() -> None:
    [request], receipt = converse(x.commit(post(X), X, STAGED), [Response(201, {"data": {"id": "9", "text": "…"}})])
    assert (request.method, request.repeatable) == ("POST", False)
    assert request.json == {"text": post(X).text, "media": {"media_ids": ["179"]}}
    assert receipt.url == "https://x.com/jdihuji/status/9"


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([Response(500, None)], Unknown),
        ([Response(201, {"errors": [{}]})], Unknown),
        ([Response(201, None)], Unknown),
        ([Response(409, {})], Unknown),
        ([Response(401, {})], Deferred),
        ([Response(402, {})], Deferred),
        ([Response(429, {}, {"retry-after": "60"})], Deferred),
        ([Response(403, {"type": "https://api.twitter.com/2/problems/client-forbidden"})], Deferred),
        ([Response(403, {"detail": "Reply to this conversation is not allowed"})], Rejected),
        ([Response(400, {"detail": "Your media IDs are invalid."})], Rejected),
        ([Response(403, DUPLICATE), ok(meta={"result_count": 0})], Rejected),
    ],
)
def test_x_judges_the_irreversible_call(replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(x.commit(post(X), X, STAGED), replies)


def listing(*rows: dict[str, Any], **meta: str) -> Response:
    return ok(data=list(rows), meta={"result_count": len(rows), **meta})


def tweet(text: str, *, link: str = "https://jdih.kpu.go.id/produk/1") -> dict[str, Any]:
    urls = [{"url": "https://t.co/a", "expanded_url": link}, {"url": "https://t.co/b", "media_key": "3_1"}]
    return {"id": "9", "text": text, "entities": {"urls": urls}}


SHOWN = "Keputusan KPU &amp; lampirannya telah terbit: https://t.co/a #JDIHKPU https://t.co/b"


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        (tweet(SHOWN), True),
        (tweet(SHOWN, link="https://jdih.kpu.go.id/produk/1/"), True),
        (tweet("@warga " + SHOWN), True),
        (tweet(SHOWN, link="https://jdih.kpu.go.id/produk/2"), False),
        (tweet(SHOWN.replace("telah", "akan")), False),
    ],
)
def test_x_recognises_its_own_post_behind_short_links(listed: dict[str, Any], found: bool) -> None:  # noqa: FBT001
    [request], receipt = converse(x.find(post(X), X, STAGED), [listing(listed)])
    assert request.params["start_time"] == "2026-11-21T08:55:00Z"
    assert (receipt is not None) is found


def test_x_takes_a_duplicate_as_evidence_when_the_timeline_shows_it() -> None:
    replies = [Response(403, DUPLICATE), listing(tweet(SHOWN))]
    _, receipt = converse(x.commit(post(X), X, STAGED), replies)
    assert receipt.remote_id == "9"


def test_x_reads_on_to_the_next_page() -> None:
    replies = [listing(tweet("lain"), next_token="n"), listing(tweet(SHOWN))]  # noqa: S106 - of a page
    asked, receipt = converse(x.find(post(X), X, STAGED), replies)
    assert "n" in asked[1].params.values()
    assert receipt


def test_x_does_not_guess_without_entities() -> None:
    with pytest.raises(Unknown):
        converse(x.find(post(X), X, STAGED), [listing({"id": "9", "text": SHOWN})])


@pytest.mark.parametrize("reply", [ok(data={"deleted": True}), Response(404, {"title": "Not Found Error"})])
def test_x_retracts_what_is_there_or_gone(reply: Response) -> None:
    [request], _ = converse(x.retract(RECEIPT, X), [reply])
    assert request.url == f"{x.ENDPOINT}/2/tweets/1781"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(ok(), id="an empty object"),
        pytest.param(Response(200, None), id="no JSON"),
        pytest.param(ok(data=None), id="no list"),
        pytest.param(ok(meta={"result_count": 1}), id="no list of the one it says"),
        pytest.param(ok(data=[{"id": "9"}], meta={"result_count": 1}), id="a post without text"),
    ],
)
def test_x_takes_no_broken_list_for_an_absent_post(reply: Response) -> None:
    with pytest.raises(Deferred):
        converse(x.find(post(X), X, STAGED), [reply])


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Response(403, {}), Rejected),
        (ok(data={"deleted": False}), Deferred),
        pytest.param(Response(404, None), Deferred, id="a page of somebody else's"),
    ],
)
def test_x_never_claims_a_removal_that_did_not_happen(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(x.retract(RECEIPT, X), [reply])


def test_x_length_agrees_with_twitters_own_cases() -> None:
    cases = yaml.safe_load(shared("platforms/twitter-text/conformance/validate.yml").read_text(encoding="utf-8"))[
        "tests"
    ]
    current = cases["WeightedTweetsWithDiscountedEmojiCounterTest"] + cases["UnicodeDirectionalMarkerCounterTest"]
    wrong = [case["description"] for case in current if x.length(case["text"]) != case["expected"]["weightedLength"]]
    assert not wrong
    assert len(current) >= 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pemilu", 6),
        ("é", 1),
        ("e\u0301", 1),
        ("https://jdih.example/" + "x" * 300, 23),
        ("lihat jdih.kpu.go.id.", 6 + 23 + 1),
        ("http://127.0.0.1:8750/a", 23),
        ("http://127.0.0.1:8750/abcdef", 28),
        ("nota-dinas.md", 13),
        ("admin@jdih.example", 18),
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏽 🇮🇩 1️⃣", 8),
        ("故人", 4),
    ],
)
def test_x_length_by_hand(text: str, expected: int) -> None:
    assert x.length(text) == expected


def test_x_finds_the_links_twitter_finds_in_ordinary_text() -> None:
    cases = yaml.safe_load(shared("platforms/twitter-text/conformance/extract.yml").read_text(encoding="utf-8"))[
        "tests"
    ]
    found = [case["expected"] == [link.url for link in x.links(case["text"])] for case in cases["urls"]]
    # What is left are hosts in scripts that run into the text around them, and apostrophes behind t.co.
    assert sum(found) >= 70


DECLARED = {
    # pictures, videos, text below media / alone; ALT, CAN_DELETE, CAN_FIND, CAN_LISTEN
    "instagram": (1, 10, 10, 2200, 2200, "AHCK"),
    "x": (0, 4, 1, 280, 280, "AHCK"),
    "bluesky": (0, 4, 1, 300, 300, "AHCK"),
    "mastodon": (0, 4, 1, 500, 500, "AHCK"),
    "facebook": (0, 10, 1, 63_206, 63_206, "AHCK"),
    "threads": (0, 20, 20, 500, 500, "AHCK"),
    "telegram": (0, 10, 10, 1024, 4096, "-H-K"),
    "youtube": (1, 0, 1, 5000, 5000, "-HCK"),
    "tiktok": (1, 35, 1, 2200, 2200, "--C-"),
    "console": (0, 20, 20, 100_000, 100_000, "AH--"),
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_declares_what_it_takes(name: str) -> None:
    platform = PLATFORMS[name]
    able = (platform.ALT, platform.CAN_DELETE, platform.CAN_FIND, platform.CAN_LISTEN)
    marks = "".join(mark if can else "-" for mark, can in zip("AHCK", able, strict=True))
    films = platform.VIDEOS.most if platform.VIDEOS else 0
    limits = (platform.caption_limit(1), platform.caption_limit(0))
    assert (platform.IMAGES.least, platform.IMAGES.most, films, *limits, marks) == DECLARED[name]
    assert name == platform.NAME
    assert platform.length("a" * 10) == 10
    assert all(mime.startswith("image/") for mime in platform.IMAGES.formats)


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_offers_the_whole_protocol(name: str) -> None:
    whole = {*Platform.__annotations__, *(each for each in vars(Platform) if not each.startswith("_"))}
    assert {"NAME", "VIDEOS", "stage", "comments", "health"} <= whole
    assert [each for each in whole if not hasattr(PLATFORMS[name], each)] == []


@pytest.mark.parametrize("name", PLATFORMS)
def test_what_cannot_be_done_is_refused_in_words(name: str) -> None:
    platform, account = PLATFORMS[name], replace(X, platform=name)
    refused: list[Flow[Any]] = []
    if not platform.CAN_DELETE:
        refused.append(platform.retract(RECEIPT, account))
    if not platform.CAN_LISTEN:
        refused.append(platform.comments(account, SINCE))
    for flow in refused:
        with pytest.raises(Rejected, match=":"):
            next(flow)


def test_a_post_on_x_has_its_price() -> None:
    assert COSTS["x"](EffectAction.PUBLISH, "Keputusan KPU telah terbit") == "0,015 dolar AS"
    assert COSTS["x"](EffectAction.PUBLISH, post(X).text) == "0,20 dolar AS (berisi tautan)"
    assert COSTS["x"](EffectAction.RETRACT, "") == "0,010 dolar AS"


# -- video, comments and health where they came later


def clip(name: str = "a.mp4") -> Media:
    return replace(media(), name=name, url=f"https://j.example/{name}", mime="video/mp4")


def test_instagram_video_alone_is_a_reel() -> None:
    replies = [ok(id="179"), ok(status_code="IN_PROGRESS"), ok(status_code="FINISHED")]
    [create, *_], staged = converse(instagram.stage(post(INSTAGRAM, (clip(),)), INSTAGRAM), replies)
    assert create.form == {"media_type": "REELS", "video_url": "https://j.example/a.mp4", "caption": ig().text}
    assert staged.ids == ("179",)


def test_instagram_carousel_waits_for_its_videos() -> None:
    ready = ok(status_code="FINISHED")
    replies = [ok(id="1"), ok(id="2"), ok(status_code="IN_PROGRESS"), ready, ok(id="3"), ready]
    asked, _ = converse(instagram.stage(post(INSTAGRAM, (media(), clip())), INSTAGRAM), replies)
    assert (asked[1].form or {})["media_type"] == "VIDEO"
    assert (asked[1].form or {})["is_carousel_item"] == "true"
    assert (asked[4].form or {})["children"] == "1,2"


def test_instagram_collects_comments_and_the_answers_below_them() -> None:
    answers = [{"id": "6", "text": "Besok", "timestamp": FRESH, "username": "jdihuji"}]
    answers += [{"id": "7", "text": "Jam?", "timestamp": FRESH, "username": "warga"}]
    old = {"id": "5", "text": "Kapan?", "timestamp": OLD, "username": "warga", "replies": {"data": answers}}
    replies = [ok(data=[{"id": "178", "comments_count": 1}, {"id": "179", "comments_count": 0}]), ok(data=[old])]
    asked, remarks = converse(instagram.comments(INSTAGRAM, SINCE), replies)
    assert asked[1].url == f"{instagram.ENDPOINT}/178/comments"
    assert [(remark.id, remark.post, remark.author) for remark in remarks] == [("7", "178", "warga")]


def test_instagram_health_tells_the_quota() -> None:
    quota = ok(data=[{"quota_usage": 4, "config": {"quota_total": 50}}])
    assert converse(instagram.health(INSTAGRAM), [quota])[1].quota_left == 46
    assert converse(instagram.health(INSTAGRAM), [ok(data=[{"config": None}])])[1].usable
    assert not converse(instagram.health(INSTAGRAM), [meta(190, 463)])[1].usable
    with pytest.raises(Deferred):
        converse(instagram.health(INSTAGRAM), [meta(4)])


def test_x_video_is_uploaded_as_one_and_without_alternative_text() -> None:
    replies = [ok(data={"id": "7"}), ok(data={}), ok(data={"id": "7"})]
    [opening, *_], _ = converse(x.stage(post(X, (clip(),)), X), replies)
    assert opening.json == {"media_type": "video/mp4", "total_bytes": 10, "media_category": "tweet_video"}


@pytest.mark.parametrize("beside", [clip(), replace(media(), mime="image/gif")])
def test_x_takes_no_picture_beside_what_moves(beside: Media) -> None:
    with pytest.raises(Rejected, match="tanpa gambar lain"):
        converse(x.stage(post(X, (media(), beside)), X), [ok(data={"id": "7"})])


def test_x_collects_what_mentions_the_account() -> None:
    said = {"text": "@jdihuji Kapan &amp; di mana?", "created_at": "2026-11-21T09:01:00.000Z", "conversation_id": "9"}
    users = {"users": [{"id": "5", "username": "warga"}]}
    first = ok(data=[{"id": "11", "author_id": "5", **said}], includes=users, meta={"next_token": "n"})
    second = ok(data=[{"id": "12", "author_id": X.id, **said}], meta={})
    [asked, again], [remark] = converse(x.comments(X, SINCE), [first, second])
    assert (asked.params["start_time"], again.params["pagination_token"]) == ("2026-11-21T09:00:00Z", "n")
    assert (remark.id, remark.post, remark.author) == ("11", "9", "warga")
    assert (remark.text, remark.url) == ("@jdihuji Kapan & di mana?", "https://x.com/i/status/11")


@pytest.mark.parametrize("reply", [ok(data=[{"id": "1"}]), ok(data=["a"]), ok(data=5), Response(503, None)])
def test_x_puts_off_a_list_that_cannot_be_read(reply: Response) -> None:
    with pytest.raises(Deferred):
        converse(x.comments(X, SINCE), [reply])


@pytest.mark.parametrize(
    ("reply", "usable"),
    [
        (ok(data={"id": X.id}), True),
        (ok(data={"id": "5"}), False),
        (Response(401, {}), False),
        (Response(402, {}), False),
    ],
)
def test_x_health(reply: Response, usable: bool) -> None:  # noqa: FBT001
    assert converse(x.health(X), [reply])[1].usable is usable


def test_trouble_on_the_way_is_not_the_accounts_fault() -> None:
    with pytest.raises(Deferred):
        converse(x.health(X), [Response(503, None)])
