"""Real Mastodon traffic (cassettes of 2026-08-01) as judge of the stand-in's answers and the client's requests.

What the stand-in answers was recorded there, with that type. What is not spoken stands in `NOT_SPOKEN`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from email import message_from_bytes
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml

from pipeline.platforms import mastodon
from pipeline.sandbox import Sandbox
from tests.publish.judges import shapes, unlike
from tests.publish.parts import Desk, picture, post, shared
from tests.publish.test_mastodon import ACCOUNT, SINCE, TOKEN, film

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.carriers.ledger import Ledger
    from pipeline.flow import Flow, Request, Response
    from pipeline.model.publishing import Receipt
    from tests.publish.parts import Clock

Kind = tuple[str, str]
"""Method and path, every number written N."""

STATUS, MEDIA, DELETED = ("POST", "/api/v1/statuses"), ("POST", "/api/v2/media"), ("DELETE", "/api/v1/statuses/N")
ME, NOTES = ("GET", "/api/v1/accounts/verify_credentials"), ("GET", "/api/v1/notifications")
INSTANCE = ("GET", "/api/v2/instance")
UNRECORDED = {("GET", "/nodeinfo/2.0"), ("GET", "/api/v1/media/N"), ("GET", "/api/v1/accounts/N/statuses")}
"""What the client asks and nobody recorded: the published description alone judges it."""
ABOUT_AN_ACCOUNT = {
    *("avatar_description", "discoverable", "feature_approval", "header_description", "hide_collections"),
    *("last_status_at", "noindex", "roles", "show_featured", "show_media", "show_media_replies"),
}
NOT_SPOKEN = {
    STATUS: set[str](),
    MEDIA: set[str](),
    DELETED: set[str](),
    NOTES: set[str](),
    ME: ABOUT_AN_ACCOUNT,
    INSTANCE: {"wrapstodon"},
}
"""Recorded fields the stand-in leaves out, by kind of answer; deeper ones likewise: no client of ours reads them."""
UNSENT = {"language"}
"""Fields of a status that the client sends and the recorded one does not: the published description has them."""


def kind(method: str, url: str) -> Kind:
    parts = urlsplit(url).path.rstrip("/").split("/")
    return method, "/".join("N" if part.isdecimal() else part for part in parts)


@pytest.fixture(scope="module")
def traffic() -> list[dict[str, Any]]:
    folder = shared("platforms/mastodon/cassettes")
    found = [yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"] for path in sorted(folder.glob("*.yaml"))]
    return [each for cassette in found for each in cassette]


@pytest.fixture(scope="module")
def recorded(traffic: list[dict[str, Any]]) -> dict[Kind, dict[str, set[str]]]:
    """Return kind -> the shapes of its good answers; under ('', '') those of refusals."""
    bodies: dict[Kind, list[Any]] = defaultdict(list)
    for each in traffic:
        asked, reply = each["request"], each["response"]
        good = reply["status"]["code"] < 300
        told = json.loads(reply["body"]["string"] or "{}")
        bodies[kind(asked["method"], asked["uri"]) if good else ("", "")].append(told)
    found = {each: shapes(rows) for each, rows in bodies.items()}
    for where, types in found[STATUS].items():  # what is below a notification is a status like any other
        if f"[].status.{where}" in found[NOTES]:
            found[NOTES][f"[].status.{where}"] |= types
    return found


@pytest.fixture
def desk(ledger: Ledger, tmp_path: Path, site: str, clock: Clock) -> Iterator[Desk]:
    sandbox = Sandbox(tmp_path / "sandbox", clock, {ACCOUNT.id: ACCOUNT.handle, TOKEN: ACCOUNT.handle})
    with sandbox.running() as address:
        yield Desk(ledger, sandbox, address, site, clock, {ACCOUNT.ref: TOKEN})


@pytest.fixture
def talk(desk: Desk) -> list[tuple[Request, Response]]:
    """Let the client do everything it does with the stand-in, and return what both said."""
    said: list[tuple[Request, Response]] = []

    def heard(flow: Flow[Any]) -> Flow[Any]:
        try:
            request = next(flow)
            while True:
                response = yield request
                said.append((request, response))
                request = flow.send(response)
        except StopIteration as stop:
            return stop.value

    def ask(flow: Flow[Any]) -> Any:  # noqa: ANN401
        return desk.edges.ask(heard(flow), ACCOUNT)

    receipts: list[Receipt] = []
    for file, text in ((picture(desk.site), "Halo @kpu@sosial.example #JDIH https://jdih.example/1"), (film(), "b")):
        whole = post(ACCOUNT, (file,), text=text, item=text)
        staged = replace(ask(mastodon.stage(whole, ACCOUNT)), since=desk.clock.now)
        receipts.append(ask(mastodon.commit(whole, ACCOUNT, staged)))
    desk.sandbox.remark("mastodon", receipts[0].remote_id, "warga", "Berlaku kapan?")
    [remark] = ask(mastodon.comments(ACCOUNT, SINCE))
    answer = replace(post(ACCOUNT, text="Hari ini.", item="jawab"), reply_to=remark.id)
    ask(mastodon.commit(answer, ACCOUNT, replace(ask(mastodon.stage(answer, ACCOUNT)), since=desk.clock.now)))
    for receipt in receipts:
        ask(mastodon.retract(receipt, ACCOUNT))
    assert ask(mastodon.health(ACCOUNT)).usable
    return said


def test_every_answer_of_the_stand_in_has_the_recorded_shape(
    talk: list[tuple[Request, Response]], recorded: dict[Kind, dict[str, set[str]]]
) -> None:
    met: set[Kind] = set()
    for request, response in talk:
        asked = kind(request.method, request.url)
        if asked in UNRECORDED:
            continue
        # A file that is being worked through (202) has no address yet; only pictures were recorded.
        waits = {"url", "preview_url"} if response.status == 202 else set()
        body = response.json if not waits else {k: v for k, v in response.body.items() if k not in waits}
        assert unlike(body, recorded[asked]) == []
        names = {where.removeprefix("[].") for where in recorded[asked] if re.fullmatch(r"(\[\]\.)?\w+", where)}
        for row in response.json if isinstance(response.json, list) else [response.json]:
            assert names - set(row) == NOT_SPOKEN[asked], asked
            met.add(asked)
    assert met == set(NOT_SPOKEN)


def test_a_refusal_has_the_recorded_shape(desk: Desk, recorded: dict[Kind, dict[str, set[str]]]) -> None:
    head = {"Authorization": f"Bearer {TOKEN}"}
    said = {"status": "a" * 501}
    reply = requests.post(f"{desk.address}/mastodon/api/v1/statuses", json=said, headers=head, timeout=5)
    assert reply.status_code == 422
    assert unlike(reply.json(), recorded["", ""]) == []


def test_an_answer_of_another_shape_is_noticed(recorded: dict[Kind, dict[str, set[str]]]) -> None:
    wrongs: tuple[dict[str, Any], ...] = ({"id": 5}, {"account": {"role": {}}}, {"tags": {}}, {"judul": "a"})
    for wrong in wrongs:
        assert unlike(wrong, recorded[STATUS]), wrong


def test_every_request_of_the_client_was_recorded(
    talk: list[tuple[Request, Response]], traffic: list[dict[str, Any]]
) -> None:
    """The published description takes a status as JSON, the recorded client sent a form: the names are the same."""
    sent: dict[Kind, set[str]] = defaultdict(set)
    for each in traffic:
        asked = each["request"]
        sent[kind(asked["method"], asked["uri"])] |= _fields(asked)
    for request, _ in talk:
        asked = kind(request.method, request.url)
        assert asked in sent.keys() | UNRECORDED
        names = {*(request.json or {}), *(request.multipart or {})}
        assert names - sent[asked] <= (UNSENT if asked == STATUS else set()), asked


def _fields(asked: dict[str, Any]) -> set[str]:
    """Return the names in a recorded body: of a form's fields, or of its parts."""
    body, mime = asked["body"] or "", asked["headers"].get("Content-Type", [""])[0]
    if mime.startswith("multipart/"):
        content = body if isinstance(body, bytes) else body.encode()
        whole = message_from_bytes(f"Content-Type: {mime}\r\n\r\n".encode() + content)
        parts = list(whole.walk())[1:]
        return {str(part.get_param("name", header="content-disposition")) for part in parts}
    return {name.removesuffix("[]") for name in parse_qs(str(body), keep_blank_values=True)}
