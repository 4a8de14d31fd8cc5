"""What people may say besides the SOP's own words, and what does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import frontmatter
from pipeline.carriers import history
from pipeline.desk import verifying
from tests.conftest import CAPTION, HERE, INDEX
from tests.forge.e2e.conftest import PULL, finish
from tests.forge.e2e.kantor import MANAGER, git
from tests.forge.e2e.playing import play
from tests.forge.e2e.way import PLACE

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor


def written(office: Kantor) -> list[tuple[int, str, str]]:
    """Return step, word and person of everything on record on `main`."""
    progress = office.case(PLACE.id).progress
    assert progress is not None
    return [(done.record.step, done.record.word, done.record.person) for done in progress.history]


def unheard(office: Kantor) -> str:
    assert office.control() == []
    return office.sheet(PULL).partition("### Yang tidak dihitung")[2]


@pytest.mark.slow
def test_force_majeure_passes_a_step_over_and_is_reviewed_by_another(draft: Kantor) -> None:
    draft.comment("kepala", PULL, "/sop 1")
    draft.draft("penulis", PLACE, {"index.md": INDEX.encode()})
    draft.comment("kepala", PULL, "/sop 2 KAHAR Penulis sedang bertugas di TPS.")
    draft.review("kepala", PULL, "APPROVE")
    draft.control()
    assert "keadaan kahar" in draft.sheet(PULL)
    assert "sop: keadaan kahar" in draft.fake.state.threads[PULL].labels
    draft.comment("rangkap", PULL, "/sop 2 TINJAU Alasannya dapat diterima.")
    draft.draft("desainer", PLACE, {"takarir.md": CAPTION.encode(), "media/kartu.jpg": _picture()})
    draft.comment("desainer", PULL, "/sop 4")
    draft.review("kepala", PULL, "APPROVE")
    finish(draft)
    assert draft.settle() == []
    assert [word for _, word, _ in written(draft)][:4] == ["SELESAI", "KAHAR", "TIDAK", "TINJAU"]
    assert verifying.verify(draft.witness()).fault is None


def _picture() -> bytes:
    return (HERE / "rules/MED001/baik/media/rapat.jpg").read_bytes()


@pytest.mark.slow
def test_an_sop_whose_roles_change_is_begun_anew(approved: Kantor) -> None:
    clone, path = approved.clone("penulis"), "site_config/sop/kota/medsos.yaml"
    git(clone, "switch", "--quiet", "-C", "sop-baru", "origin/main")
    text = (clone / path).read_text(encoding="utf-8")
    text = text.replace("kegiatan: Merancang., peran: desainer", "kegiatan: Merancang., peran: penulis")
    (clone / path).write_text(text, encoding="utf-8")
    git(clone, "commit", "--quiet", "-am", "SOP", person=approved.people.by_id["penulis"], at=approved.clock())
    approved.push("penulis", "sop-baru")
    number = approved.fake.person("penulis").open_pull("sop-baru", "SOP")
    approved.review("pengelola", number, "APPROVE")
    approved.control()
    approved.checks_pass()
    head = approved.fake.state.threads[number].head
    approved.fake.person("github-actions[bot]").status(head, "check", "success")
    approved.clock.tick()
    approved.fake.person(MANAGER).merge(number)
    approved.clock.tick()
    approved.comment("penulis", PULL, "/sop 6 PERINTAH")
    assert "berganti lingkup atau peran" in unheard(approved)
    approved.comment("kepala", PULL, "/sop 1 ULANG SOP berganti peran.")
    assert approved.control() == []
    assert "langkah 1" in approved.gate(PULL)[1]


@pytest.mark.parametrize(
    ("person", "said", "reason"),
    [
        ("desainer", "/sop 6 PERINTAH", "tidak memegang peran Penulis"),
        ("kepala", "/sop 5 YA", "langkah 6"),
        ("penulis", "/sop 9", "tidak punya langkah 9"),
        ("penulis", "/sop 6 SETUJU", "SETUJU"),
        ("penulis", "/sop", "tidak terbaca"),
        ("penulis", "/sop 6 PERINTAH \u202eterbalik", "huruf kendali"),
    ],
)
def test_what_the_sop_does_not_let_count_is_a_remark_with_its_reason(
    approved: Kantor, person: str, said: str, reason: str
) -> None:
    approved.comment(person, PULL, said)
    assert reason in unheard(approved)
    assert "langkah 6" in approved.gate(PULL)[1]


def roles(office: Kantor, person: str, **changes: str) -> bytes:
    """Return people.yaml with the roles of *person* taken away, or changed."""
    data = office.server.read("refs/heads/main", history.PEOPLE) or b""
    rows = frontmatter.parse_yaml(data).fields["orang"]
    assert isinstance(rows, list)
    for row in rows:
        assert isinstance(row, dict)
        if row["id"] == person:
            held = row.pop("peran")
            assert isinstance(held, list)
            row["peran"] = [{**each, **changes} for each in held if isinstance(each, dict)] if changes else []
    return frontmatter.dump({"orang": rows}).encode()


def test_a_role_lost_between_saying_and_merging_takes_what_was_said_with_it(approved: Kantor) -> None:
    finish(approved)
    approved.on_main(history.PEOPLE, roles(approved, "admin"))
    [outside] = approved.settle()
    assert "sampai ke main tanpa usulan" in outside, "the change of people itself came past the gate"
    assert PLACE.id in approved.open_pulls()
    assert "Admin tidak memegang peran Admin" in unheard(approved)
    assert "langkah 6 oleh Admin" in approved.gate(PULL)[1]
    assert "Peran yang ditunggu tidak ada pemegangnya" in approved.sheet(PULL)


@pytest.mark.slow
def test_a_role_that_ended_properly_carries_what_was_said_while_it_was_held(approved: Kantor) -> None:
    finish(approved)
    approved.on_main(history.PEOPLE, roles(approved, "admin", sampai=approved.clock().date().isoformat()))
    approved.clock.tick(days=1)
    [outside] = approved.settle()
    assert "sampai ke main tanpa usulan" in outside, "the change of people itself came past the gate"
    assert approved.case(PLACE.id).merged


@pytest.mark.slow
def test_what_the_sop_wants_on_the_same_day_is_refused_the_day_after_with_the_way_out(five: Kantor) -> None:
    piece = play(five, "magelang-kegiatan")
    *_, last = [visit for visit in piece.scenario.visits if visit.step == 8]
    for visit in piece.scenario.visits[: piece.scenario.visits.index(last)]:
        if visit.step:
            piece.visit(visit)
    five.clock.tick(days=1)
    piece.visit(last)
    assert five.control() == []
    assert "langkah 8" in five.gate(piece.pull)[1]
    remark = five.sheet(piece.pull).partition("### Yang tidak dihitung")[2]
    assert "SOP menuntut langkah 8 selesai pada hari yang sama" in remark
    assert "(atau catat KAHAR dengan alasan)" in remark


def test_a_comment_edited_afterwards_does_not_count(approved: Kantor) -> None:
    number = approved.comment("penulis", PULL, "/sop 6 PERINTAH")
    approved.fake.person("penulis").edit_comment(number, "/sop 6 PERINTAH segera")
    assert "disunting sesudah ditulis" in unheard(approved)


def test_a_dismissed_review_does_not_count(approved: Kantor) -> None:
    review = approved.fake.state.reviews[-1]
    approved.fake.person(MANAGER).dismiss(PULL, review.id)
    assert "ulasan ini dibatalkan" in unheard(approved)
    assert "langkah 5" in approved.gate(PULL)[1]


def test_an_edit_after_the_approval_takes_it_back(approved: Kantor) -> None:
    approved.draft("desainer", PLACE, {"takarir.md": CAPTION.replace("Sudah", "Apakah sudah").encode()})
    approved.control()
    assert "karena naskah berubah sesudah disetujui: masih menunggu langkah 5" in approved.gate(PULL)[1]
    finish(approved)
    assert "langkah 5" in unheard(approved)


def test_a_review_of_an_older_text_is_about_that_text(approved: Kantor) -> None:
    old = approved.fake.state.threads[PULL].head
    approved.draft("desainer", PLACE, {"takarir.md": CAPTION.replace("Sudah", "Apakah sudah").encode()})
    approved.review("kepala", PULL, "APPROVE", "Bagus.", commit=old)
    approved.control()
    assert "langkah 5" in approved.gate(PULL)[1]


def test_the_comment_of_a_late_item_says_so_once_and_does_not_change_with_every_run(approved: Kantor) -> None:
    approved.clock.tick(days=3)
    assert approved.control() == []
    row = next(line for line in approved.sheet(PULL).splitlines() if line.startswith("| 6 |"))
    assert "**ditunggu**, **terlambat**" in row
    assert f"tenggat {approved.clock().year}-" in row
    assert "sop: terlambat" in approved.fake.state.threads[PULL].labels
    approved.writes()
    for _ in range(2):
        approved.clock.tick(hours=1)
        assert approved.control() == []
    assert approved.writes() == []


def test_who_is_waited_for_is_asked_for_a_review(draft: Kantor) -> None:
    draft.comment("kepala", PULL, "/sop 1")
    draft.draft("penulis", PLACE, {"index.md": INDEX.encode()})
    draft.comment("penulis", PULL, "/sop 2")
    assert draft.control() == []
    assert sorted(draft.fake.state.threads[PULL].reviewers) == ["kepala", "rangkap"]
    draft.review("kepala", PULL, "APPROVE")
    assert draft.control() == []
    assert draft.fake.state.threads[PULL].reviewers == []
    assert draft.fake.state.threads[PULL].labels == ["sop: langkah 4"]


def test_the_comment_shows_the_posts_word_for_word_and_the_plan(approved: Kantor) -> None:
    late = INDEX.replace("tujuan:", "jadwal: 2030-01-05T10:00\ntujuan:")
    approved.draft("penulis", PLACE, {"index.md": late.encode()})
    approved.control()
    sheet = approved.sheet(PULL)
    assert '"><br><code>Sudah tahu apa itu JDIH?' in sheet
    assert "x:jdih&#95;kpu&#95;contoh: 2030-01-05 pukul 10.00 WIB" in sheet
    assert "halaman tayang lebih dahulu di https://jdih.example/" in sheet
