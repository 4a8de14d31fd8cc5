"""TikTok: conversations, then whole runs against the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.carriers.repository import Repository
from pipeline.flow import Deferred, Rejected, Response, Unknown
from pipeline.model.people import Account
from pipeline.model.publishing import Receipt, Staged, State
from pipeline.platforms import tiktok
from pipeline.sandbox import Sandbox, Trouble
from tests.publish.parts import Desk, converse, picture, post, wanted
from tests.publish.test_crash import dying_run

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model.publishing import Media, Post
    from tests.publish.parts import Clock

ACCOUNT = Account(platform="tiktok", id="_000openid", handle="jdihuji")
REFRESH = "rft.kenari-tiktok"
SECRET = json.dumps({"client_key": "aw1", "client_secret": "kenari-klien", "refresh_token": REFRESH})
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SITE = "https://j.example"
FILM = b"\0\0\0\x18ftypisom" + b"x" * 988
UPLOAD = "https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=t"
STAGED = Staged(ids=("v_pub~1", UPLOAD), since=SINCE)
PAGE = "https://www.tiktok.com/@jdihuji"


def film() -> Media:
    return replace(picture(SITE), name="a.mp4", mime="video/mp4", content=lambda: FILM)


def said(*media: Media, text: str = "") -> Post:
    return post(ACCOUNT, media or (film(),), text)


PICTURES = (picture(SITE), picture(SITE))


def ok(**data: Any) -> Response:  # noqa: ANN401
    return Response(200, {"data": data, "error": {"code": "ok", "message": "", "log_id": "1"}})


def no(code: str, status: int = 403) -> Response:
    return Response(status, {"data": {}, "error": {"code": code, "message": "pesan", "log_id": "1"}})


CREATOR = ok(creator_username="jdihuji", privacy_level_options=["PUBLIC_TO_EVERYONE", "SELF_ONLY"])
BEGUN = ok(publish_id="v_pub~1", upload_url=UPLOAD)
BUSY = ok(status="PROCESSING_UPLOAD", uploaded_bytes=0)
LIVE = ok(status="PUBLISH_COMPLETE", publicaly_available_post_id=[7512345678901234567])
MODERATED = ok(status="PUBLISH_COMPLETE", publicaly_available_post_id=[])
TAKEN = Response(201, None)
LOST = Unknown("putus")


def failed(why: str) -> Response:
    return ok(status="FAILED", fail_reason=why)


def test_a_video_has_its_id_before_its_bytes() -> None:
    [_, begin], staged = converse(tiktok.stage(said(), ACCOUNT), [CREATOR, BEGUN])
    assert begin.json == {
        "post_info": {"title": said().text, "privacy_level": "PUBLIC_TO_EVERYONE", "disable_comment": False},
        "source_info": {"source": "FILE_UPLOAD", "video_size": 1000, "chunk_size": 1000, "total_chunk_count": 1},
    }
    assert staged.ids == STAGED.ids


def test_a_large_video_goes_up_in_pieces_and_the_last_takes_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiktok, "_WHOLE", 640)
    monkeypatch.setattr(tiktok, "_PIECE", 300)
    replies = [CREATOR, BEGUN, Response(206, None), Response(206, None)]
    [_, begin, first, second], staged = converse(tiktok.stage(said(), ACCOUNT), replies)
    assert (begin.json or {})["source_info"]["total_chunk_count"] == 3
    assert [piece.headers["Content-Range"] for piece in (first, second)] == ["bytes 0-299/1000", "bytes 300-599/1000"]
    [last, look], receipt = converse(tiktok.commit(said(), ACCOUNT, staged), [TAKEN, LIVE])
    assert (last.url, last.headers["Content-Range"], last.content) == (UPLOAD, "bytes 600-999/1000", FILM[600:])
    assert (look.json, look.repeatable) == ({"publish_id": "v_pub~1"}, True)
    assert receipt == Receipt(remote_id="7512345678901234567", url=f"{PAGE}/video/7512345678901234567")


def test_pictures_are_named_by_their_addresses_in_the_one_call() -> None:
    assert converse(tiktok.stage(said(*PICTURES), ACCOUNT), [CREATOR])[1] == Staged()
    long = said(*PICTURES, text="kata " * 30)
    [begin, _], receipt = converse(tiktok.commit(long, ACCOUNT, Staged()), [ok(publish_id="p~1"), LIVE])
    body = begin.json or {}
    assert (begin.repeatable, body["post_mode"], body["media_type"]) == (False, "DIRECT_POST", "PHOTO")
    assert body["post_info"]["description"] == long.text
    assert len(body["post_info"]["title"]) <= 90
    assert body["post_info"]["auto_add_music"] is False
    assert body["source_info"]["photo_images"] == [media.url for media in PICTURES]
    assert receipt.remote_id


def test_a_list_without_an_id_is_no_id() -> None:
    for told in (MODERATED, ok(status="PUBLISH_COMPLETE")):
        _, receipt = converse(tiktok.commit(said(), ACCOUNT, STAGED), [TAKEN, told])
        assert receipt == Receipt(remote_id="", url=PAGE)


@pytest.mark.parametrize(
    ("unfit", "words"),
    [
        (post(ACCOUNT), "satu video"),
        (said(film(), picture(SITE)), "satu video"),
        (said(film(), film()), "satu video"),
        (replace(said(), reply_to="5"), "jawab di aplikasinya"),
    ],
)
def test_what_tiktok_does_not_take_is_refused_before(unfit: Post, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        converse(tiktok.stage(unfit, ACCOUNT), [CREATOR, BEGUN])


@pytest.mark.parametrize(
    ("replies", "fault", "words"),
    [
        ([ok(privacy_level_options=["SELF_ONLY"])], Rejected, "untuk umum"),
        ([CREATOR, no("unaudited_client_can_only_post_to_private_accounts")], Rejected, "ajukan audit"),
        ([CREATOR, no("spam_risk_too_many_posts")], Deferred, "jatah"),
        ([CREATOR, no("invalid_params", 400)], Rejected, "isinya"),
        ([CREATOR, no("internal_error", 500)], Deferred, "bermasalah"),
        ([CREATOR, ok(publish_id="", upload_url=UPLOAD)], Deferred, "bukan miliknya"),
        ([CREATOR, ok(publish_id="p", upload_url="https://tiktokapis.com.j.example/")], Deferred, "bukan miliknya"),
        ([CREATOR, ok(publish_id="p", upload_url="http://open-upload.tiktokapis.com/")], Deferred, "bukan miliknya"),
        ([no("access_token_invalid", 401)], Deferred, "token"),
        ([Response(400, {"error": "invalid_grant", "error_description": "x"})], Deferred, "token"),
        ([no("rate_limit_exceeded", 429)], Deferred, "jeda"),
    ],
)
def test_staging_faults(replies: list[Response], fault: type[Exception], words: str) -> None:
    with pytest.raises(fault, match=words):
        converse(tiktok.stage(said(), ACCOUNT), replies)


def test_a_lost_answer_is_asked_for_by_the_id() -> None:
    [piece, look, _], receipt = converse(tiktok.commit(said(), ACCOUNT, STAGED), [LOST, LIVE, LIVE])
    assert (piece.repeatable, look.delay) == (False, 5.0)
    assert receipt.remote_id
    replies = [Response(500, None), BUSY, TAKEN, LIVE]
    [_, _, again, _], _ = converse(tiktok.commit(said(), ACCOUNT, STAGED), replies)
    assert again.url == UPLOAD, "the same bytes to the same address are one post"


def test_a_token_that_ends_while_tiktok_works_never_begins_anew() -> None:
    for flow, replies in (
        (tiktok.commit(said(), ACCOUNT, STAGED), [TAKEN, BUSY, no("access_token_invalid", 401)]),
        (
            tiktok.commit(said(*PICTURES), ACCOUNT, Staged()),
            [ok(publish_id="v_pub~1"), no("access_token_invalid", 401)],
        ),
        (tiktok.commit(said(*PICTURES), ACCOUNT, Staged()), [ok(publish_id="v_pub~1"), *[BUSY] * 8]),
        (tiktok.commit(said(), ACCOUNT, STAGED), [TAKEN, Response(503, None)]),
    ):
        with pytest.raises(Unknown) as caught:
            converse(flow, replies)
        assert caught.value.ids[0] == "v_pub~1", "and it is known by what to ask"


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Response(500, None), Unknown),
        (Response(200, None), Unknown),
        (ok(), Unknown),
        (Response(302, None), Unknown),
        (no("entah_apa", 400), Unknown),
        (no("internal_error", 500), Unknown),
        (no("access_token_invalid", 401), Deferred),
        (no("rate_limit_exceeded", 429), Deferred),
        (no("spam_risk_too_many_posts", 200), Deferred),
        (no("url_ownership_unverified"), Rejected),
        (no("unaudited_client_can_only_post_to_private_accounts"), Rejected),
    ],
)
def test_what_is_not_surely_refused_is_unknown(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(tiktok.commit(said(*PICTURES), ACCOUNT, Staged()), [reply])


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([TAKEN, failed("duration_check_failed")], Rejected),
        ([TAKEN, failed("internal")], Deferred),
        ([TAKEN, failed("auth_removed")], Deferred),
        ([Response(403, None), BUSY], Deferred),
        ([Response(416, None), *[ok(status="PROCESSING_DOWNLOAD")] * 9], Unknown),
        ([LOST, BUSY, LOST, BUSY, LOST, BUSY, *[BUSY] * 8], Unknown),
    ],
)
def test_what_became_of_a_video(replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(tiktok.commit(said(), ACCOUNT, STAGED), replies)


@pytest.mark.parametrize(
    ("reply", "live"), [(LIVE, True), (MODERATED, True), (failed("internal"), False), (BUSY, False)]
)
def test_it_is_found_by_its_id(reply: Response, live: bool) -> None:  # noqa: FBT001
    assert (converse(tiktok.find(said(), ACCOUNT, STAGED), [reply])[1] is not None) is live


def test_it_says_when_it_cannot_tell() -> None:
    with pytest.raises(Unknown, match="lihat sendiri"):
        converse(tiktok.find(said(), ACCOUNT, Staged()), [])
    with pytest.raises(Unknown, match="masih mengolah"):
        converse(tiktok.find(said(), ACCOUNT, STAGED), [ok(status="PROCESSING_DOWNLOAD")])


def test_what_it_cannot_do_it_says() -> None:
    with pytest.raises(Rejected, match="hapus"):
        converse(tiktok.retract(Receipt(remote_id="7", url=PAGE), ACCOUNT), [])
    with pytest.raises(Rejected, match="di aplikasinya"):
        converse(tiktok.comments(ACCOUNT, SINCE), [])


@pytest.mark.parametrize(
    ("reply", "usable", "words"),
    [
        (CREATOR, True, "dapat dipakai"),
        (ok(creator_username="lain", privacy_level_options=["PUBLIC_TO_EVERYONE"]), False, "akun lain"),
        (ok(creator_username="jdihuji", privacy_level_options=["SELF_ONLY"]), False, "untuk umum"),
        (no("access_token_invalid", 401), False, "token"),
        (no("spam_risk_too_many_posts"), False, "jatah"),
    ],
)
def test_health(reply: Response, usable: bool, words: str) -> None:  # noqa: FBT001
    _, health = converse(tiktok.health(ACCOUNT), [reply])
    assert health.usable is usable
    assert words in health.message


def test_trouble_on_the_way_is_not_the_accounts_fault() -> None:
    for reply in (no("internal_error", 500), no("rate_limit_exceeded", 429)):
        with pytest.raises(Deferred):
            converse(tiktok.health(ACCOUNT), [reply])


@pytest.mark.parametrize(("text", "expected"), [("Pemilu", 6), ("🗳", 2), ("é", 1), ("e\u0301", 2)])
def test_length(text: str, expected: int) -> None:
    assert tiktok.length(text) == expected


# -- whole runs against the sandbox


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Sandbox:
    return Sandbox(tmp_path / "sandbox", clock, {REFRESH: "jdihuji"})


@pytest.fixture
def office(desk: Desk) -> Desk:
    desk.secrets |= {ACCOUNT.ref: SECRET}
    return desk


def item(office: Desk, *media: Media) -> Any:  # noqa: ANN401
    return wanted(office.site, ACCOUNT, shares=(), posts=(said(*media),))


def test_publish_once_and_leave_the_takedown_to_a_person(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiktok, "_WHOLE", 640)
    monkeypatch.setattr(tiktok, "_PIECE", 300)
    assert office.run(item(office)) == {"tiktok": "published"}
    assert office.outcomes(item(office)) == []
    [row] = office.sandbox.posts()
    assert (row["nama"], row["teks"], len(row["media"])) == ("jdihuji", said().text, 1)
    [outcome] = office.outcomes(replace(item(office), withdrawn=True, posts=()))
    assert (outcome.result, "hapus: " in outcome.message) == ("by_hand", True)


def test_pictures_are_fetched_from_the_site(office: Desk) -> None:
    assert office.run(item(office, picture(office.site))) == {"tiktok": "published"}
    assert office.edges.ask(tiktok.health(ACCOUNT), ACCOUNT).usable


@pytest.mark.parametrize(
    "kind",
    [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER, Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE, Trouble.DUPLICATE],
)
def test_a_videos_lost_answer_costs_nothing(office: Desk, kind: Trouble) -> None:
    office.sandbox.trouble("tiktok", kind)
    assert office.run(item(office)) == {"tiktok": "published"}
    assert office.outcomes(item(office)) == []
    assert office.live() == ["tiktok"]


@pytest.mark.parametrize(
    "kind", [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER, Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE]
)
def test_pictures_lost_answer_goes_to_a_person_and_is_never_sent_again(office: Desk, kind: Trouble) -> None:
    office.sandbox.trouble("tiktok", kind)
    pictures = item(office, picture(office.site))
    assert office.run(pictures) == {"tiktok": "unknown"}
    office.clock.forward(days=2)
    assert office.run(pictures) == {"tiktok": "waiting"}
    assert len(office.live()) == (1 if kind in (Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER) else 0)


def test_what_was_unknown_is_settled_by_the_id_it_told(office: Desk) -> None:
    office.sandbox.trouble("tiktok", Trouble.SLOW, 9)
    pictures = item(office, picture(office.site))
    assert office.run(pictures) == {"tiktok": "unknown"}
    assert [entry.state for entry in office.ledger.entries().values()] == [State.UNKNOWN]
    office.run(pictures)
    assert [entry.state for entry in office.ledger.entries().values()] == [State.DONE]
    assert office.live() == ["tiktok"]


@pytest.mark.parametrize("steps", range(1, 8))
def test_crash_and_recovery(office: Desk, steps: int) -> None:
    dying_run(office, item(office), steps)
    office.run(item(office))
    office.clock.forward(minutes=11)
    office.run(item(office))
    assert office.live() == ["tiktok"]
    assert [entry.state for entry in office.ledger.entries().values()] == [State.DONE]


def test_no_secret_is_kept_or_said(office: Desk, tmp_path: Path, remote: Path) -> None:
    office.sandbox.trouble("tiktok", Trouble.DROPPED_AFTER)
    told = [repr(outcome) for outcome in office.outcomes(item(office))] + [repr(office.edges)]
    repository = Repository(remote)
    told.append(repository.git("log", "-p", "refs/heads/terbitan"))
    repository.close()
    told += [path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*.json")]
    assert not [text for text in told if "kenari" in text or "act." in text]
