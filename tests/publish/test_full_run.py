"""Whole runs against real parts: a bare repository, HTTP on loopback, the sandbox."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Identity, PushRefused, Repository
from pipeline.desk import publishing
from pipeline.flow import Request
from pipeline.model.base import JdihError
from pipeline.model.outcome import Result
from pipeline.model.people import Account
from pipeline.model.publishing import EffectAction, Post, Receipt, State, Wanted
from pipeline.sandbox import Trouble
from tests.publish.parts import DIGEST, INSTAGRAM, TOKENS, Desk, X, page, post, wanted

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.flow import Flow
    from pipeline.model.publishing import Entry


def entry(desk: Desk, platform: str, action: EffectAction = EffectAction.PUBLISH) -> Entry:
    [found] = [each for each in desk.ledger.entries().values() if (each.platform, each.action) == (platform, action)]
    return found


def test_publish_once_then_take_down_once(desk: Desk) -> None:
    assert desk.run() == {"instagram": "published", "x": "published"}
    assert desk.live() == ["instagram", "x"]
    assert desk.outcomes() == []
    gone = replace(wanted(desk.site), withdrawn=True, order="uji-2026-turun", posts=())
    assert desk.run(gone) == {"instagram": "retracted", "x": "retracted"}
    assert desk.live() == []
    assert desk.outcomes(gone) == []
    assert [row["dihapus"] != "" for row in desk.sandbox.posts()] == [True, True]
    assert entry(desk, "x").order == "uji-2026-turun"
    assert desk.ledger.verify() == []


def test_a_main_that_forgot_the_takedown_sends_nothing(desk: Desk) -> None:
    desk.run()
    desk.run(replace(wanted(desk.site), withdrawn=True, posts=()))
    assert set(desk.run().values()) == {"waiting"}
    assert desk.live() == []


def test_what_was_withdrawn_before_it_went_out_is_buried(desk: Desk) -> None:
    assert set(desk.run(replace(wanted(desk.site), withdrawn=True)).values()) == {"retracted"}
    assert {each.state for each in desk.ledger.entries().values()} == {State.WITHDRAWN}
    assert set(desk.run(wanted(desk.site)).values()) == {"waiting"}
    assert desk.sandbox.posts() == []


def test_alternative_text_and_picture_arrive(desk: Desk) -> None:
    desk.run()
    assert [[media["alt"] for media in row["media"]] for row in desk.sandbox.posts()] == [["Sampul <merah>"]] * 2


@pytest.mark.parametrize("path", ["lama/", "tidak-ada/"])
def test_no_post_before_its_page_shows_the_approved_bytes(desk: Desk, path: str) -> None:
    early = wanted(desk.site, shows=(page(desk.site, path),))
    assert desk.run(early) == {"instagram": "waiting", "x": "waiting"}
    assert desk.sandbox.posts() == []
    assert desk.ledger.entries() == {}


def test_a_schedule_is_kept(desk: Desk) -> None:
    later = wanted(desk.site, not_before=desk.clock.now + timedelta(hours=1))
    assert set(desk.run(later).values()) == {"waiting"}
    desk.clock.forward(hours=1)
    assert desk.run(later)["x"] == "published"


@pytest.mark.parametrize("kind", [Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER])
@pytest.mark.parametrize("platform", ["instagram", "x"])
def test_a_lost_answer_is_found_on_the_platform(desk: Desk, platform: str, kind: Trouble) -> None:
    desk.sandbox.trouble(platform, kind)
    assert desk.run()[platform] == "published"
    assert desk.outcomes() == []
    assert desk.live() == ["instagram", "x"]


def test_a_block_that_published_all_the_same_is_found(desk: Desk) -> None:
    desk.sandbox.trouble("instagram", Trouble.DUPLICATE)
    assert desk.run()["instagram"] == "published"
    assert desk.live() == ["instagram", "x"]


@pytest.mark.parametrize("kind", [Trouble.BROKEN_BEFORE, Trouble.DROPPED_BEFORE])
@pytest.mark.parametrize("platform", ["instagram", "x"])
def test_an_unknown_outcome_is_never_sent_again(desk: Desk, platform: str, kind: Trouble) -> None:
    desk.sandbox.trouble(platform, kind)
    results = desk.run()
    assert results.pop(platform) == "unknown"
    assert "published" in results.values(), "the other platform goes on"
    desk.clock.forward(days=2)
    assert desk.run() == {platform: "waiting"}
    assert len(desk.live()) == 1
    assert entry(desk, platform).state is State.UNKNOWN


def test_a_person_settles_what_is_unknown(desk: Desk) -> None:
    desk.sandbox.trouble("x", Trouble.BROKEN_BEFORE)
    desk.run()
    key = entry(desk, "x").key
    publishing.decide(key[:8], None, desk.edges)
    assert desk.run()["x"] == "published"
    with pytest.raises(JdihError, match="menunggu keputusan"):
        publishing.decide(key[:8], Receipt(remote_id="1", url=""), desk.edges)
    assert desk.ledger.verify() == []


def test_a_pause_is_kept_and_stops_the_account_only(desk: Desk) -> None:
    desk.sandbox.trouble("x", Trouble.PAUSE)
    second = replace(
        wanted(desk.site), item="uji-2026-dua", posts=(post(X, text="Kiriman kedua", item="uji-2026-dua"),)
    )
    outcomes = desk.outcomes(wanted(desk.site), second)
    results = [(each.action.item[-4:], each.action.platform, each.result) for each in outcomes]
    assert ("satu", "instagram", "published") in results
    assert [result for _, platform, result in results if platform == "x"] == ["deferred", "deferred"]
    assert desk.run()["x"] == "waiting"
    desk.clock.forward(minutes=2)
    assert desk.run()["x"] == "published"


def test_a_duplicate_refused_at_first_is_held(desk: Desk) -> None:
    desk.sandbox.trouble("x", Trouble.DUPLICATE)
    assert desk.run()["x"] == "rejected"
    assert entry(desk, "x").state is State.HELD
    assert desk.run()["x"] == "waiting"


def test_a_missing_token_holds_one_account(desk: Desk) -> None:
    del desk.secrets["x:jdihuji"]
    assert desk.run() == {"instagram": "published", "x": "deferred"}
    desk.secrets |= TOKENS
    assert desk.run() == {"x": "published"}


def test_a_platform_that_is_down_holds_nobody_else(desk: Desk) -> None:
    edges = replace(desk.edges, endpoints={**desk.edges.endpoints, "instagram": "http://127.0.0.1:9/mati"})
    results = {each.action.platform: each.result.value for each in publishing.publish([wanted(desk.site)], edges)}
    assert results == {"instagram": "deferred", "x": "published"}
    assert desk.run() == {"instagram": "published"}


def test_a_refused_ledger_sends_nothing_and_names_the_cause(desk: Desk, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'buku terbitan sedang ditutup'\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(PushRefused, match="buku terbitan sedang ditutup"):
        desk.outcomes()
    assert desk.sandbox.posts() == []


def test_a_changed_version_does_not_post_twice(desk: Desk) -> None:
    desk.run()
    old = wanted(desk.site)
    posts = tuple(replace(each, digest="b" * 64) for each in old.posts)
    assert set(desk.run(replace(old, posts=posts)).values()) == {"waiting"}
    assert desk.live() == ["instagram", "x"]


def test_an_answer_to_a_comment_needs_no_page(desk: Desk) -> None:
    desk.run(wanted(desk.site, X))
    [asked] = desk.sandbox.posts()
    to = asked["id"]
    said = Post(item="uji-2026-jawab", platform="x", account=X, text="Terima kasih.", reply_to=to, digest=DIGEST)
    answer = Wanted(item="uji-2026-jawab", digest=DIGEST, page_url="", posts=(said,))
    assert desk.run(answer) == {"x": "published"}
    assert to in {row["balasan_untuk"] for row in desk.sandbox.posts()}


def test_the_console_shows_what_would_be_sent(desk: Desk) -> None:
    account = Account(platform="console", id="layar", handle="layar")
    assert desk.run(wanted(desk.site, account)) == {"console": "published"}
    assert '"teks_alt": "Sampul <merah>"' in desk.said[0]
    assert desk.outcomes(wanted(desk.site, account)) == []


def test_no_token_is_kept_or_said(desk: Desk, tmp_path: Path, remote: Path) -> None:
    desk.sandbox.trouble("x", Trouble.DROPPED_BEFORE)
    desk.sandbox.trouble("instagram", Trouble.BROKEN_BEFORE)
    told = [repr(outcome) for outcome in desk.outcomes()] + desk.said
    try:
        desk.edges.ask(_explode(), X)
    except JdihError as error:
        told += traceback.format_exception(error)
    repository = Repository(remote)
    told.append(repository.git("log", "-p", "refs/heads/terbitan"))
    repository.close()
    told += [path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*.json")]
    for token in TOKENS.values():
        assert not [text for text in told if token in text]


def _explode() -> Flow[None]:
    yield Request("POST", "https://api.x.com/2/tweets", json={"text": "x" * 400})
    raise JdihError("sesudah")


def test_two_accounts_do_not_share_a_token(desk: Desk) -> None:
    desk.run()
    owners = {row["akun"] for row in desk.sandbox.posts()}
    assert INSTAGRAM.id in owners
    assert len(owners) == 2


def test_the_turns_of_an_account_share_their_pushes(desk: Desk, remote: Path) -> None:
    items = [
        replace(wanted(desk.site), item=name, posts=(post(X, text=f"Kiriman {name}", item=name),))
        for name in (f"uji-2026-{number}" for number in range(10))
    ]
    assert {outcome.result for outcome in desk.outcomes(*items)} == {Result.PUBLISHED}
    repository = Repository(remote)
    assert repository.git("rev-list", "--count", "refs/heads/terbitan") == "3", "intents, posting, receipts"
    repository.close()


def test_a_refused_account_is_asked_once_however_many_posts_wait(desk: Desk) -> None:
    desk.sandbox.trouble("x", Trouble.PAUSE, 3)
    items = [
        replace(wanted(desk.site), item=name, posts=(post(X, text=f"Kiriman {name}", item=name),))
        for name in ("uji-2026-dua", "uji-2026-tiga", "uji-2026-empat")
    ]
    assert {outcome.result for outcome in desk.outcomes(*items)} == {Result.DEFERRED}
    desk.clock.forward(minutes=2)
    results = [outcome.result for outcome in desk.outcomes(*items)]
    assert results == [Result.DEFERRED] * 3, "two of the three troubles are still there"
    assert {each.state for each in desk.ledger.entries().values()} == {State.CLAIMED}


def test_two_runs_at_once_send_each_post_once(desk: Desk, remote: Path) -> None:
    repositories = [Repository(remote) for _ in range(3)]
    edges = [
        replace(desk.edges, ledger=Ledger(each, remote, Identity("Penerbit", "penerbit@uji.example")))
        for each in repositories
    ]
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda each: publishing.publish([wanted(desk.site)], each), edges))
    assert desk.live() == ["instagram", "x"]
    assert sum(outcome.result is Result.PUBLISHED for run in runs for outcome in run) >= 2
    for each in repositories:
        each.close()
    assert desk.run() == {}
    assert desk.ledger.verify() == []
