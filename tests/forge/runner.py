"""Runs the `run:` steps of our workflows on this machine, as a hosted runner would: real bash, real files.

`uses:` steps are skipped; what they would have given is handed in as *context*. Expressions are looked up, not
interpreted: whatever is not in *context*, and any form of `if:` we do not use, stops the run loudly.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_COMPARISON = re.compile(r"(\S+) (==|!=) (\S+)")
_FILES = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary", "GITHUB_ENV": "env", "GITHUB_PATH": "path"}


class RunnerError(Exception):
    """A workflow asks for something this runner does not know or was not given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One `run:` step that was carried out."""

    job: str
    name: str
    script: str
    """The text handed to bash, after expressions in it were replaced, as GitHub does."""
    env: Mapping[str, str]
    """What the workflow itself set, expressions replaced."""
    code: int
    output: str
    """Standard output and standard error, in the order they came."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of a workflow."""

    steps: tuple[Step, ...]
    results: Mapping[str, str]
    """Job -> `success`, `failure` or `skipped`, in the order they ran."""
    summary: str
    """What the steps wrote for people to read."""


@dataclass(kw_only=True)
class _Machine:
    """What all jobs of one run share."""

    folder: Path
    temp: Path
    base: Mapping[str, str]
    context: dict[str, str]
    workflow_env: Mapping[str, str]
    steps: list[Step] = field(default_factory=list)
    summary: str = ""


def run(workflow: Path, folder: Path, temp: Path, *, context: Mapping[str, str], env: Mapping[str, str]) -> Run:
    """Run *workflow* in *folder*, a checkout that stands there already.

    *context* maps expressions as they are written (`github.event.pull_request.title`, `secrets.X`,
    `steps.robot.outputs.token`, without braces) to their values. *env* is the machine's environment: `PATH` at least.
    *temp* is `RUNNER_TEMP`, made when missing. A failing step ends its job, and jobs that need it are skipped.
    """
    text = yaml.load(workflow.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - strings only
    temp.mkdir(parents=True, exist_ok=True)
    given = {**context, "runner.temp": str(temp)}
    machine = _Machine(folder=folder, temp=temp, base=env, context=given, workflow_env=text.get("env") or {})
    results: dict[str, str] = {}
    for name, job in _in_order(text["jobs"]):
        needs = [results[need] for need in _list(job.get("needs"))]
        wanted = holds(job.get("if"), machine.context, ok=all(result == "success" for result in needs))
        results[name] = ("success" if _job(machine, name, job) else "failure") if wanted else "skipped"
        machine.context[f"needs.{name}.result"] = results[name]
    return Run(steps=tuple(machine.steps), results=results, summary=machine.summary)


def holds(condition: str | None, context: Mapping[str, str], *, ok: bool) -> bool:
    """Say whether an `if:` is true; *ok* is whether everything before went well.

    Known: `always()`, and comparisons of names and 'literals', joined by `&&` and `||` (`&&` binds tighter).
    """
    if condition is None:
        return ok
    stated = re.fullmatch(r"\$\{\{\s*(.*?)\s*\}\}", condition)
    text = stated[1] if stated else condition
    if re.search(r"[()]", text.replace("always()", "")):
        raise RunnerError(f"if: {condition}: no such form in our workflows")
    regardless = "always()" in text
    return (ok or regardless) and any(
        all(_is_true(term, context) for term in option.split(" && ")) for option in text.split(" || ")
    )


def _is_true(term: str, context: Mapping[str, str]) -> bool:
    if term == "always()":
        return True
    found = _COMPARISON.fullmatch(term)
    if found is None:
        raise RunnerError(f"if: {term}: no such form in our workflows")
    same = _operand(found[1], context) == _operand(found[3], context)
    return same == (found[2] == "==")


def _operand(word: str, context: Mapping[str, str]) -> str:
    return word[1:-1] if word.startswith("'") else _value(word, context)


def _value(name: str, context: Mapping[str, str]) -> str:
    if name not in context:
        raise RunnerError(f"no value was given for {name}")
    return context[name]


def filled(text: str, context: Mapping[str, str]) -> str:
    """Replace every expression in *text* by its value, as text, before anything reads it: GitHub does the same."""
    return _EXPRESSION.sub(lambda found: _value(found[1], context), text)


def _in_order(jobs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    waiting, done = dict(jobs), set[str]()
    while waiting:
        name = next((each for each, job in waiting.items() if done.issuperset(_list(job.get("needs")))), None)
        if name is None:
            raise RunnerError(f"jobs wait for each other or for nobody: {', '.join(waiting)}")
        yield name, waiting.pop(name)
        done.add(name)


def _list(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _job(machine: _Machine, name: str, job: Mapping[str, Any]) -> bool:
    """Run the steps of one job and say whether all went well."""
    ok = True
    for number, step in enumerate(job["steps"]):
        if "run" not in step or not holds(step.get("if"), machine.context, ok=ok):
            continue
        done = _step(machine, name, number, {**machine.workflow_env, **(job.get("env") or {})}, step)
        machine.steps.append(done)
        ok = ok and done.code == 0
    return ok


def _step(machine: _Machine, job: str, number: int, outer: Mapping[str, str], step: Mapping[str, Any]) -> Step:
    if unknown := step.keys() - {"name", "id", "if", "env", "run"}:
        raise RunnerError(f"{job}: a step says {', '.join(sorted(unknown))}, which this runner does not know")
    env = {key: filled(value, machine.context) for key, value in {**outer, **(step.get("env") or {})}.items()}
    script = filled(step["run"], machine.context)
    files = {name: machine.temp / f"{job}-{number}-{end}" for name, end in _FILES.items()}
    for path in files.values():
        path.write_text("", encoding="utf-8")
    paths = {name: str(path) for name, path in files.items()}
    done = subprocess.run(
        [*BASH, "-c", script],
        cwd=machine.folder,
        env={**machine.base, "RUNNER_TEMP": str(machine.temp), **paths, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
        check=False,
    )
    _keep(machine, step, files)
    return Step(
        job=job,
        name=step.get("name", ""),
        script=script,
        env=env,
        code=done.returncode,
        output=done.stdout.decode("utf-8", "replace"),
    )


def _keep(machine: _Machine, step: Mapping[str, Any], files: Mapping[str, Path]) -> None:
    for name in ("GITHUB_ENV", "GITHUB_PATH"):
        if files[name].read_text(encoding="utf-8"):
            raise RunnerError(f"a step wrote to {name}: what it sets would reach every later step")
    for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        machine.context[f"steps.{step.get('id', '')}.outputs.{key}"] = value
    machine.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
