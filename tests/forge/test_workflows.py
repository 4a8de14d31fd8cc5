"""The forge's files: linters find nothing in them, and forms and rulesets say what they should."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator

from pipeline import sop
from pipeline.desk.forge import forms
from pipeline.model.item import Action, Reason

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").iterdir())
FORMS = {path.stem: path for path in sorted((GITHUB / "ISSUE_TEMPLATE").iterdir()) if path.stem != "config"}
RULESETS = {path.stem: path for path in sorted((GITHUB / "rulesets").iterdir())}


def read(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def tool(name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a linter of the lock file, beside this very Python."""
    argv = [Path(sys.executable).with_name(name), *words]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)


# -- linters


def zizmor(place: Path) -> tuple[int, str]:
    done = tool(
        "zizmor", "--color", "never", "--offline", "--persona", "auditor", "--strict-collection", "--no-config", place
    )
    return done.returncode, done.stdout


def schema(name: str, *files: Path) -> tuple[int, str]:
    done = tool("check-jsonschema", "--builtin-schema", f"vendor.{name}", *files)
    return done.returncode, done.stdout


def test_zizmor_finds_nothing_and_is_told_to_ignore_nothing() -> None:
    code, said = zizmor(GITHUB)
    assert (code, said.strip()) == (0, "No findings to report. Good job!")
    texts = [path.read_text(encoding="utf-8") for path in GITHUB.rglob("*") if path.is_file()]
    assert not [text for text in texts if "zizmor: ignore" in text]
    assert not [*ROOT.glob("zizmor.y*ml"), *GITHUB.glob("zizmor.y*ml")]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("      contents: read #", "      contents: write #", ""),
        ("          persist-credentials: false\n", "", "artipacked"),
        (" # v7.0.1", "", ""),
        ('run: ./jdih github control ${PULL:+--pull "$PULL"}', "run: echo ${{ inputs.pull }}", "template-injection"),
        ("  issues:\n", "  issue_comment:\n  issues:\n", "dangerous-triggers"),
        ("permissions: {}\n", "", "excessive-permissions"),
    ],
)
def test_zizmor_finds_what_is_planted(tmp_path: Path, old: str, new: str, finding: str) -> None:
    text = (GITHUB / "workflows/controller.yml").read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "controller.yml").write_text(text.replace(old, new), encoding="utf-8")
    code, said = zizmor(tmp_path)
    if finding:
        assert (code != 0, finding in said) == (True, True), said
    else:
        assert code == 0, "linters let this pass: the contract test is there for it"


def test_the_trigger_of_the_first_design_is_one_zizmor_does_not_let_pass(tmp_path: Path) -> None:
    """Why decision 0018 departs from a signal without permissions: only `workflow_run` could hear such a one.

    zizmor's own rule has no exception for a run that holds nothing of the proposal, and we ignore none of its findings.
    """
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    text = (GITHUB / "workflows/controller.yml").read_text(encoding="utf-8")
    designed = text.replace(
        "  issues:\n", "  workflow_run:\n    workflows: [signal]\n    types: [completed]\n  issues:\n"
    )
    (folder / "controller.yml").write_text(text, encoding="utf-8")
    assert zizmor(tmp_path)[0] == 0
    (folder / "controller.yml").write_text(designed, encoding="utf-8")
    code, said = zizmor(tmp_path)
    assert code != 0
    assert "dangerous-triggers" in said
    assert "workflow_run" in said


FILES = {
    "github-workflows": WORKFLOWS,
    "github-issue-forms": list(FORMS.values()),
    "github-issue-config": [GITHUB / "ISSUE_TEMPLATE/config.yml"],
    "dependabot": [GITHUB / "dependabot.yml"],
}


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_what_github_reads(name: str) -> None:
    assert schema(name, *FILES[name])[0] == 0


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("github-workflows", "permissions:", "permisions:"),
        ("github-issue-forms", "required: true", "required: ya"),
        ("github-issue-config", "blank_issues_enabled: false", "blank_issues_enabled: tidak"),
        ("dependabot", "interval: weekly", "interval: pekanan"),
    ],
)
def test_a_misspelt_file_is_found(tmp_path: Path, name: str, old: str, new: str) -> None:
    text = FILES[name][0].read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "berkas.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert schema(name, path)[0] == 1


# -- forms


def fields(form: str) -> dict[str, dict[str, Any]]:
    """Return the fields of a form by their heading, in the order they are rendered."""
    return {part["attributes"]["label"]: part for part in read(FORMS[form])["body"] if part["type"] != "markdown"}


def options(form: str, heading: str) -> list[str]:
    found = fields(form)[heading]["attributes"]["options"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("form", "kinds"),
    [("disposisi", {"konten", "produk-hukum"}), ("penurunan", {"perintah"}), ("komentar", {"tanggapan"})],
)
def test_a_form_offers_every_sop_that_begins_with_its_paper_and_carries_its_label(form: str, kinds: set[str]) -> None:
    paper = next(each["berkas"] for each in read(ROOT / forms.FILE)["formulir"] if each["label"] == form)
    found = set()
    for path in (ROOT / "site_config/sop").rglob("*.yaml"):
        procedure = sop.parse(path.read_bytes(), path.name, "versi")
        first = procedure.steps[0]
        if procedure.item_kind in kinds and paper in (*first.papers, *first.edits):
            found.add(procedure.id)
    assert options(form, "SOP") == sorted(found)
    assert read(FORMS[form])["labels"] == [form]


