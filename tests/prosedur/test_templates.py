"""`jdih new` lays a usable template for every paper a step requires or writes, in every procedure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import content, frontmatter, rules, store
from pipeline.carriers import history
from pipeline.desk import cases, opening, shelf
from pipeline.items import TYPED

if TYPE_CHECKING:
    from pipeline.carriers.repository import Repository
    from pipeline.model.procedure import Procedure
    from tests.prosedur.conftest import House

ROOT = Path(__file__).parents[2]
SOPS = sorted(f"{path.parent.name}/{path.stem}" for path in (ROOT / history.SOPS).glob("*/*.yaml"))
MADE_ELSEWHERE = {"salinan.pdf"}
"""Not written but scanned or exported."""
MARK = re.compile(r'"ISI:[^"]*"|ISI[^|\n]*')
ANSWERS = {
    "tindakan": "hapus",
    "alasan": "keliru",
    "nomor": f"17 Tahun {datetime.now(UTC).year}",
    "teks_alt": "Bidang polos.",
    "akun": "jdihkpu_kabmgl",
}
"""What closed lists, forms, the office file and a check for repetition accept; elsewhere any words do."""


@pytest.fixture(scope="module")
def clone(founded_house: House) -> Repository:
    return founded_house.stage.clone("pengelola-sistem")


def papers(procedure: Procedure) -> dict[str, int]:
    """Return every paper the SOP knows by name -> the first step that needs or writes it."""
    found: dict[str, int] = {}
    for step in procedure.steps:
        for name in (*step.papers, *step.edits):
            if "*" not in name:
                found.setdefault(name, step.number)
    return {name: number for name, number in found.items() if name not in MADE_ELSEWHERE}


def lay(clone: Repository, sop_id: str, purpose: str) -> tuple[Procedure, Path, list[str]]:
    """Open an item, then lay what each later step needs, as `jdih new` does in its turn."""
    procedure = history.current_procedure(clone, cases.view(clone).main, sop_id)
    slug = f"{purpose}-{sop_id.replace('/', '-')}"
    now = datetime.now(UTC)
    place, laid = opening.new(clone, sop_id, f"keputusan/{slug}" if procedure.item_kind == TYPED else slug, now)
    for step in procedure.steps[1:]:
        laid += opening._lay(clone, procedure, place, step, now)
    return procedure, clone.path / place.folder, laid


def filled(text: str) -> str:
    """Answer every mark a template leaves."""
    lines = []
    for line in text.split("\n"):
        key = line.partition(":")[0].strip()
        lines.append(MARK.sub(ANSWERS.get(key, "Sudah ditulis."), line))
    return "\n".join(lines)


@pytest.mark.parametrize("sop_id", SOPS)
def test_every_paper_has_a_template_that_reads_and_says_what_to_write(clone: Repository, sop_id: str) -> None:
    procedure, folder, laid = lay(clone, sop_id, "kosong")
    assert sorted(laid) == sorted(papers(procedure))
    for name in laid:
        text = (folder / name).read_text(encoding="utf-8")
        assert "ISI" in text, f"{name} does not say what to write"
        assert "$" not in text, f"{name} has a blank nobody fills"
        assert frontmatter.parse(text.encode()).fields


@pytest.mark.parametrize("sop_id", SOPS)
def test_a_template_once_filled_in_is_an_item_its_office_can_publish(clone: Repository, sop_id: str) -> None:
    _, folder, laid = lay(clone, sop_id, "terisi")
    for path in (folder / name for name in laid):
        store.write(path, filled(path.read_text(encoding="utf-8")).encode())
    types = content.document_types((ROOT / history.TYPES).read_bytes())
    desk = rules.Desk(
        offices=cases.policy(clone).offices,
        types=types,
        procedures=shelf.procedures(ROOT),
        places={},
        read=lambda folder: store.read_folder(clone.path / folder),
    )
    found = rules.check_folder(folder.relative_to(clone.path).as_posix(), store.read_folder(folder), desk)
    # pictures and copies come from elsewhere, and what is pointed to is not there: all else is right from the start
    assert [each for each in found if each.code not in {"DOK003", "DOK007", "MED001", "MET015"}] == []


def test_an_order_to_delete_is_not_laid_as_an_order_to_take_down(clone: Repository) -> None:
    _, folder, _ = lay(clone, "magelang/penghapusan", "hapus")
    text = (folder / content.INDEX).read_text(encoding="utf-8")
    assert "tindakan: turunkan" not in text


@pytest.mark.parametrize(
    ("sop_id", "utc", "day"),
    [
        ("magelang/kegiatan", "2026-11-20T16:59:00+00:00", "2026-11-20"),
        ("magelang/kegiatan", "2026-11-20T17:01:00+00:00", "2026-11-21"),
        ("pinrang/medsos", "2026-11-20T16:01:00+00:00", "2026-11-21"),
    ],
)
def test_a_paper_is_dated_by_the_clock_of_its_office(clone: Repository, sop_id: str, utc: str, day: str) -> None:
    slug = f"hari-{re.sub('[^0-9]', '', utc)}"
    place, laid = opening.new(clone, sop_id, slug, datetime.fromisoformat(utc))
    text = (clone.path / place.folder / laid[0]).read_text(encoding="utf-8")
    assert f"tanggal: {day}\n" in text
