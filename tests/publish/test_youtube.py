"""YouTube: conversations, the published discovery document as judge, tokens that are renewed, whole runs."""

from __future__ import annotations

import json
import re
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from pipeline.carriers.repository import Repository
from pipeline.desk import server
from pipeline.flow import Deferred, Rejected, Request, Response, Unknown
from pipeline.model.people import Account
from pipeline.model.publishing import Receipt, Staged, State
from pipeline.platforms import youtube
from pipeline.sandbox import Sandbox, Trouble
from tests.publish.parts import Desk, converse, picture, post, shared, wanted
from tests.publish.test_crash import dying_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.flow import Flow
    from pipeline.model.publishing import Media, Post
    from tests.publish.parts import Clock

CHANNEL = Account(platform="youtube", id="UCkanaluji", handle="jdihuji")
REFRESH, CLIENT = "1//kenari-penyegar", "GOCSPX-kenari-klien"
SECRET = json.dumps({"client_id": "1.apps", "client_secret": CLIENT, "refresh_token": REFRESH})
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SESSION = "https://www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&upload_id=s"
FILM = b"\0\0\0\x18ftypisom" + b"x" * 988
STAGED = Staged(ids=(SESSION, str(len(FILM))), since=SINCE)
TEXT = "Cara mencari keputusan KPU\n\nLangkah demi langkah: https://jdih.kpu.go.id/cari #JDIHKPU #ProdukHukum"


def film(content: bytes = FILM) -> Media:
    return replace(picture("https://j.example"), name="a.mp4", mime="video/mp4", content=lambda: content)


def said(text: str = TEXT, *media: Media) -> Post:
    return post(CHANNEL, media or (film(),), text)


def told(reason: str, status: int = 403) -> Response:
    error = {"message": "pesan", "domain": "youtube", "reason": reason}
    return Response(status, {"error": {"code": status, "message": "pesan", "errors": [error]}})


OPENED = Response(200, None, {"location": SESSION})
DONE = Response(200, {"id": "vid00000001", "status": {"uploadStatus": "uploaded", "privacyStatus": "public"}})


def partial(received: int) -> Response:
    return Response(308, None, {"range": f"bytes=0-{received - 1}"} if received else {})


def test_a_session_is_opened_and_nothing_exists_yet() -> None:
    [opening], staged = converse(youtube.stage(said(), CHANNEL), [OPENED])
    assert (opening.method, opening.url) == ("POST", f"{youtube.ENDPOINT}/upload/youtube/v3/videos")
    assert opening.params == {"uploadType": "resumable", "part": "snippet,status"}
    assert opening.headers == {"X-Upload-Content-Length": "1000", "X-Upload-Content-Type": "video/mp4"}
    assert opening.json == {
        "snippet": {
            "title": "Cara mencari keputusan KPU",
            "description": TEXT,
            "tags": ["JDIHKPU", "ProdukHukum"],
            "defaultLanguage": "id",
        },
        "status": {"privacyStatus": "public", "selfDeclaredMadeForKids": False},
    }
    assert staged.ids == STAGED.ids


def test_all_pieces_but_the_last_go_up_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(youtube, "_PIECE", 400)
    [_, first, second], staged = converse(youtube.stage(said(), CHANNEL), [OPENED, partial(400), partial(800)])
    assert [piece.headers["Content-Range"] for piece in (first, second)] == ["bytes 0-399/1000", "bytes 400-799/1000"]
    [last], receipt = converse(youtube.commit(said(), CHANNEL, staged), [DONE])
    assert (last.headers["Content-Range"], last.content) == ("bytes 800-999/1000", FILM[800:])
    assert receipt == Receipt(remote_id="vid00000001", url="https://www.youtube.com/watch?v=vid00000001")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Satu baris", "Satu baris"),
        ("\n\nSatu baris\nlain", "Satu baris"),
        ("kata " * 30, ("kata " * 20).strip()[:99].rpartition(" ")[0] + "…"),
        ("a" * 150, "a" * 99 + "…"),
        ("🗳" * 60, "🗳" * 49 + "…"),
    ],
)
def test_the_title_is_the_first_line(text: str, title: str) -> None:
    [opening], _ = converse(youtube.stage(said(text), CHANNEL), [OPENED])
    snippet = (opening.json or {})["snippet"]
    assert (snippet["title"], snippet["description"]) == (title, text)


