"""Telegram: conversations, the published Bot API as judge of both sides, the token's whereabouts, whole runs."""

from __future__ import annotations

import json
import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import network
from pipeline.access import Access
from pipeline.carriers.repository import Repository
from pipeline.flow import TOKEN_HERE, Deferred, Part, Rejected, Request, Response, Unknown
from pipeline.model.people import Account
from pipeline.model.publishing import Receipt, Staged, State
from pipeline.platforms import telegram
from pipeline.sandbox import Sandbox, Trouble
from tests.publish.parts import JPEG, Desk, converse, notice, picture, post, shared, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.flow import Flow
    from pipeline.model.publishing import Post
    from tests.publish.parts import Clock

CHANNEL = Account(platform="telegram", id="@jdihuji", handle="jdihuji")
GROUP = Account(platform="telegram", id="-1001234567890", handle="grup-uji")
TOKEN = "123456:AAkenari-bot_rahasia"  # noqa: S105 - a canary
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
AT = int(SINCE.timestamp())
SITE = "https://j.example"
CHAT = {"id": -1001111111111, "type": "channel", "title": "JDIH", "username": "jdihuji"}
DISCUSSION = {"id": -1002222222222, "type": "supergroup", "title": "Diskusi"}


def ok(result: Any) -> Response:  # noqa: ANN401
    return Response(200, {"ok": True, "result": result})


def no(status: int, **parameters: Any) -> Response:  # noqa: ANN401
    body = {"ok": False, "error_code": status, "description": "pesan"}
    return Response(status, {**body, **({"parameters": parameters} if parameters else {})})


def message(number: int) -> dict[str, Any]:
    return {"message_id": number, "date": AT, "chat": CHAT}


def said(*names: str, text: str = "") -> Post:
    types = {"jpg": "image/jpeg", "mp4": "video/mp4"}
    return post(CHANNEL, tuple(replace(picture(SITE), name=name, mime=types[name[-3:]]) for name in names), text)


def method(request: Request) -> str:
    return request.url.removeprefix(f"{telegram.ENDPOINT}/bot{TOKEN_HERE}/")


def test_a_text_goes_out_as_it_is() -> None:
    marked = said(text="<b>Tebal</b> *bintang* _garis_ & https://j.example/#a #JDIH")
    [request], receipt = converse(telegram.commit(marked, CHANNEL, Staged()), [ok(message(7))])
    assert (method(request), request.repeatable) == ("sendMessage", False)
    assert request.form == {"chat_id": "@jdihuji", "text": marked.text}, "without a parse mode nothing is markup"
    assert receipt == Receipt(remote_id="7", url="https://t.me/jdihuji/7")


@pytest.mark.parametrize(("name", "verb", "field"), [("a.jpg", "sendPhoto", "photo"), ("a.mp4", "sendVideo", "video")])
def test_one_file_carries_the_text_below_it(name: str, verb: str, field: str) -> None:
    [request], _ = converse(telegram.commit(said(name), CHANNEL, Staged()), [ok(message(7))])
    sent = request.multipart or {}
    assert (method(request), sent["caption"]) == (verb, said().text)
    assert sent[field] == Part(name, "image/jpeg" if field == "photo" else "video/mp4", JPEG)


def test_an_album_is_one_request_and_one_receipt() -> None:
    replies = [ok([message(7), message(8)])]
    [request], receipt = converse(telegram.commit(said("a.jpg", "b.mp4"), CHANNEL, Staged()), replies)
    assert method(request) == "sendMediaGroup"
    sent = request.multipart or {}
    assert json.loads(str(sent["media"])) == [
        {"type": "photo", "media": "attach://berkas0", "caption": said().text},
        {"type": "video", "media": "attach://berkas1"},
    ]
    assert isinstance(sent["berkas1"], Part)
    assert receipt.remote_id == "7,8"


def test_an_answer_goes_to_where_the_question_stands() -> None:
    answer = replace(said(), reply_to="-1002222222222/45")
    replies = [ok({**message(46), "chat": DISCUSSION})]
    [request], receipt = converse(telegram.commit(answer, CHANNEL, Staged()), replies)
    assert (request.form or {})["chat_id"] == "-1002222222222"
    assert json.loads((request.form or {})["reply_parameters"]) == {"message_id": 45}
    assert receipt == Receipt(remote_id="-1002222222222/46", url="https://t.me/c/2222222222/46")
    [request], _ = converse(telegram.retract(receipt, CHANNEL), [ok(True)])  # noqa: FBT003
    assert request.json == {"chat_id": "-1002222222222", "message_ids": [46]}


