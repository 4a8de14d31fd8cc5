"""What may reach `main`, what may not, and what becomes of a run that dies in the middle."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.carriers import receipts
from pipeline.carriers.repository import Identity, Repository
from pipeline.desk import merging
from pipeline.desk.forge import witness
from pipeline.model.people import Authority
from tests.conftest import DISPOSITION, INDEX
from tests.forge.e2e.conftest import PULL, finish
from tests.forge.e2e.kantor import MANAGER, Kantor, git
from tests.forge.e2e.way import PLACE, SECOND
from tests.forge.fake import ROBOT

if TYPE_CHECKING:
    from pathlib import Path


def on_main(office: Kantor) -> int:
    return int(office.server.git("rev-list", "--count", "main"))


def past_the_gate(office: Kantor, number: int) -> str:
    """Let the administrator merge past every rule."""
    office.fake.state.account(MANAGER).bypass = True
    office.clock.tick()
    return office.fake.person(MANAGER).merge(number)


# -- twice, late, interrupted


def test_a_run_with_nothing_new_writes_nothing(approved: Kantor) -> None:
    approved.control()
    approved.writes()
    before = approved.server.refs("refs/heads/")
    assert approved.control() == []
    assert approved.writes() == []
    assert approved.server.refs("refs/heads/") == before


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("lost", "/merge"),
        *(
            pytest.param(kind, path, marks=pytest.mark.slow)
            for kind in ("lost", "500")
            for path in ("/comments", "/statuses/", "/labels", "/pulls", "/activity", "")
        ),
    ],
)
def test_a_run_that_dies_is_finished_by_the_next(approved: Kantor, kind: str, path: str) -> None:
    finish(approved)
    approved.control()
    approved.checks_pass()
    approved.fake.trouble(kind, "", path, times=3)
    approved.control()
    approved.fake.trouble_free()
    assert approved.control() == []
    assert approved.control() == []
    assert approved.case(PLACE.id).merged
    assert approved.fault() == ""
    written = approved.server.tree("refs/heads/main", f"{PLACE.folder}/catatan")
    assert len(written) == 7
    assert approved.server.git("rev-list", "--count", "--merges", "main") == "1"
    assert len([one for one in approved.fake.state.comments if one.author == ROBOT]) == 1


@pytest.mark.slow
def test_records_pushed_by_a_run_that_died_are_used_and_not_written_again(approved: Kantor) -> None:
    finish(approved)
    approved.fake.trouble("500", "POST", "/statuses/", times=9)
    [trouble] = approved.control()
    assert trouble.startswith("#1: GitHub sedang bermasalah")
    approved.fake.trouble_free()
    head = approved.server.resolve(f"refs/heads/usul/{PLACE.id}")
    assert head != approved.server.resolve(f"refs/heads/usul/{PLACE.id}~7"), "the records are there"
    assert approved.settle() == []
    assert approved.server.resolve("refs/heads/main^2") == head
    assert approved.fault() == ""


def test_a_merge_without_its_receipt_gets_it_from_the_next_run(approved: Kantor) -> None:
    finish(approved)
    approved.control()
    approved.checks_pass()
    rules = next(one for one in approved.fake.state.rulesets.values() if one["name"] == "robot")
    bypass, rules["bypass_actors"] = rules["bypass_actors"], []
    [trouble] = approved.control()
    assert "berhenti: " in trouble
    assert "kuitansi" in trouble
    assert approved.case(PLACE.id).merged
    assert "tidak ditandatangani" in approved.fault()
    rules["bypass_actors"] = bypass
    assert approved.control() == []
    assert approved.fault() == ""


@pytest.mark.parametrize("kind", ["secondary", pytest.param("primary", marks=pytest.mark.slow)])
def test_a_limit_ends_the_run_in_one_line_and_the_next_goes_on(approved: Kantor, kind: str) -> None:
    finish(approved)
    approved.fake.trouble(kind, "GET", f"/pulls/{PULL}/reviews")
    done = approved.jdih("github", "control")
    assert (done.returncode, done.stderr) == (2, "jdih: GitHub meminta jeda (batas permintaan tercapai)\n")
    assert approved.settle() == []
    assert approved.case(PLACE.id).merged


def test_a_429_that_lasts_ends_the_run_as_well(approved: Kantor) -> None:
    approved.fake.trouble("429", "GET", f"/pulls/{PULL}/reviews", times=9)
    assert approved.control() == ["berhenti: GitHub meminta jeda (batas permintaan tercapai)"]


def test_one_pull_request_in_trouble_does_not_stop_the_others(approved: Kantor) -> None:
    approved.draft("kepala", SECOND, {"disposisi.md": DISPOSITION.encode()})
    finish(approved)
    approved.control()
    approved.checks_pass()
    approved.fake.trouble("500", "GET", f"/issues/{approved.open_pulls()[SECOND.id]}/comments", times=9)
    [trouble] = approved.control()
    assert trouble.startswith("#2: GitHub sedang bermasalah")
    assert approved.case(PLACE.id).merged


# -- branches that cannot be taken


@pytest.mark.slow
def test_a_pull_request_to_another_base_is_never_merged(approved: Kantor) -> None:
    finish(approved)
    git(approved.clone("penulis"), "fetch", "--quiet", str(approved.fake.path), "main")
    approved.push("penulis", "FETCH_HEAD:refs/heads/lain")
    number = approved.fake.person("penulis").open_pull(f"usul/{PLACE.id}", "Ke lain", base="lain")
    before = approved.server.resolve("refs/heads/lain")
    approved.settle()
    assert approved.server.resolve("refs/heads/lain") == before
    assert "butir hanya digabung ke main" in approved.sheet(number)


@pytest.mark.slow
def test_a_branch_that_holds_no_item_stops_nobody(approved: Kantor) -> None:
    clone = approved.clone("penulis")
    git(clone, "switch", "--quiet", "-C", "usul/bukan-butir", "origin/main")
    (clone / "catatan.txt").write_text("x\n", encoding="utf-8")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "x", person=approved.people.by_id["penulis"], at=approved.clock())
    approved.push("penulis", "usul/bukan-butir")
    finish(approved)
    assert approved.settle() == []
    assert approved.case(PLACE.id).merged
    assert "tidak menyentuh folder butir mana pun" in approved.sheet(2)


def test_a_stranger_s_push_is_no_draft(approved: Kantor) -> None:
    approved.fake.add("orang-luar")
    clone = approved.clone("penulis")
    approved.draft("penulis", PLACE, {"index.md": INDEX.replace("Apa itu", "Apakah").encode()})
    (clone / PLACE.folder / "index.md").write_text(INDEX, encoding="utf-8")
    git(clone, "commit", "--quiet", "-am", "x", person=approved.people.by_id["penulis"], at=approved.clock())
    assert approved.fake.person("orang-luar").push(clone, f"usul/{PLACE.id}").returncode == 0
    assert approved.control() == []
    assert approved.gate(PULL)[0] == "failure"
    assert "akun orang-luar yang belum terdaftar" in approved.gate(PULL)[1]


def test_who_pushes_for_another_is_an_editor_too(draft: Kantor) -> None:
    """The commit says the writer made it; the forge saw the head push it."""
    draft.comment("kepala", PULL, "/sop 1")
    draft.draft("kepala", PLACE, {"index.md": INDEX.encode()}, as_="penulis")
    draft.comment("penulis", PULL, "/sop 2")
    draft.review("kepala", PULL, "APPROVE")
    assert draft.control() == []
    assert "empat mata: kepala ikut menyunting index.md" in draft.sheet(PULL)


def test_a_record_somebody_writes_by_hand_is_refused(approved: Kantor) -> None:
    approved.draft("admin", PLACE, {"catatan/0001-arah.yaml": b"urut: '1'\n"})
    approved.control()
    assert approved.gate(PULL)[0] == "failure"
    assert "catatan hanya ditulis oleh pengendali" in approved.gate(PULL)[1]


@pytest.mark.slow
def test_a_branch_brought_up_to_date_with_the_button_stays_approved(approved: Kantor) -> None:
    """GitHub's 'Update branch' merges `main` into it; an approval is about the files."""
    clone = approved.clone("penulis")
    plain = approved.people.by_id["pengelola"]
    git(clone, "switch", "--quiet", "-C", "sementara", "origin/main")
    (clone / "content/halaman/baru.md").write_text("# Baru\n", encoding="utf-8")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "Halaman", person=plain, at=approved.clock())
    approved.fake.state.account(MANAGER).bypass = True
    assert approved.fake.person(MANAGER).push(clone, "sementara:main").returncode == 0
    git(clone, "fetch", "--quiet", str(approved.fake.path), "+refs/heads/*:refs/remotes/origin/*")
    git(clone, "switch", "--quiet", "-C", f"usul/{PLACE.id}", f"origin/usul/{PLACE.id}")
    git(
        clone,
        "merge",
        "--quiet",
        "--no-ff",
        "-m",
        "Update branch",
        "sementara",
        person=approved.people.by_id["penulis"],
        at=approved.clock(),
    )
    approved.push("penulis", f"usul/{PLACE.id}")
    finish(approved)
    [outside] = approved.settle()
    assert "sampai ke main tanpa usulan" in outside, "the page itself came past the gate"
    assert approved.case(PLACE.id).merged


