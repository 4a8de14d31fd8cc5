"""Mastodon: its conversations, its stand-in, its specification, and real traffic recorded on 2026-08-01."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from pipeline.carriers.repository import Repository
from pipeline.flow import Deferred, Part, Rejected, Request, Response, Unknown
from pipeline.model.base import JdihError
from pipeline.model.people import Account
from pipeline.model.publishing import Media, Receipt, Staged
from pipeline.platforms import _mastodon_text, mastodon
from pipeline.sandbox import Sandbox, Trouble
from pipeline.sandbox.mastodon import KEPT
from tests.publish.judges import Described
from tests.publish.parts import Desk, converse, picture, post, shared, wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from pipeline.carriers.ledger import Ledger
    from pipeline.flow import Flow
    from tests.publish.parts import Clock

ACCOUNT = Account(platform="mastodon", id="117020565966271181", handle="jdihuji@sosial.example")
TOKEN = "kenari-mastodon"  # noqa: S105 - a canary
HOME = "https://sosial.example"
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
STAGED = Staged(ids=("mastodon",), since=SINCE)
STRANGE = Staged(ids=("gotosocial",), since=SINCE)
GONE = Unknown("POST sosial.example: sambungan terputus")
NONE = Response(200, [])
SERVER = Response(200, {"software": {"name": "mastodon"}})
TOLD = Response(200, {"configuration": {}})
SHOWN = (
    "<p>Keputusan KPU &amp; lampirannya telah terbit: "
    '<a href="https://jdih.kpu.go.id/produk/1" target="_blank" rel="nofollow noopener" translate="no">'
    '<span class="invisible">https://</span><span class="">jdih.kpu.go.id/produk/1</span>'
    '<span class="invisible"></span></a> <a href="https://sosial.example/tags/JDIHKPU" class="mention hashtag" '
    'rel="tag">#<span>JDIHKPU</span></a></p>'
)


def ok(**body: Any) -> Response:  # noqa: ANN401
    return Response(200, body)


def error(status: int) -> Response:
    return Response(status, {"error": "pesan"})


def row(
    content: str = SHOWN, moment: str = "2026-11-21T09:01:00.000Z", number: str = "9", **more: object
) -> dict[str, Any]:
    url = f"{HOME}/@jdihuji/{number}"
    return {"id": number, "created_at": moment, "content": content, "url": url, "in_reply_to_id": None, **more}


def listed(*rows: dict[str, Any]) -> Response:
    return Response(200, list(rows))


def film() -> Media:
    return Media(name="a.mp4", url="", alt="Rapat pleno", mime="video/mp4", content=lambda: b"mp4")


# -- what is sent


def test_the_servers_own_limits_come_first() -> None:
    asked, staged = converse(mastodon.stage(post(ACCOUNT), ACCOUNT), [SERVER, TOLD])
    assert [request.url for request in asked] == [f"{HOME}/nodeinfo/2.0", f"{HOME}/api/v2/instance"]
    assert staged.ids == ("mastodon",)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"statuses": {"max_characters": 20}}, "peladen menerima 20"),
        ({"statuses": {"max_media_attachments": 0}}, "1 berkas, peladen menerima 0"),
        ({"media_attachments": {"supported_mime_types": ["image/png"]}}, "tidak menerima image/jpeg"),
        ({"media_attachments": {"image_size_limit": 10}}, "peladen menerima 10"),
        ({"media_attachments": {"description_limit": 3}}, "teks alternatif 14 karakter"),
    ],
)
def test_what_the_server_does_not_take_is_refused_before_anything_is_sent(told: dict[str, Any], why: str) -> None:
    said = post(ACCOUNT, (picture("http://127.0.0.1:1"),))
    with pytest.raises(Rejected, match=why):
        converse(mastodon.stage(said, ACCOUNT), [SERVER, ok(configuration=told)])


def test_a_server_with_more_room_is_believed() -> None:
    said = post(ACCOUNT, text="a" * 900)
    assert converse(mastodon.stage(said, ACCOUNT), [SERVER, ok(configuration={"statuses": {"max_characters": 1000}})])
    with pytest.raises(Rejected, match="kurangi 400"):
        converse(mastodon.stage(said, ACCOUNT), [SERVER, Response(404, {"error": "x"})])


def test_a_picture_is_uploaded_with_its_description() -> None:
    said = post(ACCOUNT, (picture("http://127.0.0.1:1"),))
    asked, staged = converse(mastodon.stage(said, ACCOUNT), [SERVER, TOLD, ok(id="116")])
    parts = asked[2].multipart or {}
    assert (asked[2].url, parts["description"]) == (f"{HOME}/api/v2/media", "Sampul <merah>")
    assert isinstance(parts["file"], Part)
    assert staged.ids == ("mastodon", "116")


def test_a_video_beside_a_picture_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(Rejected, match="satu video tanpa gambar lain"):
        next(mastodon.stage(post(ACCOUNT, (picture("http://127.0.0.1:1"), film())), ACCOUNT))


def test_a_video_is_waited_for() -> None:
    replies = [SERVER, TOLD, Response(202, {"id": "116"}), Response(206, {"id": "116"}), ok(id="116")]
    asked, staged = converse(mastodon.stage(post(ACCOUNT, (film(),)), ACCOUNT), replies)
    assert [request.delay for request in asked[3:]] == [1.0, 2.0]
    assert staged.ids == ("mastodon", "116")
    with pytest.raises(Deferred, match="belum selesai"):
        converse(mastodon.stage(post(ACCOUNT, (film(),)), ACCOUNT), [*replies[:3], *[Response(206, {})] * 8])
    with pytest.raises(Rejected):
        converse(mastodon.stage(post(ACCOUNT, (film(),)), ACCOUNT), [*replies[:3], error(422)])


@pytest.mark.parametrize("handle", ["jdihuji", "jdihuji@", "jdihuji@a b", "jdihuji@sosial.example/x", "a@b:c@d"])
def test_an_account_without_a_server_is_not_guessed(handle: str) -> None:
    with pytest.raises(Deferred, match="nama@peladen"):
        converse(mastodon.stage(post(ACCOUNT), replace(ACCOUNT, handle=handle)), [])


def test_the_status_carries_the_effects_key() -> None:
    said = replace(post(ACCOUNT), reply_to="55")
    staged = replace(STAGED, ids=("mastodon", "116", "117"))
    [look, request], receipt = converse(mastodon.commit(said, ACCOUNT, staged), [NONE, Response(200, row())])
    assert (look.method, request.method, request.repeatable) == ("GET", "POST", False)
    assert request.headers == {"Idempotency-Key": said.key}
    assert request.json == {
        "status": said.text,
        "language": "id",
        "visibility": "public",
        "media_ids": ["116", "117"],
        "in_reply_to_id": "55",
    }
    assert receipt == Receipt(remote_id="9", url=f"{HOME}/@jdihuji/9")


def test_what_is_live_already_is_not_sent() -> None:
    [look], receipt = converse(mastodon.commit(post(ACCOUNT), ACCOUNT, STAGED), [listed(row())])
    assert look.method == "GET"
    assert receipt.remote_id == "9"


# -- lost answers

LOST = [GONE, error(500), error(503), Response(200, None), Response(200, {"id": []}), Response(302, None), error(409)]


@pytest.mark.parametrize("lost", LOST)
def test_after_a_lost_answer_the_list_is_asked(lost: Response | Unknown) -> None:
    asked, receipt = converse(mastodon.commit(post(ACCOUNT), ACCOUNT, STAGED), [NONE, lost, listed(row())])
    assert receipt.remote_id == "9"
    assert [request.method for request in asked] == ["GET", "POST", "GET"]
    assert asked[2].delay > 0


@pytest.mark.parametrize("lost", LOST)
def test_absent_it_is_sent_again_only_where_the_key_is_kept(lost: Response | Unknown) -> None:
    with pytest.raises(Deferred, match="kunci yang sama"):
        converse(mastodon.commit(post(ACCOUNT), ACCOUNT, STAGED), [NONE, lost, NONE])
    for staged in (STRANGE, replace(STAGED, ids=("-",)), replace(STAGED, ids=())):
        with pytest.raises(Unknown):
            converse(mastodon.commit(post(ACCOUNT), ACCOUNT, staged), [NONE, lost, NONE])
    for unclear in (error(500), Response(200, {}), Deferred("terputus"), error(404)):
        with pytest.raises(Unknown):
            converse(mastodon.commit(post(ACCOUNT), ACCOUNT, STAGED), [NONE, lost, unclear])


@pytest.mark.parametrize(
    ("reply", "fault", "wide"),
    [
        (error(401), Deferred, True),
        (error(403), Deferred, True),
        (error(429), Deferred, True),
        (error(404), Rejected, None),
        (error(410), Rejected, None),
        (error(422), Rejected, None),
    ],
)
def test_the_irreversible_call_is_judged(reply: Response, fault: type[Exception], wide: bool | None) -> None:  # noqa: FBT001
    with pytest.raises(fault) as caught:
        converse(mastodon.commit(post(ACCOUNT), ACCOUNT, STAGED), [NONE, reply])
    assert getattr(caught.value, "account_wide", None) == wide


def test_a_pause_ends_when_the_server_says() -> None:
    headers = {"x-ratelimit-reset": "2026-11-21T09:01:00.952260Z", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}
    with pytest.raises(Deferred) as caught:
        converse(mastodon.commit(post(ACCOUNT), ACCOUNT, STAGED), [NONE, Response(429, {"error": "x"}, headers)])
    assert caught.value.retry_after == pytest.approx(60.95, abs=0.01)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [(error(422), Rejected), (error(413), Rejected), (error(503), Deferred), (ok(), Deferred), (error(401), Deferred)],
)
def test_staging_faults(reply: Response, fault: type[Exception]) -> None:
    said = post(ACCOUNT, (picture("http://127.0.0.1:1"),))
    with pytest.raises(fault):
        converse(mastodon.stage(said, ACCOUNT), [SERVER, TOLD, reply])


@pytest.mark.parametrize(("reply", "software"), [(error(404), "-"), (Response(200, None), "-"), (ok(software=[]), "-")])
def test_software_that_does_not_say_its_name_is_not_trusted(reply: Response, software: str) -> None:
    _, staged = converse(mastodon.stage(post(ACCOUNT), ACCOUNT), [reply, TOLD])
    assert staged.ids == (software,)


# -- finding


@pytest.mark.parametrize(
    ("replies", "found"),
    [
        ([NONE], False),
        ([listed(row())], True),
        ([listed(row(SHOWN.replace("telah", "akan"))), NONE], False),
        ([listed(row(moment="2026-11-21T08:00:00.000Z"))], False),
        ([listed(row(in_reply_to_id="5")), NONE], False),
        ([listed(row("<p>lain</p>", number="12")), listed(row())], True),
    ],
)
def test_find(replies: list[Response], found: bool) -> None:  # noqa: FBT001
    asked, receipt = converse(mastodon.find(post(ACCOUNT), ACCOUNT, STAGED), replies)
    assert (receipt is not None) is found
    assert asked[0].url == f"{HOME}/api/v1/accounts/{ACCOUNT.id}/statuses"
    assert len(asked) < 2 or asked[1].params["max_id"] in ("9", "12")


def test_a_list_without_end_is_not_a_no() -> None:
    with pytest.raises(Unknown):
        converse(mastodon.find(post(ACCOUNT), ACCOUNT, STAGED), [listed(row("<p>lain</p>"))] * 10)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Satu\nDua\n\nTiga", "<p>Satu<br />Dua</p><p>Tiga</p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
        ("Halo @kpu@sosial.example!", '<p>Halo <span class="h-card"><a href="x">@<span>kpu</span></a></span>!</p>'),
        ("e\u0301", "<p>é</p>"),
    ],
)
def test_what_is_shown_is_recognised(text: str, content: str) -> None:
    assert _mastodon_text.shown(content) == _mastodon_text.plain(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pemilu", 6),
        ("https://jdih.example/" + "x" * 300, 23),
        ("lihat https://jdih.example/a.", 6 + 23 + 1),
        ("jdih.example", 12),
        ("Halo @kpu@sosial.example", 9),
        ("surel a@jdih.example", 20),
        ("👨‍👩‍👧‍👦e\u0301🇮🇩", 3),
    ],
)
def test_length(text: str, expected: int) -> None:
    assert mastodon.length(text) == expected


# -- take down, comments, health


@pytest.mark.parametrize("reply", [ok(id="9", text="a"), error(404)])
def test_what_is_there_or_gone_is_taken_down(reply: Response) -> None:
    [request], _ = converse(mastodon.retract(Receipt(remote_id="9", url=""), ACCOUNT), [reply])
    assert (request.method, request.url, request.repeatable) == ("DELETE", f"{HOME}/api/v1/statuses/9", True)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (error(401), Deferred),
        (error(500), Deferred),
        (error(422), Rejected),
        (error(429), Deferred),
        pytest.param(ok(), Deferred, id="an empty object"),
        pytest.param(Response(404, None), Deferred, id="a page of somebody else's"),
    ],
)
def test_never_a_removal_that_did_not_happen(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(mastodon.retract(Receipt(remote_id="9", url=""), ACCOUNT), [reply])


def notice(moment: str, visibility: str = "public") -> dict[str, Any]:
    status = {**row("<p>@jdihuji Berlaku <b>kapan</b>?</p>", moment, "77"), "visibility": visibility}
    return {"id": "5", "created_at": moment, "account": {"acct": "warga@lain.example"}, "status": status}


def test_comments_in_public_are_read_back_to_the_moment_asked() -> None:
    fresh = [notice("2026-11-21T10:00:00.000Z"), notice("2026-11-21T09:30:00.000Z", "direct")]
    rows = [*fresh, {**notice("2026-11-21T09:20:00.000Z"), "status": None}, notice("2026-11-21T08:00:00.000Z")]
    [request], [remark] = converse(mastodon.comments(ACCOUNT, SINCE), [listed(*rows)])
    assert request.params["types[]"] == "mention"
    assert (remark.id, remark.author, remark.text) == ("77", "warga@lain.example", "@jdihuji Berlaku kapan?")


@pytest.mark.parametrize(
    ("reply", "usable"), [(ok(id=ACCOUNT.id), True), (ok(id="1", acct="lain"), False), (error(401), False)]
)
def test_health(reply: Response, usable: bool) -> None:  # noqa: FBT001
    assert converse(mastodon.health(ACCOUNT), [reply])[1].usable is usable


ODD: list[Any] = [
    None,
    [],
    {},
    "teks",
    5,
    [5],
    [{}],
    [{"id": "1", "created_at": "x", "content": "a"}],
    {"configuration": {"statuses": []}, "id": 5},
]


@pytest.mark.parametrize("body", ODD, ids=str)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_strange_answers_end_in_one_clear_line(body: object, status: int) -> None:
    said = replace(post(ACCOUNT, (picture("http://127.0.0.1:1"),)), reply_to="77")
    flows: list[Flow[Any]] = [
        mastodon.stage(said, ACCOUNT),
        mastodon.commit(said, ACCOUNT, STAGED),
        mastodon.find(said, ACCOUNT, STAGED),
        mastodon.retract(Receipt(remote_id="9", url=""), ACCOUNT),
        mastodon.comments(ACCOUNT, SINCE),
        mastodon.health(ACCOUNT),
    ]
    for flow in flows:
        try:
            converse(flow, [Response(status, body)] * 40)
        except JdihError as fault:
            assert "\n" not in str(fault)  # noqa: PT017 - any other exception is the fault looked for


# -- recorded traffic


def recorded(name: str) -> list[tuple[str, str, Response]]:
    """Return (method, path, answer) of a cassette."""
    cassette = yaml.safe_load(shared(f"platforms/mastodon/cassettes/{name}.yaml").read_text(encoding="utf-8"))
    found = []
    for each in cassette["interactions"]:
        reply = each["response"]
        headers = {key.lower(): values[0] for key, values in reply["headers"].items()}
        body = json.loads(reply["body"]["string"] or "null")
        found.append(
            (
                each["request"]["method"],
                urlsplit(each["request"]["uri"]).path,
                Response(reply["status"]["code"], body, headers),
            )
        )
    return found


def test_real_answers_are_understood() -> None:
    posted = recorded("test_media_post_multiple")
    uploads = [reply for method, path, reply in posted if path == "/api/v2/media"]
    [told] = [reply for method, path, reply in posted if path == "/api/v2/instance/"]
    said = post(ACCOUNT, (picture("http://127.0.0.1:1"),) * 2, text="LOL check this out")
    _, staged = converse(mastodon.stage(said, ACCOUNT), [SERVER, told, *uploads])
    assert staged.ids[1:] == tuple(reply.body["id"] for reply in uploads)
    [made] = [reply for method, path, reply in posted if (method, path) == ("POST", "/api/v1/statuses")]
    _, receipt = converse(mastodon.commit(said, ACCOUNT, staged), [NONE, made])
    assert receipt == Receipt(remote_id=made.body["id"], url=made.body["url"])
    _, found = converse(mastodon.find(said, ACCOUNT, Staged()), [listed(dict(made.body))])
    assert found == receipt, "its own words are recognised in the real server's HTML"
    [deleted] = [reply for method, _, reply in posted if method == "DELETE"]
    converse(mastodon.retract(receipt, ACCOUNT), [deleted])


def test_real_comments_and_real_accounts_are_understood() -> None:
    [mentions] = [
        reply for _, path, reply in recorded("test_notifications_mentions_only") if path.endswith("/notifications")
    ]
    _, remarks = converse(mastodon.comments(ACCOUNT, SINCE - timedelta(days=365)), [mentions, NONE])
    assert [(remark.author, remark.text) for remark in remarks] == [("admin", "@mastodonpy_test hello!")]
    [(_, _, me), *_] = recorded("test_verify_credentials")
    assert converse(mastodon.health(replace(ACCOUNT, id=me.body["id"])), [me])[1].usable


def test_real_texts_are_recognised_in_every_recorded_status() -> None:
    folder = shared("platforms/mastodon/cassettes")
    shown: dict[str, str] = {}
    written: dict[str, str] = {}
    for name in sorted(path.stem for path in folder.glob("*.yaml")):
        for method, path, reply in recorded(name):
            if method == "POST" and path == "/api/v1/statuses" and "content" in reply.body:
                shown[reply.body["id"]] = reply.body["content"]
            if method == "DELETE" and "text" in reply.body:
                written[reply.body["id"]] = reply.body["text"]
    quotes = {number for number, content in shown.items() if content.startswith('<p class="quote-inline">')}
    both = (shown.keys() & written.keys()) - quotes  # the desk quotes nobody
    assert len(both) > 15
    wrong = [each for each in both if _mastodon_text.shown(shown[each]) != _mastodon_text.plain(written[each])]
    assert [(shown[each], written[each]) for each in wrong] == []


# -- with its stand-in


@pytest.fixture
def desk(ledger: Ledger, tmp_path: Path, site: str, clock: Clock) -> Iterator[Desk]:
    sandbox = Sandbox(tmp_path / "sandbox", clock, {ACCOUNT.id: ACCOUNT.handle, TOKEN: ACCOUNT.handle})
    with sandbox.running() as address:
        yield Desk(ledger, sandbox, address, site, clock, {ACCOUNT.ref: TOKEN})


@pytest.fixture(scope="module")
def specification() -> Described:
    document = json.loads(shared("platforms/mastodon/openapi-schema.json").read_text(encoding="utf-8"))
    document["servers"] = [{"url": HOME}]
    for path in document["paths"].values():
        for operation in path.values():
            operation.pop("security", None)  # OAuth is not a thing a document's judge can check
    body = document["paths"]["/api/v2/media"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    body["properties"]["file"].pop("type")  # to the judge a file is bytes, not text
    choice = document["paths"]["/api/v1/statuses"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    choice["anyOf"] = choice.pop("oneOf")  # a status with text and media is both kinds of status the document lists
    whole = document["components"]["schemas"]["Status"]
    gone = {**whole, "required": [name for name in whole["required"] if name != "content"]}
    # A deleted status was recorded with its source in the place of its content.
    document["paths"]["/api/v1/statuses/{id}"]["delete"]["responses"]["200"]["content"]["application/json"] = {
        "schema": gone
    }
    return Described(document)


def described(request: Request) -> MockRequest:
    """Return a flow's request as the specification's judge reads it. Multipart is judged by its fields."""
    body: dict[str, Any] | None = dict(request.json) if request.json is not None else None
    kind = "application/json"
    data = json.dumps(body).encode() if body is not None else None
    if request.multipart is not None:
        kind, edge = "multipart/form-data; boundary=tepi", "--tepi"
        said = request.multipart["description"]
        file = f'{edge}\r\nContent-Disposition: form-data; name="file"\r\n\r\nbiner\r\n'
        data = (
            f'{file}{edge}\r\nContent-Disposition: form-data; name="description"\r\n\r\n{said}\r\n{edge}--\r\n'.encode()
        )
    args = {name.removesuffix("[]"): value for name, value in request.params.items()}
    return MockRequest(
        HOME,
        request.method.lower(),
        urlsplit(request.url).path,
        args=args,
        headers={"Authorization": "Bearer x", **request.headers},
        data=data,
        content_type=kind,
    )


def judged(flow: Flow[Any], specification: Described, met: list[str]) -> Flow[Any]:
    """Let *flow* go on as it is, with every question and answer held against the specification."""
    try:
        request = next(flow)
        while True:
            response = yield request
            if "/nodeinfo/" not in request.url:
                specification.validate_request(described(request))
                answer = MockResponse(json.dumps(response.json).encode(), status_code=response.status)
                specification.validate_response(described(request), answer)
                met.append(f"{request.method} {response.status} {urlsplit(request.url).path.split('/')[3]}")
            request = flow.send(response)
    except StopIteration as stop:
        return stop.value


def test_client_and_stand_in_follow_the_specification(desk: Desk, specification: Described) -> None:
    met: list[str] = []
    edges = desk.edges

    def ask(flow: Flow[Any]) -> Any:  # noqa: ANN401
        return edges.ask(judged(flow, specification, met), ACCOUNT)

    said = post(ACCOUNT, (picture(desk.site),), text="Halo @kpu@sosial.example,\n\nbaca https://jdih.example/1 #JDIH")
    staged = replace(ask(mastodon.stage(said, ACCOUNT)), since=desk.clock.now)
    receipt = ask(mastodon.commit(said, ACCOUNT, staged))
    moving = post(ACCOUNT, (film(),), text="Rapat", item="film")
    ask(mastodon.commit(moving, ACCOUNT, replace(ask(mastodon.stage(moving, ACCOUNT)), since=desk.clock.now)))
    assert ask(mastodon.find(said, ACCOUNT, staged)) == receipt
    desk.sandbox.remark("mastodon", receipt.remote_id, "warga", "Berlaku kapan?")
    [remark] = ask(mastodon.comments(ACCOUNT, SINCE))
    assert (remark.post, remark.text) == (receipt.remote_id, "Berlaku kapan?")
    answer = replace(post(ACCOUNT, text="Hari ini.", item="jawab"), reply_to=remark.id)
    ask(mastodon.commit(answer, ACCOUNT, replace(STAGED, since=desk.clock.now)))
    for _ in range(2):
        ask(mastodon.retract(receipt, ACCOUNT))
    assert ask(mastodon.find(said, ACCOUNT, staged)) is None
    assert ask(mastodon.health(ACCOUNT)).usable
    assert {"POST 202 media", "GET 206 media", "POST 200 statuses", "DELETE 404 statuses"} <= set(met)


def test_a_request_outside_the_specification_is_noticed(specification: Described) -> None:
    for wrong in ({"status": 5}, {"teks": "a"}, {"media_ids": "116"}):
        with pytest.raises(OpenAPIError):
            specification.validate_request(described(Request("POST", f"{HOME}/api/v1/statuses", json=wrong)))
    for asked in ({"batas": "40"}, {"limit": "40", "sort": "id"}):
        with pytest.raises(OpenAPIError):
            specification.validate_request(
                described(Request("GET", f"{HOME}/api/v1/accounts/1/statuses", params=asked))
            )
    request = described(Request("GET", f"{HOME}/api/v1/accounts/1/statuses"))
    with pytest.raises(OpenAPIError):
        specification.validate_response(request, MockResponse(json.dumps([row()]).encode()))


def test_published_once_then_taken_down_once(desk: Desk) -> None:
    subject = wanted(desk.site, ACCOUNT, shares=())
    assert desk.run(subject) == {"mastodon": "published"}
    assert desk.outcomes(subject) == []
    [found] = desk.sandbox.posts()
    assert (found["nama"], found["media"][0]["alt"]) == ("jdihuji", "Sampul <merah>")
    assert desk.run(replace(subject, withdrawn=True, posts=())) == {"mastodon": "retracted"}
    assert desk.live() == []
    assert desk.ledger.verify() == []


@pytest.mark.parametrize(
    "kind",
    [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER, Trouble.DUPLICATE, Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE],
)
def test_whatever_happens_to_the_answer_it_is_live_once(desk: Desk, kind: Trouble) -> None:
    subject = wanted(desk.site, ACCOUNT, shares=())
    desk.sandbox.trouble("mastodon", kind)
    first = desk.run(subject)["mastodon"]
    assert first == ("deferred" if kind in (Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE) else "published")
    desk.clock.forward(hours=3)
    desk.run(subject)
    assert len(desk.sandbox.posts()) == 1
    assert desk.outcomes(subject) == []


def test_the_key_alone_holds_for_an_hour_and_the_list_after_it(desk: Desk) -> None:
    said, edges = post(ACCOUNT), desk.edges
    staged = replace(STAGED, since=desk.clock.now)

    def naive() -> Flow[Response]:
        request = Request(
            "POST", f"{HOME}/api/v1/statuses", json={"status": said.text}, headers={"Idempotency-Key": said.key}
        )
        return (yield request)

    for _ in range(2):
        edges.ask(naive(), ACCOUNT)
    assert len(desk.sandbox.posts()) == 1
    desk.clock.now += KEPT
    edges.ask(mastodon.commit(said, ACCOUNT, staged), ACCOUNT)
    assert len(desk.sandbox.posts()) == 1
    edges.ask(naive(), ACCOUNT)
    assert len(desk.sandbox.posts()) == 2, "without a look at the list the same text goes out twice"


def test_a_pause_is_kept(desk: Desk) -> None:
    subject = wanted(desk.site, ACCOUNT, shares=())
    desk.sandbox.trouble("mastodon", Trouble.PAUSE)
    assert desk.run(subject) == {"mastodon": "deferred"}
    assert desk.run(subject) == {"mastodon": "waiting"}
    desk.clock.forward(minutes=2)
    assert desk.run(subject) == {"mastodon": "published"}


class Other(Sandbox):
    """Software that speaks the API, says its own name and knows no key (GoToSocial)."""

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_IDEMPOTENCY_KEY", None)
        if environ["PATH_INFO"].endswith("/nodeinfo/2.0"):
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b'{"version": "2.0", "software": {"name": "gotosocial"}}']
        return super().app(environ, start_response)


@pytest.mark.parametrize(
    ("kind", "result", "live"),
    [(Trouble.DROPPED_BEFORE, "unknown", 0), (Trouble.DROPPED_AFTER, "published", 1), (None, "published", 1)],
)
def test_where_no_key_is_kept_the_unknown_is_left_to_a_person(
    desk: Desk, tmp_path: Path, kind: Trouble | None, result: str, live: int
) -> None:
    other = Other(tmp_path / "lain", desk.clock, {ACCOUNT.id: ACCOUNT.handle, TOKEN: ACCOUNT.handle})
    if kind:
        other.trouble("mastodon", kind)
    subject = wanted(desk.site, ACCOUNT, shares=())
    with other.running() as address:
        elsewhere = replace(desk, sandbox=other, address=address)
        assert elsewhere.run(subject) == {"mastodon": result}
        desk.clock.forward(hours=2)
        assert elsewhere.run(subject) == ({"mastodon": "waiting"} if result == "unknown" else {})
    assert len(other.posts()) == live


def test_no_token_is_kept_or_said(desk: Desk, tmp_path: Path, remote: Path) -> None:
    desk.sandbox.trouble("mastodon", Trouble.DROPPED_BEFORE)
    told = [repr(outcome) for outcome in desk.outcomes(wanted(desk.site, ACCOUNT))] + [repr(desk.edges), *desk.said]
    repository = Repository(remote)
    told.append(repository.git("log", "-p", "refs/heads/terbitan"))
    repository.close()
    told += [path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*.json")]
    assert not [text for text in told if TOKEN in text]


def test_without_a_token_nothing_is_accepted(desk: Desk) -> None:
    bare = replace(desk.edges, secrets={ACCOUNT.ref: ""})
    with pytest.raises(Deferred, match="belum ada di berkas rahasia"):
        bare.ask(mastodon.health(ACCOUNT), ACCOUNT)
    assert desk.sandbox.posts() == []