@pytest.mark.parametrize(
    "reply",
    [
        Response(500, None),
        Response(502, {"ok": False}),
        Response(200, None),
        Response(200, {"ok": False}),
        ok([]),
        ok({}),
        ok([message(7), {}]),
        ok("7"),
        Response(302, None),
        no(409),
    ],
)
def test_what_is_not_surely_refused_is_unknown(reply: Response) -> None:
    with pytest.raises(Unknown):
        converse(telegram.commit(said(), CHANNEL, Staged()), [reply])


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (no(400), Rejected, "menolak"),
        (no(413), Rejected, "menolak"),
        (no(400, migrate_to_chat_id=-1009), Rejected, "ganti id akun dengan -1009"),
        (no(401), Deferred, "token"),
        (no(404), Deferred, "token"),
        (no(403), Deferred, "tidak berhak"),
        (no(429, retry_after=35), Deferred, "jeda"),
    ],
)
def test_a_refusal_is_known_by_its_status(reply: Response, fault: type[Exception], words: str) -> None:
    with pytest.raises(fault, match=words) as caught:
        converse(telegram.commit(said("a.jpg"), CHANNEL, Staged()), [reply])
    if isinstance(caught.value, Deferred):
        assert caught.value.account_wide
        assert caught.value.retry_after == (35.0 if reply.status == 429 else None)


def test_nobody_can_be_asked_what_was_sent() -> None:
    assert not telegram.CAN_FIND
    with pytest.raises(Unknown, match="lihat sendiri"):
        converse(telegram.find(said(), CHANNEL, Staged()), [])


@pytest.mark.parametrize(
    ("unfit", "fits"),
    [
        (said("a.jpg", text="a" * 1025), said("a.jpg", text="a" * 1024)),
        (said("a.jpg", text="🗳" * 513), said("a.jpg", text="🗳" * 512)),
        (said(text="a" * 4097), said(text="a" * 4096)),
        (said(*["a.jpg"] * 11), said(*["a.jpg"] * 10)),
    ],
)
def test_what_telegram_refuses_is_refused_before_anything_is_sent(unfit: Post, fits: Post) -> None:
    with pytest.raises(Rejected, match="menerima"):
        converse(telegram.stage(unfit, CHANNEL), [])
    assert converse(telegram.stage(fits, CHANNEL), []) == ([], Staged())


def test_the_whole_album_is_deleted_in_one_call() -> None:
    [request], _ = converse(telegram.retract(Receipt(remote_id="7,8", url=""), CHANNEL), [ok(True)])  # noqa: FBT003
    assert (method(request), request.repeatable) == ("deleteMessages", True)
    assert request.json == {"chat_id": "@jdihuji", "message_ids": [7, 8]}


