"""What became of a post nobody can tell is a task too: of the operator, with the command that settles it."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import server, tasks
from pipeline.model.publishing import State
from tests.conftest import ITEM
from tests.publish.test_commands import unknown

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Office

KEY = unknown().key[:10]


@pytest.fixture
def lost(ready: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office one of whose posts may be live or not; the test stands in the admin's clone."""
    server.configure(
        ready.path,
        site_out=tmp_path / "situs",
        site_url="http://127.0.0.1:9",
        robot_key=ready.keys / "penerbit",
        endpoints={"x": "http://127.0.0.1:9"},
        secrets=tmp_path / "rahasia.yaml",
    )
    Ledger(Repository(ready.path), ready.path, ready.who("penerbit")).update(lambda _: [unknown()], "uji\n")
    monkeypatch.chdir(ready.clone("admin").path)
    return ready


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(["status", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("lost")
def test_an_unknown_post_is_a_task_of_the_operator(capsys: pytest.CaptureFixture[str]) -> None:
    command = f"  operator, di peladen: jdih ledger resolve {KEY} --live NOMOR, atau --absent bila tidak ada\n"
    told = "hasilnya belum pasti, lihat di akunnya apakah sudah tayang"
    everything = shown(capsys)
    assert f"tugas {KEY} pada {ITEM} (x:jdihuji): {told}\n" in everything
    assert command in everything
    of_item = shown(capsys, ITEM)
    assert f"tugas {KEY} (x:jdihuji): {told}\n" in of_item
    assert command in of_item
    assert "BUKTI" not in of_item, "no record proves it"


def test_the_command_that_is_shown_settles_it(lost: Office, capsys: pytest.CaptureFixture[str]) -> None:
    [row] = json.loads(shown(capsys, "--format", "json"))["tugas"]
    assert [row] == json.loads(shown(capsys, ITEM, "--format", "json"))["tugas"]
    found = re.search(r"jdih (ledger resolve \S+ --live) NOMOR", row["operator"])
    assert found
    url = "https://x.com/jdihuji/status/9"
    assert main([*shlex.split(found[1]), "9", "--url", url, "--repo", str(lost.path)]) == 0
    lost.clone("admin")
    assert json.loads(shown(capsys, "--format", "json"))["tugas"] == []


def test_a_proof_of_an_unknown_post_is_refused_and_says_who_decides(lost: Office) -> None:
    repository = Repository(lost.path)
    [task] = tasks.waiting(repository)
    assert task.state is State.UNKNOWN
    progress = lost.progress()
    record = progress.history[-1].record
    proof = replace(record, note=f"{KEY} https://x.com/jdihuji/status/9")
    assert tasks.proof_fault(repository, ITEM, progress, proof) == (
        f"kunci {KEY} belum pasti tayang atau tidak: diputuskan operator, lihat jdih status {ITEM}"
    )
