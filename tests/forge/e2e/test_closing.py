"""Proposals that close: given up, taken up again, closed by hand; and what is said once they are closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.desk import cases, memo, verifying
from pipeline.model.publishing import EffectAction
from tests.conftest import CAPTION, INDEX, picture
from tests.forge.e2e.conftest import PULL, finish, leave
from tests.forge.e2e.kantor import MANAGER, git
from tests.forge.e2e.playing import play
from tests.forge.e2e.way import PLACE
from tests.forge.fake.state import READ

if TYPE_CHECKING:
    from pipeline.model.history import Progress
    from tests.forge.e2e.kantor import Kantor

pytestmark = pytest.mark.slow
NOT_HELD = "Kegiatannya tidak jadi."


def said(office: Kantor) -> list[tuple[str, str]]:
    """Return word and person of everything on record on the item's branch."""
    return [(done.record.word, done.record.person) for done in branch(office).history]


def branch(office: Kantor) -> Progress:
    progress = cases.open_case(office.server, PLACE.id, f"refs/heads/usul/{PLACE.id}").progress
    assert progress is not None
    return progress


def is_open(office: Kantor, number: int = PULL) -> bool:
    return office.fake.state.threads[number].open


def press(office: Kantor, person: str, state: str) -> None:
    """Press `Close pull request`, or `Reopen pull request`."""
    office.clock.tick()
    office.fake.person(person).call("PATCH", f"/pulls/{PULL}", 200, state=state)


@pytest.fixture
def given_up(approved: Kantor) -> Kantor:
    approved.comment("kepala", PULL, f"/sop 6 BATAL {NOT_HELD}")
    assert approved.control() == []
    return approved


def test_an_item_given_up_is_on_record_closed_and_left_alone(given_up: Kantor) -> None:
    assert not is_open(given_up)
    assert said(given_up)[-2:] == [("YA", "kepala"), ("BATAL", "kepala")]
    assert "dibatalkan pada langkah 6 oleh kepala: Kegiatannya tidak jadi." in given_up.sheet(PULL)
    assert "/sop 6 LANJUT ALASAN" in given_up.sheet(PULL)
    assert given_up.fake.state.threads[PULL].labels == ["sop: dibatalkan"]
    given_up.writes()
    assert given_up.control() == []
    assert given_up.writes() == []
    shown = memo.board(given_up.witness()).items[PLACE.id]
    assert shown["keterangan"].startswith("dibatalkan pada langkah 6")
    assert shown["ditunggu"] is None


def test_only_who_may_begin_an_item_stops_it(approved: Kantor) -> None:
    assert "<code>Kepala</code> dapat membatalkan butir ini: `/sop 6 BATAL ALASAN`" in approved.sheet(PULL)
    approved.comment("penulis", PULL, f"/sop 6 BATAL {NOT_HELD}")
    approved.comment("kepala", PULL, "/sop 6 BATAL")
    assert approved.control() == []
    assert is_open(approved)
    remarks = approved.sheet(PULL).partition("### Yang tidak dihitung")[2]
    assert "membatalkan dan melanjutkan butir ini wewenang Kepala" in remarks
    assert "BATAL wajib disertai alasan" in remarks


def test_a_proposal_closed_by_hand_opens_again_with_all_that_was_said_in_it(approved: Kantor) -> None:
    press(approved, "admin", "closed")
    assert approved.control() == []
    assert approved.open_pulls() == {PLACE.id: PULL}
    assert "langkah 6" in approved.gate(PULL)[1]


def test_what_was_given_up_goes_on_where_it_was_by_a_word_on_its_closed_proposal(given_up: Kantor) -> None:
    given_up.comment("penulis", PULL, "/sop 6 LANJUT Saya ingin.")
    assert given_up.control() == []
    assert not is_open(given_up)
    assert "wewenang Kepala" in given_up.sheet(PULL).partition("### Yang tidak dihitung")[2]
    given_up.comment("kepala", PULL, "/sop 6 LANJUT Diadakan bulan depan.")
    assert given_up.control() == []
    assert given_up.open_pulls() == {PLACE.id: PULL}
    assert "langkah 6" in given_up.gate(PULL)[1]
    finish(given_up)
    assert given_up.settle() == []
    assert given_up.case(PLACE.id).merged
    assert verifying.verify(given_up.witness()).fault is None


