"""The guides under /panduan/: what they name exists, what they show is there, and readers find them."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from PIL import Image

from pipeline.cli import VERBS
from pipeline.desk import shelf
from pipeline.desk.forge import comment
from pipeline.model.history import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.procedure import Procedure

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "content/halaman/panduan"
PICTURES = GUIDES / "gambar"
PAGES = sorted(GUIDES.glob("*.md"))
OPERATORS = sorted((ROOT / "docs/panduan").glob("*.md"))
EXAMPLE = "kpu-ri/medsos"
"""The SOP every example of the guides runs on."""
HEAVIEST, WIDEST, MOST = 80_000, 1200, 12
ADDRESSES = {f"panduan/{'' if page.stem == 'index' else f'{page.stem}/'}" for page in PAGES}
CODE = re.compile(r"`([^`\n]+)`|^ {4,}(\S.*)$", re.MULTILINE)
PERMISSIONS = {
    "contents": "Contents",
    "issues": "Issues",
    "pull-requests": "Pull requests",
    "statuses": "Commit statuses",
}
"""As the token asks for them -> as GitHub's settings call them."""
FOLDERS = ("site_config/", "docs/", ".github/", "content/halaman/", "pipeline/", "tests/")


class Refused(Exception):
    """The command line did not take the words."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise Refused(message)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def codes(words: str) -> Iterator[str]:
    """Yield what stands as code, without the explanation set off by two spaces."""
    for span, line in CODE.findall(words):
        yield re.split(r" {2,}", span or line)[0]


def commands(words: str) -> Iterator[list[str]]:
    """Yield the words after `jdih` of every command, whatever stands before or is done with its output."""
    for code in codes(words):
        found = re.match(r"(?:(?:\*/10 \* \* \* \* )?[\w/.]*/|\./)?jdih (?![A-Za-z]*:)([a-z][^>|]*)", code)
        if found and "..." not in code and re.match(r"[a-z-]+( |$)", found[1]):
            yield shlex.split(found[1])


def fault(words: list[str]) -> str:
    """Return what the real parser has against a command. A verb alone, or with its act, is only a mention."""
    verb, *rest = words
    if verb not in VERBS:
        return f"{verb} bukan perintah"
    parser = _Parser(prog="jdih", add_help=False)
    import_module(f"pipeline.cli.{verb.replace('-', '_')}").configure(parser)
    parser.add_argument("--help", action="store_true")
    try:
        parser.parse_args(rest)
    except Refused as refused:
        is_mention = not any(word.startswith("-") for word in rest) and "required" in str(refused)
        return "" if is_mention else str(refused)
    return ""


def utterances(words: str) -> list[tuple[int, str]]:
    """Return (step, word) of every `/sop` comment."""
    found = re.findall(r"/sop (\d+) ([A-Z]+)", words)
    return [(int(step), word) for step, word in found]


def words_of(procedure: Procedure, step: int) -> set[str]:
    acts = procedure.steps[step - 1].acts if step <= len(procedure.steps) else ()
    return {outcome.word for act in acts for outcome in act.outcomes} | EVERYWHERE


def missing_paths(words: str) -> list[str]:
    """Return the files and folders of the project that are named and not there."""
    named = [code.rstrip("/") for code in codes(words) if code.startswith(FOLDERS) and " " not in code]
    made_by_hand = {"site_config/tinjauan.yaml"}
    return [path for path in named if not (ROOT / path).exists() and path not in made_by_hand]


def pictures(words: str) -> list[tuple[str, str]]:
    """Return (alternative text, file) of every picture."""
    return re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", words)


# -- commands, words and places


@pytest.mark.parametrize("page", [*PAGES, *OPERATORS], ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_every_command_is_one_the_program_takes(page: Path) -> None:
    assert [(words, said) for words in commands(text(page)) if (said := fault(words))] == []


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("`jdih sampaikan kpu-ri-2026-kenali-jdih`", id="no such verb"),
        pytest.param("    jdih record kpu-ri-2026-kenali-jdih --step dua", id="not a number"),
        pytest.param("    ./jdih preview kpu-ri-2026-kenali-jdih --buka    membukanya", id="no such option"),
        pytest.param("`jdih sop tinjau`", id="no such act"),
        pytest.param("    */10 * * * * /srv/jdih/program/jdih publish --ulang", id="in a crontab"),
    ],
)
def test_a_command_that_does_not_exist_is_found(words: str) -> None:
    [command] = commands(words)
    assert fault(command)


def test_the_guides_quote_many_commands() -> None:
    quoted = [words for page in PAGES for words in commands(text(page))]
    assert len(quoted) > 50
    assert {"new", "check", "card", "preview", "record", "merge", "key", "github"} <= {words[0] for words in quoted}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_word_said_on_the_forge_is_one_of_its_step(page: Path) -> None:
    procedure = shelf.read(ROOT).procedures[EXAMPLE]
    assert [said for said in utterances(text(page)) if said[1] not in words_of(procedure, said[0])] == []


def test_a_word_of_another_step_is_found() -> None:
    procedure = shelf.read(ROOT).procedures[EXAMPLE]
    [(step, word)] = utterances("`/sop 3 YA`")
    assert word not in words_of(procedure, step)


@pytest.mark.parametrize("page", [*PAGES, *OPERATORS], ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_every_file_of_the_project_that_is_named_is_there(page: Path) -> None:
    assert missing_paths(text(page)) == []


def test_a_file_that_is_not_there_is_found() -> None:
    assert missing_paths("tulis di `site_config/orang.yaml`, lihat `docs/panduan/`") == ["site_config/orang.yaml"]


def test_what_the_guides_call_by_name_is_called_so() -> None:
    said = " ".join(text(page) for page in PAGES)
    shown = Path(comment.__file__).read_text(encoding="utf-8")
    for heading in ("Yang tidak dihitung", "Pemeriksaan"):
        assert heading in said
        assert f"### {heading}" in shown
    forms = [yaml.safe_load(path.read_bytes()) for path in (ROOT / ".github/ISSUE_TEMPLATE").iterdir()]
    named = [form["name"] for form in forms if "name" in form]
    assert len(named) == 3
    assert [name for name in named if f"*{name}*" not in said] == []
    assert "name: pratayang-situs" in (ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8")


# -- the set-up on GitHub names exactly what the workflows use


def workflows() -> dict[str, dict[str, Any]]:
    return {path.stem: yaml.safe_load(path.read_bytes()) for path in (ROOT / ".github/workflows").glob("*.yml")}


def jobs() -> Iterator[dict[str, Any]]:
    for workflow in workflows().values():
        yield from workflow["jobs"].values()


def environment(job: dict[str, Any]) -> str:
    named = job.get("environment", "")
    return str(named["name"] if isinstance(named, dict) else named)


def test_the_set_up_on_github_names_every_secret_where_it_is_used() -> None:
    used = {
        (environment(job), "rahasia", name) for job in jobs() for name in re.findall(r"secrets\.(JDIH_\w+)", str(job))
    }
    used |= {("repositori", "variabel", name) for job in jobs() for name in re.findall(r"vars\.(JDIH_\w+)", str(job))}
    rows = re.findall(r"^\| `?(\w+)`? \| (variabel|rahasia) \| `(\w+)` \|", text(GUIDES / "github.md"), re.MULTILINE)
    assert sorted(rows) == sorted(used)


def test_the_set_up_on_github_names_every_environment_permission_rule_and_label() -> None:
    guide = text(GUIDES / "github.md")
    for name in {environment(job) for job in jobs()} - {""}:
        assert f"`{name}`" in guide
    steps = [step for job in jobs() for step in job["steps"] if "app-token" in step.get("uses", "")]
    asked = {name.removeprefix("permission-") for step in steps for name in step["with"] if "permission-" in name}
    rows = set(re.findall(r"^\| \*([A-Z][a-z ]+)\* \| \*Read and write\* \|", guide, re.MULTILINE))
    assert rows == {PERMISSIONS[name] for name in asked}
    for path in (ROOT / ".github/rulesets").iterdir():
        assert f"`{json.loads(path.read_bytes())['name']}`" in guide
    for form in yaml.safe_load((ROOT / "site_config/formulir.yaml").read_bytes())["formulir"]:
        assert f"`{form['label']}`" in guide
    assert re.search(r"cron: .*4-59/5", (ROOT / ".github/workflows/controller.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["github", "git-kantor"])
def test_the_set_ups_have_ten_steps(name: str) -> None:
    assert re.findall(r"^## (\d+)\. ", text(GUIDES / f"{name}.md"), re.MULTILINE) == [str(n) for n in range(1, 11)]


# -- pictures


def test_every_picture_is_used_described_and_light() -> None:
    shown = [found for page in PAGES for found in pictures(text(page))]
    assert sorted(file for _, file in shown) == sorted(f"gambar/{path.name}" for path in PICTURES.iterdir())
    assert [file for alt, file in shown if not 40 <= len(alt) <= 200 or not alt.endswith(".")] == []
    assert len(shown) <= MOST
    for path in PICTURES.iterdir():
        assert path.stat().st_size <= HEAVIEST, path.name
        with Image.open(path) as picture:
            assert picture.width == WIDEST, path.name


# -- on the site


def test_every_guide_is_on_the_site_with_its_pictures_and_found_by_search(built: Path) -> None:
    for address in ADDRESSES:
        assert (built / address / "index.html").is_file(), address
    for page in PAGES:
        folder = built / "panduan" / ("" if page.stem == "index" else page.stem)
        html = (folder / "index.html").read_text(encoding="utf-8")
        sources = re.findall(r'<img[^>]* src="([^"]+)"', html)
        assert len(sources) == len(pictures(text(page)))
        assert all((folder / source).resolve().is_file() for source in sources)
    indexed = [gzip.decompress(path.read_bytes()) for path in (built / "pagefind/fragment").iterdir()]
    found = {each for each in ADDRESSES if any(f'"/{each}"'.encode() in text for text in indexed)}
    assert found == ADDRESSES


def test_every_guide_is_reached_from_the_first_page_of_the_guides() -> None:
    linked = set(re.findall(r"\]\(([\w-]+)\.md[)#]", text(GUIDES / "index.md")))
    assert linked == {page.stem for page in PAGES} - {"index"}
