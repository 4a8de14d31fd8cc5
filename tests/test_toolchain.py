"""The commands a newcomer types, and what they are built from."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]


def read(name: str) -> dict[str, Any]:
    found = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def recipe(target: str, makefile: str = MAKEFILE) -> list[str]:
    """Return the commands of a Makefile's target; raise `LookupError` when there is no such target."""
    match = re.search(rf"^{re.escape(target)}:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)
    if match is None:
        raise LookupError(target)
    return [line.strip() for line in match[1].splitlines()]


def run(program: str, *words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program of the machine; skip the test when it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: apt-get install {program}")
    return subprocess.run([found, *words], cwd=cwd, capture_output=True, text=True, timeout=30, check=False)


# -- make


@pytest.mark.parametrize("target", ["run", "demo", "test", "test-real", "test-all", "lint", "bench"])
def test_make_knows_what_the_readme_promises(target: str) -> None:
    assert recipe(target)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert target in phony[1].split()
    assert re.search(rf"^{target}:.*\bsetup\b", MAKEFILE, re.MULTILINE), "it sets itself up first"


def test_a_target_that_is_not_there_is_noticed() -> None:
    with pytest.raises(LookupError):
        recipe("tidak-ada")
    assert recipe("test", "test: setup\n\tpytest\n\nlain:\n\tx\n") == ["pytest"]


def test_run_serves_and_demo_does_not() -> None:
    assert recipe("run") == ["$(JDIH) demo"]
    assert recipe("demo") == ["$(JDIH) demo --no-serve"]


def test_every_test_is_in_exactly_one_suite() -> None:
    assert [line.partition(" -m ")[2] for line in (*recipe("test"), *recipe("test-all"))] == ['"not slow"', "slow"]


def test_the_environment_is_installed_with_hashes_only() -> None:
    [install] = [line for line in recipe("$(VENV)/.installed") if " pip " in line]
    assert "--require-hashes -r requirements.lock" in install


def test_the_lock_of_node_packages_names_no_host_and_locks_everything() -> None:
    folder = ROOT / "tests/publish/pds"
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages.pop("")
    assert len(packages) > 100
    assert [name for name, each in packages.items() if "resolved" in each or "integrity" not in each] == []
    assert "omit-lockfile-registry-resolved=true" in (folder / ".npmrc").read_text(encoding="utf-8")


def test_make_itself_can_read_it() -> None:
    done = run("make", "--no-print-directory", "-n", "demo")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "./jdih demo --no-serve"


# -- the launcher


def test_the_launcher_is_three_lines_and_starts_the_program() -> None:
    launcher = ROOT / "jdih"
    assert len(launcher.read_text(encoding="utf-8").splitlines()) == 3
    assert os.access(launcher, os.X_OK)
    if not (ROOT / ".venv/bin/python").exists():
        pytest.skip(".venv is not there: run make setup")
    done = run(str(launcher), "--help", cwd=Path("/"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Pemakaian: jdih")


# -- pre-commit


def hook_faults(repos: list[dict[str, Any]]) -> list[str]:
    """Return what is not local, or names a program that is not there."""
    faults = []
    for repo in repos:
        if repo["repo"] != "local":
            faults.append(f"{repo['repo']} is not local")
            continue
        for hook in repo["hooks"]:
            program = hook["entry"].split()[0]
            beside = Path(sys.executable).parent / Path(program).name
            if hook["language"] == "pygrep":
                re.compile(hook["entry"])
            elif hook["language"] != "system" or not ((ROOT / program).exists() or beside.exists()):
                faults.append(f"{hook['id']}: {program} is not there")
    return faults


def test_hooks_are_local_and_their_programs_are_there() -> None:
    assert hook_faults(HOOKS) == []
    assert {hook["id"] for repo in HOOKS for hook in repo["hooks"]} >= {"jdih-check", "jdih-sop-check", "ruff", "mypy"}


def test_every_hook_has_files_to_look_at() -> None:
    listed = run("git", "ls-files")
    names = listed.stdout.splitlines()
    if listed.returncode or not names:
        pytest.skip("not a Git checkout: clone the project to try its hooks")
    patterns = [hook["files"] for repo in HOOKS for hook in repo["hooks"] if "files" in hook]
    assert [pattern for pattern in patterns if not any(re.search(pattern, name) for name in names)] == []


def test_a_remote_hook_and_a_missing_program_are_found() -> None:
    missing = {"id": "x", "entry": "./tidak-ada periksa", "language": "system"}
    assert hook_faults([{"repo": "https://contoh.example/kait", "hooks": []}]) == [
        "https://contoh.example/kait is not local"
    ]
    assert hook_faults([{"repo": "local", "hooks": [missing]}]) == ["x: ./tidak-ada is not there"]
    assert hook_faults([{"repo": "local", "hooks": [{**missing, "language": "python"}]}]) != []


# -- continuous integration


def test_ci_installs_what_the_slow_suites_lack_and_then_runs_everything() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "set -euo pipefail" in CI
    installing, _, running = CI.partition("apt-get install")
    assert all(re.search(rf"need\+=\({tool}\)", installing) for tool in ("chromium", "openssh-server"))
    commands = re.findall(r"^make ([\w-]+)", running, re.MULTILINE)
    assert [name for name in commands if name in {"test", "test-all"}] == ["test", "test-all"]


def test_ci_fails_on_a_skipped_suite(tmp_path: Path) -> None:
    """The end of the script, with logs of our own."""
    judge = CI[CI.index("if grep") :].replace("/tmp/", f"{tmp_path}/")  # noqa: S108 - the script's own place
    assert str(tmp_path) in judge
    for line, code in (("SKIPPED [1] tests/x.py:1: chromium is not installed", 1), ("12 passed", 0)):
        (tmp_path / "jdih-test.log").write_text("12 passed\n", encoding="utf-8")
        (tmp_path / "jdih-test-all.log").write_text(f"{line}\n", encoding="utf-8")
        done = run("bash", "-euc", judge)
        assert done.returncode == code, done


def test_ci_is_lawful_bash() -> None:
    done = run("bash", "-n", ROOT / ".ci/run")
    assert (done.returncode, done.stderr) == (0, "")


# -- the site's engine


def engine_faults(config: dict[str, Any]) -> list[str]:
    """Return what would tie our pages to this engine."""
    return [key for key in ("hooks", "plugins") if config.get(key)] + [
        key
        for key in ("plugins",)
        if key not in config  # left out, the engine adds its own search
    ]


def test_the_engine_has_no_hooks_and_no_plugins() -> None:
    assert engine_faults(read("mkdocs.yml")) == []


def test_a_planted_hook_or_plugin_is_found() -> None:
    assert engine_faults({"plugins": [], "hooks": ["x.py"]}) == ["hooks"]
    assert engine_faults({"plugins": ["search"]}) == ["plugins"]
    assert engine_faults({}) == ["plugins"]
