"""The shape of the code, as tests: who may import whom, and who may touch what."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PIPELINE = sorted((ROOT / "pipeline").rglob("*.py"))

ROWS = (
    {"__main__"},
    {"cli"},
    {"desk"},
    {"carriers", "store", "network", "postbox", "programs", "sandbox", "web", "githttp"},
    {"workflow", "gate", "reconcile", "site", "rules", "report", "soundness", "roster"},
    {"grounds", "keyring"},
    {"platforms", "forges"},
    {"content", "sop", "settings", "records", "papers", "media"},
    {"recipients"},
    {"fields"},
    {"frontmatter", "flow", "calendar", "items", "digests", "amendment", "reach", "hygiene", "access", "proofs"},
    {"model"},
)
ONLY_IN = {
    "git": {"carriers/repository.py"},
    "requests": {"network"},
    "subprocess": {"programs.py"},
    "smtplib": {"postbox.py"},
    "yaml": {"frontmatter.py"},
    "argparse": {"cli"},
    "pydantic": {"content"},
    "rich": {"cli"},
    "mkdocs": set[str](),
    "PIL": {"media"},
    "av": {"media/films.py"},
    "resvg_py": {"media/cards.py"},
}
LONGEST_FILE, LONGEST_FUNCTION = 300, 45
IDS = [str(path.relative_to(ROOT)) for path in PIPELINE]


def part(path: Path) -> str:
    """Return the first name below `pipeline`: a module or a folder of modules."""
    return path.relative_to(ROOT / "pipeline").with_suffix("").parts[0]


def imports(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def row(name: str) -> int:
    return next(i for i, names in enumerate(ROWS) if name in names)


def border_faults(me: str, inside: str, names: set[str]) -> list[str]:
    faults = []
    for name in names:
        top, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if top == "pipeline" and me != "__init__" and other not in {me, ""} and other != "__file__":
            known = {name for names in ROWS for name in names}
            if other in known and row(me) >= row(other):
                faults.append(f"{me} imports {other}")
        if top in ONLY_IN and not any(
            inside == allowed or inside.startswith(f"{allowed}/") for allowed in ONLY_IN[top]
        ):
            faults.append(f"{inside} imports {top}")
    return faults


@pytest.mark.parametrize("path", PIPELINE, ids=IDS)
def test_imports_point_down_and_borders_hold(path: Path) -> None:
    inside = path.relative_to(ROOT / "pipeline").as_posix()
    names = imports(ast.parse(path.read_text(encoding="utf-8")))
    assert border_faults(part(path), inside, names) == []


def test_every_module_has_its_row() -> None:
    rows = {name for names in ROWS for name in names}
    assert {part(path) for path in PIPELINE} - {"__init__"} == rows
    text = (ROOT / "pipeline/__init__.py").read_text(encoding="utf-8")
    assert [name for name in rows - {"__main__"} if not re.search(rf"\b{name}\b", text)] == []


def test_a_planted_import_is_found() -> None:
    assert border_faults("model", "model/base.py", {"pipeline.cli.demo"}) == ["model imports cli"]
    assert border_faults("rules", "rules/x.py", {"pipeline.gate"}) == ["rules imports gate"]
    assert border_faults("gate", "gate.py", {"requests.get"}) == ["gate.py imports requests"]
    assert border_faults("cli", "cli/new.py", {"pipeline.desk.workbench", "argparse"}) == []


@pytest.mark.parametrize("path", PIPELINE, ids=IDS)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} is {length} lines"


def test_typical_sizes() -> None:
    files = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in PIPELINE)
    functions = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in PIPELINE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    assert files[len(files) // 2] <= 110
    assert functions[len(functions) // 2] <= 11


@pytest.mark.parametrize("path", PIPELINE, ids=IDS)
def test_nothing_prints_sleeps_over_faults_or_reads_the_clock_outside_its_place(path: Path) -> None:
    inside = part(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and inside != "cli":
            call = ast.unparse(node.func)
            assert call != "print"
            assert call not in {"datetime.now", "date.today", "datetime.utcnow", "os.getenv"}
        if isinstance(node, ast.ExceptHandler):
            assert not all(isinstance(line, ast.Pass) for line in node.body), "an except that passes"


@pytest.mark.parametrize(
    ("folder", "listing"), [("rules", "RULES"), ("platforms", "PLATFORMS"), ("forges", "FORGES"), ("cli", "VERBS")]
)
def test_every_plug_in_is_listed(folder: str, listing: str) -> None:
    text = (ROOT / "pipeline" / folder / "__init__.py").read_text(encoding="utf-8")
    listed = text[text.index(f"\n{listing}") :]
    names = [path.stem for path in (ROOT / "pipeline" / folder).glob("[!_]*.py") if path.stem != "parser"]
    assert names
    assert [name for name in names if not re.search(rf"\b{name.replace('_', '[_-]')}\b", listed)] == []


VOCABULARY = {"admin", "perintah", "takarir", "unggah", "koreksi", "persetujuan", "perbaikan"}
"""Words some office uses for a role or a step, first of all the engine's own: kinds of items and of acts, keys."""


def words_of_the_offices() -> set[str]:
    """Return every id of an office, procedure, role and step the configuration holds."""
    words = {path.stem for path in (ROOT / "site_config/offices").glob("*.yaml")}
    for path in (ROOT / "site_config/sop").rglob("*.yaml"):
        sop = yaml.safe_load(path.read_text(encoding="utf-8"))
        words |= {sop["sop"], *sop["peran"], *(step["id"] for step in sop["langkah"])}
    return words - VOCABULARY


def test_no_engine_code_names_an_office_a_role_or_a_step() -> None:
    words = words_of_the_offices()
    assert {"magelang", "kabag_puiih", "kpu-ri/medsos", "siap_unggah"} <= words
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in PIPELINE
        for word in words
        if re.search(rf"[\"']{re.escape(word)}[\"'/]", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_lock_names_no_host_and_locks_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert not re.search(r"^\s*-", lock.replace("    --hash=", ""), re.MULTILINE)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = re.findall(r'^  "([a-z0-9-]+)(?:\[[a-z]+\])?(?:[><=]|")', project, re.MULTILINE)
    assert len(wanted) > 20
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    assert [name for name in wanted if name not in locked] == []
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", lock.strip()))
