"""The word BUKTI: who may say it, on which step, in which form; and what a note is read as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import proofs
from pipeline.model.history import Progress, Record
from pipeline.workflow import replay
from tests.workflow.test_replay import DONE, LATER, OPENED, PEOPLE, PROCEDURE, ZONE, Story

KEY = "3f9a21b0c4"
LINK = f"{KEY} https://www.instagram.com/p/contoh/"


def proved(facts: tuple[str, ...], person: str = "admin", note: str = LINK, **changes: object) -> Progress:
    """Tell *facts*, then let *person* prove what the last of them did."""
    story = Story()
    before = story.tell(*facts)
    last = next(event for event in reversed(story.events) if isinstance(event, Record))
    said = replace(last, sequence=last.sequence + 1, word="BUKTI", person=person, note=note, effects=())
    story.events.append(replace(said, **changes))  # type: ignore[arg-type]
    after = replay(PROCEDURE, story.events, PEOPLE, ZONE, LATER)
    assert (after.step, after.done, after.complete) == (before.step, before.done, before.complete)
    return after


def test_a_proof_stands_in_the_history_and_moves_nothing() -> None:
    after = proved(DONE)
    assert after.refusals == ()
    assert after.history[-1].record.word == "BUKTI"
    assert after.reviewed == frozenset()


@pytest.mark.parametrize(
    ("facts", "person", "note", "changes", "reason"),
    [
        pytest.param(OPENED, "kepala", LINK, {}, "belum berakibat apa pun", id="on a step without an effect"),
        pytest.param(DONE, "desainer", LINK, {}, "bukti langkah 6 wewenang", id="by who does another step"),
        pytest.param(DONE, "kepala", LINK, {"role": "kepala"}, "bukti langkah 6 wewenang", id="in another step's role"),
        pytest.param(DONE, "admin", "sudah saya kirim", {}, "KUNCI", id="without a key"),
        pytest.param(DONE, "admin", KEY, {}, "KUNCI", id="without what was seen"),
        pytest.param(DONE, "admin", f"3f9a {LINK}", {}, "KUNCI", id="with too short a key"),
    ],
)
def test_a_proof_has_its_own_rules(
    facts: tuple[str, ...], person: str, note: str, changes: dict[str, object], reason: str
) -> None:
    assert [reason in refusal.reason for refusal in proved(facts, person, note, **changes).refusals] == [True]


def test_a_proof_with_an_effect_of_its_own_is_refused() -> None:
    [refusal] = proved(DONE, effects=PROCEDURE.steps[5].acts[1].effects).refusals
    assert refusal.reason == "bukti tidak punya efek"


def test_who_hands_over_within_the_step_may_prove_it_too() -> None:
    assert proved(DONE, "penulis", role="penulis").refusals == ()


@pytest.mark.parametrize(
    ("note", "read"),
    [
        (LINK, (KEY, "https://www.instagram.com/p/contoh/")),
        (f"  {KEY}:  terlihat di\n grup ", (KEY, "terlihat di grup")),
        (f"{KEY.upper()} terlihat", None),
        (f"{KEY}", None),
        ("", None),
    ],
)
def test_a_note_is_a_key_and_what_is_said_of_it(note: str, read: tuple[str, str] | None) -> None:
    assert proofs.read(note) == read


@pytest.mark.parametrize(
    ("said", "link"),
    [
        ("https://www.instagram.com/p/contoh/", "https://www.instagram.com/p/contoh/"),
        ("lihat https://drive.kpu.example/bukti.png.", "https://drive.kpu.example/bukti.png"),
        ("http://tidak-aman.example/", ""),
        ("https://", ""),
        ('https://a.example/"><script>', "https://a.example/"),
        ("javascript:alert(1)", ""),
    ],
)
def test_only_a_whole_https_address_is_a_link(said: str, link: str) -> None:
    assert proofs.link(said) == link
