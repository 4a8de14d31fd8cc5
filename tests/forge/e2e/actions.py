"""The forge's own runner: which workflows an event starts, where they wait, and what becomes of their results.

`on:` and `concurrency:` are read from the files, so a workflow that lost a trigger is not started here either. What is
GitHub's own: nothing starts by what `GITHUB_TOKEN` did but by `gh workflow run`; the jobs of a pull request become
checks of its head; a comment starts nobody. People act while runs wait, so one run often answers several acts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tests.forge import runner
from tests.forge.e2e import machine
from tests.forge.fake import ACTIONS
from tests.forge.runner import RunnerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.forge.e2e.kantor import Kantor
    from tests.forge.fake.state import Happened

_UNSAID = {"pull_request": ["opened", "synchronize", "reopened"]}
"""Event -> the actions that count where a workflow names none; elsewhere all do."""
_MOST = 40
"""No act starts a chain of that many runs: workflows that wake each other for ever are stopped."""


@dataclass(frozen=True)
class Waiting:
    """A run that has its place in a queue."""

    workflow: str
    event: str
    group: str
    number: int = 0
    """The pull request it is about; 0 where it is about none."""
    ref: str = "refs/heads/main"
    inputs: tuple[tuple[str, str], ...] = ()


class Actions:
    """Runs the workflows of *folder* for one office; *context* and *env* are what its secrets and variables hold."""

    def __init__(
        self,
        office: Kantor,
        folder: Path = machine.WORKFLOWS,
        context: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.office, self.folder = office, folder
        self.context, self.env = dict(context or {}), dict(env or {})
        self.ran: Counter[str] = Counter()
        self._files = {
            path.stem: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - strings only
            for path in sorted(folder.glob("*.yml"))
        }
        self._queue: list[Waiting] = []
        self._heard = len(office.fake.state.events)
        self._called = len(machine.calls(office))

    def settle(self) -> list[str]:
        """Run what events have started, and what that starts, until nothing waits; return what went wrong."""
        troubles: list[str] = []
        for _ in range(_MOST):
            self._hear()
            if not self._queue:
                return troubles
            troubles += self._run(self._queue.pop(0))
        raise RunnerError(f"the workflows wake each other for ever: {self.ran}")

    def scheduled(self, *names: str) -> list[str]:
        """Let the hour of some workflows come; return what went wrong."""
        for name in names:
            if "schedule" in self._triggers(name):
                self._wait(name, "schedule")
        return self.settle()

    # -- what starts

    def _triggers(self, name: str) -> dict[str, dict[str, Any]]:
        said = self._files[name]["on"]
        if not isinstance(said, dict):
            return {each: {} for each in ([said] if isinstance(said, str) else said)}
        return {event: rule or {} for event, rule in said.items()}

    def _hear(self) -> None:
        events = self.office.fake.state.events
        fresh, self._heard = events[self._heard :], len(events)
        for one in fresh:
            for name in self._files:
                rule = self._triggers(name).get(one.event)
                if rule is not None and one.by != ACTIONS and _is_meant(rule, one):
                    self._wait(name, one.event, number=one.number, ref=_ref(one))

    def _wait(self, name: str, event: str, **about: Any) -> None:  # noqa: ANN401 - the fields of Waiting
        rule = self._files[name].get("concurrency", {"group": f"{name} {event} {about}", "queue": "max"})
        group = runner.filled(rule["group"], self._given(Waiting(name, event, "", **about)))
        one = Waiting(name, event, group, **about)
        if rule.get("cancel-in-progress") == "true" or rule.get("queue") != "max":
            self._queue = [each for each in self._queue if each.group != group]
        if one not in self._queue:  # the first of two equal runs leaves the second nothing to do
            self._queue.append(one)

    def _given(self, one: Waiting) -> dict[str, str]:
        about_pull = one.event.startswith("pull_request")
        number = str(one.number) if about_pull else ""
        return {
            **self.context,
            "github.event_name": one.event,
            "github.ref": one.ref,
            "github.event.pull_request.number": number,
            "github.event.pull_request.number || github.ref": number or one.ref,
            "github.event.pull_request.head.repo.full_name": self.office.fake.repo if about_pull else "",
            **{f"inputs.{key}": value for key, value in one.inputs},
        }

    # -- what runs

    def _run(self, one: Waiting) -> list[str]:
        pull = self.office.fake.state.threads[one.number] if one.event.startswith("pull_request") else None
        branch = pull.branch if pull else ""
        path = self.folder / f"{one.workflow}.yml"
        run = machine.workflow(self.office, path, self._given(one), branch=branch, **self.env)
        self.ran[one.workflow] += 1
        for job, result in run.results.items():
            if pull:
                name = self._files[one.workflow]["jobs"][job].get("name", job)
                state = "failure" if result == "failure" else "success"
                self.office.fake.person(ACTIONS).status(pull.head, name, state)
        self._dispatch()
        failed = [job for job, result in run.results.items() if result == "failure"]
        words = "".join(step.output for step in run.steps if step.code)
        return [f"{one.workflow} ({one.event}): {failed}\n{words}"] if failed else []

    def _dispatch(self) -> None:
        calls = machine.calls(self.office)
        fresh, self._called = calls[self._called :], len(calls)
        for token, repo, *words in fresh:
            if (token, repo) != (self.office.fake.person(ACTIONS).token, self.office.fake.repo):
                raise RunnerError(f"gh {words}: HTTP 401: Bad credentials")
            name, given = _dispatched(words)
            rule = self._triggers(name).get("workflow_dispatch")
            if rule is None or given.keys() - rule.get("inputs", {}):
                raise RunnerError(f"gh {words}: HTTP 422: {name} cannot be started so")
            self._wait(name, "workflow_dispatch", inputs=tuple(given.items()))


def _is_meant(rule: Mapping[str, Any], one: Happened) -> bool:
    """Say whether the filters of `on:` let an event through; a filter we do not use stops the run loudly."""
    known = {"branches"} if one.event == "push" else {"types"}
    if rule.keys() - known:
        raise RunnerError(f"on: {one.event}: {rule}: no such filter in our workflows")
    if "branches" in rule:
        return one.ref.removeprefix("refs/heads/") in rule["branches"]
    types = rule.get("types", _UNSAID.get(one.event, [one.action]))
    return one.action in types


def _ref(one: Happened) -> str:
    if one.event.startswith("pull_request"):
        return f"refs/pull/{one.number}/merge"
    return one.ref or "refs/heads/main"


def _dispatched(words: list[str]) -> tuple[str, dict[str, str]]:
    """Return workflow and inputs of a call `gh workflow run FILE.yml --ref main -f key=value`."""
    begin, (file, *ref), rest = words[:2], words[2:5], words[5:]
    flags, given = rest[::2], rest[1::2]
    if begin != ["workflow", "run"] or ref != ["--ref", "main"] or set(flags) - {"-f"}:
        raise RunnerError(f"gh {words}: no such call in our workflows")
    pairs = (each.partition("=") for each in given)
    return file.removesuffix(".yml"), {key: value for key, _, value in pairs}