def test_choices_are_the_words_the_program_knows() -> None:
    assert options("penurunan", "Tindakan") == [word.value for word in Action]
    assert options("penurunan", "Alasan") == [word.value for word in Reason]
    offices = {sop.partition("/")[0] for sop in options("komentar", "SOP")}
    accounts = [read(ROOT / f"site_config/offices/{office}.yaml")["akun"] for office in offices]
    assert options("komentar", "Platform") == sorted({each["platform"] for account in accounts for each in account})


@pytest.mark.parametrize("form", FORMS)
def test_free_text_comes_last_so_that_no_heading_typed_in_it_can_stand_before_a_real_one(form: str) -> None:
    kinds = [part["type"] for part in fields(form).values()]
    assert kinds[-1] == "textarea"
    assert kinds.count("textarea") == 1


@pytest.mark.parametrize("form", FORMS)
def test_the_headings_are_the_documented_ones(form: str) -> None:
    decision = (ROOT / "docs/decisions/0018-workflows.md").read_text(encoding="utf-8")
    [row] = re.findall(rf"^\| `{form}` \| (.*) \|$", decision, re.MULTILINE)
    assert [word.strip().rstrip("*") for word in row.split(",")] == list(fields(form))
    optional = [word.strip().rstrip("*") for word in row.split(",") if word.strip().endswith("*")]
    assert optional == [name for name, part in fields(form).items() if not part["validations"]["required"]]


def test_only_forms_open_issues() -> None:
    assert read(GITHUB / "ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": False}


# -- who owns what, and what the branches allow


def test_items_have_no_owner_and_everything_else_has() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    first, *without = [line for line in lines if line and not line.startswith("#")]
    assert first == "* @ORG/pengelola-jdih"
    assert without == [f"/content/{kind}/" for kind in ("konten", "produk-hukum", "tanggapan", "perintah")]


def ruleset(name: str) -> dict[str, Any]:
    found = json.loads(RULESETS[name].read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def body_of_a_ruleset() -> OAS30Validator:
    """Return GitHub's own description of what POST /repos/{owner}/{repo}/rulesets takes."""
    spec = json.loads((Path(__file__).parent / "github-openapi.json").read_text(encoding="utf-8"))
    asked = spec["paths"]["/repos/{owner}/{repo}/rulesets"]["post"]["requestBody"]["content"]["application/json"]
    return OAS30Validator({**asked["schema"], "components": spec["components"]})


@pytest.mark.parametrize("name", RULESETS)
def test_github_takes_the_ruleset(body_of_a_ruleset: OAS30Validator, name: str) -> None:
    assert list(body_of_a_ruleset.iter_errors(ruleset(name))) == []
    assert (ruleset(name)["name"], ruleset(name)["enforcement"]) == (name, "active")


def test_a_misspelt_rule_is_refused(body_of_a_ruleset: OAS30Validator) -> None:
    document = ruleset("main")
    document["rules"][0]["type"] = "hapus"
    assert list(body_of_a_ruleset.iter_errors(document)) != []


def rules(name: str) -> dict[str, Any]:
    return {rule["type"]: rule.get("parameters", {}) for rule in ruleset(name)["rules"]}


def test_nobody_gets_around_the_gate_of_main() -> None:
    assert ruleset("main")["bypass_actors"] == []
    assert rules("main").keys() == {"deletion", "non_fast_forward", "pull_request", "required_status_checks"}
    assert rules("main")["pull_request"]["allowed_merge_methods"] == ["merge"]
    checks = {check["context"]: check for check in rules("main")["required_status_checks"]["required_status_checks"]}
    assert checks.keys() == {"sop/gate", "check"}
    assert all("integration_id" in check for check in checks.values()), "a status of the same name from elsewhere"
    assert checks["check"]["context"] in read(GITHUB / "workflows/check.yml")["jobs"]


def test_drafts_and_the_ledger_are_never_rewritten_not_even_by_the_robot() -> None:
    for name in ("usul", "robot-riwayat"):
        assert ruleset(name)["bypass_actors"] == []
        assert rules(name).keys() == {"deletion", "non_fast_forward"}
    [robot] = ruleset("robot")["bypass_actors"]
    assert robot["actor_type"] == "Integration"
    assert rules("robot").keys() == {"creation", "update"}
    kept = ruleset("robot-riwayat")["conditions"]["ref_name"]["include"]
    drawn = ["refs/heads/pratinjau/**/*"]  # pictures of posts: the robot alone, and made anew as the posts change
    assert ruleset("robot")["conditions"]["ref_name"]["include"] == [*kept, *drawn]
