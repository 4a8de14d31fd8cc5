"""The network against a loopback server that misbehaves on order."""

from __future__ import annotations

import hashlib
import json
import socket
import time
import traceback
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import NameResolutionError, NewConnectionError

from pipeline import network
from pipeline.access import Access, Refresh
from pipeline.flow import LONGEST, Deferred, Request, Response, Unknown, expect, retry_after
from pipeline.network import exchange
from pipeline.platforms import LOGINS
from tests.publish.parts import JPEG, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.flow import Flow

TOKEN = "kenari-jaringan"  # noqa: S105 - a canary
CODES = {"/sibuk": 503, "/banyak": 429, "/penuh": 429, "/pindah": 302, "/tetap": 307}


@dataclass
class Server:
    """Where it listens and what it was asked: (method, path, authorization)."""

    base: str
    seen: list[tuple[str, str, str | None]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            here.seen.append((self.command, self.path, self.headers["Authorization"]))
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            if self.path == "/putus":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = {
                "/bukan-json": b"<html>",
                "/dalam": b"[" * 100_000,
                "/besar": b" " * 4000 + b"{}",
                "/gema": f'{{"error": "salah: {TOKEN}"}}'.encode(),
            }.get(self.path, b"{}")
            self.send_response(CODES.get(self.path, 200))
            self.send_header("Retry-After", {"/sibuk": "3", "/penuh": "nanti"}.get(self.path, "5000"))
            self.send_header("Location", f"{here.base}/lain")
            self.send_header("Content-Length", str(len(body) + (50 if self.path == "/terpotong" else 0)))
            self.end_headers()
            for place in range(len(body)) if self.path == "/tetes" else ():
                time.sleep(0.2)
                self.wfile.write(body[place : place + 1])
            self.wfile.write(body if self.path != "/tetes" else b"")

        do_GET = do_POST = do_DELETE = _any  # noqa: N815 - the names http.server calls

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        here = Server(f"http://127.0.0.1:{http.server_port}")
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield here
        http.shutdown()
        thread.join()


def one(request: Request) -> Flow[Response]:
    return (yield request)


def send(base: str, request: Request, slept: list[float] | None = None) -> Response:
    access = Access(endpoint="https://api.uji.example", base=base, token=TOKEN)
    return network.carry_out(one(request), access, print, (slept if slept is not None else []).append)


def api(method: str, path: str, *, repeatable: bool = False) -> Request:
    return Request(method, f"https://api.uji.example{path}", repeatable=repeatable)


def test_the_token_goes_to_its_own_origin_only(server: Server) -> None:
    send(server.base, api("POST", "/ada"))
    send("http://127.0.0.1:1/lain", Request("GET", f"{server.base}/luar"))
    assert server.seen == [("POST", "/ada", f"Bearer {TOKEN}"), ("GET", "/luar", None)]


def test_the_token_is_never_sent_in_the_clear() -> None:
    with pytest.raises(Deferred, match="hanya dikirim lewat https"):
        send("http://api.uji.example", api("GET", "/ada"))


@pytest.mark.parametrize("path", ["/pindah", "/tetap"])
def test_a_redirect_is_not_followed(server: Server, path: str) -> None:
    assert send(server.base, api("POST", path)).status in {302, 307}
    assert len(server.seen) == 1


@pytest.mark.parametrize("path", ["/sibuk", "/banyak"])
def test_an_irreversible_request_is_sent_once(server: Server, path: str) -> None:
    assert send(server.base, api("POST", path)).status == CODES[path]
    assert len(server.seen) == 1


def test_a_repeatable_request_waits_as_asked(server: Server) -> None:
    slept: list[float] = []
    assert send(server.base, api("GET", "/sibuk", repeatable=True), slept).status == 503
    assert len(server.seen) == 2, "busy again after the pause: the rest is for a later run"
    assert slept == [3.0]


def test_who_says_too_many_without_saying_how_long_is_not_asked_again(server: Server) -> None:
    slept: list[float] = []
    reply = send(server.base, api("GET", "/penuh", repeatable=True), slept)
    assert (len(server.seen), slept) == (1, [])
    with pytest.raises(Deferred) as caught:
        expect(reply, 200)
    assert caught.value.retry_after == 0, "a pause, of a length we choose ourselves"


def test_a_pause_beyond_the_cap_is_left_to_a_later_run(server: Server) -> None:
    slept: list[float] = []
    response = send(server.base, api("GET", "/banyak", repeatable=True), slept)
    assert slept == []
    with pytest.raises(Deferred) as caught:
        expect(response, 200)
    assert caught.value.retry_after == 5000
    assert caught.value.account_wide


@pytest.mark.parametrize("path", ["/putus", "/terpotong"])
def test_a_broken_answer_is_unknown_when_it_matters(server: Server, path: str) -> None:
    with pytest.raises(Unknown, match="terputus"):
        send(server.base, api("POST", path))
    assert len(server.seen) == 1
    with pytest.raises(Deferred):
        send(server.base, api("GET", path, repeatable=True))
    assert len(server.seen) == 1 + network.ATTEMPTS


def test_silence_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "TIMEOUT", (1, 0.1))
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(Unknown, match="tidak menjawab"):
        send(f"http://127.0.0.1:{deaf.getsockname()[1]}", api("POST", "/diam"))


