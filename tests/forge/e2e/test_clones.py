"""A person's clone of an office that works on a forge: what is said there, and what can be seen."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.repository import Repository
from pipeline.desk import clones
from tests.forge.e2e.conftest import PULL, leave
from tests.forge.e2e.kantor import git
from tests.forge.e2e.way import PLACE
from tests.forge.fake.bare import CLEAN

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor

pytestmark = pytest.mark.slow


def jdih(office: Kantor, *words: str, token: str = "") -> subprocess.CompletedProcess[str]:
    """Run `jdih` in the writer's own clone, whose Git knows the way by itself."""
    env = CLEAN | office.environment("penulis") | {"JDIH_TOKEN_FORGE": token, "JDIH_KUNCI": "", "JDIH_ROBOT": ""}
    command = [sys.executable, "-P", "-m", "pipeline", *words]
    folder = office.clone("penulis")
    git(folder, "remote", "set-url", "origin", str(office.fake.path))
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_a_step_is_not_recorded_in_a_clone_but_on_the_proposal_and_that_is_said(approved: Kantor) -> None:
    before = approved.server.refs("refs/heads/")
    for words in (("record", PLACE.id, "--step", "6"), ("merge", PLACE.id)):
        done = jdih(approved, *words)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "langkah diputuskan dengan ulasan atau komentar /sop pada usulannya" in done.stderr
        assert f"usulan cabang usul/{PLACE.id}" in done.stderr
    assert approved.server.refs("refs/heads/") == before


def test_the_address_of_a_proposal_is_told_where_it_is_known_and_nothing_else_of_the_remote(approved: Kantor) -> None:
    clone = Repository(approved.checkout().path)
    clone.git("remote", "set-url", "origin", "https://admin:rahasia@github.com/kantor/jdih.git")
    place = clones.proposal_of(clone, PLACE.id)
    assert place == f"https://github.com/kantor/jdih/pulls?q=is%3Apr%20head%3Ausul/{PLACE.id}"


def test_status_without_a_token_says_where_the_steps_are_seen(approved: Kantor) -> None:
    done = jdih(approved, "status")
    assert done.returncode == 0
    assert "langkah yang belum digabung hanya tampak pada usulannya" in done.stderr
    assert json.loads(jdih(approved, "status", "--format", "json").stdout)["butir"]


def test_status_with_a_token_shows_what_was_said_and_writes_nothing(approved: Kantor) -> None:
    approved.writes()
    token = approved.fake.person("penulis").token
    whole = jdih(approved, "status", token=token)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "masih menunggu langkah 6 oleh Penulis" in whole.stdout
    one = jdih(approved, "status", PLACE.id, "--format", "json", token=token)
    steps = json.loads(one.stdout)["langkah"]
    assert [step["keadaan"] for step in steps] == ["selesai"] * 5 + ["ditunggu"]
    assert approved.writes() == []
    assert token not in whole.stdout + one.stdout


def test_what_is_left_to_people_is_proved_by_a_comment(merged: Kantor) -> None:
    key = leave(merged, PLACE.id)
    shown = jdih(merged, "status", PLACE.id).stdout
    assert f"komentar /sop 6 BUKTI {key} https://TAUTAN di usulan cabang usul/{PLACE.id}" in shown


def test_status_names_a_proposal_that_cannot_be_read_and_shows_the_rest(approved: Kantor) -> None:
    approved.fake.trouble("500", "GET", f"/issues/{PULL}/comments", times=9)
    done = jdih(approved, "status", token=approved.fake.person("penulis").token)
    assert done.returncode == 0
    assert f"#{PULL}: GitHub sedang bermasalah" in done.stderr


def test_the_plan_is_seen_in_a_clone_that_stands_anywhere_and_nothing_is_written(merged: Kantor) -> None:
    before = merged.server.refs("refs/heads/")
    done = jdih(merged, "publish", "--plan")
    assert (done.returncode, done.stderr) == (0, "")
    page = "/informasi/kota/2026/contoh/"
    assert f"tunggu    {PLACE.id}  x:jdih_kpu_contoh  belum menampilkan isi yang disetujui: http" in done.stdout
    assert page in done.stdout
    rows = json.loads(jdih(merged, "publish", "--plan", "--format", "json").stdout)["actions"]
    assert {(row["item"], row["action"]) for row in rows} == {(PLACE.id, "wait")}
    assert merged.server.refs("refs/heads/") == before
    clone = merged.clone("penulis")
    assert git(clone, "status", "--porcelain", "--untracked-files=no") == ""
    done = jdih(merged, "ledger", "show")
    assert (done.returncode, done.stdout) == (0, "buku terbitan masih kosong\n")
    done = jdih(merged, "publish")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
