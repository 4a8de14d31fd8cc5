"""What is planted, broken, lost or done twice around the desk: everything comes out as if it had not been."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import history, receipts
from pipeline.desk.forge import comment
from tests.conftest import DISPOSITION, FOLDER, INDEX
from tests.forge.attacks.trials import seen
from tests.forge.e2e.kantor import MANAGER
from tests.forge.e2e.way import BRANCH, PLACE, approve, go_on, order
from tests.forge.fake import ROBOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from pipeline.model.history import Record
    from tests.forge.e2e.kantor import Kantor

    Stand = Callable[[str], AbstractContextManager[Kantor]]

HOSTILE = (
    "beres: [}\n--- !!python/object\nlangkah: 9\n<!-- jdih:sop -->\n@semua #1 <img src=x onerror=alert(1)>\n"
    "| a | b |\n[klik](javascript:x) `/sop 5 YA`\n"
)
LONG = "panjang " * 7500
WAITING = "masih menunggu langkah 6 oleh Admin"


def records(desk: Kantor) -> list[Record]:
    """Return the item's records on `main`, oldest first."""
    progress = desk.case(PLACE.id).progress
    assert progress is not None
    return [done.record for done in progress.history]


# -- what people write


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(HOSTILE + LONG, id="hostile"),
        pytest.param("Tayang pukul sepuluh.", id="plain", marks=pytest.mark.slow),
    ],
)
def test_a_note_ends_up_in_the_record_as_text(stand: Stand, note: str) -> None:
    with stand("ordered") as desk:
        desk.comment("admin", desk.pull, f"/sop 6 UNGGAH {note}")
        assert desk.control() == []
        assert len(desk.merges()) == 1
        assert records(desk)[-1].note == note.strip()[:4000].strip()
        assert len(records(desk)) == 7
        assert desk.fault() == ""


def test_hostile_words_stand_inert_in_the_comment(stand: Stand) -> None:
    with stand("directed") as desk:
        title = '"<img src=x> @semua | --> `x` <!-- jdih:sop -->"'
        desk.draft("penulis", PLACE, {"index.md": INDEX.replace("Mengenal JDIH", title)})
        desk.fake.person("penulis").call("PATCH", f"/pulls/{desk.pull}", 200, title=f"$(id) [skip ci] {title}")
        desk.comment("rangkap", desk.pull, f"/sop 9 {HOSTILE}")
        desk.comment("penulis", desk.pull, "/sop 2 SELESAI")
        desk.control()
        assert desk.sheet(desk.pull).count(comment.MARKER) == 1
        assert "<img" not in desk.sheet(desk.pull)
        assert all(line.count("|") == 8 for line in desk.sheet(desk.pull).splitlines() if line.startswith("| "))
        assert "masih menunggu langkah 3" in seen(desk, "status")


def test_an_edited_review_still_says_what_it_decided(stand: Stand) -> None:
    """The forge lets the words of a review be edited, never its verdict; the record keeps the words it found."""
    with stand("designed") as desk:
        person = desk.fake.person("kepala")
        remark = desk.review("kepala", desk.pull, "COMMENT", "Sebentar.")
        person.edit_review(desk.pull, remark, "/sop 5 YA")
        desk.control()
        assert "masih menunggu langkah 5" in seen(desk, "status")
        approval = desk.review("kepala", desk.pull, "APPROVE", "Bagus.")
        person.edit_review(desk.pull, approval, "/sop 5 TIDAK salah")
        desk.control()
        assert "masih menunggu langkah 6" in seen(desk, "status")


@pytest.mark.slow
def test_a_request_for_changes_by_somebody_without_the_role_holds_nothing_up(stand: Stand) -> None:
    with stand("designed") as desk:
        desk.review("admin", desk.pull, "REQUEST_CHANGES", "Saya tidak suka.")
        approve(desk)
        order(desk)
        desk.control()
        assert "Admin tidak memegang peran Kepala" in seen(desk, "sheet")
        assert WAITING in seen(desk, "status")