def test_nothing_sent_is_only_deferred() -> None:
    with pytest.raises(Deferred, match="tidak dapat dihubungi"):
        send("http://127.0.0.1:9", api("POST", "/ada"))
    assert issubclass(NameResolutionError, NewConnectionError), "an unknown name counts as not sent, like a closed port"


@pytest.mark.parametrize("path", ["/bukan-json", "/dalam"])
def test_what_is_not_json_is_none(server: Server, path: str) -> None:
    assert send(server.base, api("POST", path)).json is None


def test_an_answer_is_read_no_further_than_it_may_be_large(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send(server.base, api("POST", "/besar")).json == {}
    monkeypatch.setattr(exchange, "LARGEST", 1000)
    with pytest.raises(Unknown, match="terlalu besar"):
        send(server.base, api("POST", "/besar"))


def test_an_answer_that_drips_is_cut_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send(server.base, api("POST", "/tetes")).json == {}
    monkeypatch.setattr(exchange, "TIMEOUT", (0.05, 0.25))
    with pytest.raises(Unknown):
        send(server.base, api("POST", "/tetes"))


@pytest.mark.parametrize(("repeatable", "fault"), [(True, Deferred), (False, Unknown)])
def test_an_answer_of_a_shape_nobody_foresaw_is_no_traceback(
    server: Server,
    repeatable: bool,  # noqa: FBT001
    fault: type[Exception],
) -> None:
    def trusting() -> Flow[str]:
        reply = yield api("POST", "/ada", repeatable=repeatable)
        return str(reply.body["data"]["id"])

    access = Access(endpoint="https://api.uji.example", base=server.base, token=TOKEN)
    with pytest.raises(fault, match="tidak terbaca"):
        network.carry_out(trusting(), access, print)


def test_a_token_echoed_by_the_platform_is_struck_out(server: Server) -> None:
    assert send(server.base, api("POST", "/gema")).json == {"error": "salah: ***"}


def test_no_fault_carries_the_token(server: Server) -> None:
    for path in ("/putus", "/terpotong"):
        with pytest.raises(Unknown) as caught:
            send(server.base, api("POST", path))
        assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN not in repr(Access(endpoint="", base="", token=TOKEN))


def test_a_flow_may_catch_a_fault(server: Server) -> None:
    def careful() -> Flow[str]:
        try:
            yield api("GET", "/putus")
        except Unknown:
            return "tetap selesai"
        return ""

    access = Access(endpoint="https://api.uji.example", base=server.base, token=TOKEN)
    assert network.carry_out(careful(), access, print) == "tetap selesai"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"x-rate-limit-reset": "1795251660", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}, 60.0),
        ({"ratelimit-reset": "1795251660", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}, 60.0),
        ({"x-ratelimit-reset": "2026-11-21T09:01:00.000000Z", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}, 60.0),
        ({"x-ratelimit-reset": "2026-11-21T09:01:00.000000Z"}, None),
        ({"retry-after": "Sat, 21 Nov 2026 09:01:00 GMT", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}, 60.0),
        ({"retry-after": "nanti"}, None),
        ({"retry-after": "-30"}, None),
        ({"retry-after": "1000000000"}, None),
        ({"retry-after": "9" * 400}, None),
        (
            {"retry-after": "1000000000", "x-rate-limit-reset": "1795251660", "date": "Sat, 21 Nov 2026 09:00:00 GMT"},
            60.0,
        ),
        ({"x-rate-limit-reset": "1", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}, 0.0),
        ({"retry-after": "Sat, 99999999999999999999 Nov 2026 09:01:00 GMT"}, None),
        ({"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 7}]}'}, 420.0),
        ({"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
        ({"x-business-use-case-usage": "[]"}, None),
        ({}, None),
    ],
)
def test_pauses_are_read_in_every_dialect(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Response(429, None, headers)) == seconds


@pytest.mark.parametrize(
    ("told", "seconds"), [(7, 7.0), ("7", 7.0), (-7, None), (10**9, None), ([], None), (None, None)]
)
def test_a_pause_may_stand_in_the_body(told: object, seconds: float | None) -> None:
    assert retry_after(Response(429, {"ok": False, "parameters": {"retry_after": told}})) == seconds


@given(st.sampled_from(["retry-after", "x-rate-limit-reset", "x-business-use-case-usage", "date"]), st.text())
def test_whatever_is_told_the_pause_is_none_or_a_day_at_most(name: str, text: str) -> None:
    pause = retry_after(Response(429, None, {"date": "Sat, 21 Nov 2026 09:00:00 GMT", name: text}))
    assert pause is None or 0 <= pause <= LONGEST


def test_a_moment_of_reset_told_in_passing_is_no_pause() -> None:
    headers = {"x-ratelimit-reset": "2026-11-21T09:05:00Z", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}
    assert retry_after(Response(503, None, headers)) is None
    assert retry_after(Response(503, None, {**headers, "retry-after": "7"})) == 7.0


def test_the_digest_of_a_page(site: str) -> None:
    assert network.digest_shown(f"{site}/butir/") == page(site).digest()
    assert network.digest_shown(f"{site}/butir/media/satu.jpg") == hashlib.sha256(JPEG).hexdigest()
    assert network.digest_shown(f"{site}/tidak-ada/") == "", "a redirect is not the page"
    assert network.digest_shown("http://127.0.0.1:9/") == ""


# -- whose addresses the token may go to


REAL = "https://api.uji.example"
UPLOADS = "https://unggah.uji.example"


def access(base: str = REAL) -> Access:
    return Access(endpoint=REAL, base=base, token=TOKEN, hosts=(UPLOADS,))


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        (f"{REAL}/ada", True),
        (f"{UPLOADS}/sesi?id=1", True),
        (f"{UPLOADS}:443/sesi", True),
        ("https://uji.example/sesi", False),
        ("http://unggah.uji.example/sesi", False),
        ("https://unggah.uji.example:8443/sesi", False),
        ("https://unggah.uji.example.jahat.example/sesi", False),
        ("https://jahat.example/?https://unggah.uji.example/sesi", False),
        ("https://unggah.uji.example@jahat.example/sesi", False),
    ],
)
def test_a_platforms_further_hosts_are_as_good_as_its_first_and_no_other(url: str, trusted: bool) -> None:  # noqa: FBT001
    assert access().locate(url) == url
    assert access().trusts(url) is trusted