def test_two_people_work_on_one_branch(draft: Kantor) -> None:
    draft.comment("kepala", PULL, "/sop 1")
    draft.draft("penulis", PLACE, {"index.md": INDEX.encode()})
    draft.draft("rangkap", PLACE, {"index.md": INDEX.replace("Apa itu", "Apakah").encode()})
    draft.comment("penulis", PULL, "/sop 2")
    draft.review("rangkap", PULL, "APPROVE")
    draft.review("kepala", PULL, "APPROVE")
    draft.control()
    assert "empat mata: rangkap" in draft.sheet(PULL)
    assert "langkah 4" in draft.gate(PULL)[1]


# -- past the gate, and forgeries


def test_an_administrator_s_merge_past_the_gate_is_told_once_and_never_receipted(approved: Kantor) -> None:
    commit = past_the_gate(approved, PULL)
    [trouble] = approved.control()
    assert f"{commit[:12]}: tidak ada catatan langkah" in trouble
    [issue] = [one for one in approved.fake.state.threads.values() if witness.LABEL in one.labels]
    assert (issue.author, issue.title) == (ROBOT, f"Di luar SOP: {commit[:12]} pada main")
    approved.writes()
    assert approved.control() == []
    assert approved.writes() == []
    assert "tidak ditandatangani" in approved.fault()


