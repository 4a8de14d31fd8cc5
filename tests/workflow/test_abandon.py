"""An item that is given up: what that takes, what it keeps, and how it is taken up again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import gate
from pipeline.model.history import Record
from pipeline.workflow import replay
from tests.workflow.test_replay import (
    APPROVED,
    DESIGNED,
    DONE,
    OPENED,
    ORDERED,
    PEOPLE,
    PROCEDURE,
    WRITTEN,
    ZONE,
    Story,
)

GIVEN_UP = (*DESIGNED, "kepala 5 BATAL: Kegiatannya tidak jadi.")


def reason(*facts: str) -> str:
    refusals = Story().tell(*facts).refusals
    return refusals[-1].reason if refusals else ""


def test_an_item_that_is_given_up_keeps_what_was_done_and_waits_for_nobody() -> None:
    progress = Story().tell(*GIVEN_UP)
    assert progress.abandoned is not None
    assert [done.step.number for done in progress.done] == [1, 2, 3, 4]
    assert not progress.mergeable
    assert gate.unfinished(progress).startswith(
        "dibatalkan pada langkah 5 oleh kepala: Kegiatannya tidak jadi.; Kepala"
    )


@pytest.mark.parametrize("act", ["kepala 5 YA", "kepala 5 KAHAR: x", "kepala 1 ULANG: x", "kepala 5 BATAL: x"])
def test_no_other_step_is_taken_while_an_item_is_given_up(act: str) -> None:
    assert "sudah dibatalkan: sebelum langkah lain, catat LANJUT pada langkah 5" in reason(*GIVEN_UP, act)


def test_an_item_taken_up_again_goes_on_where_it_was() -> None:
    progress = Story().tell(*GIVEN_UP, "kepala 5 LANJUT: Kegiatannya diadakan bulan depan.", "kepala 5 YA")
    assert progress.abandoned is None
    assert progress.step is not None
    assert progress.step.number == 6
    assert progress.history[-1].since == progress.history[-2].record.at, "time begins anew"


def test_an_item_may_be_given_up_before_anything_was_recorded() -> None:
    assert Story().tell("kepala edits disposisi.md", "kepala 1 BATAL: Salah kantor.").abandoned is not None


def test_what_changed_while_an_item_was_given_up_still_voids_the_approval() -> None:
    facts = (*APPROVED, "kepala 6 BATAL: x", "desainer edits takarir.md", "kepala 5 LANJUT: y")
    progress = Story().tell(*facts)
    assert progress.refusals == ()
    assert progress.step is not None
    assert progress.step.id == "setuju"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param((*WRITTEN, "penulis 3 BATAL: x"), "wewenang Kepala", id="by another than who may begin"),
        pytest.param((*WRITTEN, "kepala 3 BATAL"), "wajib disertai alasan", id="without a reason"),
        pytest.param((*WRITTEN, "kepala 5 BATAL: x"), "belum gilirannya", id="of a step that is not waited for"),
        pytest.param((*WRITTEN, "kepala 3 LANJUT: x"), "tidak sedang dibatalkan", id="going on with what goes on"),
        pytest.param((*DONE, "kepala 6 BATAL: x"), "sudah selesai", id="of what is complete"),
        pytest.param((*GIVEN_UP, "penulis 5 LANJUT: x"), "wewenang Kepala", id="taken up by another"),
        pytest.param((*OPENED, "rangkap 2 BATAL: x"), "", id="by another holder of the role"),
    ],
)
def test_giving_up_has_its_own_rules(facts: tuple[str, ...], said: str) -> None:
    found = reason(*facts)
    assert said in found if said else not found


def test_what_has_happened_outside_is_seen_through() -> None:
    story = Story()
    story.tell(*ORDERED, "kepala 6 BATAL: x")
    ordered, last = (event for event in story.events[-2:] if isinstance(event, Record))
    effects = PROCEDURE.steps[5].acts[-1].effects
    steps = tuple(
        replace(step, acts=tuple(replace(act, effects=effects) for act in step.acts)) if step.number == 6 else step
        for step in PROCEDURE.steps
    )
    events = [*story.events[:-2], replace(ordered, effects=effects), last]
    [refusal] = replay(replace(PROCEDURE, steps=steps), events, PEOPLE, ZONE).refusals
    assert refusal.reason == "langkah 6 sudah berakibat: butir ini diselesaikan menurut SOP-nya"
