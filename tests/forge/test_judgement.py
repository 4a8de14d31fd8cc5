"""When a pull request is due, when it is clear, and what the gate says of it. No forge is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import items
from pipeline.desk.forge.docket import Docket
from pipeline.desk.forge.showing import judgement
from pipeline.model.base import Finding, Severity
from pipeline.model.forge import Pull, Status
from pipeline.model.procedure import Effect
from tests.conftest import FOLDER
from tests.forge.test_hearing import APPROVED, WRITTEN, Talk

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.desk.forge.hearing import Hearing

ORDERED = (*APPROVED, "penulis /sop 6 PERINTAH")
COMPLETE = (*ORDERED, "admin /sop 6 UNGGAH")
ERROR = Finding(code="CAP002", path="takarir.md", line=1, message="terlalu panjang")
ADVICE = replace(ERROR, severity=Severity.PERINGATAN)
PULL = Pull(
    number=1,
    branch="usul/kota-2026-contoh",
    head="a" * 40,
    base="main",
    author="robot",
    title="",
    body="",
    open=True,
    merged=False,
    fork=False,
)


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def docket(hearing: Hearing | None, **changes: Any) -> Docket:  # noqa: ANN401 - the fields of Docket
    known: dict[str, Any] = {"pull": PULL, "place": items.place_of(f"{FOLDER}/"), "faults": (), "hearing": hearing}
    return Docket(**known | changes)


def shown(found: Docket) -> tuple[bool, bool, bool]:
    return found.is_due, found.is_clear, found.is_hindered


def test_an_item_on_its_way_is_not_due_and_waits(talk: Talk) -> None:
    for facts in (WRITTEN, APPROVED[len(WRITTEN) :], ORDERED[len(APPROVED) :]):
        found = docket(talk.tell(*facts))
        assert shown(found) == (False, False, False)
        assert judgement(found)[0] is Status.PENDING
    assert judgement(found)[1] == "belum boleh digabung: masih menunggu langkah 6 oleh Admin"


def test_a_complete_item_is_due_and_clear(talk: Talk) -> None:
    found = docket(talk.tell(*COMPLETE))
    assert shown(found) == (True, True, False)
    assert judgement(found) == (Status.SUCCESS, "langkah SOP lengkap")


def test_findings_hold_back_a_complete_item_and_are_only_shown_before(talk: Talk) -> None:
    early = docket(talk.tell(*ORDERED), findings=(ERROR, ERROR))
    assert shown(early) == (False, False, False)
    assert judgement(early)[0] is Status.PENDING
    late = docket(talk.tell("admin /sop 6 UNGGAH"), findings=(ERROR, ERROR, ADVICE))
    assert shown(late) == (True, False, True)
    assert judgement(late) == (Status.FAILURE, "langkahnya lengkap, tetapi pemeriksaan menemukan 2 galat")


def test_advice_holds_nothing_back(talk: Talk) -> None:
    assert shown(docket(talk.tell(*COMPLETE), findings=(ADVICE,))) == (True, True, False)


def test_a_conflict_holds_back_what_is_due_and_is_the_operator_s(talk: Talk) -> None:
    found = docket(talk.tell(*COMPLETE), conflict=True)
    assert shown(found) == (True, False, False)
    assert judgement(found) == (Status.FAILURE, "bertabrakan dengan main: hubungi pengelola sistem")


def test_a_branch_that_cannot_be_taken_is_never_due(talk: Talk) -> None:
    found = docket(talk.tell(*COMPLETE), faults=("dua butir pada satu cabang", "lain"))
    assert shown(found) == (False, False, True)
    assert judgement(found) == (Status.FAILURE, "dua butir pada satu cabang")


def test_an_item_without_its_sop_waits_for_it() -> None:
    found = docket(None)
    assert shown(found) == (False, False, False)
    assert judgement(found)[1].startswith("SOP belum diketahui")


def test_an_edit_after_everything_was_said_takes_it_back(talk: Talk) -> None:
    found = docket(talk.tell(*COMPLETE, "desainer takarir.md"))
    assert shown(found) == (False, False, False)
    assert "karena naskah berubah sesudah disetujui" in judgement(found)[1]


def test_what_main_has_already_is_not_due_again(talk: Talk) -> None:
    heard = talk.tell(*COMPLETE)
    assert not docket(heard, merged=len(heard.fresh)).is_due
    assert docket(heard, merged=len(heard.fresh) - 1).is_due


def test_an_item_given_up_is_never_due_and_says_why(talk: Talk) -> None:
    found = docket(talk.tell(*WRITTEN, "kepala /sop 3 BATAL Tidak jadi."))
    assert found.is_abandoned
    assert shown(found) == (False, False, False)
    assert judgement(found)[0] is Status.PENDING
    assert judgement(found)[1].startswith("dibatalkan pada langkah 3 oleh kepala: Tidak jadi.; Kepala dapat")
    assert not docket(talk.tell("kepala /sop 3 LANJUT Jadi.")).is_abandoned


def test_a_proof_said_after_the_merge_calls_for_another(talk: Talk) -> None:
    before = len(talk.tell(*COMPLETE).fresh)
    heard = talk.tell("admin /sop 6 BUKTI 3f9a21bc04 https://x.example/1")
    assert heard.unheard == ()
    assert docket(heard, merged=before).is_clear
    assert not docket(heard, merged=before + 1).is_due


def test_a_proof_does_not_wait_for_the_steps_behind_the_effect(talk: Talk) -> None:
    heard = talk.tell(*COMPLETE, "admin /sop 6 BUKTI 3f9a21bc04 https://x.example/1")
    last = heard.progress.done[-1]
    halfway = replace(heard, progress=replace(heard.progress, step=last.step, act=last.act))
    assert docket(halfway, merged=len(heard.fresh) - 1).is_due
    assert not docket(halfway, merged=len(heard.fresh)).is_due


@pytest.mark.parametrize(("effect", "due"), [(Effect.TURUN, True), (Effect.NOMORI, False)])
def test_an_effect_halfway_calls_for_a_merge_unless_it_stays_inside_the_item(
    talk: Talk,
    effect: Effect,
    due: bool,  # noqa: FBT001
) -> None:
    heard = talk.tell(*WRITTEN)
    done = heard.progress.done
    halfway = (*done[:-1], replace(done[-1], act=replace(done[-1].act, effects=(effect,))))
    heard = replace(heard, progress=replace(heard.progress, done=halfway, history=halfway))
    assert docket(heard).is_due is due
    assert not docket(heard, merged=len(heard.fresh)).is_due, "it has happened"