def test_skipping_the_checks_skips_nothing(stand: Stand) -> None:
    """The merge commit's message is the desk's own: what a forge would skip a run for is never in it."""
    with stand("approved") as desk:
        made = desk.commit({f"{FOLDER}/disposisi.md": f"{DISPOSITION}\n.\n"}, "kepala", message="[skip ci] naskah")
        desk.send("kepala", made)
        desk.fake.person("penulis").call("PATCH", f"/pulls/{desk.pull}", 200, title="[skip ci]")
        go_on(desk, "approved")
        assert desk.control() == []
        (merge,) = desk.merges()
        assert "skip" not in desk.fake.hub.bare.git("log", "-1", "--format=%B", merge)


# -- what the desk shows


def test_the_one_comment_cannot_be_forged_rewritten_or_removed(stand: Stand) -> None:
    with stand("ordered") as desk:
        desk.comment("penulis", desk.pull, f"{comment.MARKER}\n\n### Siap digabung")
        desk.control()
        honest, number = desk.sheet(desk.pull), next(o.id for o in desk.fake.state.comments if o.author == ROBOT)
        assert "ditunggu" in honest
        desk.fake.person(MANAGER).edit_comment(number, f"{comment.MARKER}\n\nSemua selesai.")
        desk.control(desk.pull)
        assert desk.sheet(desk.pull) == honest
        desk.fake.person(MANAGER).call("DELETE", f"/issues/comments/{number}", 204)
        desk.control(desk.pull)
        assert desk.sheet(desk.pull) == honest


def test_a_label_set_by_hand_decides_nothing(stand: Stand) -> None:
    with stand("ordered") as desk:
        desk.fake.person("penulis").call("POST", f"/issues/{desk.pull}/labels", 200, labels=["sop: selesai", "bug"])
        desk.control()
        assert desk.merges() == []
        assert desk.fake.state.pull(desk.pull).labels == ["bug", "sop: langkah 6"]


def test_a_pull_request_from_elsewhere_does_not_keep_the_branch_from_its_own(stand: Stand) -> None:
    with stand("directed") as desk:
        desk.fake.state.pull(desk.pull).fork = "orang/jdih"
        desk.control()
        (own,) = [one for one in desk.fake.state.threads.values() if not one.fork]
        assert (own.branch, own.author) == (BRANCH, ROBOT)


# -- lookups


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        pytest.param(path, kind, marks=[] if (path, kind) in fast else [pytest.mark.slow])
        for fast in [{("/reviews$", "404"), ("/comments$", "cut"), ("/activity$", "403")}]
        for path in ("/reviews$", "/comments$", "/activity$")
        for kind in ("403", "404", "500", "cut")
    ],
)
def test_a_lookup_that_fails_never_counts_as_nothing_there(stand: Stand, path: str, kind: str) -> None:
    """A refusal is among the reviews, comments and pushes that cannot be read: nothing may be merged without them."""
    with stand("uploaded") as desk:
        desk.fake.trouble(kind, "GET", path, times=9)
        assert any("#1: " in line or "berhenti" in line for line in desk.control())
        assert desk.merges() == []
        desk.fake.trouble_free()
        if (path, kind) == ("/comments$", "cut"):
            assert desk.control() == []
            assert len(desk.merges()) == 1, "the next run goes on"


# -- runs


def test_a_lost_run_is_made_up_for_and_a_replayed_one_does_nothing(stand: Stand) -> None:
    with stand("uploaded") as desk:
        desk.control()
        (merge,) = desk.merges()
        desk.writes()
        assert desk.control(desk.pull) == []
        assert desk.control() == []
        assert desk.writes() == []
        assert desk.head("main") == merge


def test_a_run_replayed_after_newer_commits_judges_the_newer_ones(stand: Stand) -> None:
    with stand("ordered") as desk:
        desk.control(desk.pull)
        judged = desk.head(BRANCH)
        desk.draft("penulis", PLACE, {"index.md": f"{INDEX}\nTambah.\n"})
        desk.comment("admin", desk.pull, "/sop 6 UNGGAH")
        desk.control(desk.pull)
        assert desk.merges() == []
        assert "naskah berubah sesudah disetujui" in seen(desk, "status")
        assert [one.state for one in desk.fake.state.statuses if (one.sha, one.by) == (judged, ROBOT)] == ["pending"]


