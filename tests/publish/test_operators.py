"""What operators run into: secrets copied badly, accounts renamed, posts that broke off, numbers mistyped."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import network
from pipeline.access import Access
from pipeline.carriers.repository import Identity
from pipeline.desk import publishing, server, wording
from pipeline.flow import Deferred, Request, Response, Unknown, retry_after
from pipeline.model.base import JdihError
from pipeline.model.publishing import Receipt, State, Wanted
from pipeline.network import exchange
from pipeline.reconcile import rest, run
from tests.publish.parts import DIGEST, INSTAGRAM, TOKENS, X, post, wanted
from tests.publish.test_crash import dying_run

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.flow import Flow
    from pipeline.model.publishing import Entry
    from tests.publish.parts import Desk

SECRET = "kenari-x-rahasia"  # noqa: S105 - planted
STEP_POSTING, STEP_SENT = 6, 7
"""Steps of a publication on X after which it is `posting`, and live (tests/publish/test_crash.py)."""


def only(desk: Desk) -> Entry:
    [entry] = desk.ledger.entries().values()
    return entry


# -- secrets


def test_a_token_with_a_line_end_works(desk: Desk) -> None:
    desk.secrets[X.ref] = f"{TOKENS[X.ref]}\n"
    assert desk.run(wanted(desk.site, X, shares=())) == {"x": "published"}


@pytest.mark.parametrize("spoilt", [f"{SECRET}\nlagi", f"{SECRET}–", f"{SECRET}\x00", "abc"])
def test_a_token_copied_badly_is_told_by_account_and_the_others_go_on(desk: Desk, spoilt: str) -> None:
    desk.secrets[X.ref] = spoilt
    told = desk.outcomes(wanted(desk.site, INSTAGRAM, X, shares=()))
    assert {outcome.action.platform: outcome.result.value for outcome in told} == {
        "instagram": "published",
        "x": "deferred",
    }
    [why] = (outcome.message for outcome in told if outcome.action.platform == "x")
    assert why.startswith(f"token akun {X.ref} di berkas rahasia salah salin")
    assert SECRET not in str(told)


def test_what_the_library_refuses_to_send_is_a_fault_without_the_secret() -> None:
    """Its own words quote the header; only the kind is told, here and in the chain of exceptions."""

    def asking() -> Flow[Response]:
        return (yield Request("GET", "https://platform.example/x", repeatable=True))

    access = Access(endpoint="https://platform.example", base="http://127.0.0.1:9", token=f"{SECRET}\nlagi")
    with pytest.raises(Deferred) as caught:
        network.carry_out(asking(), access, print, lambda _: None)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


# -- answers nobody could foresee


@pytest.mark.parametrize("usage", ["1e400", "-1e400", "NaN", "9" * 5000])
def test_a_pause_beyond_numbers_is_none(usage: str) -> None:
    header = f'{{"a":[{{"estimated_time_to_regain_access":{usage}}}]}}'
    assert retry_after(Response(429, None, {"x-business-use-case-usage": header})) is None


@pytest.mark.parametrize(("repeatable", "fault"), [(True, Deferred), (False, Unknown)])
def test_an_answer_nested_without_end_is_none(
    monkeypatch: pytest.MonkeyPatch, *, repeatable: bool, fault: type[JdihError]
) -> None:
    deep: object = "dasar"
    for _ in range(5000):
        deep = [deep]
    monkeypatch.setattr(exchange, "http", lambda *_, **__: Response(200, deep))

    def asking() -> Flow[object]:
        reply = yield Request("GET", "https://platform.example/x", repeatable=repeatable)
        return reply.json["id"]

    with pytest.raises(fault, match="tidak terbaca"):
        network.carry_out(asking(), Access(endpoint="", base="https://platform.example", token=SECRET), print)


def test_a_client_that_stumbles_before_it_asks_has_sent_nothing() -> None:
    def stumbling() -> Flow[int]:
        yield Request("GET", f"https://platform.example/{int('sudah tayang')}")
        return 1

    with pytest.raises(Deferred, match=r"tidak dapat disiapkan \(ValueError\)"):
        network.carry_out(stumbling(), Access(endpoint="", base="https://platform.example", token=SECRET), print)


# -- an account of another name


def test_a_post_on_an_account_renamed_since_is_taken_down(desk: Desk) -> None:
    item = wanted(desk.site, X, shares=())
    desk.run(item)
    renamed = replace(X, handle="jdih_baru")
    desk.secrets = {renamed.ref: TOKENS[X.ref]}
    order = replace(wanted(desk.site, renamed, shares=()), withdrawn=True, order="perintah")
    edges = replace(desk.edges, accounts={rest.name(renamed): renamed})
    assert [outcome.result.value for outcome in publishing.publish([order], edges)] == ["retracted"]
    assert desk.live() == []


# -- posts that broke off


@pytest.fixture
def broken(desk: Desk) -> Desk:
    """A run died in `posting`, its lease is over, and since then the account's token is gone."""
    dying_run(desk, wanted(desk.site, X, shares=()), STEP_SENT)
    desk.clock.forward(minutes=11)
    del desk.secrets[X.ref]
    return desk


