"""The machine a workflow runs on: a fresh checkout, the project's own program, and a `gh` that notes its calls."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.forge import runner
from tests.forge.e2e.kantor import ROOT, git
from tests.forge.fake import ACTIONS, ROBOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.forge.e2e.kantor import Kantor

WORKFLOWS = ROOT / ".github/workflows"
CALLS, END = "panggilan-gh", "\x01"
"""Where `gh` notes token, repository and words of its calls, and what ends each."""
_GH = """#!/bin/sh
printf '%s\\0' "$GH_TOKEN" "$GH_REPO" "$@" '{end}' >> '{log}'
"""


def workflow(
    office: Kantor,
    path: Path | str,
    context: Mapping[str, str] | None = None,
    *,
    branch: str = "",
    **env: str,
) -> runner.Run:
    """Run the steps of a workflow, a file or a name of ours, on a fresh checkout of `main` if it asks for one.

    With *branch* the checkout is what merging it into `main` would give, as for a pull request. *context* is what the
    event and the secrets say, *env* what the machine's environment has besides.
    """
    file = path if isinstance(path, Path) else WORKFLOWS / f"{path}.yml"
    folder, programs = office.root / "mesin" / file.stem, office.root / "bin"
    shutil.rmtree(folder, ignore_errors=True)
    if "actions/checkout@" in file.read_text(encoding="utf-8"):
        _check_out(office, folder, branch)
    folder.mkdir(parents=True, exist_ok=True)
    programs.mkdir(exist_ok=True)
    (programs / "gh").write_text(_GH.format(log=office.root / CALLS, end=END), encoding="utf-8")
    (programs / "gh").chmod(0o755)
    given = {
        "github.event_name": "workflow_dispatch",
        "github.repository": office.fake.repo,
        "github.event.pull_request.head.repo.full_name": office.fake.repo,
        "github.token": office.fake.person(ACTIONS).token,
        "steps.robot.outputs.token": office.fake.person(ROBOT).token,
        "steps.robot.outputs.app-slug": ROBOT.removesuffix("[bot]"),
        "secrets.JDIH_KUNCI_ROBOT": office.robot.read_text(encoding="utf-8").rstrip("\n"),
        "secrets.JDIH_RAHASIA": "",
        "inputs.pull": "",
    }
    machine = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(office.root)}
    machine |= {"GITHUB_REPOSITORY": office.fake.repo, "GITHUB_API_URL": office.fake.api, **office.dates}
    return runner.run(file, folder, office.root / "sementara", context=given | dict(context or {}), env=machine | env)


def _check_out(office: Kantor, checkout: Path, branch: str) -> None:
    """Make a checkout with what the project's own has besides: the program, and `make setup` already done."""
    git(office.root, "clone", "--quiet", str(office.fake.path), str(checkout))
    if branch:
        git(checkout, "merge", "--quiet", "--no-ff", "-m", "Gabungan uji", f"origin/{branch}")
    git(checkout, "remote", "set-url", "origin", office.fake.remote)
    for name in ("jdih", "pipeline", "Makefile", "requirements.lock"):
        (checkout / name).symlink_to(ROOT / name)
    (checkout / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (checkout / ".venv" / name).symlink_to(Path(sys.prefix) / name)
    (checkout / ".venv/.installed").touch()


def calls(office: Kantor) -> list[list[str]]:
    """Return token, repository and words of every call of `gh`, oldest first."""
    log = office.root / CALLS
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    return [call.split("\0")[:-1] for call in text.split(f"{END}\0")[:-1]]