def test_opening_what_was_given_up_is_no_word_that_it_goes_on(given_up: Kantor) -> None:
    press(given_up, "penulis", "open")
    assert given_up.control() == []
    assert not is_open(given_up)
    press(given_up, "penulis", "open")
    given_up.comment("kepala", PULL, "/sop 6 LANJUT Diadakan bulan depan.")
    assert given_up.control() == []
    assert is_open(given_up)


def test_a_run_that_dies_while_an_item_is_given_up_is_finished_by_the_next(approved: Kantor) -> None:
    approved.comment("kepala", PULL, f"/sop 6 BATAL {NOT_HELD}")
    approved.fake.trouble("500", "PATCH", f"/pulls/{PULL}$", times=9)
    [trouble] = approved.control()
    assert "GitHub sedang bermasalah" in trouble
    approved.fake.trouble_free()
    assert approved.control() == []
    assert not is_open(approved)
    assert [word for word, _ in said(approved)].count("BATAL") == 1


def test_a_branch_rewritten_meanwhile_gets_a_new_proposal_in_which_what_was_said_still_counts(approved: Kantor) -> None:
    press(approved, "admin", "closed")
    clone, ref = approved.clone("penulis"), f"usul/{PLACE.id}"
    git(clone, "fetch", "--quiet", str(approved.fake.path), f"+refs/heads/{ref}:refs/remotes/origin/{ref}")
    git(clone, "switch", "--quiet", "-C", ref, f"origin/{ref}")
    git(
        clone,
        "commit",
        "--quiet",
        "--amend",
        "-m",
        "Naskah",
        person=approved.people.by_id["desainer"],
        at=approved.clock(),
    )
    approved.fake.state.account("desainer").bypass = True
    assert approved.fake.person("desainer").push(clone, f"+{ref}").returncode == 0
    assert approved.control() == []
    [number] = approved.open_pulls().values()
    assert number != PULL
    assert "selesai | kepala" in approved.sheet(number), "what was said of the disposition is about the same text"


@pytest.fixture
def passed_over(draft: Kantor) -> Kantor:
    """The item merged, one of its steps passed over under force majeure by the head."""
    draft.comment("kepala", PULL, "/sop 1")
    draft.draft("penulis", PLACE, {"index.md": INDEX.encode()})
    draft.comment("kepala", PULL, "/sop 2 KAHAR Penulis sedang bertugas di TPS.")
    draft.review("kepala", PULL, "APPROVE")
    draft.draft("desainer", PLACE, {"takarir.md": CAPTION.encode(), "media/kartu.jpg": picture()})
    draft.comment("desainer", PULL, "/sop 4")
    draft.review("kepala", PULL, "APPROVE")
    finish(draft)
    assert draft.settle() == []
    assert draft.case(PLACE.id).merged
    return draft


def test_an_override_is_reviewed_on_the_merged_proposal(passed_over: Kantor) -> None:
    passed_over.comment("kepala", PULL, "/sop 2 TINJAU Saya sendiri.")
    assert passed_over.control() == []
    assert "ditinjau oleh orang lain" in passed_over.sheet(PULL).partition("### Yang tidak dihitung")[2]
    assert passed_over.open_pulls() == {}
    passed_over.writes()
    assert passed_over.control() == []
    assert passed_over.writes() == [], "an answer is given once"

    passed_over.comment("rangkap", PULL, "/sop 2 TINJAU Alasannya dapat diterima.")
    assert passed_over.settle() == []
    progress = passed_over.case(PLACE.id).progress
    assert progress is not None
    assert progress.unreviewed == ()
    assert said(passed_over)[-1] == ("TINJAU", "rangkap")
    assert passed_over.open_pulls() == {}
    assert verifying.verify(passed_over.witness()).fault is None
    passed_over.writes()
    assert passed_over.control() == []
    assert passed_over.writes() == []