@pytest.mark.parametrize(
    ("reply", "fault"),
    [(no(400), Rejected), (no(403), Deferred), (ok(False), Deferred), (Response(200, None), Deferred)],  # noqa: FBT003
)
def test_a_removal_that_did_not_happen_is_never_claimed(reply: Response, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        converse(telegram.retract(Receipt(remote_id="7", url=""), CHANNEL), [reply])


def remark(number: int, above: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    by = {"id": 5, "is_bot": False, "first_name": "Warga", "last_name": "Uji"}
    words = {"message_id": number, "date": AT + 60, "chat": DISCUSSION, "from": by, "text": "Kapan?"}
    return {"update_id": number, "message": {**words, "reply_to_message": above, **changes}}


COPY = {
    "message_id": 3,
    "chat": DISCUSSION,
    "is_automatic_forward": True,
    "forward_origin": {"type": "channel", "date": AT, "chat": CHAT, "message_id": 7},
}
OTHER = {**COPY, "forward_origin": {"type": "channel", "chat": {"id": -100, "username": "lain"}, "message_id": 7}}
ME = {"id": 99, "is_bot": True, "first_name": "Bot"}


def test_answers_of_people_to_our_posts_are_collected() -> None:
    page = [
        remark(1, COPY),
        remark(2, OTHER),
        remark(3, {**message(4), "chat": DISCUSSION, "from": ME}, text=None, caption="Dengan gambar"),
        remark(4, {**message(4), "chat": DISCUSSION, "from": {"id": 5}}),
        remark(5, COPY, date=AT - 1),
        remark(6, COPY, **{"from": {"id": 8, "is_bot": True}}),
        remark(7, COPY, text=None),
        remark(8, COPY, sender_chat=CHAT),
        {"update_id": 9},
        {"update_id": 10, "message": {**message(9), "text": "di luar"}},
    ]
    [_, asked], remarks = converse(telegram.comments(CHANNEL, SINCE), [ok(ME), ok(page)])
    assert asked.json == {"limit": 100, "allowed_updates": ["message"]}, "nothing is confirmed: asking again is safe"
    assert [(each.id, each.post, each.text) for each in remarks] == [
        ("-1002222222222/1", "7", "Kapan?"),
        ("-1002222222222/3", "-1002222222222/4", "Dengan gambar"),
    ]
    assert remarks[0].author == "Warga Uji"
    assert remarks[0].url == "https://t.me/c/2222222222/1"


def test_where_more_wait_than_fit_the_rest_is_asked_for() -> None:
    full, rest = [remark(number, COPY) for number in range(1, 101)], [remark(101, COPY)]
    asked, remarks = converse(telegram.comments(CHANNEL, SINCE), [ok(ME), ok(full), ok(rest)])
    assert len(remarks) == 101
    assert (asked[2].json or {})["offset"] == 101


@pytest.mark.parametrize("reply", [no(409), ok({}), ok([1]), ok([remark(1, COPY, chat=None)]), no(500)])
def test_updates_that_cannot_be_read_are_put_off(reply: Response) -> None:
    with pytest.raises(Deferred):
        converse(telegram.comments(CHANNEL, SINCE), [ok(ME), reply])


@pytest.mark.parametrize(
    ("replies", "usable", "words"),
    [
        ([ok(ME), ok({"status": "administrator", "can_post_messages": True, "can_delete_messages": True})], True, ""),
        ([ok(ME), ok({"status": "administrator", "can_post_messages": True})], True, "belum diberi hak menghapus"),
        ([ok(ME), ok({"status": "member"})], True, ""),
        ([ok(ME), ok({"status": "administrator", "can_post_messages": False})], False, "jadikan administrator"),
        ([ok(ME), ok({"status": "left"})], False, "jadikan administrator"),
        ([ok(ME), no(400)], False, "menolak"),
        ([no(401)], False, "token"),
    ],
)
def test_health(replies: list[Response], usable: bool, words: str) -> None:  # noqa: FBT001
    _, health = converse(telegram.health(CHANNEL), replies)
    assert health.usable is usable
    assert words in health.message


def test_trouble_on_the_way_is_not_the_accounts_fault() -> None:
    for reply in (no(429, retry_after=1), no(500)):
        with pytest.raises(Deferred):
            converse(telegram.health(CHANNEL), [reply])


def test_links_go_to_a_group() -> None:
    [request], receipt = converse(telegram.say(notice("Telah tayang"), GROUP), [ok({**message(3), "chat": {"id": -5}})])
    assert request.form == {"chat_id": GROUP.id, "text": "Telah tayang"}
    assert receipt == Receipt(remote_id="3", url=""), "a basic group has no addresses"
    with pytest.raises(Rejected):
        converse(telegram.say(notice("a" * 4097), GROUP), [])


# -- the published Bot API as judge


class Judge:
    """Hold values against the Bot API 10.1 in the shape of its machine-readable edition."""

    def __init__(self) -> None:
        document = json.loads(shared("platforms/telegram/bot-api-10.1.json").read_text(encoding="utf-8"))
        self.methods, self.types = document["methods"], document["types"]

    def request(self, request: Request) -> list[str]:
        """Return what is wrong with a request. In a form everything is text: JSON stands for what is not."""
        sent = dict(request.json or request.form or request.multipart or {})
        attached = {name for name in sent if f"attach://{name}" in str(sent.get("media"))}
        value = {name: self._plain(name, each) for name, each in sent.items() if name not in attached}
        return list(self._fields(method(request), self.methods[method(request)].get("fields", []), value))

    def answer(self, request: Request, response: Response) -> list[str]:
        """Return what is wrong with an answer."""
        if response.body.get("ok") is not True:
            whole = {"ok", "error_code", "description"} <= set(response.body)
            return [] if whole else ["an error without its parts"]
        return list(self._value("result", self.methods[method(request)]["returns"], response.body["result"]))

    @staticmethod
    def _plain(name: str, value: Any) -> Any:  # noqa: ANN401
        return json.loads(value) if name in ("media", "reply_parameters") and isinstance(value, str) else value

    def _fields(self, where: str, fields: list[dict[str, Any]], value: dict[str, Any]) -> Iterator[str]:
        known = {field["name"]: field for field in fields}
        yield from (f"{where}.{name} is not known" for name in value if name not in known)
        yield from (
            f"{where}.{name} is missing" for name, field in known.items() if field["required"] and name not in value
        )
        for name, each in value.items():
            if name in known:
                yield from self._value(f"{where}.{name}", known[name]["types"], each)

    def _value(self, where: str, types: list[str], value: Any) -> Iterator[str]:  # noqa: ANN401
        faults = [list(self._one(where, kind, value)) for kind in types]
        if all(faults):
            yield from min(faults, key=len)

    def _one(self, where: str, kind: str, value: Any) -> Iterator[str]:  # noqa: ANN401
        plain = {"Integer": int, "String": str, "Boolean": bool, "True": bool, "Float": float, "InputFile": Part}
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                yield f"{where} is no list"
            for index, each in enumerate(value if isinstance(value, list) else []):
                yield from self._value(f"{where}[{index}]", [kind.removeprefix("Array of ")], each)
        elif kind in plain:
            if not isinstance(value, plain[kind]) or (kind == "Integer" and isinstance(value, bool)):
                yield f"{where} is no {kind}"
        elif not isinstance(value, dict):
            yield f"{where} is no {kind}"
        elif "subtypes" in self.types[kind]:
            yield from self._value(where, self.types[kind]["subtypes"], value)
        else:
            yield from self._fields(where, self.types[kind].get("fields", []), value)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def test_both_sides_follow_the_published_api(judge: Judge, channel: Desk) -> None:
    judged = []

    def watched(flow: Any) -> Any:  # noqa: ANN401
        try:
            request = next(flow)
            while True:
                assert judge.request(request) == []
                response = yield request
                assert judge.answer(request, response) == []
                judged.append(method(request))
                request = flow.send(response)
        except StopIteration as stop:
            return stop.value

    def ask(flow: Flow[Any]) -> Any:  # noqa: ANN401
        return channel.edges.ask(watched(flow), CHANNEL)

    for names in ((), ("a.jpg",), ("a.mp4",), ("a.jpg", "b.mp4")):
        receipt = ask(telegram.commit(said(*names), CHANNEL, Staged()))
        channel.sandbox.remark("telegram", receipt.remote_id, "Warga", "Kapan terbit?")
    remarks = ask(telegram.comments(CHANNEL, SINCE))
    assert [each.text for each in remarks] == ["Kapan terbit?"] * 4
    ask(telegram.commit(replace(said(), reply_to=remarks[0].id), CHANNEL, Staged()))
    ask(telegram.retract(receipt, CHANNEL))
    ask(telegram.say(notice("Tautan"), CHANNEL))
    assert ask(telegram.health(CHANNEL)).usable
    with pytest.raises(Rejected):
        ask(telegram.say(notice(" "), replace(CHANNEL, id="")))
    assert set(judged) == {
        *("sendMessage", "sendPhoto", "sendVideo", "sendMediaGroup", "deleteMessages"),
        *("getUpdates", "getMe", "getChatMember"),
    }


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("sendMessage", {"chat_id": "@a"}),
        ("sendMessage", {"chat_id": "@a", "text": "b", "teks": "c"}),
        ("sendMessage", {"chat_id": "@a", "text": 1}),
        ("deleteMessages", {"chat_id": "@a", "message_ids": ["7"]}),
        ("sendMediaGroup", {"chat_id": "@a", "media": [{"type": "photo", "media": "b", "alt": "c"}]}),
        ("sendMessage", {"chat_id": "@a", "text": "b", "reply_parameters": {"message_id": "7"}}),
    ],
)
def test_a_request_outside_the_published_api_is_noticed(judge: Judge, verb: str, body: dict[str, Any]) -> None:
    request = Request("POST", f"{telegram.ENDPOINT}/bot{TOKEN_HERE}/{verb}", json=body)
    assert judge.request(request)
    assert judge.answer(request, ok({"message_id": "7"}))


