"""The fake is as strict as GitHub, and it is caught when it is not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import requests

from pipeline.flow import Deferred, Rejected
from pipeline.forges import github
from tests.forge.fake import ROBOT, Fake, shapes
from tests.forge.fake.server import ROUTES
from tests.forge.fake.spec import Asked, document
from tests.forge.fake.state import ADMIN, READ
from tests.forge.parts import GATE, MARKER, REPO, Desk, commit, git, guarded

HERE = Path(__file__).parent


def test_a_planted_answer_outside_the_description_is_found(forge: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "review", lambda *_: {"id": "satu"})
    number = forge.person("penulis").open_pull("usul/satu", "Satu")
    forge.person("kepala").call("POST", f"/pulls/{number}/reviews", body="x", event="COMMENT")
    [fault] = forge.faults
    assert "answer 200 to POST" in fault
    assert "'node_id' is a required property" in fault
    forge.faults.clear()


def test_a_planted_request_outside_the_description_is_found(forge: Fake) -> None:
    number = forge.person("penulis").open_pull("usul/satu", "Satu")
    forge.person("penulis").call("POST", f"/issues/{number}/comments", body=["bukan teks"])
    assert any("request POST" in fault and "body" in fault for fault in forge.faults)
    forge.faults.clear()


def test_an_answer_nobody_described_is_found() -> None:
    asked = Asked("GET", f"/repos/{REPO}/pulls")
    assert asked.answer_faults(418, b"{}")
    assert asked.answer_faults(401, b"{}")
    assert asked.answer_faults(401, b'{"message": "Bad credentials"}') == []


def test_the_description_carries_its_notice() -> None:
    licence = (HERE / "github-openapi.LICENSE").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in licence
    assert document()["info"]["license"]["name"] == "MIT"
    assert len((HERE / "github-openapi.json").read_bytes()) < 1_200_000


@pytest.mark.parametrize("event", ["APPROVE", "REQUEST_CHANGES"])
def test_nobody_judges_their_own_pull_request(forge: Fake, pull: int, event: str) -> None:
    code, said = forge.person("penulis").call("POST", f"/pulls/{pull}/reviews", event=event, body="YA")
    assert (code, said["errors"][0].endswith("your own pull request")) == (422, True)


def test_who_opened_is_the_app_so_the_writer_may_approve(forge: Fake, desk: Desk) -> None:
    opened = desk.ask(github.open_pull(REPO, "usul/satu", "Satu", ""))
    assert forge.person("penulis").review(opened.number, "APPROVE")


def test_tokens_and_rights(forge: Fake, pull: int) -> None:
    stranger = forge.add("pembaca", role=READ)
    assert stranger.call("POST", f"/statuses/{'a' * 40}", state="success")[0] == 403
    assert stranger.call("GET", "/pulls/99")[0] == 404
    assert stranger.comment(pull, "boleh")
    reply = requests.get(f"{forge.api}/repos/{REPO}/pulls", headers={"Authorization": "Bearer salah"}, timeout=9)
    assert (reply.status_code, reply.json()["message"]) == (401, "Bad credentials")
    elsewhere = requests.get(
        f"{forge.api}/repos/{REPO}2/pulls", headers={"Authorization": f"Bearer {stranger.token}"}, timeout=9
    )
    assert elsewhere.status_code == 404


def test_an_app_without_a_permission_is_told(forge: Fake) -> None:
    forge.state.account(ROBOT).denied = frozenset({"pull_requests"})
    with pytest.raises(Rejected, match=r"periksa izin aplikasinya .Resource not accessible by integration"):
        Desk(forge).ask(github.pulls(REPO))
    with pytest.raises(Deferred, match="menolak token"):
        Desk(forge, "salah").ask(github.pulls(REPO))


@pytest.mark.parametrize(("kind", "pause"), [("secondary", 7), ("primary", 1800), ("429", None)])
def test_limits_are_told_apart_from_refusals(forge: Fake, kind: str, pause: int | None) -> None:
    desk = Desk(forge)
    forge.trouble(kind, "GET", "/pulls")
    if pause is None:
        assert desk.ask(github.pulls(REPO)) == ()
        assert desk.slept == [7.0]
        return
    with pytest.raises(Deferred) as caught:
        desk.ask(github.pulls(REPO))
    assert caught.value.retry_after == pytest.approx(pause, abs=2)
    assert caught.value.account_wide


@pytest.mark.parametrize("kind", ["lost", "500"])
def test_lost_answers_double_nothing(forge: Fake, desk: Desk, pull: int, kind: str) -> None:
    forge.trouble(kind, "POST", "/comments", times=1)
    forge.trouble(kind, "PUT", "/merge", times=1)
    body = f"{MARKER}\nisi"
    for act in (
        lambda: desk.ask(github.put_comment(REPO, pull, MARKER, body, ROBOT)),
        lambda: desk.ask(github.merge(REPO, pull, desk.ask(github.pull(REPO, pull)).head, "Satu", "")),
    ):
        try:
            act()
        except Deferred:
            act()
    assert len(forge.state.comments) == 1
    assert forge.hub.bare.git("rev-list", "--count", "--merges", "main") == "1"


def test_a_reading_that_is_dropped_is_repeated(forge: Fake, desk: Desk, pull: int) -> None:
    forge.trouble("dropped", "GET", times=2)
    assert desk.ask(github.pull(REPO, pull)).number == pull


def test_a_push_dismisses_stale_approvals_where_the_ruleset_says_so(
    forge: Fake, desk: Desk, clone: Path, pull: int
) -> None:
    forge.person("kepala").review(pull, "APPROVE")
    commit(clone, "usul/satu", "content/satu.md", "Dua\n")
    forge.person("penulis").push(clone, "usul/satu")
    assert [one.verdict.value for one in desk.ask(github.reviews(REPO, pull))] == ["APPROVED"]
    guarded(forge)
    commit(clone, "usul/satu", "content/satu.md", "Tiga\n")
    forge.person("penulis").push(clone, "usul/satu")
    assert [one.verdict.value for one in desk.ask(github.reviews(REPO, pull))] == ["DISMISSED"]


def test_main_takes_no_push_and_no_force_once_guarded(forge: Fake, clone: Path) -> None:
    guarded(forge)
    commit(clone, "main", "README.md", "Lain\n")
    direct = forge.person("penulis").push(clone, "main")
    assert direct.returncode != 0
    assert "Changes must be made through a pull request" in direct.stderr
    assert forge.person("pengelola").push(clone, ":main").returncode != 0
    assert forge.person("penulis").push(clone, "usul/satu:usul/dua").returncode == 0
    forge.state.account("pengelola").bypass = True
    assert forge.person("pengelola").push(clone, "main").returncode == 0
    assert forge.state.moves[-1].actor == "pengelola"


def test_a_branch_is_the_apps_alone_where_the_ruleset_says_so(forge: Fake, clone: Path) -> None:
    rules = {
        "name": "kuitansi",
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [
            {"actor_id": forge.state.account(ROBOT).app, "actor_type": "Integration", "bypass_mode": "always"}
        ],
        "conditions": {"ref_name": {"include": ["refs/heads/kuitansi", "refs/heads/buku/**"], "exclude": []}},
        "rules": [{"type": "creation"}, {"type": "update"}],
    }
    forge.person("pengelola").call("POST", "/rulesets", 201, **rules)
    assert forge.person("pengelola").push(clone, "main:kuitansi").returncode != 0
    assert forge.person("pengelola").push(clone, "main:buku/2026/a").returncode != 0
    assert forge.person(ROBOT).push(clone, "main:kuitansi").returncode == 0


def test_an_admin_may_merge_past_the_gate_where_the_flag_says_so(forge: Fake, pull: int) -> None:
    guarded(forge)
    admin = forge.person("pengelola")
    code, said = admin.call("PUT", f"/pulls/{pull}/merge")
    assert (code, GATE in said["message"]) == (405, True)
    forge.state.account("pengelola").bypass = True
    merged = admin.merge(pull)
    assert forge.hub.bare.head("main") == merged
    assert forge.state.account("pengelola").role == ADMIN


def test_squash_is_not_what_happens_here(forge: Fake, pull: int) -> None:
    assert forge.person("pengelola").call("PUT", f"/pulls/{pull}/merge", merge_method="squash")[0] == 405


def test_a_deleted_branch_closes_its_pull_request(forge: Fake, desk: Desk, clone: Path, pull: int) -> None:
    assert forge.person("penulis").push(clone, ":usul/satu").returncode == 0
    assert not desk.ask(github.pull(REPO, pull)).open
    assert set(desk.ask(github.pushes(REPO, "usul/satu"))[-1].after) == {"0"}


def test_a_wrong_token_cannot_push(forge: Fake, clone: Path) -> None:
    address = forge.remote.replace("://", "://penulis:salah@")
    with pytest.raises(subprocess.CalledProcessError):
        git(clone, "-c", "credential.helper=", "push", address, "usul/satu:usul/lain")
    assert forge.hub.bare.head("usul/lain") is None


def test_the_pages_show_everything_and_run_nothing(forge: Fake, desk: Desk, clone: Path) -> None:
    git(clone, "switch", "--quiet", "usul/satu")
    commit(clone, "usul/satu", "content/satu.md", "<script>alert(1)</script>\n")
    forge.person("penulis").push(clone, "usul/satu")
    number = forge.person("penulis").open_pull("usul/satu", "<script>alert(2)</script>", "<img src=x onerror=alert(3)>")
    forge.person("kepala").review(number, "APPROVE", "YA")
    table = f"{MARKER}\n| Langkah | Oleh |\n|---|---|\n| 1 | kepala |\n"
    desk.ask(github.put_comment(REPO, number, MARKER, table, ROBOT))
    guarded(forge)
    for path in ("pulls", f"pull/{number}", f"pull/{number}/files"):
        page = requests.get(f"{forge.address}/{REPO}/{path}", timeout=9)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "onerror" not in page.text
    talk = requests.get(f"{forge.address}/{REPO}/pull/{number}", timeout=9).text
    for piece in ("<td>kepala</td>", "approved these changes", f"Required status check &#34;{GATE}&#34;", "button off"):
        assert piece in talk
    assert MARKER not in talk
    assert "&lt;script&gt;alert(1)" in requests.get(f"{forge.address}/{REPO}/pull/{number}/files", timeout=9).text
    assert requests.get(f"{forge.address}/{REPO}/pull/99", timeout=9).status_code == 404


def test_every_operation_of_the_trimmed_description_has_a_handler_and_the_other_way_round() -> None:
    described = {
        (method.upper(), path.removeprefix("/repos/{owner}/{repo}"))
        for path, methods in document()["paths"].items()
        for method in methods
    }
    sample = {"{sha}": "a" * 40, "{commit_sha}": "a" * 40, "{ref}": "a" * 40, "{name}": "sop"}
    served = set()
    for method, path in described:
        concrete = "/".join(sample.get(part, "7" if part.startswith("{") else part) for part in path.split("/"))
        assert [one for one in ROUTES if one.method == method and one.matches(concrete)], (method, path)
        served |= {(one.method, one.pattern) for one in ROUTES if one.method == method and one.matches(concrete)}
    assert served == {(one.method, one.pattern) for one in ROUTES}
