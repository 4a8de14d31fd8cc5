"""The plan, as properties and as a few sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.people import Account
from pipeline.model.publishing import (
    TRANSITIONS,
    Action,
    EffectAction,
    Entry,
    Post,
    Share,
    State,
    Turn,
    Wanted,
    effect_key,
)
from pipeline.platforms import PLATFORMS
from pipeline.reconcile import plan
from pipeline.reconcile.effect import advance
from tests.publish.parts import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ITEMS = ("satu", "dua", "tiga")
ACCOUNTS = [Account(platform=platform, id=number, handle="uji") for platform in ("instagram", "x") for number in "12"]
ACTING = {EffectAction.PUBLISH, EffectAction.RETRACT, EffectAction.SHARE}


def entry_of(action: Action, kind: EffectAction, state: State) -> Entry:
    return Entry(
        key=effect_key(action.item, action.account, kind, action.digest, action.part),
        item=action.item,
        account=action.account,
        action=kind,
        digest=action.digest,
        history=(Turn(state=state, at=NOW),),
        part=action.part,
    )


def applied(actions: Iterable[Action], entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Return the ledger after every action succeeded."""
    after = dict(entries)
    for action in actions:
        if action.action in (EffectAction.PUBLISH, EffectAction.SHARE):
            after[action.key] = entry_of(action, action.action, State.DONE)
        elif action.action is EffectAction.ARCHIVE:
            after[action.key] = entry_of(action, EffectAction.ARCHIVE, State.HELD)
        elif action.action is EffectAction.RETRACT:
            after[action.key] = entry_of(action, EffectAction.RETRACT, State.DONE)
            buried = entry_of(action, EffectAction.PUBLISH, State.WITHDRAWN)
            after[buried.key] = buried
    return after


@st.composite
def wanteds(draw: st.DrawFn) -> Wanted:
    item, digest = draw(st.sampled_from(ITEMS)), draw(st.sampled_from(("a" * 64, "b" * 64)))
    accounts = draw(st.lists(st.sampled_from(ACCOUNTS), unique=True))
    posts = tuple(
        replace(
            Post(item=item, platform=each.platform, account=each, text="teks", digest=digest), part=part, parts=parts
        )
        for each in accounts
        for parts in [draw(st.integers(1, 3)) if PLATFORMS[each.platform].CAN_THREAD else 1]
        for part in range(1, parts + 1)
    )
    shares = (Share(item=item, recipient=GROUP, text="teks", digest=digest),) if draw(st.booleans()) else ()
    at = draw(st.sampled_from((None, NOW - timedelta(hours=1), NOW + timedelta(hours=1))))
    return Wanted(
        item=item, digest=digest, page_url="", posts=posts, shares=shares, not_before=at, withdrawn=draw(st.booleans())
    )


@st.composite
def ledgers(draw: st.DrawFn) -> dict[str, Entry]:
    found = {}
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from((EffectAction.PUBLISH, EffectAction.RETRACT)))
        action = Action(
            item=draw(st.sampled_from(ITEMS)),
            account=draw(st.sampled_from(ACCOUNTS)),
            action=kind,
            why="",
            key="",
            digest=draw(st.sampled_from(("a" * 64, "b" * 64))),
            part=draw(st.integers(1, 3)),
        )
        entry = entry_of(action, kind, draw(st.sampled_from(State)))
        found[entry.key] = replace(entry, retry_at=draw(st.sampled_from((None, NOW + timedelta(minutes=5)))))
    return found


def unique(items: list[Wanted]) -> list[Wanted]:
    return list({item.item: item for item in items}.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(wanteds(), max_size=3).map(unique), ledgers())
def test_a_plan_carried_out_leaves_nothing_to_do(items: list[Wanted], entries: dict[str, Entry]) -> None:
    # An account may have rested for something the first round buried; links follow what the second published.
    for _ in range(3):
        entries = applied(plan(items, entries, NOW, {}), entries)
    assert not [action for action in plan(items, entries, NOW, {}) if action.action in ACTING]


@settings(max_examples=150, deadline=None)
@given(st.lists(wanteds(), max_size=3).map(unique), ledgers(), st.sets(st.sampled_from(ITEMS)))
def test_what_is_withdrawn_gone_early_or_uncertain_is_never_sent(
    items: list[Wanted], entries: dict[str, Entry], reachable: set[str]
) -> None:
    by_id = {item.item: item for item in items}
    hidden = {item: f"https://jdih.example/{item}/" for item in ITEMS if item not in reachable}
    for action in plan(items, entries, NOW, hidden):
        if action.action is EffectAction.PUBLISH:
            item, entry = by_id[action.item], entries.get(action.key)
            assert not item.withdrawn
            assert item.item in reachable
            assert item.not_before is None or item.not_before <= NOW
            assert entry is None or entry.state is State.CLAIMED


