"""A text its writer divided: several posts, each answering the one before, each an effect of its own."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import content
from pipeline.carriers import effect_file
from pipeline.cli import publish as verb
from pipeline.desk import publishing, wording
from pipeline.desk.planning import Plan
from pipeline.fields import FaultyError
from pipeline.flow import Deferred, Request, Response
from pipeline.model.item import Konten
from pipeline.model.people import Account
from pipeline.model.publishing import EffectAction, Post, Proof, Receipt, Staged, State, Wanted, effect_key
from pipeline.platforms import PLATFORMS, _bluesky_record, threads, x
from pipeline.reconcile import plan, thread
from pipeline.reconcile.commands import Ask, Now, Read
from pipeline.sandbox import Trouble
from tests.conftest import CAPTION, FOLDER, INDEX
from tests.publish.parts import DIGEST, Desk, X, converse, picture
from tests.publish.test_reconcile import entry_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.publishing import Entry

ACCOUNTS = {
    "x": X,
    "threads": Account(platform="threads", id="26000000000000001", handle="jdihuji"),
    "mastodon": Account(platform="mastodon", id="114000000000000001", handle="jdihuji@sosial.example"),
    "bluesky": Account(platform="bluesky", id="did:plc:ewvi7nxzyoun6zhxrhs64oiz", handle="jdihuji.example"),
}
TEXTS = ("Tahapan pemilu telah ditetapkan.", "Pendaftaran dibuka bulan depan.", "Selengkapnya di laman JDIH.")
ITEM = "uji-2026-utas"
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["x", *(pytest.param(name, marks=pytest.mark.slow) for name in ACCOUNTS if name != "x")])
def account(request: pytest.FixtureRequest) -> Account:
    return ACCOUNTS[request.param]


@pytest.fixture
def office(desk: Desk) -> Desk:
    desk.secrets |= {each.ref: f"rahasia-{each.platform}" for each in ACCOUNTS.values() if each is not X}
    return desk


def divided(site: str, account: Account, texts: Sequence[str] = TEXTS, **changes: Any) -> Wanted:  # noqa: ANN401
    posts = tuple(
        Post(
            item=ITEM,
            platform=account.platform,
            account=account,
            text=text,
            media=(picture(site),) if part == 1 else (),
            digest=DIGEST,
            part=part,
            parts=len(texts),
        )
        for part, text in enumerate(texts, 1)
    )
    return replace(Wanted(item=ITEM, digest=DIGEST, page_url=f"{site}/butir/", posts=posts), **changes)


def effects(desk: Desk, action: EffectAction = EffectAction.PUBLISH) -> list[Entry]:
    found = [entry for entry in desk.ledger.entries().values() if entry.action is action]
    return sorted(found, key=lambda entry: entry.part)


def results(desk: Desk, item: Wanted) -> list[tuple[int, str]]:
    return sorted((each.action.part, each.result.value) for each in desk.outcomes(item))


def shown(desk: Desk) -> list[tuple[str, str, int]]:
    """Return what people see: text, the text it answers, and how many pictures."""
    rows = [row for row in desk.sandbox.posts() if not row["dihapus"]]
    texts = {"": ""} | {row["id"]: row["teks"] for row in rows}
    return [(row["teks"], texts[row["balasan_untuk"].rpartition("/")[2]], len(row["media"])) for row in rows]


WHOLE = [(TEXTS[0], "", 1), (TEXTS[1], TEXTS[0], 0), (TEXTS[2], TEXTS[1], 0)]


# -- from the caption to the posts


def caption(text: str) -> Konten:
    files = {"index.md": INDEX.encode(), "takarir.md": text.encode()}
    item = content.read(FOLDER, files)
    assert isinstance(item, Konten), item
    return item


def test_a_line_of_three_hyphens_divides_and_nothing_else_does() -> None:
    head, _, body = CAPTION.partition("\n---\n")
    text = "Satu -- dua\n--- bukan pembagi\n\n---\nDua, {tautan}\n----\n---  \n\nTiga"
    item = caption(f"{head}\n---\n\n{text}\n")
    assert item.caption
    assert item.caption.parts_for("x") == ("Satu -- dua\n--- bukan pembagi", "Dua, {tautan}\n----", "Tiga")
    first, second, third = item.caption.texts_for("x", "https://j.example/1")
    assert first == "Satu -- dua\n--- bukan pembagi\n\n" + " ".join(item.caption.hashtags)
    assert (second, third) == ("Dua, https://j.example/1\n----", "Tiga")
    assert len(caption(CAPTION).caption.texts_for("x", "")) == 1  # type: ignore[union-attr]
    assert body


def test_a_variant_may_be_divided_where_the_caption_is_not() -> None:
    variant = "varian:\n  x: |\n    Satu\n    ---\n    Dua\n---\n"
    item = caption(CAPTION.replace("\n---\n", f"\n{variant}", 1))
    assert item.caption
    assert item.caption.parts_for("x") == ("Satu", "Dua")
    assert len(item.caption.parts_for("instagram")) == 1


# -- what an effect is called, and what the ledger keeps


def test_the_number_of_the_part_counts_from_the_second_on() -> None:
    """What is in ledgers already keeps its name: the first is the name as it was before there were threads."""
    names = [effect_key("a", X, EffectAction.PUBLISH, DIGEST, part) for part in (1, 2, 3)]
    assert names[0] == effect_key("a", X, EffectAction.PUBLISH, DIGEST)
    assert names[0] == hashlib.sha256(f"a|x|{X.id}|publish|{DIGEST}".encode()).hexdigest()
    assert len(set(names)) == 3


@pytest.mark.slow
def test_the_ledger_says_which_part_an_effect_is(office: Desk, account: Account) -> None:
    office.run(divided(office.site, account))
    for entry in effects(office):
        data, path = effect_file.write(entry), effect_file.path_of(entry.key)
        assert effect_file.read(data, path) == entry
        assert (b"\nbagian: " in data) is (entry.part > 1)
    with pytest.raises(FaultyError):
        effect_file.read(data.replace(b"bagian: 3", b"bagian: 2"), path)


# -- runs


def test_each_part_answers_the_one_before_and_is_sent_once(office: Desk, account: Account) -> None:
    item = divided(office.site, account)
    assert results(office, item) == [(1, "published"), (2, "published"), (3, "published")]
    assert shown(office) == WHOLE
    assert office.outcomes(item) == []
    assert [(entry.part, entry.state) for entry in effects(office)] == [(part, State.DONE) for part in (1, 2, 3)]
    assert office.ledger.verify() == []


def test_a_takedown_takes_the_last_part_first_and_leaves_none(office: Desk, account: Account) -> None:
    item = divided(office.site, account)
    office.outcomes(item)
    gone = replace(item, withdrawn=True, order="uji-2026-turun")
    due = plan([gone], office.ledger.entries(), office.clock(), {})
    assert [(action.part, action.parts) for action in due] == [(3, 3), (2, 3), (1, 3)]
    assert {result for _, result in results(office, gone)} == {"retracted"}
    assert office.live() == []
    assert [entry.part for entry in effects(office, EffectAction.RETRACT)] == [1, 2, 3]
    assert {entry.state for entry in effects(office)} == {State.WITHDRAWN}
    assert set(office.run(item).values()) == {"waiting"}, "a main that forgot the takedown sends nothing"


def second(desk: Desk, account: Account, trouble: Trouble) -> None:
    """Order *trouble* for the second publication from now on."""
    desk.sandbox.trouble(account.platform, Trouble.SLOW)
    desk.sandbox.trouble(account.platform, trouble)


@pytest.mark.slow
def test_a_part_whose_answer_was_lost_is_found_again_and_answered(office: Desk, account: Account) -> None:
    second(office, account, Trouble.DROPPED_AFTER)
    item = divided(office.site, account)
    office.outcomes(item)
    office.clock.forward(minutes=15)
    office.outcomes(item)
    assert shown(office) == WHOLE
    assert {entry.state for entry in effects(office)} == {State.DONE}


def test_the_rest_waits_for_a_part_that_is_put_off(office: Desk, account: Account) -> None:
    second(office, account, Trouble.PAUSE)
    item = divided(office.site, account)
    assert results(office, item) == [(1, "published"), (2, "deferred"), (3, "deferred")]
    [waits] = [each for each in office.outcomes(item) if each.action.part == 3]
    assert waits.message.startswith("menunggu bagian 2: ditunda: ")
    office.clock.forward(minutes=5)
    assert results(office, item) == [(2, "published"), (3, "published")]
    assert shown(office) == WHOLE


def test_a_thread_taken_down_in_the_middle_is_never_gone_on_with(office: Desk, account: Account) -> None:
    second(office, account, Trouble.PAUSE)
    item = divided(office.site, account)
    office.outcomes(item)
    assert len(office.live()) == 1
    office.clock.forward(minutes=5)
    assert {result for _, result in results(office, replace(item, withdrawn=True))} == {"retracted"}
    assert office.live() == []
    assert {result for _, result in results(office, item)} == {"waiting"}
    assert len(office.sandbox.posts()) == 1


def test_the_rest_waits_until_a_person_says_what_became_of_a_part(office: Desk) -> None:
    second(office, X, Trouble.DROPPED_BEFORE)
    item = divided(office.site, X)
    assert results(office, item) == [(1, "published"), (2, "unknown"), (3, "waiting")]
    office.clock.forward(minutes=30)
    [lost, rest] = office.outcomes(item)
    assert rest.message.startswith("menunggu bagian 2: hasil tidak diketahui")
    publishing.decide(lost.action.key, None, office.edges)
    assert results(office, item) == [(2, "published"), (3, "published")]
    assert shown(office) == WHOLE


@pytest.mark.slow
def test_the_rest_waits_for_a_part_that_is_refused(office: Desk) -> None:
    item = divided(office.site, X, (TEXTS[0], TEXTS[0], TEXTS[2]))
    assert results(office, item) == [(1, "published"), (2, "rejected"), (3, "waiting")]
    assert len(office.live()) == 1


def test_parts_a_person_sends_wait_for_each_other_too(office: Desk) -> None:
    item = divided(office.site, Account(platform="pinterest", id="1", handle="jdihuji"))
    assert results(office, item) == [(1, "by_hand"), (2, "waiting"), (3, "waiting")]
    proof = Proof(key=item.posts[0].key, person="admin", said="https://p.example/1", actions=frozenset({*EffectAction}))
    said = office.outcomes(replace(item, proofs=(proof,)))
    assert [(wording.place(each.action), each.result.value) for each in said][:2] == [
        ("pinterest:jdihuji utas 1/3", "proved"),
        ("pinterest:jdihuji utas 2/3", "by_hand"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bluesky", "mastodon", "threads"])
def test_two_parts_with_the_same_words_stay_two(office: Desk, name: str) -> None:
    words = (TEXTS[0], TEXTS[1], TEXTS[1], TEXTS[2])
    item = divided(office.site, ACCOUNTS[name], words)
    for kind in (Trouble.SLOW, Trouble.SLOW, Trouble.DROPPED_AFTER):
        office.sandbox.trouble(name, kind)
    office.outcomes(item)
    office.clock.forward(minutes=15)
    office.outcomes(item)
    assert [text for text, _, _ in shown(office)] == list(words)
    assert [above for _, above, _ in shown(office)] == ["", *words[:-1]]
    ids = [entry.receipt.remote_id for entry in effects(office) if entry.receipt]
    assert len(set(ids)) == len(words)


# -- the plan


def test_the_plan_names_every_part_and_what_it_costs(capsys: pytest.CaptureFixture[str]) -> None:
    links = [f"{text} https://jdih.example/1" for text in TEXTS[:1]] + list(TEXTS[1:])
    item = divided("", X, links)
    due = plan([item], {}, SINCE, {})
    assert [wording.place(action) for action in due] == [f"x:jdihuji utas {part}/3" for part in (1, 2, 3)]
    assert [action.cost[:4] for action in due] == ["0,20", "0,01", "0,01"]
    assert {action.action for action in due} == {EffectAction.PUBLISH}
    verb._print_plan(Plan(due, [], {}), "text")
    assert capsys.readouterr().out.splitlines()[1].startswith(f"kirim     {ITEM}  x:jdihuji utas 2/3  disetujui")
    later = plan([replace(item, not_before=datetime(2026, 11, 22, 9, 0, tzinfo=UTC))], {}, SINCE, {})
    assert [action.why for action in later] == ["menunggu jadwal", *["menunggu bagian 1: menunggu jadwal"] * 2]


@pytest.mark.parametrize("name", [name for name, each in PLATFORMS.items() if not each.CAN_THREAD])
def test_where_threads_are_unknown_nothing_is_sent(name: str) -> None:
    item = divided("", Account(platform=name, id="1", handle="uji"))
    due = plan([item], {}, SINCE, {})
    assert {action.action for action in due} == {EffectAction.WAIT}
    assert "tidak mengenal utas" in due[0].why


# -- telling parts apart


def answer(part: int, above: str) -> Post:
    said = Post(item=ITEM, platform="x", account=X, text=TEXTS[1], reply_to=above, digest=DIGEST, part=part, parts=3)
    return said if above else replace(said, text=TEXTS[0])


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"referenced_posts": [{"type": "replied_to", "id": "1"}]}, True),
        ({"referenced_posts": [{"type": "quoted", "id": "9"}, {"type": "replied_to", "id": "1"}]}, True),
        ({"referenced_posts": [{"type": "replied_to", "id": "2"}]}, False),
        ({"conversation_id": "5"}, False),
        ({"conversation_id": "1"}, True),
    ],
    ids=["it answers this", "and quotes", "it answers another", "it answers none", "X does not say what it answers"],
)
def test_x_tells_parts_apart_by_what_they_answer(told: dict[str, Any], found: bool) -> None:  # noqa: FBT001
    listed = Response(200, {"data": [{"id": "5", "text": TEXTS[1], **told}], "meta": {}})
    [asked], receipt = converse(x.find(answer(2, "1"), X, Staged(since=SINCE)), [listed])
    assert asked.params["expansions"] == "referenced_posts"
    assert (receipt is not None) is found


@pytest.mark.parametrize(("above", "found"), [("1", True), ("2", False)])
def test_threads_tells_parts_apart_by_what_they_answer(above: str, found: bool) -> None:  # noqa: FBT001
    row = {"id": "5", "text": TEXTS[1], "timestamp": "2026-11-21T09:01:00+0000", "replied_to": {"id": above}}
    flow = threads.find(answer(2, "1"), ACCOUNTS["threads"], Staged(ids=("18",), since=SINCE))
    [_, asked], receipt = converse(flow, [Response(200, {"status": "PUBLISHED"}), Response(200, {"data": [row]})])
    assert asked.url.endswith("/replies")
    assert "replied_to" in asked.params["fields"]
    assert receipt == Receipt(remote_id="5" if found else "", url="")


def test_bluesky_dates_the_parts_in_their_order() -> None:
    posts = [replace(answer(part, ""), platform="bluesky", account=ACCOUNTS["bluesky"]) for part in (1, 2, 3)]
    staged = Staged(since=SINCE)
    keys = [_bluesky_record.key_of(post, staged) for post in posts]
    assert keys == sorted(keys)
    dates = [_bluesky_record.record(post, staged)["createdAt"] for post in posts]
    assert dates == [f"2026-11-21T09:00:0{second}.000Z" for second in range(3)]


# -- a part that is live under a number nobody knows


def answering(found: Receipt | None) -> Request:
    """Play a part below one without a number, which the platform now shows as *found*; return what it stages."""
    first, later = (
        replace(answer(part, ""), platform="threads", account=ACCOUNTS["threads"], part=part) for part in (1, 2)
    )
    item = Wanted(item=ITEM, digest=DIGEST, page_url="", posts=(first, later))
    actions = plan([item], {}, SINCE, {})
    entries = {each.key: entry_of(each, EffectAction.PUBLISH, State.CLAIMED) for each in actions}
    done = entry_of(actions[0], EffectAction.PUBLISH, State.DONE)
    entries |= {first.key: replace(done, receipt=Receipt(remote_id="", url=""))}
    life = thread.publish(actions[1], later)
    assert isinstance(next(life), Read)
    assert isinstance(life.send(entries), Ask)
    assert isinstance(life.send(found), Now)
    return next(life.send(SINCE).flow)  # type: ignore[union-attr]


def test_the_number_of_a_live_part_is_asked_for_again() -> None:
    assert (answering(Receipt(remote_id="77", url="")).form or {})["reply_to_id"] == "77"
    with pytest.raises(Deferred, match="nomor yang belum diketahui"):
        answering(None)