def test_as_many_tags_as_fit() -> None:
    text = " ".join(f"#tagar{number:04d}" for number in range(60)) + " https://j.example/#bukan #tagar0000"
    [opening], _ = converse(youtube.stage(said(text), CHANNEL), [OPENED])
    tags = (opening.json or {})["snippet"]["tags"]
    assert len(",".join(tags)) == 499
    assert len(tags) == len(set(tags)) == 50


@pytest.mark.parametrize(
    "unfit",
    [post(CHANNEL, (), TEXT), post(CHANNEL, (picture("https://j.example"),), TEXT), said(TEXT, film(), film())],
)
def test_only_one_video_is_taken(unfit: Post) -> None:
    with pytest.raises(Rejected, match="hanya menerima satu video"):
        converse(youtube.stage(unfit, CHANNEL), [OPENED])


def test_what_youtube_forbids_in_texts_is_refused_before() -> None:
    with pytest.raises(Rejected, match="tanda < dan >"):
        converse(youtube.stage(said("a < b"), CHANNEL), [OPENED])


@pytest.mark.parametrize(
    "place",
    ["https://storage.googleapis.com/x", "http://www.googleapis.com/x", "https://www.googleapis.com.j.example/x"],
)
def test_a_session_elsewhere_is_sent_nothing(place: str) -> None:
    with pytest.raises(Deferred, match="di luar Google"):
        converse(youtube.stage(said(), CHANNEL), [Response(200, None, {"location": place})])


@pytest.mark.parametrize(
    ("replies", "fault", "account_wide"),
    [
        ([told("quotaExceeded")], Deferred, True),
        ([told("uploadLimitExceeded", 400)], Deferred, True),
        ([told("authError", 401)], Deferred, True),
        ([Response(400, {"error": "invalid_grant"})], Deferred, True),
        ([told("rateLimitExceeded")], Deferred, True),
        ([Response(503, None)], Deferred, True),
        ([Response(500, None)], Deferred, False),
        ([Response(200, None)], Deferred, False),
        ([told("invalidTitle", 400)], Rejected, False),
        ([told("entahApa", 400)], Rejected, False),
    ],
)
def test_staging_faults(replies: list[Response], fault: type[Exception], account_wide: bool) -> None:  # noqa: FBT001
    with pytest.raises(fault) as caught:
        converse(youtube.stage(said(), CHANNEL), replies)
    assert getattr(caught.value, "account_wide", False) is account_wide


LOST = Unknown("putus")


@pytest.mark.parametrize("doubt", [LOST, Response(500, None), Response(503, None)])
def test_a_lost_answer_is_asked_for_and_the_same_session_goes_on(doubt: Response | Exception) -> None:
    [piece, asked], receipt = converse(youtube.commit(said(), CHANNEL, STAGED), [doubt, DONE])
    assert (piece.repeatable, asked.repeatable) == (False, True)
    assert (asked.url, asked.content, asked.headers["Content-Range"]) == (SESSION, b"", "bytes */1000")
    assert asked.delay > 0
    assert receipt.remote_id == "vid00000001"
    [_, _, rest], receipt = converse(youtube.commit(said(), CHANNEL, STAGED), [doubt, partial(300), DONE])
    assert (rest.url, rest.headers["Content-Range"]) == (SESSION, "bytes 300-999/1000")


