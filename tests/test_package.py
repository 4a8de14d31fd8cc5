"""What is installed is what runs: the console script, and every file the program reads beside its modules."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pipeline"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
UP = re.compile(r"Path\(__file__\)(?:\.\w+\(\))*((?:\.parent\b)*)(?:\.parents\[(\d+)\])?")
TEMPLATE = re.compile(r"{%-? *(?:extends|import|include|from) +[\"']([^\"']+)[\"']")


def files(folder: Path) -> set[str]:
    """Return the files a package is made of, relative to *folder*."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def ways_out(source: str, depth: int) -> list[str]:
    """Return the expressions in *source*, a module *depth* names below the package's folder, that lead out of it."""
    steps = {found[0]: found[1].count(".") + (int(found[2]) + 1 if found[2] else 0) for found in UP.finditer(source)}
    return [expression for expression, ups in steps.items() if ups > depth]


def test_the_console_script_is_the_command_line() -> None:
    assert PROJECT["project"]["scripts"] == {"jdih": "pipeline.cli:main"}
    module, _, name = PROJECT["project"]["scripts"]["jdih"].partition(":")
    assert callable(getattr(import_module(module), name))


def test_the_wheel_holds_the_package_whole() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["pipeline"]}, "nothing is left out and nothing else is put in"
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not {"*.html", "templates/", "*.css"} & set(ignored)
    data = {name for name in files(PACKAGE) if not name.endswith(".py")}
    assert {"sandbox/wall.html", "sandbox/wall.css", "site/templates/beranda.html"} <= data
    for pattern in ignored:
        anchored = pattern.startswith("/")
        name = pattern.strip("/").lstrip("*")
        assert not [path for path in data if not anchored and (path.endswith(name) or f"/{name}/" in f"/{path}")]


def test_templates_name_only_templates_that_are_there() -> None:
    places = {"wall.html": PACKAGE / "sandbox", "preview.html": PACKAGE / "sandbox"}
    asked = {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z_-]+\.html", node.value)
    } - {"index.html"}
    for template in (PACKAGE / "site/templates").iterdir():
        asked |= set(TEMPLATE.findall(template.read_text(encoding="utf-8")))
    assert len(asked) > 10
    assert [name for name in sorted(asked) if not (places.get(name, PACKAGE / "site/templates") / name).is_file()] == []
    there = {path.name for path in (PACKAGE / "site/templates").iterdir()} | set(places)
    assert there == asked, "no template without a page"


def test_no_module_reads_beside_the_package() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): ways_out(
            path.read_text(encoding="utf-8"), len(path.relative_to(PACKAGE).parts)
        )
        for path in PACKAGE.rglob("*.py")
    }
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_planted_way_out_is_found() -> None:
    assert ways_out('Path(__file__).parent / "wall.html"', 1) == []
    assert ways_out("Path(__file__).resolve().parent.parent", 1) == ["Path(__file__).resolve().parent.parent"]
    assert ways_out("Path(__file__).parents[1]", 2) == []
    assert ways_out("Path(__file__).parents[2]", 2) == ["Path(__file__).parents[2]"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Install the project as anybody would, without its dependencies, from a copy."""
    copy, target = tmp_path / "proyek", tmp_path / "pasang"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(PACKAGE, copy / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*pip, "--target", str(target), str(copy)], capture_output=True, text=True, timeout=240, check=False
    )
    if done.returncode and re.search(
        r"No matching distribution found for (hatchling|pathspec|pluggy|trove)", done.stderr
    ):
        pytest.skip("hatchling, which builds the package, is not to be had: give pip an index that has it")
    assert done.returncode == 0, done.stderr
    return target


@pytest.mark.slow
def test_the_installed_program_runs_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert files(installed / "pipeline") == files(PACKAGE)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    where = run(sys.executable, "-P", "-c", "import pipeline; print(pipeline.__file__)")
    assert where.stdout.strip() == str(installed / "pipeline/__init__.py")
    helped = run(str(installed / "bin/jdih"), "--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert helped.stdout.startswith("Pemakaian: jdih")
    lost = run(str(installed / "bin/jdih"), "status")
    assert (lost.returncode, lost.stdout) == (2, "")
    office = tmp_path / "kantor"
    shutil.copytree(ROOT / "tests/kantor", office)
    founded = run(str(installed / "bin/jdih"), "sop", "check", str(office / "site_config/sop/kota/medsos.yaml"))
    assert founded.returncode == 2, "not inside a repository"
    shutil.copytree(office / "site_config", tmp_path / "site_config")
    assert run(str(installed / "bin/jdih"), "sop", "check").returncode == 0