def test_a_merge_nobody_signed_and_nobody_receipted_is_found(merged: Kantor) -> None:
    assert merged.fault() == ""
    merged.draft("kepala", SECOND, {"disposisi.md": DISPOSITION.encode()})
    merged.control()
    past_the_gate(merged, merged.open_pulls()[SECOND.id])
    assert "tidak ditandatangani" in merged.fault()


def forged(office: Kantor, key: Path | None, name: str = "Penerbit", email: str = "penerbit@desk.example") -> None:
    """Receipt the tip of `main` as lawful, with another key than the robot's or with none."""
    place = office.root / "pemalsu"
    git(office.root, "clone", "--quiet", str(office.fake.path), str(place))
    repository = Repository(place)
    tip, main = (repository.resolve(f"refs/remotes/origin/{each}") or "" for each in ("kuitansi", "main"))
    line = f"{office.clock().isoformat()} {repository.resolve(f'{main}^1')} {main} {receipts.LAWFUL}"
    commit = receipts.issue(repository, tip, [line], Identity(name, email, key))
    office.server.git("fetch", "--quiet", str(place), commit)
    office.server.update_ref(receipts.BRANCH, commit)


@pytest.mark.parametrize("signed", [True, False])
def test_a_receipt_of_somebody_else_is_worth_nothing(approved: Kantor, signed: bool) -> None:  # noqa: FBT001
    key = approved.root / "lain"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)  # noqa: S607
    commit = past_the_gate(approved, PULL)
    forged(approved, key if signed else None)
    assert "tidak ditandatangani" in approved.fault()
    [trouble] = approved.control()
    assert commit[:12] in trouble, "the desk does not take it for its own either"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("isi", "tidak boleh diubah atau dihapus"),
        ("bukan robot", "catatan hanya ditulis oleh pengendali"),
        ("pelaku", "Admin tidak memegang peran Kepala"),
    ],
)
def test_forged_records_are_found_even_under_a_receipt(approved: Kantor, change: str, said: str) -> None:
    """Whoever got hold of the receipts' key still cannot make records mean something else."""
    finish(approved)
    approved.control()
    link = approved.link()
    link.fetch()
    clone, robot = link.repository, link.robot(Authority.PENGENDALI)
    tip = clone.resolve(f"refs/remotes/origin/usul/{PLACE.id}") or ""
    path = f"{PLACE.folder}/catatan/0003-koreksi.yaml"
    data = clone.read(tip, path) or b""
    if change == "isi":
        new = clone.commit([tip], tip, {path: data.replace(b"TIDAK", b"ADA")}, "x\n", robot)
    else:
        base = clone.git("rev-list", "--reverse", tip, "^refs/remotes/origin/main").splitlines()[2]
        who = Identity("Admin", "admin@kota.example", None) if change == "bukan robot" else robot
        first = (clone.read(tip, f"{PLACE.folder}/catatan/0001-arah.yaml") or b"").replace(
            b"oleh: kepala", b"oleh: admin"
        )
        new = clone.commit([base], base, {f"{PLACE.folder}/catatan/0001-arah.yaml": first}, "x\n", who)
    main = clone.resolve("refs/remotes/origin/main") or ""
    tree = clone.merged_tree(main, new) or ""
    merge = clone.commit_tree(tree, [main, new], merging.title(PLACE), robot)
    approved.server.git("fetch", "--quiet", str(clone.path), merge)
    approved.server.update_ref("refs/heads/main", merge)
    forged(approved, approved.robot)
    assert said in approved.fault()


