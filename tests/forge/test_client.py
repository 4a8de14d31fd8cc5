"""The client against the fake forge, over real HTTP, with real Git behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.flow import Deferred, Rejected
from pipeline.forges import github
from pipeline.model.forge import CommitStatus, Status, Verdict
from tests.forge.fake import ACTIONS, ROBOT
from tests.forge.fake.state import Said
from tests.forge.parts import GATE, MARKER, REPO, RULESET, Desk, commit, git, guarded

if TYPE_CHECKING:
    from pathlib import Path

    from tests.forge.fake import Fake


def status(state: Status, words: str = "menunggu langkah 2") -> CommitStatus:
    return CommitStatus(context=GATE, status=state, description=words, url="https://jdih.example/1")


def test_a_pull_request_is_read(forge: Fake, desk: Desk, pull: int) -> None:
    forge.person("penulis").call("POST", f"/pulls/{pull}/requested_reviewers", 201, reviewers=["kepala"])
    [seen] = desk.ask(github.pulls(REPO))
    assert seen == desk.ask(github.pull(REPO, pull))
    assert (seen.branch, seen.base, seen.author, seen.title, seen.body) == (
        "usul/satu",
        "main",
        "penulis",
        "Satu",
        "Isi",
    )
    assert (seen.open, seen.merged, seen.merge_commit, seen.fork, seen.reviewers) == (
        True,
        False,
        "",
        False,
        ("kepala",),
    )
    assert seen.head == forge.hub.bare.head("usul/satu")
    assert seen.url == f"{forge.address}/{REPO}/pull/{pull}"


def test_a_branch_has_one_open_pull_request(forge: Fake, desk: Desk) -> None:
    first = desk.ask(github.open_pull(REPO, "usul/satu", "Satu", "Isi"))
    assert first.author == ROBOT
    assert desk.ask(github.open_pull(REPO, "usul/satu", "Lagi", "Isi")) == first
    forge.person("pengelola").call("PATCH", f"/pulls/{first.number}", 200, state="closed")
    second = desk.ask(github.open_pull(REPO, "usul/satu", "Satu", "Isi"))
    found = desk.ask(github.pulls_of(REPO, "usul/satu"))
    assert [(one.number, one.open) for one in found] == [(first.number, False), (second.number, True)]
    assert desk.ask(github.pulls_of(REPO, "usul/lain")) == ()


def test_a_branch_without_commits_of_its_own_is_refused(forge: Fake, desk: Desk, clone: Path) -> None:
    git(clone, "branch", "usul/kosong", "main")
    assert forge.person("penulis").push(clone, "usul/kosong").returncode == 0
    with pytest.raises(Rejected, match="No commits between main and usul/kosong"):
        desk.ask(github.open_pull(REPO, "usul/kosong", "Kosong", ""))


def test_reviews_keep_their_commit_and_can_be_edited_and_dismissed(
    forge: Fake, desk: Desk, clone: Path, pull: int
) -> None:
    kepala, head = forge.person("kepala"), desk.ask(github.pull(REPO, pull)).head
    first = kepala.review(pull, "REQUEST_CHANGES", "Perbaiki judul")
    second = kepala.review(pull, "APPROVE", "YA")
    commit(clone, "usul/satu", "content/satu.md", "Dua\n")
    forge.person("penulis").push(clone, "usul/satu")
    kepala.edit_review(pull, first, "Perbaiki judul dan isi")
    forge.person("pengelola").dismiss(pull, second)
    one, two = desk.ask(github.reviews(REPO, pull))
    assert (one.author, one.verdict, one.commit, one.body) == (
        "kepala",
        Verdict.CHANGES_REQUESTED,
        head,
        "Perbaiki judul dan isi",
    )
    assert (two.verdict, two.commit, two.body) == (Verdict.DISMISSED, head, "YA")
    assert desk.ask(github.pull(REPO, pull)).head != head


def test_a_draft_of_a_review_is_not_seen(forge: Fake, pull: int) -> None:
    forge.person("kepala").call("POST", f"/pulls/{pull}/reviews", 200, body="nanti")
    assert Desk(forge, forge.person("kepala").token).ask(github.reviews(REPO, pull)) == ()


def test_a_commit_the_forge_has_forgotten_is_none(forge: Fake, desk: Desk, pull: int) -> None:
    number = forge.person("kepala").review(pull, "APPROVE")
    forge.state.review(pull, number).commit = None
    assert [one.commit for one in desk.ask(github.reviews(REPO, pull))] == [None]


def test_a_branch_in_a_fork_is_told(forge: Fake, desk: Desk, pull: int) -> None:
    forge.state.pull(pull).fork = "lain/jdih"
    assert desk.ask(github.pull(REPO, pull)).fork


def test_an_account_that_is_gone_is_nobody(forge: Fake, desk: Desk, pull: int) -> None:
    forge.person("kepala").review(pull, "APPROVE")
    del forge.state.accounts[forge.person("kepala").token]
    assert [one.author for one in desk.ask(github.reviews(REPO, pull))] == [""]


def test_comments_show_that_they_were_edited(forge: Fake, desk: Desk, pull: int) -> None:
    first = forge.person("penulis").comment(pull, "/sop 2 selesai")
    forge.person("kepala").comment(pull, "baik")
    forge.person("penulis").edit_comment(first, "/sop 3 YA")
    said = desk.ask(github.comments(REPO, pull))
    assert [(one.author, one.body, one.edited) for one in said] == [
        ("penulis", "/sop 3 YA", True),
        ("kepala", "baik", False),
    ]


def test_pushes_tell_who_pushed_whatever_the_commits_say(forge: Fake, desk: Desk, clone: Path) -> None:
    first = git(clone, "rev-parse", "usul/satu")
    git(clone, "commit", "--quiet", "--amend", "-m", "lain", "--author", "Kepala <kepala@uji.example>")
    assert forge.person("pengelola").push(clone, "usul/satu", "--force").returncode == 0
    moved = desk.ask(github.pushes(REPO, "usul/satu"))
    assert [(one.actor, one.forced) for one in moved] == [("penulis", False), ("pengelola", True)]
    assert moved[1].before == first
    assert moved[1].after == forge.hub.bare.head("usul/satu")


def test_reviewers_are_asked_and_let_go(forge: Fake, desk: Desk, pull: int) -> None:
    desk.ask(github.request_reviewers(REPO, pull, ["pengelola", "kepala"]))
    desk.ask(github.withdraw_reviewers(REPO, pull, ["pengelola"]))
    assert desk.ask(github.pull(REPO, pull)).reviewers == ("kepala",)
    forge.person("kepala").review(pull, "COMMENT", "dibaca")
    assert desk.ask(github.pull(REPO, pull)).reviewers == ()
    before = len(forge.asked)
    desk.ask(github.request_reviewers(REPO, pull, []))
    assert len(forge.asked) == before
    with pytest.raises(Rejected, match="pull request author"):
        desk.ask(github.request_reviewers(REPO, pull, ["penulis"]))


def test_a_status_is_said_once_and_again_after_somebody_elses(forge: Fake, desk: Desk, pull: int) -> None:
    head = desk.ask(github.pull(REPO, pull)).head
    for _ in range(2):
        desk.ask(github.set_status(REPO, head, status(Status.PENDING), ROBOT))
    assert len(forge.state.statuses) == 1
    same = {"state": "pending", "description": "menunggu langkah 2", "target_url": "https://jdih.example/1"}
    forge.person("penulis").call("POST", f"/statuses/{head}", 201, context="SOP/GATE", **same)
    desk.ask(github.set_status(REPO, head, status(Status.PENDING), ROBOT))
    assert [one.by for one in forge.state.statuses] == [ROBOT, "penulis", ROBOT]
    desk.ask(github.set_status(REPO, head, status(Status.SUCCESS, "panjang " * 40), ROBOT))
    assert len(forge.state.statuses[-1].description) == 140
    for _ in range(2):
        desk.ask(github.set_status(REPO, head, replace(status(Status.SUCCESS), url=""), ROBOT))
    assert len(forge.state.statuses) == 5


def test_the_sticky_comment_is_one_and_only_ours(forge: Fake, desk: Desk, pull: int) -> None:
    forge.person("penulis").comment(pull, f"{MARKER}\nsemua sudah disetujui")
    for body in ("satu", "dua", "dua"):
        desk.ask(github.put_comment(REPO, pull, MARKER, f"{MARKER}\n{body}", ROBOT))
    said = [(one.author, one.body) for one in desk.ask(github.comments(REPO, pull))]
    assert said == [("penulis", f"{MARKER}\nsemua sudah disetujui"), (ROBOT, f"{MARKER}\ndua")]
    writes = [one for one in forge.asked if one.split()[0] != "GET" and "comments" in one]
    assert [one.split()[0] for one in writes] == ["POST", "POST", "PATCH"]


def test_a_comment_that_is_too_long_is_cut(forge: Fake, desk: Desk, pull: int) -> None:
    desk.ask(github.put_comment(REPO, pull, MARKER, MARKER + "x" * 70_000, ROBOT))
    assert len(forge.state.comments[0].body) == github.COMMENT_LIMIT


def test_only_our_labels_are_projected(forge: Fake, desk: Desk, pull: int) -> None:
    forge.person("penulis").call(
        "POST", f"/issues/{pull}/labels", 200, labels=["penting", "sop: lama/dua", "sop: tetap"]
    )
    desk.ask(github.set_labels(REPO, pull, "sop:", ["sop: tetap", "sop: baru"]))
    [seen] = desk.ask(github.pulls(REPO))
    assert sorted(seen.labels) == ["penting", "sop: baru", "sop: tetap"]
    before = len(forge.asked)
    desk.ask(github.set_labels(REPO, pull, "sop:", ["sop: tetap", "sop: baru"]))
    assert len(forge.asked) == before + 1


def test_merging_makes_a_real_merge_commit_of_the_judged_head(forge: Fake, desk: Desk, pull: int) -> None:
    main, head = forge.hub.bare.head("main"), desk.ask(github.pull(REPO, pull)).head
    merged = desk.ask(github.merge(REPO, pull, head, "Gabungkan satu", "Sop-Item: satu"))
    assert forge.hub.bare.head("main") == merged
    assert forge.hub.bare.git("log", "-1", "--format=%P%n%B", merged).split("\n")[:4] == [
        f"{main} {head}",
        "Gabungkan satu",
        "",
        "Sop-Item: satu",
    ]
    now = desk.ask(github.pull(REPO, pull))
    assert (now.merged, now.open, now.merge_commit, now.head) == (True, False, merged, head)
    assert desk.ask(github.pushes(REPO, "main"))[-1].actor == ROBOT
    assert desk.ask(github.merge(REPO, pull, head, "Lagi", "")) == merged


def test_a_head_that_moved_is_judged_again(desk: Desk, pull: int) -> None:
    with pytest.raises(Deferred, match="berubah sesudah dinilai"):
        desk.ask(github.merge(REPO, pull, "a" * 40, "Satu", ""))


def test_a_conflict_is_not_merged(forge: Fake, desk: Desk, clone: Path, pull: int) -> None:
    commit(clone, "main", "content/satu.md", "Lain\n")
    forge.person("pengelola").push(clone, "main")
    with pytest.raises(Deferred, match="belum mau menggabungkan: Pull Request is not mergeable"):
        desk.ask(github.merge(REPO, pull, desk.ask(github.pull(REPO, pull)).head, "Satu", ""))


def test_nothing_is_merged_before_the_gate_of_our_own_identity(forge: Fake, desk: Desk, pull: int) -> None:
    guarded(forge)
    head = desk.ask(github.pull(REPO, pull)).head
    for login in ("penulis", ACTIONS):
        forge.person(login).status(head, GATE, "success")
        with pytest.raises(Deferred, match='Required status check "sop/gate"'):
            desk.ask(github.merge(REPO, pull, head, "Satu", ""))
    desk.ask(github.set_status(REPO, head, status(Status.SUCCESS), ROBOT))
    assert desk.ask(github.merge(REPO, pull, head, "Satu", ""))


def test_issues_are_opened_answered_and_closed(forge: Fake, desk: Desk, pull: int) -> None:
    forge.person("penulis").call("POST", f"/issues/{pull}/labels", 200, labels=["disposisi"])
    number = forge.person("kepala").open_issue("Kartu", "### Kantor\n\nkota", "disposisi")
    [seen] = desk.ask(github.issues(REPO, "disposisi"))
    assert (seen.number, seen.author, seen.body, seen.open) == (number, "kepala", "### Kantor\n\nkota", True)
    said = desk.ask(github.comment_issue(REPO, number, "Dibuka sebagai usul/kartu"))
    desk.ask(github.close_issue(REPO, number))
    assert desk.ask(github.comments(REPO, number)) == (said,)
    assert desk.ask(github.issues(REPO, "disposisi")) == ()
    made = desk.ask(github.open_issue(REPO, "tinjau-sop", "SOP perlu ditinjau", "Isi"))
    assert desk.ask(github.issues(REPO, "tinjau-sop")) == (made,)


def test_rulesets_are_made_read_and_replaced(forge: Fake, desk: Desk) -> None:
    number = guarded(forge)
    [seen] = desk.ask(github.rulesets(REPO))
    assert (seen.id, seen.name, seen.document["rules"]) == (number, "main", RULESET["rules"])
    desk.ask(github.put_ruleset(REPO, number, {**RULESET, "enforcement": "disabled"}))
    [seen] = desk.ask(github.rulesets(REPO))
    assert seen.document["enforcement"] == "disabled"
    with pytest.raises(Rejected, match="Name must be unique"):
        desk.ask(github.put_ruleset(REPO, None, RULESET))


def test_a_long_list_is_read_to_its_end(forge: Fake, desk: Desk, pull: int) -> None:
    now = forge.state.now()
    forge.state.comments += [Said(number, pull, "penulis", str(number), now, now) for number in range(205)]
    assert [one.body for one in desk.ask(github.comments(REPO, pull))] == [str(number) for number in range(205)]
    assert forge.asked.count(f"GET /repos/{REPO}/issues/{pull}/comments") == 3