def test_what_is_said_on_other_conversations_is_about_no_item(passed_over: Kantor) -> None:
    issue = passed_over.fake.person("rangkap").open_issue("Tanya", "Isi")
    passed_over.comment("rangkap", issue, "/sop 2 TINJAU Alasannya dapat diterima.")
    passed_over.fake.person(MANAGER).comment(PULL, "Terima kasih.\n/sop 2 TINJAU x")
    passed_over.fake.add("orang-luar", role=READ)
    passed_over.fake.person("orang-luar").comment(PULL, "/sop 2 TINJAU Baik.")
    passed_over.control()
    passed_over.fake.asked.clear()
    passed_over.control()
    assert f"GET /repos/kantor/jdih/pulls/{PULL}" not in passed_over.fake.asked, "a stranger's word costs nothing"
    passed_over.comment("rangkap", PULL, "/sop 2 TINJAU Alasannya dapat diterima.")
    passed_over.clock.tick(days=15)
    assert passed_over.control() == []
    assert passed_over.open_pulls() == {}


def test_a_proof_is_said_on_the_merged_proposal_and_reaches_main(merged: Kantor) -> None:
    proof = f"/sop 6 BUKTI {leave(merged, PLACE.id)} https://x.com/jdih_kpu_contoh/status/1799"
    merged.comment("penulis", PULL, proof)
    merged.comment("desainer", PULL, proof)
    assert merged.settle() == []
    assert said(merged)[-2:] == [("UNGGAH", "admin"), ("BUKTI", "penulis")]
    assert merged.case(PLACE.id).merged
    assert "bukti langkah 6 wewenang Penulis atau Admin" in merged.sheet(PULL)
    assert verifying.verify(merged.witness()).fault is None


def test_a_proof_of_no_task_is_not_recorded_and_the_sheet_says_why(merged: Kantor) -> None:
    key = leave(merged, PLACE.id)
    mistyped = f"{key[:-1]}{'0' if key[-1] != '0' else '1'}"
    merged.comment("penulis", PULL, f"/sop 6 BUKTI {mistyped} https://x.com/jdih_kpu_contoh/status/1799")
    merged.comment("penulis", PULL, f"/sop 6 BUKTI {key} sudah dikirim")
    assert merged.settle() == []
    assert said(merged)[-1] == ("UNGGAH", "admin")
    sheet = merged.sheet(PULL)
    assert f"kunci {mistyped} tidak menunjuk tepat satu tugas pada langkah 6" in sheet
    assert "yang dikerjakan di platform dibuktikan dengan tautan https" in sheet
    merged.comment("penulis", PULL, f"/sop 6 BUKTI {key} https://x.com/jdih_kpu_contoh/status/1799")
    assert merged.settle() == []
    assert said(merged)[-1] == ("BUKTI", "penulis")


def test_a_proof_reaches_main_at_once_though_the_sop_goes_on(five: Kantor) -> None:
    piece = play(five, "jambi-penurunan")
    first, second, third = [visit for visit in piece.scenario.visits if visit.step][:3]
    papers = {name: piece.paper(source) for name, source in first.files.items()}
    papers["index.md"] = papers["index.md"].replace(b"jambi-2026-keputusan-22", b"jambi-2025-keputusan-13")
    five.draft(first.person, piece.place, papers)
    assert five.control() == []
    for visit in (replace(first, files={}), second, third):
        piece.visit(visit)
    assert five.settle() == []
    assert five.control() == []
    assert "langkah 4" in five.gate(piece.pull)[1], "nothing was written since, and its steps are shown all the same"
    number, main = piece.pull, five.server.resolve("refs/heads/main")
    key = leave(five, piece.place.id, EffectAction.RETRACT)
    five.comment("pelaksana-jambi", number, f"/sop 3 BUKTI {key} https://www.tiktok.com/@jdih/video/1")
    assert five.settle() == []
    assert five.server.resolve("refs/heads/main") != main
    progress = five.case(piece.place.id).progress
    assert progress is not None
    assert [done.record.word for done in progress.history][-1] == "BUKTI"
    assert progress.step is not None
    assert progress.step.number == 4
    assert five.control() == []
    assert piece.pull != number, "the rest of the SOP has a proposal again"
    assert verifying.verify(five.witness()).fault is None