# -- where the token goes


def one(request: Request) -> Flow[Response]:
    return (yield request)


def chain(error: BaseException | None) -> Iterator[str]:
    """Yield everything an exception tells or carries along."""
    while error:
        yield from traceback.format_exception(error)
        yield f"{error!r} {error.args!r} {vars(error)!r}"
        error = error.__cause__ or error.__context__


def test_the_token_stands_in_the_address_and_nowhere_else(channel: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asked: list[str] = []

    def noted(flow: Any) -> Any:  # noqa: ANN401
        request = next(flow)
        asked.append(repr(request))
        return (yield request)

    channel.edges.ask(noted(telegram.say(notice("a"), CHANNEL)), CHANNEL)
    told = [*asked, *map(repr, channel.sandbox.posts())]
    for base in (channel.address + "/telegram", "http://127.0.0.1:9"):
        for kind in (Trouble.DROPPED_AFTER, Trouble.BROKEN_BEFORE):
            channel.sandbox.trouble("telegram", kind)
            edges = replace(channel.edges, endpoints={"telegram": base})
            try:
                edges.ask(telegram.say(notice("b"), CHANNEL), CHANNEL)
            except (Deferred, Unknown) as fault:
                told += chain(fault)
    assert len(channel.sandbox.posts()) == 2
    assert not [text for text in (*told, caplog.text) if "kenari" in text]


def test_a_log_that_would_tell_the_token_is_noticed(channel: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="urllib3"):
        channel.edges.ask(telegram.say(notice("a"), CHANNEL), CHANNEL)
    assert TOKEN in caplog.text


def test_the_token_is_put_into_addresses_of_its_own_origin_only(platforms: str) -> None:
    access = Access(endpoint=telegram.ENDPOINT, base=f"{platforms}/telegram", token=TOKEN)
    foreign = Request("POST", platforms.replace("127.0.0.1", "localhost") + f"/telegram/bot{TOKEN_HERE}/getMe")
    inside = Request("POST", f"{telegram.ENDPOINT}/bot{TOKEN_HERE}/getMe")
    outcomes = [network.carry_out(one(request), access, print).body["result"]["id"] for request in (foreign, inside)]
    assert outcomes[0] != outcomes[1], "to another name the place goes as it is written, empty"


def test_a_token_that_is_none_stays_inside_its_place(platforms: str) -> None:
    wrong = "a/../getMe?x=#"
    access = Access(endpoint=telegram.ENDPOINT, base=f"{platforms}/telegram", token=wrong)
    reply = network.carry_out(one(Request("POST", f"{telegram.ENDPOINT}/bot{TOKEN_HERE}/getMe")), access, print)
    assert reply.status == 404


# -- whole runs against the sandbox


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Sandbox:
    return Sandbox(tmp_path / "sandbox", clock, {TOKEN: "jdihuji"})


@pytest.fixture
def channel(desk: Desk) -> Desk:
    desk.secrets |= {CHANNEL.ref: TOKEN, GROUP.ref: TOKEN}
    return desk


def test_publish_once_then_take_down_once(channel: Desk) -> None:
    album = post(CHANNEL, (picture(channel.site),) * 2)
    item = wanted(channel.site, CHANNEL, shares=(), posts=(album,))
    assert channel.run(item) == {"telegram": "published"}
    assert channel.outcomes(item) == []
    [row] = channel.sandbox.posts()
    assert (row["nama"], len(row["media"])) == ("jdihuji", 2)
    assert channel.run(replace(item, withdrawn=True, posts=())) == {"telegram": "retracted"}
    assert channel.live() == []


@pytest.mark.parametrize(
    "kind", [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER, Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE]
)
def test_a_lost_answer_goes_to_a_person_and_is_never_sent_again(channel: Desk, kind: Trouble) -> None:
    channel.sandbox.trouble("telegram", kind)
    item = wanted(channel.site, CHANNEL, shares=())
    assert channel.run(item) == {"telegram": "unknown"}
    channel.clock.forward(days=2)
    assert channel.run(item) == {"telegram": "waiting"}
    assert [entry.state for entry in channel.ledger.entries().values()] == [State.UNKNOWN]
    assert len(channel.sandbox.posts()) == (1 if kind in (Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER) else 0)


def test_a_pause_told_in_the_body_is_kept(channel: Desk) -> None:
    channel.sandbox.trouble("telegram", Trouble.PAUSE)
    item = wanted(channel.site, GROUP, shares=())
    assert channel.run(item) == {"telegram": "deferred"}
    channel.clock.forward(seconds=50)
    assert channel.run(item) == {"telegram": "waiting"}
    channel.clock.forward(seconds=20)
    assert channel.run(item) == {"telegram": "published"}


def test_no_token_is_kept_or_said(channel: Desk, tmp_path: Path, remote: Path) -> None:
    channel.sandbox.trouble("telegram", Trouble.DROPPED_AFTER)
    told = [repr(outcome) for outcome in channel.outcomes(wanted(channel.site, CHANNEL, shares=()))] + channel.said
    repository = Repository(remote)
    told.append(repository.git("log", "-p", "refs/heads/terbitan"))
    repository.close()
    told += [path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*.json")]
    assert any("Telah" in text or "telah" in text for text in told)
    assert not [text for text in told if "kenari" in text]