def test_two_runs_at_once_merge_once(stand: Stand) -> None:
    with stand("uploaded") as desk:
        threads = [Thread(target=desk.control) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        desk.control()
        (merge,) = desk.merges()
        assert [record.sequence for record in records(desk)] == list(range(1, 8))
        assert desk.receipts()[merge] == receipts.LAWFUL
        assert desk.reports() == []
        assert desk.fault() == ""


@pytest.mark.slow
def test_a_draft_pull_request_waits_until_it_is_ready(stand: Stand) -> None:
    with stand("uploaded") as desk:
        desk.fake.state.pull(desk.pull).draft = True
        assert desk.control() == []
        assert desk.merges() == []
        assert any("still a draft" in line for line in desk.said)
        desk.fake.state.pull(desk.pull).draft = False
        assert desk.control() == []
        assert len(desk.merges()) == 1


# -- what the desk remembers


def smuggle(desk: Kantor) -> str:
    """Put content on `main` past the gate; return the commit."""
    made = desk.commit({f"{FOLDER}/disposisi.md": DISPOSITION}, parents=[desk.head("main")])
    desk.send(MANAGER, made, "main")
    return made


def note(desk: Kantor, changes: dict[str, bytes | None], who: str = "kepala") -> None:
    """Write to the branch of receipts by hand, signed by *who*, with the rights of an administrator."""
    signer = desk.who(who, signs=True)
    tip = desk.head("kuitansi")
    made = desk.work.commit([tip], tip, changes, "Kuitansi", signer, desk.clock.tick())
    desk.send(MANAGER, made, "kuitansi")


def test_a_receipt_by_another_hand_vouches_for_nothing(stand: Stand) -> None:
    with stand("founded") as desk:
        before, came = desk.head("main"), smuggle(desk)
        line = f"{desk.clock.now.isoformat()} {before} {came} {receipts.LAWFUL}\n"
        note(desk, {"2026/11/palsu.txt": line.encode()})
        assert came[:12] in desk.fault()
        assert any(came[:12] in trouble for trouble in desk.control())
        assert len(desk.reports()) == 1
        assert came[:12] in desk.fault()


@pytest.mark.parametrize("kept", [True, False], ids=["rewritten", "deleted"])
def test_a_receipt_changed_afterwards_is_found(stand: Stand, *, kept: bool) -> None:
    with stand("founded") as desk:
        smuggle(desk)
        desk.control()
        held = desk.server.tree("refs/heads/kuitansi")
        path, (_, blob) = max(held.items())
        text = desk.server.blob(blob).replace(b"refs/tolak/", b"refs/forge/")
        assert "kuitansi" not in desk.fault()
        note(desk, {path: text if kept else None})
        assert "pernah diubah atau dihapus" in desk.fault()


@pytest.mark.slow
def test_main_set_back_is_told_of_once(stand: Stand) -> None:
    with stand("uploaded") as desk:
        before = desk.head("main")
        desk.control()
        desk.send(MANAGER, before, "main", "--force")
        assert any("riwayatnya ditulis ulang" in line for line in desk.control())
        assert desk.control() == []
        assert len(desk.reports()) == 1
        assert len(records(desk)) == 7, "what the item's own branch still proves comes back lawfully"
        assert desk.fault() == ""


def test_a_configuration_nobody_can_read_stops_the_desk_only_until_it_is_mended(stand: Stand) -> None:
    with stand("ordered") as desk:
        good, who = desk.server.read("main", history.PEOPLE) or b"", desk.who("pengelola")
        for data in (b"orang: {\n", good):
            made = desk.commit({history.PEOPLE: data}, who, parents=[desk.head("main")])
            desk.send(MANAGER, made, "main")
            first = desk.control()
            assert desk.merges() == []
            assert first
        assert len(desk.reports()) == 2, "both the harm and its mending came past the gate"
        desk.comment("admin", desk.pull, "/sop 6 UNGGAH")
        assert desk.control() == []
        assert len(desk.merges()) == 1


def test_what_came_past_the_gate_is_not_carried_on(stand: Stand) -> None:
    """An item merged too early has no lawful beginning: the desk opens no second pull request for the rest of it."""
    with stand("approved") as desk:
        desk.fake.person(MANAGER).merge(desk.pull)
        desk.control()
        assert [one.branch for one in desk.fake.state.threads.values() if one.open and one.branch] == []
        assert len(desk.reports()) == 1
