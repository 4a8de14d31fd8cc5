"""The forge's own runner starts what GitHub would start, and stops at what it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.forge.e2e.actions import Actions
from tests.forge.fake import ACTIONS
from tests.forge.runner import RunnerError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.forge.e2e.kantor import Kantor

CALL = 'GH_TOKEN="${{ github.token }}" GH_REPO="${{ github.repository }}" gh workflow run'


def actions(office: Kantor, folder: Path, **files: str) -> Actions:
    """Return the runner of workflows made of their heads; each has one step, which the last line may say."""
    folder.mkdir()
    for name, text in files.items():
        head, _, step = text.partition(" $ ")
        job = f"jobs:\n  satu:\n    steps:\n      - run: {step or 'true'}\n"
        (folder / f"{name}.yml").write_text(f"{head}\n{job}", encoding="utf-8")
    return Actions(office, folder)


def test_an_event_starts_who_listens_unless_the_workflows_own_token_brought_it_about(
    kantor: Kantor, tmp_path: Path
) -> None:
    runner = actions(kantor, tmp_path / "alur", lain="on: push", issues="on: {issues: {types: [opened]}}")
    kantor.fake.person(ACTIONS).open_issue("Alarm", "isi")
    assert (runner.settle(), dict(runner.ran)) == ([], {})
    kantor.fake.person("kepala").open_issue("Disposisi", "isi")
    assert (runner.settle(), dict(runner.ran)) == ([], {"issues": 1})


@pytest.mark.parametrize(
    ("queue", "runs"),
    [("queue: max", 2), ("cancel-in-progress: false", 1), ("queue: max, cancel-in-progress: true", 1)],
)
def test_a_queue_keeps_what_its_workflow_asks_for(kantor: Kantor, tmp_path: Path, queue: str, runs: int) -> None:
    runner = actions(kantor, tmp_path / "alur", a=f"on: issues\nconcurrency: {{group: satu, {queue}}}")
    for _ in range(2):
        kantor.fake.person("kepala").open_issue("Disposisi", "isi")
    assert (runner.settle(), runner.ran["a"]) == ([], runs)


def test_a_run_that_fails_is_told_with_what_it_said(kantor: Kantor, tmp_path: Path) -> None:
    runner = actions(kantor, tmp_path / "alur", a="on: schedule $ echo rusak; false")
    assert runner.scheduled("a") == ["a (schedule): ['satu']\nrusak\n"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("on: {issues: {paths: [isi]}}", "no such filter"),
        (f"on: [issues] $ {CALL} a.yml --ref main", "HTTP 422"),
        (f"on: {{issues: , workflow_dispatch: }} $ {CALL} a.yml --ref main -f pull=1", "HTTP 422"),
        (f"on: {{issues: , workflow_dispatch: }} $ {CALL} a.yml --ref lain", "no such call"),
        ("on: {issues: , workflow_dispatch: } $ gh workflow run a.yml --ref main", "HTTP 401"),
        (f"on: {{issues: , workflow_dispatch: }} $ {CALL} a.yml --ref main", "wake each other for ever"),
    ],
)
def test_what_github_would_refuse_stops_the_story(kantor: Kantor, tmp_path: Path, text: str, fault: str) -> None:
    runner = actions(kantor, tmp_path / "alur", a=text)
    kantor.fake.person("kepala").open_issue("Disposisi", "isi")
    with pytest.raises(RunnerError, match=fault):
        runner.settle()
