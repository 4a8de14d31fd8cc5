"""Links to people: by Telegram and WhatsApp Cloud against the sandbox, by hand as a task that only a proof ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from pipeline.desk import publishing
from pipeline.model.people import Account, Channel, Recipient
from pipeline.model.publishing import EffectAction, Proof, Receipt, State
from pipeline.platforms import MESSENGERS
from pipeline.reconcile import effect, hand, sharing
from pipeline.reconcile.commands import Read
from pipeline.sandbox import Trouble
from tests.publish.parts import INSTAGRAM, Desk, X, post, share, wanted
from tests.publish.test_crash import dying_run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Action, Entry, Share, Wanted
    from pipeline.reconcile.commands import Life

CHAT = Recipient(channel=Channel.TELEGRAM, name="Grup redaksi", address="-1001234567890", sender="jdih_bot")
NUMBER = Recipient(channel=Channel.WHATSAPP_CLOUD, name="Ketua", address="62211234567", sender="109120000000001")
SENDING = {"telegram": CHAT, "whatsapp-cloud": NUMBER}
ALL = frozenset(EffectAction)
SEEN = "sudah terkirim di grup pukul 10.15"
LINK = "https://www.instagram.com/p/contoh/"


@pytest.fixture
def office(desk: Desk) -> Desk:
    desk.secrets |= {"telegram:jdih_bot": "1:AAkenari", f"whatsapp-cloud:{NUMBER.sender}": "EAAkenari"}
    return desk


def links(desk: Desk, recipient: Recipient, **changes: object) -> Wanted:
    return replace(wanted(desk.site, X, shares=(share(recipient),)), **changes)  # type: ignore[arg-type]


def task(desk: Desk, action: EffectAction = EffectAction.SHARE) -> Entry:
    [found] = [entry for entry in desk.ledger.entries().values() if entry.action is action]
    return found


def told_of_links(desk: Desk, item: Wanted) -> Outcome:
    [found] = [outcome for outcome in desk.outcomes(item) if outcome.action.action is EffectAction.SHARE]
    return found


def proof(entry: Entry, said: str = SEEN, actions: frozenset[EffectAction] = ALL) -> Proof:
    return Proof(key=entry.key[:10], person="petugas-satu", said=said, actions=actions)


# -- channels that take messages from a machine


def test_every_channel_has_a_module_but_the_one_a_person_sends_on() -> None:
    assert set(MESSENGERS) == {channel.value for channel in Channel} - {Channel.WHATSAPP}


@pytest.mark.parametrize("channel", SENDING)
def test_a_message_goes_out_once_with_every_link_after_the_posts(office: Desk, channel: str) -> None:
    item = links(office, SENDING[channel])
    assert office.run(item) == {"x": "published", channel: "shared"}
    assert office.outcomes(item) == []
    [message] = [row for row in office.sandbox.posts() if row["platform"] == channel]
    first, page, live = message["teks"].splitlines()
    assert (first, page) == ("Telah tayang", f"{office.site}/butir/")
    assert "/x/lihat/" in live
    assert [turn.state for turn in task(office).history] == [State.CLAIMED, State.POSTING, State.DONE]
    assert office.ledger.verify() == []


@pytest.mark.slow
@pytest.mark.parametrize("channel", SENDING)
@pytest.mark.parametrize("kind", [Trouble.DROPPED_AFTER, Trouble.BROKEN_AFTER, Trouble.DROPPED_BEFORE])
def test_a_lost_answer_goes_to_a_person_and_is_never_sent_again(office: Desk, channel: str, kind: Trouble) -> None:
    office.sandbox.trouble(channel, kind)
    item = links(office, SENDING[channel])
    assert office.run(item)[channel] == "unknown"
    office.clock.forward(days=2)
    assert office.run(item) == {channel: "waiting"}
    sent = [row for row in office.sandbox.posts() if row["platform"] == channel]
    assert len(sent) == (0 if kind is Trouble.DROPPED_BEFORE else 1)
    publishing.decide(task(office).key[:8], Receipt(remote_id="1", url=""), office.edges)
    assert office.outcomes(item) == []


@pytest.mark.slow
@pytest.mark.parametrize("channel", SENDING)
def test_a_pause_is_kept(office: Desk, channel: str) -> None:
    office.sandbox.trouble(channel, Trouble.PAUSE)
    assert office.run(links(office, SENDING[channel]))[channel] == "deferred"
    office.clock.forward(minutes=2)
    assert office.run(links(office, SENDING[channel])) == {channel: "shared"}


@pytest.mark.slow
@pytest.mark.parametrize("steps", range(1, 5))
def test_a_run_that_dies_doubles_no_message_and_forgets_none(office: Desk, steps: int) -> None:
    item = links(office, CHAT, posts=())
    dying_run(office, item, steps)
    for _ in range(3):
        office.run(item)
        office.clock.forward(minutes=11)
    sent = [row for row in office.sandbox.posts() if row["platform"] == "telegram"]
    assert (len(sent), task(office).state) in {(1, State.DONE), (1, State.UNKNOWN), (0, State.UNKNOWN)}


@pytest.mark.slow
def test_without_a_secret_a_message_waits_and_its_history_does_not_grow(desk: Desk) -> None:
    for _ in range(3):
        assert desk.run(links(desk, CHAT, posts=()))["telegram"] == "deferred"
    assert [turn.state for turn in task(desk).history] == [State.CLAIMED]


@pytest.mark.slow
def test_a_message_into_the_very_chat_of_the_post_is_not_taken_for_the_post(office: Desk) -> None:
    channel = Account(platform="telegram", id=CHAT.address, handle=CHAT.sender)
    item = links(office, CHAT, posts=(post(channel),))
    assert {each.result.value for each in office.outcomes(item)} == {"published", "shared"}


# -- what a person sends on


def test_a_ready_message_is_a_task_told_every_run_until_it_is_proved(desk: Desk) -> None:
    item = wanted(desk.site, X, shares=(share(),))
    told = told_of_links(desk, item)
    assert (told.result, task(desk).state) == ("by_hand", State.HELD)
    assert "\nhttp" in unquote(told.message)
    for _ in range(2):
        [again] = desk.outcomes(item)
        assert (again.result, again.message) == ("waiting", told.message)
    assert "kirim kepada Grup WhatsApp: https://wa.me/?text=Telah%20tayang%0Ahttp" in told.message
    assert task(desk).key[:10] in told.message
    [done] = desk.outcomes(replace(item, proofs=(proof(task(desk)),)))
    assert (done.result, done.message) == ("proved", f"dibuktikan petugas-satu: {SEEN}")
    assert desk.outcomes(replace(item, proofs=(proof(task(desk)),))) == []
    assert task(desk).state is State.DONE
    assert desk.ledger.verify() == []


real = sharing.share


def naive(action: Action, wanted: Wanted, subject: Share, entries: Mapping[str, Entry]) -> Life[Outcome]:
    """Take a message for sent as soon as it is ready: the plant."""
    held = yield from real(action, wanted, subject, entries)
    yield from effect.turn((yield Read())[action.key], State.DONE, "disiapkan")
    return held


@pytest.mark.slow
def test_a_message_done_when_it_is_only_ready_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "share", naive)
    with pytest.raises(AssertionError):
        test_a_ready_message_is_a_task_told_every_run_until_it_is_proved(desk)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"key": "00000000"}, id="of another key"),
        pytest.param({"actions": frozenset({EffectAction.PUBLISH})}, id="on a step that shares nothing"),
    ],
)
def test_a_proof_of_something_else_ends_no_task(desk: Desk, change: dict[str, object]) -> None:
    item = wanted(desk.site, X, shares=(share(),))
    desk.outcomes(item)
    other = replace(proof(task(desk)), **change)  # type: ignore[arg-type]
    assert desk.run(replace(item, proofs=(other,))) == {"tautan": "waiting"}


@pytest.mark.slow
def test_a_beginning_that_fits_two_tasks_ends_neither(desk: Desk) -> None:
    item = wanted(desk.site, X, shares=(share(), share(Recipient(channel=Channel.WHATSAPP, name="Pimpinan"))))
    desk.outcomes(item)
    entries = [each for each in desk.ledger.entries().values() if each.action is EffectAction.SHARE]
    assert hand.task_of(replace(proof(entries[0]), key=""), entries) is None
    assert hand.task_of(proof(entries[0]), entries) is entries[0]


@pytest.mark.slow
def test_what_is_unknown_is_not_proved_but_decided_by_the_operator(office: Desk) -> None:
    office.sandbox.trouble("telegram", Trouble.DROPPED_AFTER)
    item = links(office, CHAT)
    office.run(item)
    assert office.run(replace(item, proofs=(proof(task(office)),))) == {"telegram": "waiting"}


@pytest.mark.slow
def test_a_message_about_what_is_gone_is_no_task_any_more(desk: Desk) -> None:
    item = wanted(desk.site, X, shares=(share(),))
    desk.outcomes(item)
    desk.run(replace(item, withdrawn=True, posts=(), shares=()))
    assert task(desk).state is State.WITHDRAWN
    assert desk.outcomes(replace(item, withdrawn=True, posts=(), shares=())) == []


# -- posting, archiving and deleting by hand


@pytest.mark.slow
def test_a_platform_without_a_connector_is_posted_on_by_hand(desk: Desk) -> None:
    account = Account(platform="pinterest", id="1", handle="jdihuji")
    item = wanted(desk.site, account)
    assert desk.run(item) == {"pinterest": "by_hand"}
    entry = task(desk, EffectAction.PUBLISH)
    assert desk.run(replace(item, proofs=(proof(entry),))) == {"pinterest": "waiting"}, "a post is proved with a link"
    assert desk.run(replace(item, proofs=(proof(entry, f"tayang: {LINK}."),))) == {"pinterest": "proved"}
    assert task(desk, EffectAction.PUBLISH).receipt == Receipt(remote_id="", url=LINK)
    gone = replace(item, withdrawn=True, order="uji-2026-turun", posts=())
    assert desk.run(gone) == {"pinterest": "by_hand"}, "what a person posted a person deletes"


def test_archiving_is_a_task_for_each_live_post_and_a_proof_ends_it(desk: Desk) -> None:
    item = wanted(desk.site, INSTAGRAM)
    desk.run(item)
    order = replace(item, archived=True, order="uji-2026-arsip", posts=())
    [told] = desk.outcomes(order)
    assert told.result == "by_hand"
    assert "jdih status uji-2026-arsip" in told.message
    assert "arsipkan: http" in told.message
    assert desk.run(order) == {"instagram": "waiting"}
    entry = task(desk, EffectAction.ARCHIVE)
    assert entry.order == "uji-2026-arsip"
    assert desk.run(replace(order, proofs=(proof(entry),))) == {"instagram": "waiting"}, "a word is no proof of it"
    assert desk.run(replace(order, proofs=(proof(entry, LINK),))) == {"instagram": "proved"}
    assert desk.outcomes(replace(order, proofs=(proof(entry, LINK),))) == []
    assert desk.live() == ["instagram"], "it is the person who put it away, not the machine"


@pytest.mark.slow
def test_what_never_went_out_is_not_archived_and_does_not_go_out_late(desk: Desk) -> None:
    item = wanted(desk.site, INSTAGRAM)
    assert desk.outcomes(replace(item, archived=True, order="uji-2026-arsip", posts=())) == []


@pytest.mark.slow
def test_a_deletion_after_an_archiving_deletes_and_leaves_no_task(desk: Desk) -> None:
    item = wanted(desk.site, X)
    desk.run(item)
    desk.run(replace(item, archived=True, order="uji-2026-arsip", posts=()))
    assert desk.run(replace(item, withdrawn=True, order="uji-2026-hapus", posts=())) == {"x": "retracted"}
    assert task(desk, EffectAction.ARCHIVE).state is State.WITHDRAWN
    assert desk.live() == []


@pytest.mark.slow
def test_a_deletion_no_machine_can_make_is_a_task_and_its_proof_leaves_a_tombstone(desk: Desk) -> None:
    item = wanted(desk.site, Account(platform="pinterest", id="1", handle="jdihuji"))
    desk.run(item)
    shown = proof(task(desk, EffectAction.PUBLISH), LINK)
    desk.run(replace(item, proofs=(shown,)))
    gone = replace(item, withdrawn=True, order="uji-2026-hapus", posts=())
    assert desk.run(gone) == {"pinterest": "by_hand"}
    gone = replace(gone, proofs=(shown, proof(task(desk, EffectAction.RETRACT), LINK)))
    assert desk.run(gone) == {"pinterest": "proved"}
    assert {entry.state for entry in desk.ledger.entries().values()} == {State.DONE, State.WITHDRAWN}
    assert desk.outcomes(gone) == []
    assert desk.run(item) == {"pinterest": "waiting"}, "a tombstone beats a main that forgot"
    assert desk.ledger.verify() == []


@pytest.mark.slow
def test_the_operator_can_say_so_too(desk: Desk) -> None:
    item = wanted(desk.site, X, shares=(share(),))
    desk.outcomes(item)
    publishing.decide(task(desk).key[:8], Receipt(remote_id="grup", url=""), desk.edges)
    assert task(desk).state is State.DONE
    desk.run(replace(item, archived=True, order="uji-2026-arsip", posts=(), shares=()))
    publishing.decide(task(desk, EffectAction.ARCHIVE).key[:8], None, desk.edges)
    assert task(desk, EffectAction.ARCHIVE).state is State.DONE


@pytest.mark.slow
def test_a_thread_is_shared_by_its_first_post(desk: Desk) -> None:
    parts = tuple(replace(post(X, text=f"Bagian {number}"), part=number, parts=2) for number in (1, 2))
    item = wanted(desk.site, X, posts=parts, shares=(share(),))
    told = told_of_links(desk, item)
    assert unquote(told.message).count("/x/lihat/") == 1
    assert task(desk).at - desk.clock.now < timedelta(minutes=1)
