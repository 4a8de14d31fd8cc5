"""The workflows' own commands, carried out; and no name a stranger can type is ever executed by them."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.forge import runner
from tests.forge.runner import RunnerError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parents[2] / ".github/workflows"
WORKFLOWS = sorted(FOLDER.iterdir())
EXAMPLES = Path(__file__).parent / "alur"
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def steps_of(path: Path) -> list[dict[str, Any]]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [step for job in found["jobs"].values() for step in job["steps"]]


def expressions() -> set[str]:
    """Return every expression our steps are given."""
    steps = [step for path in WORKFLOWS for step in steps_of(path)]
    return {name for step in steps for value in step.get("env", {}).values() for name in EXPRESSION.findall(str(value))}


PLACE = {
    "github.event_name": "pull_request",
    "github.repository": "kpu/jdih",
    "github.event.pull_request.head.repo.full_name": "kpu/jdih",
}
STAND_IN = """#!/bin/sh
printf '%s\\0' "${0##*/}" "$@" "$SELESAI" >> "$CATATAN"
[ "$*" != "$GAGAL" ]
"""
END = "\x01"


class Desk:
    """A small checkout in which `jdih`, `gh`, `make` and the tests only write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.temp, self.log = folder / "klon", folder / "sementara", folder / "catatan"
        programs = folder / "bin"
        programs.mkdir(parents=True)
        (self.folder / ".ci").mkdir(parents=True)
        self.env = {"PATH": f"{programs}:{os.environ['PATH']}", "CATATAN": str(self.log), "GAGAL": "-", "SELESAI": END}
        for path in (programs / "gh", programs / "make", self.folder / "jdih", self.folder / ".ci/run"):
            path.write_text(STAND_IN, encoding="utf-8")
            path.chmod(0o755)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("awal")

    def git(self, *words: str, stdin: bytes = b"", **env: str) -> bytes:
        who = {
            f"GIT_{who}_{what}": "robot@jdih.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        done = subprocess.run(
            ["git", *words],  # noqa: S607
            cwd=self.folder,
            env={**self.env, **who, **env},
            input=stdin,
            capture_output=True,
            check=True,
        )
        return done.stdout

    def commit(self, message: str, **env: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--file", "-", stdin=message.encode(), **env)

    def run(self, workflow: Path | str, context: Mapping[str, str], **env: str) -> runner.Run:
        path = workflow if isinstance(workflow, Path) else FOLDER / f"{workflow}.yml"
        return runner.run(path, self.folder, self.temp, context={**PLACE, **context}, env={**self.env, **env})

    def called(self) -> list[list[str]]:
        """Return program and arguments of every call, oldest first."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return [call.split("\0")[:-1] for call in text.split(f"{END}\0")[:-1]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_item_is_checked_without_the_tests_of_the_program_and_wakes_the_controller(desk: Desk) -> None:
    (desk.folder / "content").mkdir()
    (desk.folder / "content/index.md").write_text("isi", encoding="utf-8")
    desk.commit("butir")
    run = desk.run("check", {"github.token": "t", "github.event.pull_request.number": "7"})
    assert run.results == dict.fromkeys(("isi", "kode", "check", "kabari"), "success")
    assert desk.called() == [
        ["make", "setup"],
        ["jdih", "github", "check", "--pull", "7"],
        ["jdih", "build", "--preview", "--out", "build/situs"],
        ["gh", "workflow", "run", "controller.yml", "--ref", "main", "-f", "pull=7"],
    ]


def test_a_change_of_the_program_runs_its_tests(desk: Desk) -> None:
    (desk.folder / "pipeline.py").write_text("1", encoding="utf-8")
    desk.commit("kode")
    run = desk.run("check", {"github.event_name": "push", "github.event.pull_request.head.repo.full_name": ""})
    assert run.results == {"isi": "skipped", "kode": "success", "check": "success", "kabari": "skipped"}
    assert desk.called() == [["run"]]


@pytest.mark.parametrize("call", ["github check --pull 7", "build --preview --out build/situs"])
def test_a_failed_check_fails_the_required_one_and_still_wakes_the_controller(desk: Desk, call: str) -> None:
    run = desk.run("check", {"github.token": "t", "github.event.pull_request.number": "7"}, GAGAL=call)
    assert (run.results["isi"], run.results["check"], run.results["kabari"]) == ("failure", "failure", "success")


def test_a_site_that_cannot_be_built_posts_nothing(desk: Desk) -> None:
    run = desk.run("publish", {}, GAGAL="build --out build/situs")
    assert run.results == {"situs": "failure", "tayang": "skipped", "publikasi": "skipped"}


def test_keys_lie_in_files_only_their_owner_reads(desk: Desk) -> None:
    given = {"secrets.JDIH_KUNCI_ROBOT": "-----BEGIN\nrahasia\n-----END", "secrets.JDIH_RAHASIA": "x:jdih: abc"}
    run = desk.run("publish", {**given, "steps.robot.outputs.token": "t", "steps.robot.outputs.app-slug": "jdih"})
    assert run.results["publikasi"] == "success"
    for name, text in (("jdih-kunci", "-----BEGIN\nrahasia\n-----END\n"), ("jdih-rahasia.yaml", "x:jdih: abc\n")):
        path = desk.temp / name
        assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == (text, 0o600)
    assert desk.called()[-1] == ["jdih", "github", "publish"]
    assert not [step for step in run.steps if "rahasia" in step.output]


@pytest.mark.parametrize(("number", "words"), [("", []), ("12", ["--pull", "12"])])
def test_the_controller_judges_one_proposal_or_all(desk: Desk, number: str, words: list[str]) -> None:
    robot = {"steps.robot.outputs.token": "t", "steps.robot.outputs.app-slug": "jdih"}
    desk.run("controller", {"secrets.JDIH_KUNCI_ROBOT": "k", **robot, "inputs.pull": number})
    assert desk.called()[-1] == ["jdih", "github", "control", *words]


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("heartbeat", ["jdih", "github", "heartbeat"]),
        ("review-sop", ["jdih", "github", "reminders"]),
        ("reconcile", ["gh", "workflow", "run", "publish.yml", "--ref", "main"]),
        ("signal", ["gh", "workflow", "run", "controller.yml", "--ref", "main", "-f", "pull=3"]),
    ],
)
def test_the_others_make_one_call(desk: Desk, name: str, call: list[str]) -> None:
    assert desk.run(name, {"github.token": "t", "github.event.pull_request.number": "3"}).results
    assert desk.called()[-1] == call
    failed = desk.run(name, {"github.token": "t", "github.event.pull_request.number": "3"}, GAGAL=" ".join(call[1:]))
    assert list(failed.results.values()) == ["failure"], "a failing call is a red run"


def test_a_stranger_s_copy_wakes_nobody_and_a_new_branch_does(desk: Desk) -> None:
    given = {"github.token": "t", "github.event.pull_request.number": ""}
    strange = {**given, "github.event.pull_request.head.repo.full_name": "lain/jdih"}
    assert desk.run("signal", strange).results == {"kabari": "skipped"}
    assert desk.run("signal", {**strange, "github.event_name": "create"}).results == {"kabari": "success"}


def test_an_expression_nobody_gave_stops_the_run(desk: Desk) -> None:
    with pytest.raises(RunnerError, match=r"no value was given for github\.token"):
        desk.run("heartbeat", {})


@pytest.mark.parametrize("text", ["contains(github.ref, 'x')", "failure()", "github.actor", "!cancelled()"])
def test_an_if_of_another_form_stops_the_run(text: str) -> None:
    with pytest.raises(RunnerError, match="no such form"):
        runner.holds(text, {"github.ref": "x", "github.actor": "y"}, ok=True)


@pytest.mark.parametrize(
    ("text", "ok", "wanted"),
    [
        (None, True, True),
        (None, False, False),
        ("always()", False, True),
        ("a == 'x'", True, True),
        ("a == 'x'", False, False),
        ("${{ a != 'x' }}", True, False),
        ("a == b", True, False),
        ("a == 'y' || b == 'y' && a == 'x'", True, True),
        ("always() && a == 'y'", True, False),
    ],
)
def test_ifs_of_ours_mean_what_they_mean_at_github(text: str | None, ok: bool, wanted: bool) -> None:  # noqa: FBT001
    assert runner.holds(text, {"a": "x", "b": "y"}, ok=ok) is wanted


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ('[{run: "echo A=b >> $GITHUB_ENV"}]', "GITHUB_ENV"),
        ("[{run: ls, working-directory: x}]", "working-directory"),
    ],
)
def test_what_the_runner_does_not_know_stops_the_run(desk: Desk, tmp_path: Path, steps: str, fault: str) -> None:
    path = tmp_path / "alur.yml"
    path.write_text(f"jobs: {{a: {{steps: {steps}}}}}", encoding="utf-8")
    with pytest.raises(RunnerError, match=fault):
        desk.run(path, {})


def test_a_pipe_fails_with_its_first_part_and_outputs_travel(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "alur.yml"
    path.write_text(
        "jobs:\n  a:\n    steps:\n"
        "      - {id: s, run: 'echo x=1 >> $GITHUB_OUTPUT; echo tampak >> $GITHUB_STEP_SUMMARY'}\n"
        "      - {env: {X: '${{ steps.s.outputs.x }}'}, run: 'echo $X; false | cat'}\n      - {run: echo tidak}\n",
        encoding="utf-8",
    )
    run = desk.run(path, {})
    assert (run.results, run.summary) == ({"a": "failure"}, "tampak\n")
    assert [(step.code, step.output) for step in run.steps] == [(0, ""), (1, "1\n")]


# -- what strangers type


def test_a_title_inside_a_script_is_executed_and_one_in_the_environment_is_not(desk: Desk) -> None:
    title = {"github.event.pull_request.title": 'a"; echo kena #'}
    [bad], [good] = (desk.run(EXAMPLES / f"{name}.yml", title).steps for name in ("buruk", "baik"))
    assert bad.output == "Judul a\nkena\n"
    assert good.output == 'Judul a"; echo kena #\n'


COMMANDS = [
    *("; touch kena #", "$(touch kena)", "`touch kena`", "| touch kena", "&& touch kena", "|| touch kena"),
    *("& touch kena &", "\ntouch kena\n", "${x:-$(touch kena)}", "$'\\x3b'touch kena", "<(touch kena)"),
    *(">(touch kena)", "x[$(touch kena)]", "%0atouch kena", "::set-output name=x::$(touch kena)"),
    *("'; touch kena; '", '"; touch kena; "', "!touch kena", "{touch,kena}", "$IFS;touch${IFS}kena;#"),
]
BEFORE = ["", 'a"', "a'", "a`", "a)", "a}}", "a\n", "a ]] ", "-", "😀"]
HOSTILE = [f"{before}{command}" for before in BEFORE for command in COMMANDS]


def kena(desk: Desk) -> bool:
    """Say whether a hostile name got its way, and clear the trace."""
    marks = [folder / "kena" for folder in (desk.folder, desk.temp, desk.folder.parent)]
    found = [mark for mark in marks if mark.exists()]
    for mark in found:
        mark.unlink()
    return bool(found)


@pytest.mark.parametrize(
    "names", [pytest.param(HOSTILE[::9], id="some"), pytest.param(HOSTILE, id="all", marks=pytest.mark.slow)]
)
def test_two_hundred_hostile_names_reach_every_script_and_none_is_executed(desk: Desk, names: list[str]) -> None:
    assert len(set(HOSTILE)) == 200
    steps = [step for path in WORKFLOWS for step in steps_of(path) if "run" in step and "env" in step]
    scripts = {(step["run"], tuple(step["env"].items())) for step in steps}
    told = [{"run": f"set +e\n{script}\ntrue", "env": dict(env)} for script, env in sorted(scripts)]
    assert len(told) > 7
    path = desk.folder.parent / "semua.yml"
    path.write_text(json.dumps({"jobs": {"a": {"steps": told}}}), encoding="utf-8")
    for name in names:
        run = desk.run(path, dict.fromkeys(expressions(), name))
        assert [step.script for step in run.steps] == [step["run"] for step in told]
        assert not kena(desk), name
    words = {word.removeprefix("pull=") for call in desk.called() for word in call}
    assert set(names) <= words, "each arrived whole, as one word"


def test_a_repository_full_of_hostile_names_is_only_read(desk: Desk) -> None:
    """File names, branches, authors and messages of commits, in the checkout every script works in."""
    blob = desk.git("hash-object", "-w", "--stdin", stdin=b"isi").decode().strip()
    names = [name.replace("/", "") for name in HOSTILE]
    entries = [f"100644 {blob}\tcontent/{name}" for name in names]
    desk.git("update-index", "-z", "--index-info", stdin="\0".join(entries).encode())
    for name in HOSTILE[::20]:
        author = {"GIT_AUTHOR_NAME": name.replace("\n", " "), "GIT_AUTHOR_EMAIL": "penulis@jdih.example"}
        desk.git(
            "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file", "-", stdin=name.encode(), **author
        )
    made = 0
    for name in HOSTILE:
        branch = re.sub(r"[\s~^:?*\[\\]|@\{", "", f"usul/{name}")
        made += not subprocess.run(
            ["git", "branch", branch],  # noqa: S607
            cwd=desk.folder,
            capture_output=True,
            check=False,
        ).returncode
    assert made > 100
    desk.git("checkout", "--quiet", "--force", "main")
    desk.git("reset", "--quiet", "--soft", "HEAD~9")
    given = dict.fromkeys(expressions(), "7")
    for path in WORKFLOWS:
        assert desk.run(path, {**given, "needs.isi.result": "success"}).results
        assert not kena(desk), path.name


def test_the_same_names_do_harm_where_they_become_code(desk: Desk) -> None:
    harmed = 0
    for name in HOSTILE[::4]:
        desk.run(EXAMPLES / "buruk.yml", {"github.event.pull_request.title": name})
        harmed += kena(desk)
    assert harmed > 15, "otherwise the tests above would prove nothing"
