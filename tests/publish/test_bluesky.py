"""Bluesky: its conversations, its stand-in, its lexicons. The real server is met in `test_bluesky_pds.py`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from pipeline import network
from pipeline.access import Access
from pipeline.carriers.repository import Repository
from pipeline.flow import Deferred, Rejected, Request, Response, Unknown
from pipeline.model.base import JdihError
from pipeline.model.people import Account
from pipeline.model.publishing import Media, Receipt, Staged
from pipeline.platforms import _bluesky_record, _bluesky_text, bluesky
from pipeline.sandbox import Sandbox, Trouble
from pipeline.sandbox.bluesky import LASTS
from tests.media import pictures
from tests.publish.lexicons import FORMATS, Lexicons
from tests.publish.parts import JPEG, Desk, converse, picture, post, shared, wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from pipeline.carriers.ledger import Ledger
    from pipeline.flow import Flow
    from pipeline.model.publishing import Post
    from tests.publish.parts import Clock

ACCOUNT = Account(platform="bluesky", id="did:plc:ewvi7nxzyoun6zhxrhs64oiz", handle="jdihuji.example")
PASSWORD = "kenari-kata-sandi-aplikasi"  # noqa: S105 - a canary
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CID = "bafkreig" + "a" * 51
BLOB = {"$type": "blob", "ref": {"$link": CID}, "mimeType": "image/jpeg", "size": len(JPEG)}
STAGED = Staged(ids=(f"blob {CID} image/jpeg {len(JPEG)} 32x32",), since=SINCE)
ABSENT = Response(400, {"error": "RecordNotFound", "message": "Could not locate record"})
GONE = Unknown("POST bsky.social: sambungan terputus")


def ok(**body: Any) -> Response:  # noqa: ANN401
    return Response(200, body)


def error(status: int, name: str) -> Response:
    return Response(status, {"error": name, "message": "pesan"})


def one(count: int = 1) -> Post:
    return post(ACCOUNT, (picture("http://127.0.0.1:1"),) * count)


def rkey(subject: Post, staged: Staged = STAGED) -> str:
    return _bluesky_record.key_of(subject, staged)


def there(subject: Post) -> Response:
    return ok(uri=f"at://{ACCOUNT.id}/app.bsky.feed.post/{rkey(subject)}", cid=CID, value={"text": subject.text})


# -- what is sent


def test_a_picture_is_uploaded_as_it_is() -> None:
    [request], staged = converse(bluesky.stage(one(), ACCOUNT), [ok(blob=BLOB)])
    assert request.url == "https://bsky.social/xrpc/com.atproto.repo.uploadBlob"
    assert (request.content, request.headers, request.repeatable) == (JPEG, {"Content-Type": "image/jpeg"}, True)
    assert staged.ids == STAGED.ids


def test_only_names_of_somebody_are_marked() -> None:
    said = post(ACCOUNT, text="Bersama @kpu.example dan @bukan.siapa")
    replies = [ok(did="did:plc:kpu"), error(400, "InvalidRequest")]
    _, staged = converse(bluesky.stage(said, ACCOUNT), replies)
    assert staged.ids == ("did kpu.example did:plc:kpu",)
    [facet] = _bluesky_record.record(said, replace(staged, since=SINCE))["facets"]
    assert facet["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:kpu"}]


def test_the_record_is_written_only_where_nothing_is() -> None:
    said = one(2)
    staged = replace(STAGED, ids=STAGED.ids * 2)
    [request], receipt = converse(bluesky.commit(said, ACCOUNT, staged), [there(said)])
    assert (request.method, request.repeatable) == ("POST", False)
    assert request.url.endswith("/com.atproto.repo.putRecord")
    body = dict(request.json or {})
    assert body["swapRecord"] is None
    assert body["rkey"] == receipt.remote_id
    assert body["record"]["createdAt"] == "2026-11-21T09:00:00.000Z"
    assert body["record"]["langs"] == ["id"]
    assert [each["alt"] for each in body["record"]["embed"]["images"]] == ["Sampul <merah>"] * 2
    assert receipt.url == f"https://bsky.app/profile/jdihuji.example/post/{receipt.remote_id}"


def test_a_video_is_embedded_alone() -> None:
    film = Media(name="a.mp4", url="", alt="Rapat", mime="video/mp4", content=lambda: b"mp4")
    said = post(ACCOUNT, (film,))
    blob = {**BLOB, "mimeType": "video/mp4", "size": 3}
    _, staged = converse(bluesky.stage(said, ACCOUNT), [ok(blob=blob)])
    embed = _bluesky_record.record(said, replace(staged, since=SINCE))["embed"]
    assert embed == {"$type": "app.bsky.embed.video", "video": blob, "alt": "Rapat"}


def test_a_video_says_its_shape_as_people_see_it() -> None:
    data = pictures.held_upright(pictures.film(size=(160, 120)))
    said = post(ACCOUNT, (Media(name="a.mp4", url="", alt="Rapat", mime="video/mp4", content=lambda: data),))
    _, staged = converse(bluesky.stage(said, ACCOUNT), [ok(blob={**BLOB, "mimeType": "video/mp4", "size": 3})])
    embed = _bluesky_record.record(said, replace(staged, since=SINCE))["embed"]
    assert embed["aspectRatio"] == {"width": 120, "height": 160}


def test_a_video_beside_a_picture_is_refused_before_anything_is_sent() -> None:
    [still] = one().media
    moving = replace(still, name="a.mp4", mime="video/mp4")
    for media in ((still, moving), (moving, still), (moving, moving)):
        with pytest.raises(Rejected, match="satu video tanpa gambar lain"):
            next(bluesky.stage(post(ACCOUNT, media), ACCOUNT))


def test_the_key_is_fixed_by_the_effect_and_by_nothing_else() -> None:
    said = one()
    assert re.fullmatch(FORMATS["tid"], rkey(said))
    assert rkey(said) == rkey(replace(said, text="lain"), replace(STAGED, ids=()))
    others = {rkey(replace(said, item=f"butir-{number}")) for number in range(500)}
    assert len(others | {rkey(said)}) == 501
    assert rkey(said) < rkey(said, replace(STAGED, since=datetime(2026, 11, 21, 9, 0, 1, tzinfo=UTC)))


def test_without_a_recorded_intent_nothing_is_sent() -> None:
    with pytest.raises(Deferred, match="niat"):
        converse(bluesky.commit(one(), ACCOUNT, replace(STAGED, since=None)), [])


def test_an_answer_names_the_head_of_the_thread() -> None:
    below = f"at://did:plc:{'w' * 24}/app.bsky.feed.post/3kxyz"
    root = {"uri": "at://did:plc:akar/app.bsky.feed.post/1", "cid": "bafyakar"}
    said = replace(one(0), reply_to=below)
    parent = ok(uri=below, cid="bafyinduk", value={"reply": {"root": root}})
    [request], staged = converse(bluesky.stage(said, ACCOUNT), [parent])
    assert request.params["repo"] == f"did:plc:{'w' * 24}"
    reply = _bluesky_record.record(said, replace(staged, since=SINCE))["reply"]
    assert reply == {"root": root, "parent": {"uri": below, "cid": "bafyinduk"}}
    with pytest.raises(Rejected, match="sudah tidak ada"):
        converse(bluesky.stage(said, ACCOUNT), [ABSENT])


# -- what is marked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tanpa apa pun", []),
        ("lihat https://jdih.example/a.", ["link https://jdih.example/a"]),
        ("(https://jdih.example/a)", ["link https://jdih.example/a"]),
        ("https://jdih.example/a_(b)", ["link https://jdih.example/a_(b)"]),
        ("x https://jdih.example?q=1#2, y", ["link https://jdih.example?q=1#2"]),
        ("jdih.example saja", []),
        ("#JDIHKPU #Pemilu2029!", ["tag JDIHKPU", "tag Pemilu2029"]),
        ("nomor #10 dan a#b", []),
        ("#" + "a" * 65, []),
        ("surel a@jdih.example, @kpu.example.", ["mention kpu.example"]),
        ("@tanpatitik", []),
    ],
)
def test_marks(text: str, found: list[str]) -> None:
    assert [f"{mark.kind} {mark.value}" for mark in _bluesky_text.marks(text)] == found


def test_marks_are_placed_by_bytes() -> None:
    text = "👩‍👩‍👧 é #Satu https://jdih.example/1."
    data = text.encode()
    shown = [data[mark.start : mark.end].decode() for mark in _bluesky_text.marks(text)]
    assert shown == ["#Satu", "https://jdih.example/1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pemilu", 6),
        ("e\u0301", 1),
        ("👨‍👩‍👧‍👦", 3),
        ("👨‍👩‍👧‍👦" + "a" * 9, 10),
        ("a" * 300, 300),
        ("क्षि", 2),
        ("故" * 300, 300),
    ],
)
def test_length(text: str, expected: int) -> None:
    assert bluesky.length(text) == expected


# -- lost answers


@pytest.mark.parametrize(
    "first",
    [
        GONE,
        error(500, "InternalServerError"),
        error(502, "UpstreamFailure"),
        Response(200, None),
        Response(200, []),
        ok(uri="at://lain"),
        Response(302, None),
        error(400, "InvalidSwap"),
        error(400, "BelumDikenal"),
    ],
)
def test_after_a_lost_answer_the_repository_is_asked(first: Response | Unknown) -> None:
    said = one()
    asked, receipt = converse(bluesky.commit(said, ACCOUNT, STAGED), [first, there(said)])
    assert receipt.remote_id == rkey(said)
    assert [request.method for request in asked] == ["POST", "GET"]
    assert asked[1].delay > 0
    with pytest.raises(Deferred, match="dipastikan belum ada"):
        converse(bluesky.commit(said, ACCOUNT, STAGED), [first, ABSENT])
    for unclear in (Response(500, None), Response(200, None), Deferred("terputus")):
        with pytest.raises(Unknown):
            converse(bluesky.commit(said, ACCOUNT, STAGED), [first, unclear])


@pytest.mark.parametrize(
    ("reply", "fault", "wide"),
    [
        (error(400, "InvalidRequest"), Rejected, None),
        (error(400, "InvalidMimeType"), Rejected, None),
        (error(400, "BlobNotFound"), Deferred, False),
        (error(400, "ExpiredToken"), Deferred, True),
        (error(401, "AuthMissing"), Deferred, True),
        (error(401, "AccountTakedown"), Deferred, True),
        (Response(429, {"error": "RateLimitExceeded"}), Deferred, True),
    ],
)
def test_the_irreversible_call_is_judged(reply: Response, fault: type[Exception], wide: bool | None) -> None:  # noqa: FBT001
    with pytest.raises(fault) as caught:
        converse(bluesky.commit(one(), ACCOUNT, STAGED), [reply])
    assert getattr(caught.value, "account_wide", None) == wide


def test_a_pause_ends_when_the_server_says() -> None:
    headers = {"ratelimit-reset": "1795251660", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}
    with pytest.raises(Deferred) as caught:
        converse(bluesky.commit(one(), ACCOUNT, STAGED), [Response(429, {}, headers)])
    assert caught.value.retry_after == 60.0


def test_a_refused_large_picture_says_what_to_do() -> None:
    large = replace(one().media[0], content=lambda: bytes(1_500_000))
    with pytest.raises(Rejected, match="perkecil gambarnya"):
        converse(bluesky.commit(replace(one(), media=(large,)), ACCOUNT, STAGED), [error(400, "InvalidRequest")])


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Response(413, {"error": "PayloadTooLarge"}), Rejected),
        (Response(503, None), Deferred),
        (ok(), Deferred),
        (Response(200, None), Deferred),
        (Response(301, None), Deferred),
    ],
)
def test_staging_faults(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(bluesky.stage(one(), ACCOUNT), [reply])


def test_find_is_exact() -> None:
    assert converse(bluesky.find(one(), ACCOUNT, STAGED), [ABSENT])[1] is None
    [request], receipt = converse(bluesky.find(one(), ACCOUNT, STAGED), [there(one())])
    assert request.params["rkey"] == rkey(one())
    assert receipt
    for unclear in (error(400, "InvalidRequest"), Response(500, None), ok()):
        with pytest.raises((Rejected, Deferred)):
            converse(bluesky.find(one(), ACCOUNT, STAGED), [unclear])


def test_never_a_removal_that_did_not_happen() -> None:
    receipt = Receipt(remote_id="3kabc", url="")
    [request], _ = converse(bluesky.retract(receipt, ACCOUNT), [ok()])
    assert (request.json, request.repeatable) == (
        {"repo": ACCOUNT.id, "collection": "app.bsky.feed.post", "rkey": "3kabc"},
        True,
    )
    for reply in (error(500, "InternalServerError"), error(401, "AuthMissing"), Response(200, None)):
        with pytest.raises(Deferred):
            converse(bluesky.retract(receipt, ACCOUNT), [reply])


ODD: list[Any] = [
    None,
    [],
    {},
    "teks",
    5,
    [5],
    [{}],
    {"notifications": [{"uri": "a", "reason": "reply", "indexedAt": "x"}]},
    {"value": {}, "uri": "at://a/b/c"},
    {"blob": {"ref": 5}},
]


@pytest.mark.parametrize("body", ODD, ids=str)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_strange_answers_end_in_one_clear_line(body: object, status: int) -> None:
    said = replace(one(), reply_to="77")
    flows: list[Flow[Any]] = [
        bluesky.stage(said, ACCOUNT),
        bluesky.commit(said, ACCOUNT, STAGED),
        bluesky.find(said, ACCOUNT, STAGED),
        bluesky.retract(Receipt(remote_id="9", url=""), ACCOUNT),
        bluesky.comments(ACCOUNT, SINCE),
        bluesky.health(ACCOUNT),
    ]
    for flow in flows:
        try:
            converse(flow, [Response(status, body)] * 40)
        except JdihError as fault:
            assert "\n" not in str(fault)  # noqa: PT017 - any other exception is the fault looked for


# -- comments, health


def notice(moment: str, reason: str = "reply") -> dict[str, Any]:
    return {
        "uri": "at://did:plc:warga/app.bsky.feed.post/3kwarga",
        "reason": reason,
        "reasonSubject": f"at://{ACCOUNT.id}/app.bsky.feed.post/3kinduk",
        "author": {"did": "did:plc:warga", "handle": "warga.example"},
        "record": {"text": "Berlaku sejak kapan?"},
        "indexedAt": moment,
    }


def test_comments_are_read_back_to_the_moment_asked() -> None:
    first = ok(notifications=[notice("2026-11-21T10:00:00.000Z"), notice("2026-11-21T09:30:00Z", "like")], cursor="c")
    second = ok(notifications=[notice("2026-11-21T09:10:00.000Z", "mention"), notice("2026-11-21T08:00:00.000Z")])
    asked, remarks = converse(bluesky.comments(ACCOUNT, SINCE), [first, second])
    assert asked[1].params["cursor"] == "c"
    assert [remark.at.minute for remark in remarks] == [10, 0]
    assert remarks[1].post == "3kinduk"
    assert remarks[1].url == "https://bsky.app/profile/did:plc:warga/post/3kwarga"


@pytest.mark.parametrize(
    ("reply", "usable"),
    [
        (ok(did=ACCOUNT.id, handle="jdihuji.example", active=True), True),
        (ok(did=ACCOUNT.id, handle="jdihuji.example", active=False, status="suspended"), False),
        (ok(did="did:plc:lain", handle="lain.example"), False),
        (error(401, "AuthenticationRequired"), False),
    ],
)
def test_health(reply: Response, usable: bool) -> None:  # noqa: FBT001
    assert converse(bluesky.health(ACCOUNT), [reply])[1].usable is usable


# -- with its stand-in


class Watched(Sandbox):
    """The stand-in, with a list of what it was asked and whether the password was in it."""

    seen: list[tuple[str, bool]]
    bearers: list[str]
    refuses = False
    ill: frozenset[str] = frozenset()
    """What is answered 502."""

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        name = environ["PATH_INFO"].rpartition("/")[2]
        self.seen.append((name, PASSWORD.encode() in body or PASSWORD in str(environ)))
        self.bearers.append(environ.get("HTTP_AUTHORIZATION", ""))
        kept = body.replace(PASSWORD.encode(), b"") if self.refuses else body
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(kept), str(len(kept))
        if name in self.ill:
            start_response("502 Bad Gateway", [])
            return [b"{}"]
        return super().app(environ, start_response)

    def times(self, name: str) -> int:
        return [path for path, _ in self.seen].count(name)


@pytest.fixture
def watched(tmp_path: Path, clock: Clock) -> Watched:
    sandbox = Watched(tmp_path / "sandbox", clock, {ACCOUNT.id: ACCOUNT.handle})
    sandbox.seen, sandbox.bearers = [], []
    return sandbox


@pytest.fixture
def desk(ledger: Ledger, watched: Watched, site: str, clock: Clock) -> Iterator[Desk]:
    with watched.running() as address:
        yield Desk(ledger, watched, address, site, clock, {ACCOUNT.ref: PASSWORD})


def judged(flow: Flow[Any], lexicons: Lexicons, met: list[str]) -> Flow[Any]:
    """Let *flow* go on as it is, with every question and good answer held against the lexicons."""
    try:
        request = next(flow)
        while True:
            nsid = urlsplit(request.url).path.rpartition("/")[2]
            met.append(nsid)
            assert lexicons.question(nsid, request.json or request.params) == []
            if "record" in (request.json or {}):
                body = dict(request.json or {})
                assert lexicons.record(body["collection"], body["record"], body["rkey"]) == []
            response = yield request
            if response.status == 200:
                assert lexicons.reply(nsid, response.json) == []
            request = flow.send(response)
    except StopIteration as stop:
        return stop.value


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    return Lexicons(shared("platforms/bluesky/lexicons"))


def test_client_and_stand_in_follow_the_lexicons(desk: Desk, lexicons: Lexicons) -> None:
    met: list[str] = []
    edges = desk.edges

    def ask(flow: Flow[Any]) -> Any:  # noqa: ANN401
        return edges.ask(judged(flow, lexicons, met), ACCOUNT)

    said = replace(one(2), text="Halo @jdihuji.example #JDIHKPU https://jdih.example/1")
    staged = replace(ask(bluesky.stage(said, ACCOUNT)), since=SINCE)
    receipt = ask(bluesky.commit(said, ACCOUNT, staged))
    assert ask(bluesky.find(said, ACCOUNT, staged)) == receipt
    desk.sandbox.remark("bluesky", receipt.remote_id, "warga.example", "Berlaku sejak kapan?")
    [remark] = ask(bluesky.comments(ACCOUNT, SINCE))
    assert remark.post == receipt.remote_id
    answer = replace(post(ACCOUNT, text="Hari ini.", item="jawab"), reply_to=remark.id)
    answered = ask(bluesky.commit(answer, ACCOUNT, replace(ask(bluesky.stage(answer, ACCOUNT)), since=SINCE)))
    assert answered.remote_id != receipt.remote_id
    ask(bluesky.retract(receipt, ACCOUNT))
    assert ask(bluesky.find(said, ACCOUNT, staged)) is None
    assert ask(bluesky.health(ACCOUNT)).usable
    assert len(set(met)) == 7


def test_what_is_outside_the_lexicons_is_noticed(lexicons: Lexicons) -> None:
    good = _bluesky_record.record(one(), STAGED)
    images = good["embed"]["images"]
    assert lexicons.record("app.bsky.feed.post", good, rkey(one())) == []
    for wrong in (
        {"teks": "a"},
        {"text": "a" * 301},
        {"createdAt": "kemarin"},
        {"langs": ["id"] * 4},
        {"embed": {**good["embed"], "images": images * 5}},
        {"embed": {**good["embed"], "images": [{"image": images[0]["image"]}]}},
        {"embed": {**good["embed"], "$type": "app.bsky.embed.gambar"}},
    ):
        assert lexicons.record("app.bsky.feed.post", good | wrong, rkey(one())), wrong
    assert lexicons.record("app.bsky.feed.post", good, "bukan-tid")
    assert lexicons.question("com.atproto.repo.putRecord", {"repo": ACCOUNT.id})
    assert lexicons.reply("com.atproto.server.getSession", {"did": ACCOUNT.id})


def test_published_once_then_taken_down_once(desk: Desk) -> None:
    subject = wanted(desk.site, ACCOUNT, shares=())
    assert desk.run(subject) == {"bluesky": "published"}
    assert desk.outcomes(subject) == []
    [row] = desk.sandbox.posts()
    assert (row["nama"], row["media"][0]["alt"]) == ("jdihuji.example", "Sampul <merah>")
    gone = replace(subject, withdrawn=True, posts=())
    assert desk.run(gone) == {"bluesky": "retracted"}
    assert desk.live() == []
    assert desk.ledger.verify() == []


@pytest.mark.parametrize(
    "kind",
    [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER, Trouble.DUPLICATE, Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE],
)
def test_whatever_happens_to_the_answer_it_is_live_once(desk: Desk, kind: Trouble) -> None:
    subject = wanted(desk.site, ACCOUNT, shares=())
    desk.sandbox.trouble("bluesky", kind)
    first = desk.run(subject)["bluesky"]
    assert first == ("deferred" if kind in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE) else "published")
    desk.clock.forward(hours=3)
    desk.run(subject)
    assert desk.live() == ["bluesky"]
    assert len(desk.sandbox.posts()) == 1
    assert desk.outcomes(subject) == []


def test_a_pause_is_kept(desk: Desk) -> None:
    subject = wanted(desk.site, ACCOUNT, shares=())
    desk.sandbox.trouble("bluesky", Trouble.PAUSE)
    assert desk.run(subject) == {"bluesky": "deferred"}
    assert desk.run(subject) == {"bluesky": "waiting"}
    desk.clock.forward(minutes=2)
    assert desk.run(subject) == {"bluesky": "published"}


# -- the password and the session


def test_one_login_serves_a_whole_run_and_only_the_login_shows_the_password(desk: Desk, watched: Watched) -> None:
    items = [
        replace(wanted(desk.site, ACCOUNT, shares=()), item=f"b{number}", posts=(post(ACCOUNT, item=f"b{number}"),))
        for number in range(5)
    ]
    assert len(desk.outcomes(*items)) == 5
    assert watched.times("com.atproto.server.createSession") == 1
    assert watched.times("com.atproto.repo.putRecord") == 5
    assert {name for name, shown in watched.seen if shown} == {"com.atproto.server.createSession"}


def test_a_session_that_ended_is_renewed_and_the_request_goes_again(desk: Desk, watched: Watched) -> None:
    edges = desk.edges
    edges.ask(bluesky.health(ACCOUNT), ACCOUNT)
    desk.clock.now += LASTS
    edges.ask(bluesky.commit(one(0), ACCOUNT, Staged(since=SINCE)), ACCOUNT)
    assert len(desk.sandbox.posts()) == 1
    assert watched.times("com.atproto.server.refreshSession") == 1
    assert watched.times("com.atproto.server.createSession") == 1


def test_a_refused_password_stops_the_account_and_is_not_tried_again(desk: Desk, watched: Watched) -> None:
    watched.refuses = True
    [outcome] = desk.outcomes(wanted(desk.site, ACCOUNT, shares=()))
    assert outcome.result.value == "deferred"
    assert "kata sandi aplikasi" in outcome.message
    assert [name for name, _ in watched.seen] == ["com.atproto.server.createSession"]


def test_a_server_that_lets_nobody_in_has_not_been_sent_anything(desk: Desk, watched: Watched) -> None:
    watched.ill = frozenset({"com.atproto.server.createSession"})
    assert desk.run(wanted(desk.site, ACCOUNT, shares=())) == {"bluesky": "deferred"}
    with pytest.raises(Deferred, match="belum dapat masuk"):
        desk.edges.ask(bluesky.commit(one(0), ACCOUNT, Staged(since=SINCE)), ACCOUNT)
    assert {name for name, _ in watched.seen} == watched.ill


def test_a_session_that_cannot_be_renewed_is_opened_anew(desk: Desk, watched: Watched) -> None:
    edges = desk.edges
    edges.ask(bluesky.health(ACCOUNT), ACCOUNT)
    watched.ill = frozenset({"com.atproto.server.refreshSession"})
    desk.clock.now += LASTS
    assert edges.ask(bluesky.health(ACCOUNT), ACCOUNT).usable
    assert watched.times("com.atproto.server.createSession") == 2


def test_no_secret_is_kept_or_said(desk: Desk, tmp_path: Path, remote: Path) -> None:
    edges = desk.edges
    desk.sandbox.trouble("bluesky", Trouble.DROPPED_BEFORE)
    told = [repr(outcome) for outcome in desk.outcomes(wanted(desk.site, ACCOUNT))] + desk.said
    edges.ask(bluesky.health(ACCOUNT), ACCOUNT)
    [session] = edges.sessions.values()
    assert session.access
    assert session.renewal
    repository = Repository(remote)
    told += [repr(edges), repr(session), repository.git("log", "-p", "refs/heads/terbitan")]
    repository.close()
    told += [path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*.json")]
    for secret in (PASSWORD, session.access, session.renewal):
        assert not [text for text in told if secret in text]


def test_password_and_session_go_to_their_own_server_only(desk: Desk, watched: Watched) -> None:
    edges = desk.edges
    edges.ask(bluesky.health(ACCOUNT), ACCOUNT)
    assert [bool(bearer) for bearer in watched.bearers] == [False, True]
    with watched.running() as elsewhere:

        def strays() -> Flow[Response]:
            return (yield Request("POST", f"{elsewhere}/bluesky/xrpc/com.atproto.repo.putRecord", json={}))

        assert edges.ask(strays(), ACCOUNT).body["error"] == "AuthMissing"
    assert watched.bearers[2] == ""
    open_wire = replace(edges, endpoints={"bluesky": "http://bsky.example"}, sessions={})
    with pytest.raises(Deferred, match="hanya dikirim lewat https"):
        open_wire.ask(bluesky.stage(one(), ACCOUNT), ACCOUNT)


@pytest.mark.parametrize("token", ["", "asal"])
def test_without_a_session_nothing_is_accepted(desk: Desk, token: str) -> None:
    def naive() -> Flow[Response]:
        return (yield Request("POST", f"{bluesky.ENDPOINT}/xrpc/com.atproto.repo.putRecord", json={}))

    access = Access(endpoint=bluesky.ENDPOINT, base=f"{desk.address}/bluesky", token=token)
    assert network.carry_out(naive(), access, print).status in (400, 401)
    assert desk.sandbox.posts() == []