def test_a_session_that_has_every_byte_is_only_asked() -> None:
    [_, asked], receipt = converse(youtube.commit(said(), CHANNEL, STAGED), [partial(1000), DONE])
    assert (asked.content, asked.headers["Content-Range"]) == (b"", "bytes */1000")
    assert receipt.remote_id


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([Response(200, None)], Unknown),
        ([Response(200, {"id": []})], Unknown),
        ([Response(302, None)], Unknown),
        ([Response(308, None, {"location": "https://lain.example/"})], Unknown),
        ([Response(404, None)], Unknown),
        ([told("entahApa", 400)], Unknown),
        ([LOST, Response(404, None)], Unknown),
        ([LOST, Deferred("tidak dapat dihubungi")], Unknown),
        ([LOST, told("authError", 401)], Unknown),
        ([Response(500, None), told("quotaExceeded")], Unknown),
        ([partial(1000), Deferred("tidak dapat dihubungi")], Unknown),
        ([Deferred("tidak dapat dihubungi")], Deferred),
        ([partial(0)] * 4, Unknown),
        ([told("quotaExceeded")], Deferred),
        ([told("authError", 401)], Deferred),
        ([told("invalidDescription", 400)], Rejected),
    ],
)
def test_what_is_not_surely_refused_is_unknown(replies: list[Response], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(youtube.commit(said(), CHANNEL, STAGED), replies)


def test_a_video_kept_private_is_never_called_published() -> None:
    hidden = Response(200, {"id": "v", "status": {"privacyStatus": "private"}})
    for flow in (youtube.commit(said(), CHANNEL, STAGED), youtube.find(said(), CHANNEL, STAGED)):
        with pytest.raises(Rejected, match=r"belum diaudit.*studio\.youtube\.com/video/v"):
            converse(flow, [hidden])


def test_an_answer_that_does_not_tell_whether_it_is_shown_is_no_refusal() -> None:
    with pytest.raises(Unknown):
        converse(
            youtube.commit(said(), CHANNEL, STAGED), [Response(200, {"id": "v", "status": {"privacyStatus": [None]}})]
        )


@pytest.mark.parametrize(("reply", "found"), [(DONE, "vid00000001"), (partial(999), None), (partial(0), None)])
def test_the_session_is_the_evidence(reply: Response, found: str | None) -> None:
    [asked], receipt = converse(youtube.find(said(), CHANNEL, STAGED), [reply])
    assert asked.headers["Content-Range"] == "bytes */1000"
    assert (receipt.remote_id if receipt else None) == found


def test_a_redirect_is_no_session_that_waits_for_more() -> None:
    """Both are 308: taken for one, a video that is live would be sent again in another session."""
    with pytest.raises(Unknown):
        converse(youtube.find(said(), CHANNEL, STAGED), [Response(308, None, {"location": "https://lain.example/"})])


@pytest.mark.parametrize("status", [404, 410])
def test_a_session_that_is_gone_tells_nothing(status: int) -> None:
    with pytest.raises(Unknown):
        converse(youtube.find(said(), CHANNEL, STAGED), [Response(status, None)])


@pytest.mark.parametrize("reply", [Response(204, None), told("videoNotFound", 404)])
def test_it_retracts_what_is_there_or_gone(reply: Response) -> None:
    [request], _ = converse(youtube.retract(Receipt(remote_id="v", url=""), CHANNEL), [reply])
    assert (request.method, request.url, request.params) == (
        "DELETE",
        f"{youtube.ENDPOINT}/youtube/v3/videos",
        {"id": "v"},
    )
    [request], _ = converse(youtube.retract(Receipt(remote_id="a.b", url=""), CHANNEL), [reply])
    assert request.url.endswith("/comments")


@pytest.mark.parametrize(("reply", "fault"), [(told("forbidden"), Rejected), (Response(200, {}), Deferred)])
def test_a_removal_that_did_not_happen_is_never_claimed(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(youtube.retract(Receipt(remote_id="v", url=""), CHANNEL), [reply])


def comment(name: str, channel: str, text: str, moment: str = "2026-11-21T09:01:00Z") -> dict[str, Any]:
    snippet = {"textOriginal": text, "publishedAt": moment, "authorChannelId": {"value": channel}}
    return {"id": name, "snippet": {**snippet, "authorDisplayName": f"@{channel}"}}


def thread(top: dict[str, Any], *answers: dict[str, Any]) -> dict[str, Any]:
    replies = {"replies": {"comments": list(answers)}} if answers else {}
    return {"snippet": {"videoId": "v", "topLevelComment": top}, **replies}


def test_questions_are_collected_with_their_answers_and_without_our_own() -> None:
    page = [
        thread(
            comment("a", "UCwarga", "Kapan?"), comment("a.1", CHANNEL.id, "Besok"), comment("a.2", "UCwarga", "Jam?")
        ),
        thread(comment("b", "UCwarga", "Lama", "2026-11-20T09:01:00Z")),
    ]
    replies = [Response(200, {"items": page, "nextPageToken": "n"})]
    [asked], remarks = converse(youtube.comments(CHANNEL, SINCE), replies)
    assert asked.params["allThreadsRelatedToChannelId"] == CHANNEL.id
    assert [(remark.id, remark.post, remark.text) for remark in remarks] == [("a", "v", "Kapan?"), ("a.2", "v", "Jam?")]
    assert remarks[0].url == "https://www.youtube.com/watch?v=v&lc=a"


@pytest.mark.parametrize("items", [[{}], [{"snippet": None}], ["a"], [thread({"id": "a", "snippet": {}})]])
def test_a_list_that_cannot_be_read_is_put_off(items: list[Any]) -> None:
    with pytest.raises(Deferred):
        converse(youtube.comments(CHANNEL, SINCE), [Response(200, {"items": items})])


def test_an_answer_hangs_on_the_head_of_the_thread_and_is_found_there() -> None:
    answer = replace(said(), reply_to="a.2", media=())
    assert converse(youtube.stage(answer, CHANNEL), [])[1] == Staged()
    [request], receipt = converse(youtube.commit(answer, CHANNEL, Staged()), [Response(200, comment("a.3", "", "x"))])
    assert (request.repeatable, request.json) == (False, {"snippet": {"parentId": "a", "textOriginal": TEXT}})
    assert receipt.remote_id == "a.3"
    rows = [comment("a.1", "UCwarga", TEXT), comment("a.2", CHANNEL.id, "lain"), comment("a.3", CHANNEL.id, TEXT)]
    staged = Staged(since=SINCE)
    [asked], found = converse(youtube.find(answer, CHANNEL, staged), [Response(200, {"items": rows})])
    assert (asked.params["parentId"], found and found.remote_id) == ("a", "a.3")
    assert converse(youtube.find(answer, CHANNEL, staged), [Response(200, {"items": rows[:2]})])[1] is None


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Response(500, None), Unknown),
        (Response(200, {}), Unknown),
        (told("processingFailure", 400), Unknown),
        (told("commentsDisabled"), Rejected),
        (told("quotaExceeded"), Deferred),
    ],
)
def test_an_answer_that_is_not_surely_refused_is_unknown(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(youtube.commit(replace(said(), reply_to="a"), CHANNEL, Staged()), [reply])


@pytest.mark.parametrize(
    ("reply", "usable", "words"),
    [
        (Response(200, {"items": [{"id": CHANNEL.id}]}), True, "dapat dipakai"),
        (Response(200, {"items": [{"id": "UClain"}]}), False, "kanal lain"),
        (Response(200, {}), False, "kanal lain"),
        (told("authError", 401), False, "token"),
        (told("quotaExceeded"), False, "kuota"),
        (Response(400, {"error": "invalid_grant"}), False, "token"),
    ],
)
def test_health(reply: Response, usable: bool, words: str) -> None:  # noqa: FBT001
    _, health = converse(youtube.health(CHANNEL), [reply])
    assert health.usable is usable
    assert words in health.message


def test_trouble_on_the_way_is_not_the_accounts_fault() -> None:
    with pytest.raises(Deferred):
        converse(youtube.health(CHANNEL), [Response(503, None)])


# -- the discovery document as judge


class Judge:
    """Hold requests and answers against YouTube's own description of its API."""

    def __init__(self) -> None:
        document = json.loads(shared("platforms/youtube/youtube.v3.json").read_text(encoding="utf-8"))
        assert document["rootUrl"] == f"{youtube.ENDPOINT}/"
        self.schemas = document["schemas"]
        self.methods = {}
        for resource in document["resources"].values():
            for method in resource.get("methods", {}).values():
                self.methods[method["httpMethod"], f"/{method['path']}"] = method
                for upload in method.get("mediaUpload", {}).get("protocols", {}).values():
                    self.methods[method["httpMethod"], upload["path"]] = method

    def request(self, request: Request) -> list[str]:
        method = self.methods.get((request.method, urlsplit(request.url).path))
        if method is None:
            return [f"{request.method} {request.url} is not known"]
        known = method["parameters"]
        params = {name: value for name, value in request.params.items() if name != "uploadType"}
        faults = [f"{name} is not known" for name in params if name not in known]
        faults += [f"{name} is missing" for name, each in known.items() if each.get("required") and name not in params]
        faults += [
            f"{name}={value}" for name, value in params.items() if value not in known.get(name, {}).get("enum", [value])
        ]
        body = method.get("request", {}).get("$ref")
        if (request.json is None) is not (body is None):
            return [*faults, "a body too many, or none"]
        return [*faults, *(self._value("body", {"$ref": body}, request.json) if body else ())]

    def answer(self, request: Request, response: Response) -> list[str]:
        method = self.methods[request.method, urlsplit(request.url).path]
        if response.status >= 400 or "response" not in method or response.json is None:
            return []
        return list(self._value("answer", method["response"], response.json))

    def _value(self, where: str, schema: dict[str, Any], value: Any) -> Iterator[str]:  # noqa: ANN401
        schema = self.schemas[schema["$ref"]] if "$ref" in schema else schema
        kinds: dict[str, Any] = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}
        if not isinstance(value, kinds[schema["type"]]):
            yield f"{where} is no {schema['type']}"
        elif value not in schema.get("enum", [value]):
            yield f"{where} is {value}"
        elif schema["type"] == "array":
            for index, each in enumerate(value):
                yield from self._value(f"{where}[{index}]", schema["items"], each)
        elif schema["type"] == "object":
            for name, each in value.items():
                if name in schema.get("properties", {}):
                    yield from self._value(f"{where}.{name}", schema["properties"][name], each)
                else:
                    yield f"{where}.{name} is not known"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def test_both_sides_follow_the_discovery_document(judge: Judge, channel: Desk) -> None:
    judged = set()

    def watched(flow: Any) -> Any:  # noqa: ANN401
        try:
            request = next(flow)
            while True:
                by_document = request.method != "PUT"  # the bytes of a session are no method of the API
                assert not by_document or judge.request(request) == []
                response = yield request
                assert not by_document or judge.answer(request, response) == []
                judged.add((request.method, urlsplit(request.url).path.rpartition("/")[2]))
                request = flow.send(response)
        except StopIteration as stop:
            return stop.value

    def ask(flow: Flow[Any]) -> Any:  # noqa: ANN401
        return channel.edges.ask(watched(flow), CHANNEL)

    staged = replace(ask(youtube.stage(said(), CHANNEL)), since=SINCE)
    receipt = ask(youtube.commit(said(), CHANNEL, staged))
    assert ask(youtube.find(said(), CHANNEL, staged)) == receipt
    channel.sandbox.remark("youtube", receipt.remote_id, "warga.uji", "Kapan terbit?")
    [remark] = ask(youtube.comments(CHANNEL, SINCE))
    answer = replace(said("Hari ini."), reply_to=remark.id, media=())
    below = ask(youtube.commit(answer, CHANNEL, Staged()))
    assert ask(youtube.find(answer, CHANNEL, Staged(since=SINCE))).remote_id == below.remote_id
    assert [each.text for each in ask(youtube.comments(CHANNEL, SINCE))] == ["Kapan terbit?"]
    assert ask(youtube.health(CHANNEL)).usable
    ask(youtube.retract(below, CHANNEL))
    ask(youtube.retract(receipt, CHANNEL))
    ask(youtube.retract(receipt, CHANNEL))
    assert {("POST", "videos"), ("PUT", "videos"), ("DELETE", "videos"), ("DELETE", "comments")} <= judged
    assert {("GET", "commentThreads"), ("GET", "comments"), ("POST", "comments"), ("GET", "channels")} <= judged


