"""WhatsApp Cloud API: conversations, and the published description as judge of client and stand-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from pipeline.flow import Deferred, Rejected, Request, Response, Unknown
from pipeline.model.people import Account
from pipeline.model.publishing import Receipt
from pipeline.platforms import whatsapp
from tests.publish.parts import Desk, converse, notice, shared

if TYPE_CHECKING:
    from pipeline.flow import Flow

ACCOUNT = Account(platform="whatsapp-cloud", id="62211234567", handle="109120000000001")
HOME = "https://graph.facebook.com"
GRAPH = f"{HOME}/v25.0"


def meta(code: int, status: int = 400) -> Response:
    return Response(status, {"error": {"message": "pesan", "type": "OAuthException", "code": code}})


def test_a_text_to_one_number() -> None:
    accepted = Response(200, {"messages": [{"id": "wamid.1", "message_status": "accepted"}]})
    [request], receipt = converse(whatsapp.say(notice("Telah tayang"), ACCOUNT), [accepted])
    assert request.url == f"{GRAPH}/109120000000001/messages"
    assert request.json
    assert (request.json["to"], request.json["text"]) == ("62211234567", {"body": "Telah tayang"})
    assert not request.repeatable
    assert receipt == Receipt(remote_id="wamid.1", url="")


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (meta(131047), Rejected, "24 jam"),
        (meta(131026), Rejected, "tidak dapat menerima"),
        (meta(131030), Rejected, "belum didaftarkan"),
        (meta(190, 401), Deferred, "token"),
        (meta(130429, 429), Deferred, "jeda"),
        (meta(131056), Deferred, "jeda"),
        (meta(131000, 500), Unknown, "tidak pasti"),
        (meta(131016, 503), Unknown, "tidak pasti"),
        (Response(200, {"messages": []}), Unknown, "tidak pasti"),
        (Response(200, {"messages": [{"id": ""}]}), Unknown, "tidak pasti"),
        (Response(302), Unknown, "tidak pasti"),
    ],
)
def test_what_is_not_surely_refused_is_unknown(reply: Response, fault: type[Exception], words: str) -> None:
    with pytest.raises(fault, match=words):
        converse(whatsapp.say(notice(), ACCOUNT), [reply])


def test_a_message_too_long_is_refused_before_it_is_sent() -> None:
    with pytest.raises(Rejected, match="menerima 4096"):
        converse(whatsapp.say(notice("a" * 4097), ACCOUNT), [])


# -- the published description


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    text = shared("platforms/whatsapp/whatsapp-business-messaging-api_v23.0.yaml").read_text(encoding="utf-8")
    whole: dict[str, Any] = yaml.safe_load(text)
    schemas = whole["components"]["schemas"]
    said = schemas["TextMessage"]
    # As it stands no text fits: each half of `allOf` forbids the other's fields. The whole forbids what neither has.
    for half in said["allOf"]:
        half.pop("additionalProperties", None)
    said["unevaluatedProperties"] = False
    path = "/{Version}/{Phone-Number-ID}/messages"
    kept = {name: whole["paths"][path][name] for name in ("post", "parameters")}
    kept["post"]["requestBody"]["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/TextMessage"}
    kept["post"].pop("security")
    return {**whole, "paths": {path: kept}, "servers": [{"url": HOME}], "openapi": "3.1.0"}


@pytest.fixture(scope="module")
def specification(document: dict[str, Any]) -> OpenAPI:
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


def described(request: Request) -> MockRequest:
    return MockRequest(
        HOME,
        "post",
        urlsplit(request.url).path,
        headers={"Authorization": "Bearer x", "Content-Type": "application/json"},
        data=json.dumps(request.json).encode(),
        content_type="application/json",
    )


@pytest.mark.slow
def test_client_and_stand_in_follow_the_description(desk: Desk, specification: OpenAPI) -> None:
    desk.secrets[ACCOUNT.ref] = "EAAkenari"

    def judged(flow: Flow[Receipt]) -> Flow[Receipt]:
        request = next(flow)
        response = yield request
        specification.validate_request(described(request))
        answer = MockResponse(json.dumps(response.json).encode(), status_code=response.status)
        specification.validate_response(described(request), answer)
        try:
            flow.send(response)
        except StopIteration as stop:
            receipt: Receipt = stop.value
            return receipt
        raise AssertionError("one request only")

    receipt = desk.edges.ask(judged(whatsapp.say(notice(), ACCOUNT)), ACCOUNT)
    [row] = desk.sandbox.posts()
    assert (row["id"], row["teks"]) == (receipt.remote_id, notice().text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong", [{"teks": "a"}, {"text": {"isi": "a"}}, {"recipient_type": "ramai-ramai"}, {"to": 62}]
)
def test_a_request_outside_the_description_is_noticed(specification: OpenAPI, wrong: dict[str, Any]) -> None:
    [request], _ = converse(whatsapp.say(notice(), ACCOUNT), [Response(200, {"messages": [{"id": "a"}]})])
    specification.validate_request(described(request))
    with pytest.raises(OpenAPIError):
        specification.validate_request(described(Request("POST", request.url, json={**(request.json or {}), **wrong})))
