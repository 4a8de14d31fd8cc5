"""What is planted, broken, lost or done twice around the desk: everything comes out as if it had not been."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import receipts
from pipeline.carriers.repository import Identity, Repository
from pipeline.desk.forge import comment
from tests.conftest import DISPOSITION, FOLDER, INDEX
from tests.forge.attacks import ground as grounds
from tests.forge.attacks.ground import BRANCH, MAIN, PEOPLE, RECEIPTS
from tests.forge.fake import ROBOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.forge.attacks.ground import Ground

    Stand = Callable[[str], AbstractContextManager[Ground]]

HOSTILE = (
    "beres: [}\n--- !!python/object\nlangkah: 9\n<!-- jdih:sop -->\n@semua #1 <img src=x onerror=alert(1)>\n"
    "| a | b |\n[klik](javascript:x) `/sop 5 YA`\n"
)
LONG = "panjang " * 7500
WAITING = "masih menunggu langkah 6 oleh Admin"


def writes(desk: Ground) -> list[str]:
    return [line for line in desk.fake.asked if not line.startswith("GET ")]


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
        desk.comment("admin", f"/sop 6 UNGGAH {note}")
        assert desk.control() == []
        assert len(desk.merges()) == 1
        assert desk.records()[-1]["catatan"] == note.strip()[:4000].strip()
        assert len(desk.records()) == 7
        assert desk.verified() is None


def test_hostile_words_stand_inert_in_the_comment(stand: Stand) -> None:
    with stand("directed") as desk:
        title = '"<img src=x> @semua | --> `x` <!-- jdih:sop -->"'
        desk.draft("penulis", {"index.md": INDEX.replace("Mengenal JDIH", title)})
        desk.fake.person("penulis").call("PATCH", f"/pulls/{desk.pull}", 200, title=f"$(id) [skip ci] {title}")
        desk.comment("rangkap", f"/sop 9 {HOSTILE}")
        desk.comment("penulis", "/sop 2 SELESAI")
        desk.control()
        assert desk.sheet().count(comment.MARKER) == 1
        assert "<img" not in desk.sheet()
        assert all(line.count("|") == 8 for line in desk.sheet().splitlines() if line.startswith("| "))
        assert "masih menunggu langkah 3" in desk.seen("status")


def test_an_edited_review_still_says_what_it_decided(stand: Stand) -> None:
    """The forge lets the words of a review be edited, never its verdict; the record keeps the words it found."""
    with stand("designed") as desk:
        person = desk.fake.person("kepala")
        remark = desk.review("kepala", "COMMENT", "Sebentar.")
        person.edit_review(desk.pull, remark, "/sop 5 YA")
        desk.control()
        assert "masih menunggu langkah 5" in desk.seen("status")
        approval = desk.review("kepala", "APPROVE", "Bagus.")
        person.edit_review(desk.pull, approval, "/sop 5 TIDAK salah")
        desk.control()
        assert "masih menunggu langkah 6" in desk.seen("status")


@pytest.mark.slow
def test_a_request_for_changes_by_somebody_without_the_role_holds_nothing_up(stand: Stand) -> None:
    with stand("designed") as desk:
        desk.review("admin", "REQUEST_CHANGES", "Saya tidak suka.")
        grounds.approve(desk)
        grounds.order(desk)
        desk.control()
        assert "Admin tidak memegang peran Kepala" in desk.seen("sheet")
        assert WAITING in desk.seen("status")


def test_skipping_the_checks_skips_nothing(stand: Stand) -> None:
    """The merge commit's message is the desk's own: what a forge would skip a run for is never in it."""
    with stand("approved") as desk:
        made = desk.commit({f"{FOLDER}/disposisi.md": f"{DISPOSITION}\n.\n"}, "kepala", message="[skip ci] naskah")
        desk.push("kepala", made)
        desk.fake.person("penulis").call("PATCH", f"/pulls/{desk.pull}", 200, title="[skip ci]")
        grounds.go_on(desk, "approved")
        assert desk.control() == []
        (merge,) = desk.merges()
        assert "skip" not in desk.fake.hub.bare.git("log", "-1", "--format=%B", merge)


# -- what the desk shows


def test_the_one_comment_cannot_be_forged_rewritten_or_removed(stand: Stand) -> None:
    with stand("ordered") as desk:
        desk.comment("penulis", f"{comment.MARKER}\n\n### Siap digabung")
        desk.control()
        honest, number = desk.sheet(), next(o.id for o in desk.fake.state.comments if o.author == ROBOT)
        assert "ditunggu" in honest
        desk.fake.person("atasan").edit_comment(number, f"{comment.MARKER}\n\nSemua selesai.")
        desk.control(desk.pull)
        assert desk.sheet() == honest
        desk.fake.person("atasan").call("DELETE", f"/issues/comments/{number}", 204)
        desk.control(desk.pull)
        assert desk.sheet() == honest


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
        desk.fake.asked.clear()
        assert desk.control(desk.pull) == []
        assert desk.control() == []
        assert writes(desk) == []
        assert desk.head(MAIN) == merge


def test_a_run_replayed_after_newer_commits_judges_the_newer_ones(stand: Stand) -> None:
    with stand("ordered") as desk:
        desk.control(desk.pull)
        judged = desk.head(BRANCH)
        desk.draft("penulis", {"index.md": f"{INDEX}\nTambah.\n"})
        desk.comment("admin", "/sop 6 UNGGAH")
        desk.control(desk.pull)
        assert desk.merges() == []
        assert "naskah berubah sesudah disetujui" in desk.seen("status")
        assert [state for state, _ in desk.statuses(judged)] == ["pending"]


def test_two_runs_at_once_merge_once(stand: Stand) -> None:
    with stand("uploaded") as desk:
        threads = [Thread(target=desk.control) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        desk.control()
        (merge,) = desk.merges()
        assert [int(record["urut"]) for record in desk.records()] == list(range(1, 8))
        assert desk.receipts()[merge] == receipts.LAWFUL
        assert desk.issues() == []
        assert desk.verified() is None


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


def smuggle(desk: Ground) -> str:
    """Put content on `main` past the gate; return the commit."""
    made = desk.commit({f"{FOLDER}/disposisi.md": DISPOSITION}, parents=[desk.head(MAIN)])
    desk.push("atasan", made, MAIN)
    return made


def note(desk: Ground, changes: dict[str, bytes | None], who: str = "kepala") -> None:
    """Write to the branch of receipts by hand, signed by *who*, with the rights of an administrator."""
    signer = Identity(desk.who(who).name, desk.who(who).email, desk.key(who))
    desk.fetch()
    tip = desk.head(RECEIPTS)
    made = desk.work.commit([tip], tip, changes, "Kuitansi", signer, desk.clock.tick())
    desk.push("atasan", made, RECEIPTS)


def test_a_receipt_by_another_hand_vouches_for_nothing(stand: Stand) -> None:
    with stand("founded") as desk:
        came = smuggle(desk)
        line = f"{desk.clock.at.isoformat()} {desk.began} {came} {receipts.LAWFUL}\n"
        note(desk, {"2026/11/palsu.txt": line.encode()})
        assert came[:12] in (desk.verified() or "")
        assert any(came[:12] in trouble for trouble in desk.control())
        assert len(desk.issues()) == 1
        assert came[:12] in (desk.verified() or "")


@pytest.mark.parametrize("kept", [True, False], ids=["rewritten", "deleted"])
def test_a_receipt_changed_afterwards_is_found(stand: Stand, *, kept: bool) -> None:
    with stand("founded") as desk:
        smuggle(desk)
        desk.control()
        held = Repository(desk.fake.path).tree(f"refs/heads/{RECEIPTS}")
        path, (_, blob) = max(held.items())
        text = Repository(desk.fake.path).blob(blob).replace(b"refs/tolak/", b"refs/forge/")
        assert "kuitansi" not in (desk.verified() or "")
        note(desk, {path: text if kept else None})
        assert "pernah diubah atau dihapus" in (desk.verified() or "")


@pytest.mark.slow
def test_main_set_back_is_told_of_once(stand: Stand) -> None:
    with stand("uploaded") as desk:
        desk.control()
        desk.push("atasan", desk.began, MAIN, "--force")
        assert any("riwayatnya ditulis ulang" in line for line in desk.control())
        assert desk.control() == []
        assert len(desk.issues()) == 1
        assert len(desk.records()) == 7, "what the item's own branch still proves comes back lawfully"
        assert desk.verified() is None


def test_a_configuration_nobody_can_read_stops_the_desk_only_until_it_is_mended(stand: Stand) -> None:
    with stand("ordered") as desk:
        good, who = Repository(desk.fake.path).read(MAIN, PEOPLE) or b"", desk.who("pengelola")
        for data in (b"orang: {\n", good):
            made = desk.commit({PEOPLE: data}, who, parents=[desk.head(MAIN)])
            desk.push("atasan", made, MAIN)
            first = desk.control()
            assert desk.merges() == []
            assert first
        assert len(desk.issues()) == 2, "both the harm and its mending came past the gate"
        desk.comment("admin", "/sop 6 UNGGAH")
        assert desk.control() == []
        assert len(desk.merges()) == 1


def test_what_came_past_the_gate_is_not_carried_on(stand: Stand) -> None:
    """An item merged too early has no lawful beginning: the desk opens no second pull request for the rest of it."""
    with stand("approved") as desk:
        desk.fake.person("atasan").merge(desk.pull)
        desk.control()
        assert [one.branch for one in desk.fake.state.threads.values() if one.open and one.branch] == []
        assert len(desk.issues()) == 1