@pytest.mark.parametrize(
    "wrong",
    [
        Request("POST", f"{youtube.ENDPOINT}/youtube/v3/comments", json={"snippet": {}}),
        Request("POST", f"{youtube.ENDPOINT}/youtube/v3/comments", params={"part": "id"}, json={"snipet": {}}),
        Request("GET", f"{youtube.ENDPOINT}/youtube/v3/commentThreads", params={"part": "id", "order": "waktu"}),
        Request("GET", f"{youtube.ENDPOINT}/youtube/v3/komentar"),
        Request("DELETE", f"{youtube.ENDPOINT}/youtube/v3/videos"),
        Request(
            "POST",
            f"{youtube.ENDPOINT}/upload/youtube/v3/videos",
            params={"part": "status"},
            json={"status": {"privacyStatus": "umum"}},
        ),
    ],
)
def test_a_request_outside_the_document_is_noticed(judge: Judge, wrong: Request) -> None:
    assert judge.request(wrong)


# -- whole runs against the sandbox


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Sandbox:
    return Sandbox(tmp_path / "sandbox", clock, {REFRESH: "jdihuji", CHANNEL.id: "jdihuji"})


@pytest.fixture
def channel(desk: Desk) -> Desk:
    desk.secrets |= {CHANNEL.ref: SECRET}
    return desk