def test_a_post_that_cannot_be_asked_about_is_told_with_the_reason_and_the_way_out(broken: Desk) -> None:
    [told] = broken.outcomes(wanted(broken.site, X, shares=()))
    assert told.result.value == "waiting"
    assert f"token akun {X.ref} belum ada" in told.message
    assert f"jdih ledger resolve {only(broken).key[:10]}" in told.message


def test_a_person_may_end_a_post_that_broke_off(broken: Desk) -> None:
    number = str(broken.sandbox.posts()[0]["id"])
    entry = publishing.decide(only(broken).key[:10], Receipt(remote_id=number, url=""), broken.edges)
    assert (entry.state, entry.lease) == (State.DONE, None)
    broken.secrets[X.ref] = TOKENS[X.ref]
    order = replace(wanted(broken.site, X, shares=()), withdrawn=True, order="perintah")
    assert broken.run(order) == {"x": "retracted"}
    assert broken.live() == []


def test_nobody_decides_about_a_post_a_run_may_be_at(desk: Desk) -> None:
    dying_run(desk, wanted(desk.site, X, shares=()), STEP_POSTING)
    with pytest.raises(JdihError, match="yang menunggu keputusan"):
        publishing.decide(only(desk).key, None, desk.edges)
    desk.clock.forward(minutes=11)
    assert publishing.decide(only(desk).key, None, desk.edges).state is State.CLAIMED
    assert desk.run(wanted(desk.site, X, shares=())) == {"x": "published"}


def test_a_lease_no_clock_can_have_meant_does_not_bind_a_person(desk: Desk) -> None:
    desk.clock.forward(days=365)
    dying_run(desk, wanted(desk.site, X, shares=()), STEP_POSTING)
    desk.clock.forward(days=-365)
    assert desk.run(wanted(desk.site, X, shares=())) == {"x": "waiting"}
    assert publishing.decide(only(desk).key, None, desk.edges).state is State.CLAIMED
    assert desk.run(wanted(desk.site, X, shares=())) == {"x": "published"}
    assert desk.live() == ["x"]


# -- what a person tells is held against the platform


@pytest.mark.parametrize("number", ["sudah tayang", "https://x.com/jdihuji/status/12", "../../x?y=1", "", "12a"])
def test_a_number_that_is_none_is_refused(broken: Desk, number: str) -> None:
    with pytest.raises(JdihError, match="bukan nomor kiriman x"):
        publishing.decide(only(broken).key, Receipt(remote_id=number, url=""), broken.edges)


def test_what_the_platform_shows_is_not_contradicted(broken: Desk) -> None:
    number = str(broken.sandbox.posts()[0]["id"])
    broken.secrets[X.ref] = TOKENS[X.ref]
    for claim in (Receipt(remote_id="12", url=""), None):
        with pytest.raises(JdihError, match=f"tayang dengan nomor {number}"):
            publishing.decide(only(broken).key, claim, broken.edges)
    assert publishing.decide(only(broken).key, Receipt(remote_id=number, url=""), broken.edges).state is State.DONE


# -- a platform that answers, but slowly


def test_a_run_leaves_the_rest_of_a_slow_account_to_the_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = exchange.http

    def slow(*asked: Any, **parts: Any) -> Response:  # noqa: ANN401 - as http takes them
        desk.clock.forward(minutes=1)
        return quick(*asked, **parts)

    monkeypatch.setattr(exchange, "http", slow)
    items = [many(number) for number in range(80)]
    told = Counter(outcome.result.value for outcome in desk.outcomes(*items))
    assert told["published"] + told["deferred"] == len(items)
    assert run.ABREAST <= told["published"] < len(items)
    for _ in range(9):
        desk.outcomes(*items)
    assert len(desk.live()) == len(items)


def many(number: int) -> Wanted:
    item = f"uji-2026-{number}"
    return Wanted(item=item, digest=DIGEST, page_url="", posts=(post(X, text=f"Kiriman {number}", item=item),))


def test_what_puts_off_every_post_of_an_account_is_said_once(desk: Desk) -> None:
    del desk.secrets[X.ref]
    told = list(wording.outcomes(desk.outcomes(*(many(number) for number in range(5)))))
    assert len(told) == 1
    assert told[0].endswith("; begitu juga 4 kiriman lain akun ini")


def test_settings_do_not_show_their_secrets(tmp_path: Path) -> None:
    known = server.ServerSettings(tmp_path, "", {}, {X.ref: SECRET}, {}, Identity("Penerbit", "penerbit@uji.example"))
    assert SECRET not in repr(known)