@settings(max_examples=150, deadline=None)
@given(st.lists(wanteds(), max_size=3).map(unique), ledgers())
def test_no_part_goes_before_the_one_above(items: list[Wanted], entries: dict[str, Entry]) -> None:
    done = {key for key, entry in entries.items() if entry.state is State.DONE}
    for action in plan(items, entries, NOW, {}):
        if action.action is EffectAction.PUBLISH and action.part > 1:
            kind, above = EffectAction.PUBLISH, action.part - 1
            assert effect_key(action.item, action.account, kind, action.digest, above) in done
        if action.action is EffectAction.PUBLISH:
            done.add(action.key)


@settings(max_examples=100, deadline=None)
@given(st.lists(wanteds(), max_size=3).map(unique), ledgers(), st.sampled_from(ACCOUNTS))
def test_accounts_are_judged_apart(items: list[Wanted], entries: dict[str, Entry], troubled: Account) -> None:
    """Forgetting one account's history changes no publication of another."""
    calm = {key: entry for key, entry in entries.items() if entry.account != troubled}

    def others(known: dict[str, Entry]) -> list[str]:
        actions = plan(items, known, NOW, {})
        return [
            action.key for action in actions if action.action is EffectAction.PUBLISH and action.account != troubled
        ]

    assert others(entries) == others(calm)


def test_an_account_without_a_connector_is_said() -> None:
    account = Account(platform="pinterest", id="1", handle="uji")
    post = Post(item="satu", platform="pinterest", account=account, text="teks", digest="a" * 64)
    [action] = plan([Wanted(item="satu", digest="a" * 64, page_url="", posts=(post,))], {}, NOW, {})
    assert action.why == "belum ada penghubung untuk pinterest: dikirim dengan tangan"


@pytest.mark.parametrize(
    ("platform", "change", "why"),
    [
        ("tiktok", {"withdrawn": True}, "diturunkan atas perintah: dihapus dengan tangan"),
        ("instagram", {"withdrawn": True}, "diturunkan atas perintah"),
        ("instagram", {"archived": True}, "diarsipkan atas perintah: dengan tangan"),
    ],
)
def test_the_plan_says_what_is_left_to_a_person(platform: str, change: dict[str, bool], why: str) -> None:
    action = Action(
        item="satu",
        account=Account(platform=platform, id="1", handle="uji"),
        action=EffectAction.PUBLISH,
        why="",
        key="",
        digest="a" * 64,
    )
    live = entry_of(action, EffectAction.PUBLISH, State.DONE)
    item = replace(Wanted(item="satu", digest="a" * 64, page_url="", order="perintah"), **change)  # type: ignore[arg-type]
    [found] = plan([item], {live.key: live}, NOW, {})
    assert (found.why, found.key != live.key) == (why, True)


def test_the_plan_says_what_a_post_costs() -> None:
    accounts = [Account(platform=name, id="1", handle="uji") for name in ("x", "instagram")]
    text = "Telah terbit: https://jdih.kpu.go.id/produk/1"
    posts = tuple(Post(item="satu", platform=each.platform, account=each, text=text, digest="a") for each in accounts)
    actions = plan([Wanted(item="satu", digest="a", page_url="", posts=posts)], {}, NOW, {})
    assert [action.cost for action in actions] == ["0,20 dolar AS (berisi tautan)", ""]


def test_a_renamed_account_is_the_same_account() -> None:
    renamed = replace(ACCOUNTS[0], handle="nama-baru")
    same = [effect_key("satu", account, EffectAction.PUBLISH, "a") for account in (ACCOUNTS[0], renamed)]
    assert same[0] == same[1]


@pytest.mark.parametrize("state", State)
def test_nothing_follows_a_tombstone_and_nothing_else_ends(state: State) -> None:
    assert (not TRANSITIONS[state]) is (state is State.WITHDRAWN)


def test_a_turn_ends_a_pause() -> None:
    action = Action(item="satu", account=ACCOUNTS[0], action=EffectAction.PUBLISH, why="", key="", digest="a")
    paused = replace(entry_of(action, EffectAction.PUBLISH, State.CLAIMED), retry_at=NOW)
    assert advance(paused, State.POSTING, NOW, "").retry_at is None