def test_a_stand_in_stands_in_for_every_host(server: Server) -> None:
    rehearsal = access(server.base)
    for url in (f"{REAL}/ada", f"{UPLOADS}/ada"):
        network.carry_out(one(Request("POST", url)), rehearsal, print)
    assert server.seen == [("POST", "/ada", f"Bearer {TOKEN}")] * 2
    assert not rehearsal.trusts(f"{UPLOADS}/ada"), "what is rehearsed never goes there"


@pytest.mark.parametrize("secret", ["ya29.telanjang", "[]", "{}", '{"client_id": "a"}', "{rusak"])
def test_a_secret_without_a_refresh_token_is_an_access_token(server: Server, secret: str) -> None:
    place = replace(access(server.base), token=secret, login=Refresh(f"{REAL}/token"))
    assert place.grant() == {}
    network.carry_out(one(Request("POST", f"{REAL}/ada")), place, print)
    assert server.seen == [("POST", "/ada", f"Bearer {secret}")]


def test_every_part_of_a_refresh_secret_is_struck_out(server: Server) -> None:
    secret = json.dumps({"client_id": "klien", "client_secret": "x", "refresh_token": TOKEN})
    place = replace(access(server.base), token=secret, login=Refresh(f"{REAL}/gema"))
    with pytest.raises(Deferred, match="belum dapat masuk") as caught:
        network.carry_out(one(Request("POST", f"{REAL}/ada")), place, print)
    assert [path for _, path, _ in server.seen] == ["/gema"], "without an access token nothing is sent"
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert {TOKEN, secret, "x"} == set(place.secrets())
    assert TOKEN not in repr(place)


@pytest.mark.parametrize("said", [{"message": "x"}, ["x"], None, 3, "Lain"])
def test_a_refusal_in_no_known_form_ends_no_session(said: object) -> None:
    assert not network._is_over(LOGINS["bluesky"], Response(400, {"error": said}))


def test_the_platforms_own_word_ends_a_session() -> None:
    assert network._is_over(LOGINS["bluesky"], Response(400, {"error": "ExpiredToken"}))