def test_publish_once_then_take_down_once(channel: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(youtube, "_PIECE", 300)
    item = wanted(channel.site, CHANNEL, shares=(), posts=(said(),))
    assert channel.run(item) == {"youtube": "published"}
    assert channel.outcomes(item) == []
    [row] = channel.sandbox.posts()
    assert (row["teks"], row["nama"], row["akun"]) == (TEXT, "jdihuji", CHANNEL.id)
    assert channel.run(replace(item, withdrawn=True, posts=())) == {"youtube": "retracted"}
    assert channel.live() == []


@pytest.mark.parametrize(
    "kind", [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER, Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE]
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_lost_answer_costs_nothing_the_session_goes_on(channel: Desk, kind: Trouble, times: int) -> None:
    channel.sandbox.trouble("youtube", kind, times)
    item = wanted(channel.site, CHANNEL, shares=(), posts=(said(),))
    assert channel.run(item) == {"youtube": "published"}
    assert channel.outcomes(item) == []
    assert channel.live() == ["youtube"]


def test_a_quota_that_is_spent_waits(channel: Desk) -> None:
    channel.sandbox.trouble("youtube", Trouble.PAUSE)
    item = wanted(channel.site, CHANNEL, shares=(), posts=(said(),))
    assert channel.run(item) == {"youtube": "deferred"}
    channel.clock.forward(hours=5)
    assert channel.run(item) == {"youtube": "waiting"}
    channel.clock.forward(hours=2)
    assert channel.run(item) == {"youtube": "published"}


@pytest.mark.parametrize("steps", range(1, 6))
def test_crash_and_recovery(channel: Desk, steps: int) -> None:
    item = wanted(channel.site, CHANNEL, shares=(), posts=(said(),))
    dying_run(channel, item, steps)
    channel.run(item)
    channel.clock.forward(minutes=11)
    channel.run(item)
    assert channel.live() == ["youtube"]
    assert [entry.state for entry in channel.ledger.entries().values()] == [State.DONE]


def test_a_token_that_ends_in_the_middle_is_renewed_unseen(channel: Desk) -> None:
    edges = channel.edges
    staged = edges.ask(youtube.stage(said(), CHANNEL), CHANNEL)
    first = edges.sessions[CHANNEL.ref].access
    channel.clock.forward(hours=2)
    assert edges.ask(youtube.commit(said(), CHANNEL, staged), CHANNEL).remote_id
    assert edges.sessions[CHANNEL.ref].access not in ("", first)
    assert channel.live() == ["youtube"]


def test_the_secrets_file_holds_it_as_fields(tmp_path: Path) -> None:
    path = tmp_path / "rahasia.yaml"
    fields = "".join(f"  {name}: {value}\n" for name, value in json.loads(SECRET).items())
    path.write_text(f"{CHANNEL.ref}:\n{fields}x:jdihuji: token\n", encoding="utf-8")
    path.chmod(0o600)
    kept = server.secrets(path)
    assert json.loads(kept[CHANNEL.ref]) == json.loads(SECRET)
    assert kept["x:jdihuji"] == "token"


def test_a_bare_access_token_is_used_as_it_is(channel: Desk) -> None:
    channel.secrets[CHANNEL.ref] = "ya30.kenari-telanjang"
    assert channel.run(wanted(channel.site, CHANNEL, shares=(), posts=(said(),))) == {"youtube": "published"}


def test_a_refresh_token_that_is_refused_stops_the_account(channel: Desk) -> None:
    channel.secrets[CHANNEL.ref] = json.dumps({"refresh_token": REFRESH, "client_secret": CLIENT})
    item = wanted(channel.site, CHANNEL, shares=(), posts=(said(),))
    [outcome] = channel.outcomes(item)
    assert (outcome.result, "perbarui token" in outcome.message) == ("deferred", True)


def test_no_secret_is_kept_or_said(
    channel: Desk, tmp_path: Path, remote: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    edges = channel.edges
    channel.sandbox.trouble("youtube", Trouble.DROPPED_AFTER)
    told = [repr(outcome) for outcome in channel.outcomes(wanted(channel.site, CHANNEL, shares=(), posts=(said(),)))]
    for base in ("http://127.0.0.1:9", f"{channel.address}/tidak-ada"):
        try:
            replace(edges, endpoints={"youtube": base}, sessions={}).ask(youtube.health(CHANNEL), CHANNEL)
        except (Deferred, Rejected) as fault:
            told += [*traceback.format_exception(fault), repr(vars(fault)), repr(fault.__context__)]
    told.append(repr(edges))
    repository = Repository(remote)
    told.append(repository.git("log", "-p", "refs/heads/terbitan"))
    repository.close()
    told += [path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*.json")]
    access = edges.sessions.get(CHANNEL.ref)
    assert not [text for text in (*told, caplog.text) if "kenari" in text or re.search(r"ya29\.\w", text)]
    assert access is None or access.access not in "".join(told)