def test_a_main_that_was_rewound_is_told(merged: Kantor) -> None:
    tip = merged.server.resolve("refs/heads/main") or ""
    merged.server.update_ref("refs/heads/main", f"{tip}^1")
    [trouble] = merged.control()
    assert f"main tidak lagi memuat {tip[:12]}" in trouble
    assert merged.control() == []
    assert merged.case(PLACE.id).merged, "what was lawful is merged again"
    assert merged.fault() == ""


# -- the desk itself


def configuration(office: Kantor, person: str, path: str = "site_config/catatan.txt") -> int:
    """Propose a change of the desk as *person*; return the pull request's number."""
    clone = office.clone(person)
    office.clock.tick()
    git(clone, "fetch", "--quiet", str(office.fake.path), "+refs/heads/*:refs/remotes/origin/*")
    git(clone, "switch", "--quiet", "-C", f"ubah-{person}", "origin/main")
    (clone / path).parent.mkdir(parents=True, exist_ok=True)
    (clone / path).write_text("x\n", encoding="utf-8")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "x", person=office.people.by_id[person])
    office.push(person, f"ubah-{person}")
    return office.fake.person(person).open_pull(f"ubah-{person}", "Ubah")


def checked(office: Kantor, number: int) -> tuple[int, Any]:
    """Let check.yml pass and press the merge button."""
    head = office.fake.state.threads[number].head
    office.fake.person("github-actions[bot]").status(head, "check", "success")
    code, said = office.fake.person("penulis").call("PUT", f"/pulls/{number}/merge", merge_method="merge")
    return code, said


def test_a_change_of_the_desk_needs_somebody_with_that_authority_who_did_not_write_it(kantor: Kantor) -> None:
    number = configuration(kantor, "penulis")
    kantor.review("kepala", number, "APPROVE")
    kantor.control()
    assert kantor.gate(number)[0] == "pending"
    assert checked(kantor, number)[0] == 405
    kantor.review("pengelola", number, "APPROVE")
    kantor.control()
    assert kantor.gate(number) == ("success", "konfigurasi disetujui Pengelola")
    assert checked(kantor, number)[0] == 200
    assert kantor.control() == []
    assert kantor.fault() == ""


def test_an_approval_taken_back_or_of_an_older_head_does_not_count(kantor: Kantor) -> None:
    number = configuration(kantor, "penulis")
    kantor.review("pengelola", number, "APPROVE")
    kantor.review("pengelola", number, "REQUEST_CHANGES", "Belum.")
    kantor.control()
    assert kantor.gate(number)[0] == "pending"
    kantor.review("pengelola", number, "APPROVE")
    clone = kantor.clone("penulis")
    (clone / "site_config/catatan.txt").write_text("y\n", encoding="utf-8")
    git(clone, "commit", "--quiet", "-am", "y", person=kantor.people.by_id["penulis"])
    kantor.push("penulis", "ubah-penulis")
    kantor.control()
    assert kantor.gate(number)[0] == "pending"


def test_content_does_not_come_as_configuration(kantor: Kantor) -> None:
    number = configuration(kantor, "penulis", f"{PLACE.folder}/index.md")
    kantor.review("pengelola", number, "APPROVE")
    kantor.control()
    assert kantor.gate(number)[0] == "failure"
    assert "kirim lewat cabang usul/" in kantor.gate(number)[1]


# -- set-up


def test_setup_is_repeatable_and_finds_what_was_changed_since(kantor: Kantor) -> None:
    kantor.writes()
    assert kantor.setup() == []
    assert kantor.writes() == []
    assert kantor.setup(check=True) == []
    assert {"disposisi", "penurunan", "komentar"} <= kantor.fake.state.labels
    rules = next(one for one in kantor.fake.state.rulesets.values() if one["name"] == "main")
    rules["rules"] = [one for one in rules["rules"] if one["type"] != "required_status_checks"]
    assert kantor.setup(check=True) == ["aturan main: aturan required_status_checks tidak ada"]


def test_nothing_is_judged_before_somebody_said_where_trust_begins(kantor: Kantor) -> None:
    kantor.server.git("update-ref", "-d", receipts.BRANCH)
    assert kantor.control() == ["berhenti: kuitansi belum dimulai: jalankan jdih github setup"]
