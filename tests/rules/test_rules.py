"""Every rule against the example folders in tests/rules/<CODE>/: silent on baik*, found on buruk*."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path
from time import perf_counter
from types import MappingProxyType

import pytest

from pipeline import content, frontmatter, rules, store
from pipeline.desk import shelf
from pipeline.model.base import Severity
from pipeline.model.people import Account, Office
from pipeline.rules import RULES, Context, Desk, Rule

EXAMPLES = Path(__file__).parent
OFFICE = Office(
    id="contoh",
    name="Kantor Contoh",
    short_name="KPU Kab. Contoh",
    area_code="3308",
    timezone="Asia/Jakarta",
    opens=time(8),
    closes=time(16),
    accounts=(
        Account(platform="instagram", id="1", handle="contoh"),
        Account(platform="x", id="2", handle="contoh"),
        Account(platform="facebook", id="3", handle="contoh"),
        Account(platform="bluesky", id="4", handle="contoh"),
        Account(platform="telegram", id="@contoh", handle="contoh"),
        Account(platform="youtube", id="UCcontoh", handle="contoh"),
        Account(platform="pinterest", id="5", handle="contoh"),
    ),
    hashtags=("#JDIHKPU",),
    procedures=(),
)
TYPES = content.document_types((EXAMPLES.parents[1] / "site_config/jenis.yaml").read_bytes())
MAIN = EXAMPLES / "_main"
"""What `main` holds besides the example: items that are out, not yet out, taken down, or another office's."""
DESK = Desk(
    offices=MappingProxyType({"contoh": OFFICE}),
    types=TYPES,
    procedures=shelf.procedures(MAIN),
    places={place.id: place for place in shelf.places(MAIN, MAIN / "content")},
    read=lambda folder: store.read_folder(MAIN / folder),
)


def folder_of(files: dict[str, bytes]) -> str:
    fields = frontmatter.parse(files["index.md"]).fields
    if "nomor" in fields:
        return f"content/produk-hukum/contoh/{fields['jenis']}/2026/contoh"
    kinds = {"kategori": "konten", "komentar": "tanggapan", "tindakan": "perintah"}
    return f"content/{next(kind for key, kind in kinds.items() if key in fields)}/contoh/2026/contoh"


def found_in(example: Path) -> list[str]:
    files = store.read_folder(example)
    folder = folder_of(files)
    return [
        f"{found.path.removeprefix(folder + '/')}:{found.line}: {found.code} {found.message}"
        for found in rules.check_folder(folder, files, DESK)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_a_rule_has_examples_and_explains_itself(rule: Rule) -> None:
    folder = EXAMPLES / rule.CODE
    assert list(folder.glob("baik*/index.md")), "add an example that passes"
    assert list(folder.glob("buruk*/index.md")), "add an example that fails"
    for heading in ("\nMengapa: ", "\nSalah: ", "\nBenar: ", "\nDasar: "):
        assert heading in (rule.__doc__ or "")


def test_every_example_belongs_to_a_rule_and_codes_are_unique() -> None:
    codes = [rule.CODE for rule in RULES]
    assert len(codes) == len(set(codes))
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir() and path.name[0] != "_"} == set(codes)


def test_every_rule_module_is_listed() -> None:
    modules = {path.stem for path in Path(rules.__file__).parent.glob("[!_]*.py")}
    assert modules == {getattr(rule, "__name__", "").rpartition(".")[2] for rule in RULES}


@pytest.mark.parametrize(
    "example", sorted(EXAMPLES.glob("*/baik*/")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_a_good_example_passes_every_rule(example: Path) -> None:
    assert found_in(example) == []


@pytest.mark.parametrize(
    "example", sorted(EXAMPLES.glob("*/buruk*/")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_a_bad_example_is_found_on_its_line(example: Path) -> None:
    code = example.parent.name
    expected = example.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert expected
    assert [line for line in found_in(example) if f": {code} " in line] == expected


def test_findings_come_by_file_and_line_with_their_weight() -> None:
    files = store.read_folder(EXAMPLES / "KEA001/buruk") | {"media/lain.jpg": b""}
    found = rules.check_folder("content/konten/contoh/2026/contoh", files, DESK)
    assert [(item.path.rpartition("/")[2], item.line) for item in found] == [
        ("index.md", 4),
        ("lain.jpg", 1),
        ("takarir.md", 8),
    ]
    assert {item.severity for item in found} == {Severity.GALAT}
    example = EXAMPLES / "MET016/buruk"
    [warned] = rules.check_folder("content/konten/contoh/2026/contoh", store.read_folder(example), DESK)
    assert warned.severity is Severity.PERINGATAN


def test_an_unregistered_office_is_a_finding() -> None:
    desk = replace(DESK, offices={})
    [found] = rules.check_folder("content/konten/contoh/2026/contoh", store.read_folder(EXAMPLES / "CAP001/baik"), desk)
    assert (found.code, found.message) == (
        "MET005",
        "kantor 'contoh' belum terdaftar: buat site_config/offices/contoh.yaml",
    )


def test_the_national_office_numbers_by_its_own_units() -> None:
    files = store.read_folder(EXAMPLES / "NOM002/baik")
    item = content.read(folder_of(files), files)
    assert not isinstance(item, tuple)
    national = Office(**{name: getattr(OFFICE, name) for name in OFFICE.__slots__} | {"area_code": ""})
    found = rules.check(item, Context(office=national, desk=DESK, files=files))
    assert [(one.code, one.line) for one in found] == [("NOM002", 6)]


@pytest.mark.parametrize(
    "line",
    ["{" * 200_000, "<a" * 100_000, "](" * 100_000, "[x]:" * 50_000, "\u200d" * 50_000, "0812" * 50_000, "-" * 200_000],
    ids=["braces", "tags", "links", "references", "joiners", "digits", "dashes"],
)
def test_hostile_prose_is_examined_quickly(line: str) -> None:
    files = store.read_folder(EXAMPLES / "CAP001/baik") | {"disposisi.md": line.encode()}
    start = perf_counter()
    rules.check_folder("content/konten/contoh/2026/contoh", files, DESK)
    assert perf_counter() - start < 5


def test_prose_too_long_to_examine_is_refused() -> None:
    files = store.read_folder(EXAMPLES / "CAP001/baik") | {"disposisi.md": b"kata\n" * 200_001}
    found = rules.check_folder("content/konten/contoh/2026/contoh", files, DESK)
    assert [(one.code, one.line) for one in found] == [("KEA005", 1)]
