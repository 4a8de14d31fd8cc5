"""Threads: conversations from lists of responses, then whole runs against the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.flow import Deferred, Rejected, Response, Unknown
from pipeline.model.people import Account
from pipeline.model.publishing import Receipt, Staged, State
from pipeline.platforms import threads
from pipeline.sandbox import Sandbox, Trouble
from tests.publish.parts import Desk, converse, picture, post, wanted
from tests.publish.test_crash import dying_run

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model.publishing import Post
    from tests.publish.parts import Clock

ACCOUNT = Account(platform="threads", id="26000000000000001", handle="jdihuji")
TOKEN = "THAA-kenari-threads"  # noqa: S105 - a canary
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FRESH, OLD = "2026-11-21T09:01:00+0000", "2026-11-20T09:01:00+0000"
STAGED = Staged(ids=("181",), since=SINCE)
RECEIPT = Receipt(remote_id="180", url="")
SITE = "https://j.example"


def ok(**body: Any) -> Response:  # noqa: ANN401
    return Response(200, body)


READY = ok(status="FINISHED")


def meta(code: int, subcode: int = 0, status: int = 400) -> Response:
    return Response(status, {"error": {"message": "pesan", "code": code, "error_subcode": subcode}})


def said(*names: str, text: str = "") -> Post:
    types = {"jpg": "image/jpeg", "mp4": "video/mp4"}
    media = tuple(replace(picture(SITE), name=name, url=f"{SITE}/{name}", mime=types[name[-3:]]) for name in names)
    return post(ACCOUNT, media, text)


def row(moment: str, text: str) -> dict[str, str]:
    return {"id": "180", "timestamp": moment, "text": text, "permalink": "https://th.example/180"}


def test_a_text_alone_is_a_container() -> None:
    [create, look], staged = converse(threads.stage(said(), ACCOUNT), [ok(id="181"), READY])
    assert create.url == f"{threads.ENDPOINT}/{ACCOUNT.id}/threads"
    assert create.form == {"media_type": "TEXT", "text": said().text}
    assert (look.delay, staged.ids) == (3.0, ("181",))


def test_one_picture_has_its_alternative_text() -> None:
    [create, _], _ = converse(threads.stage(said("a.jpg"), ACCOUNT), [ok(id="181"), READY])
    file = {"media_type": "IMAGE", "image_url": f"{SITE}/a.jpg", "alt_text": "Sampul <merah>"}
    assert create.form == {**file, "text": said().text}


def test_several_files_make_a_carousel_of_ready_parts() -> None:
    busy = ok(status="IN_PROGRESS")
    replies = [ok(id="1"), READY, ok(id="2"), busy, READY, ok(id="3"), READY]
    asked, staged = converse(threads.stage(said("a.jpg", "b.mp4"), ACCOUNT), replies)
    first, second, whole = (dict(request.form) for request in asked if request.form)
    assert first["is_carousel_item"] == second["is_carousel_item"] == "true"
    assert second["video_url"] == f"{SITE}/b.mp4"
    assert "text" not in first
    assert whole == {"media_type": "CAROUSEL", "children": "1,2", "text": said().text}
    assert staged.ids == ("3",)


def test_an_answer_is_a_container_too() -> None:
    answer = replace(said(), reply_to="77")
    [create, _], staged = converse(threads.stage(answer, ACCOUNT), [ok(id="181"), READY])
    assert (create.form or {})["reply_to_id"] == "77"
    found = [ok(status="PUBLISHED"), ok(data=[row(FRESH, answer.text)])]
    [_, own], receipt = converse(threads.find(answer, ACCOUNT, replace(staged, since=SINCE)), found)
    assert own.url == f"{threads.ENDPOINT}/{ACCOUNT.id}/replies"
    assert receipt


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([meta(1, 2207052)], Rejected),
        ([meta(190)], Deferred),
        ([Response(503, None)], Deferred),
        ([ok(id="1"), ok(status="ERROR", error_message="FAILED_DOWNLOADING_VIDEO")], Deferred),
        ([ok(id="1"), ok(status="ERROR", error_message="UNKNOWN")], Deferred),
        ([ok(id="1"), ok(status="ERROR", error_message="INVALID_DURATION")], Rejected),
        ([ok(id="1"), ok(status="EXPIRED")], Deferred),
        ([ok(id="1"), *[ok(status="IN_PROGRESS")] * 9], Deferred),
    ],
)
def test_staging_faults(replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(threads.stage(said("a.jpg"), ACCOUNT), replies)


@pytest.mark.parametrize(
    "unfit", [said(text=" ".join(f"https://j.example/{n}" for n in range(6))), said(*["a.jpg"] * 15, *["b.mp4"] * 6)]
)
def test_what_threads_refuses_is_refused_before_anything_is_sent(unfit: Post) -> None:
    with pytest.raises(Rejected, match="menerima"):
        converse(threads.stage(unfit, ACCOUNT), [ok(id="1")])


def test_it_publishes_once_and_the_permalink_is_a_courtesy() -> None:
    asked, receipt = converse(threads.commit(said(), ACCOUNT, STAGED), [ok(id="180"), meta(100)])
    assert [request.repeatable for request in asked] == [False, True]
    assert (asked[0].url, asked[0].form) == (f"{threads.ENDPOINT}/{ACCOUNT.id}/threads_publish", {"creation_id": "181"})
    assert receipt == RECEIPT


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Response(500, None), Unknown),
        (Response(200, None), Unknown),
        (ok(id=[]), Unknown),
        (Response(302, None), Unknown),
        (meta(99), Unknown),
        (meta(1), Unknown),
        (meta(4, 2207051, 403), Unknown),
        (meta(24, 4279009), Deferred),
        (meta(9, 2207042), Deferred),
        (meta(190, 463), Deferred),
        (meta(4), Deferred),
    ],
)
def test_the_irreversible_call_is_judged_by_numbers(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(threads.commit(said(), ACCOUNT, STAGED), [reply])


@pytest.mark.parametrize(
    ("replies", "found"),
    [
        ([READY, ok(data=[])], None),
        ([READY, ok(data=[row(OLD, said().text)])], None),
        ([READY, ok(data=[row(FRESH, said().text)])], "180"),
        ([ok(status="PUBLISHED"), ok(data=[])], ""),
        ([meta(100, 33), ok(data=[row(FRESH, said().text)])], "180"),
    ],
)
def test_the_container_and_the_list_are_asked(replies: list[Response], found: str | None) -> None:
    _, receipt = converse(threads.find(said(), ACCOUNT, STAGED), replies)
    assert (receipt.remote_id if receipt else None) == found


def test_it_says_when_it_cannot_tell() -> None:
    with pytest.raises(Unknown):
        converse(threads.find(said(), ACCOUNT, STAGED), [meta(100, 33), ok(data=[])])


def test_a_removal_that_did_not_happen_is_never_claimed() -> None:
    [request], _ = converse(threads.retract(RECEIPT, ACCOUNT), [ok(success=True, deleted_id="180")])
    assert request.method == "DELETE"
    converse(threads.retract(RECEIPT, ACCOUNT), [meta(100, 33), meta(100, 33), ok(data=[])])
    with pytest.raises(Rejected, match="threads_delete"):
        converse(threads.retract(RECEIPT, ACCOUNT), [meta(100, 33), meta(100, 33), ok(data=[{"id": "180"}])])


def test_health_tells_the_quota() -> None:
    quota = ok(data=[{"quota_usage": 4, "config": {"quota_total": 250, "quota_duration": 86400}}])
    assert converse(threads.health(ACCOUNT), [quota])[1].quota_left == 246
    assert converse(threads.health(ACCOUNT), [ok(data=[])])[1].usable
    assert not converse(threads.health(ACCOUNT), [meta(190, 463)])[1].usable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pemilu", 6),
        ("é", 1),
        ("故人", 2),
        ("🗳", 4),
        ("Sah 👍🏽", 4 + 8),
        ("👨‍👩‍👧‍👦", 25),
        ("🇮🇩", 8),
        ("1️⃣", 7),
        ("a" * 496 + "🗳", 500),
    ],
)
def test_an_emoji_counts_its_bytes(text: str, expected: int) -> None:
    assert threads.length(text) == expected


# -- whole runs against the sandbox


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Sandbox:
    return Sandbox(tmp_path / "sandbox", clock, {ACCOUNT.id: "jdihuji"})


@pytest.fixture
def office(desk: Desk) -> Desk:
    desk.secrets[ACCOUNT.ref] = TOKEN
    return desk


def test_publish_once_then_take_down_once(office: Desk) -> None:
    item = wanted(office.site, ACCOUNT, shares=())
    assert office.run(item) == {"threads": "published"}
    [row] = office.sandbox.posts()
    assert [media["alt"] for media in row["media"]] == ["Sampul <merah>"]
    assert office.outcomes(item) == []
    assert office.run(replace(item, withdrawn=True, posts=())) == {"threads": "retracted"}
    assert office.live() == []


def test_several_pictures_are_one_post(office: Desk) -> None:
    said = post(ACCOUNT, (picture(office.site),) * 3)
    assert office.run(wanted(office.site, ACCOUNT, shares=(), posts=(said,))) == {"threads": "published"}
    assert [len(row["media"]) for row in office.sandbox.posts()] == [3]


@pytest.mark.parametrize("kind", [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER, Trouble.DUPLICATE])
def test_a_lost_answer_is_found(office: Desk, kind: Trouble) -> None:
    office.sandbox.trouble("threads", kind)
    item = wanted(office.site, ACCOUNT, shares=())
    assert office.run(item) == {"threads": "published"}
    assert office.outcomes(item) == []
    assert office.live() == ["threads"]


@pytest.mark.parametrize("kind", [Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE])
def test_an_unknown_outcome_is_never_sent_again(office: Desk, kind: Trouble) -> None:
    office.sandbox.trouble("threads", kind)
    item = wanted(office.site, ACCOUNT, shares=())
    assert office.run(item) == {"threads": "unknown"}
    office.clock.forward(days=2)
    assert office.run(item) == {"threads": "waiting"}
    assert [entry.state for entry in office.ledger.entries().values()] == [State.UNKNOWN]


@pytest.mark.parametrize("steps", range(1, 8))
def test_crash_and_recovery(office: Desk, steps: int) -> None:
    item = wanted(office.site, ACCOUNT, shares=())
    dying_run(office, item, steps)
    office.run(item)
    office.clock.forward(minutes=11)
    office.run(item)
    assert office.live() == ["threads"]
    assert [entry.state for entry in office.ledger.entries().values()] == [State.DONE]


def test_comments_are_collected_and_answered_once(office: Desk) -> None:
    office.run(wanted(office.site, ACCOUNT, shares=()))
    [row] = office.sandbox.posts()
    office.sandbox.remark("threads", row["id"], "warga.uji", "lama")
    office.clock.forward(hours=1)
    office.sandbox.remark("threads", row["id"], "warga.uji", "Kapan terbit?")
    [remark] = office.edges.ask(threads.comments(ACCOUNT, office.clock.now), ACCOUNT)
    assert (remark.post, remark.author, remark.text) == (row["id"], "warga.uji", "Kapan terbit?")
    answer = replace(post(ACCOUNT, text="Hari ini."), reply_to=row["id"])
    staged = replace(office.edges.ask(threads.stage(answer, ACCOUNT), ACCOUNT), since=SINCE)
    receipt = office.edges.ask(threads.commit(answer, ACCOUNT, staged), ACCOUNT)
    assert office.edges.ask(threads.find(answer, ACCOUNT, staged), ACCOUNT) == receipt
    remarks = office.edges.ask(threads.comments(ACCOUNT, SINCE), ACCOUNT)
    assert [each.text for each in remarks] == ["Kapan terbit?", "lama"], "what the account says itself is no question"
    assert office.edges.ask(threads.health(ACCOUNT), ACCOUNT).quota_left == 249, "answers have a quota of their own"
