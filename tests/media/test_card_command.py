"""`jdih card` in a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import content
from pipeline.cli import main
from tests.conftest import CAPTION, FOLDER, ITEM
from tests.media.pictures import opened

ALT = "Kartu bertulisan: Mengenal JDIH. Apa itu JDIH dan siapa yang mengelolanya."
OTHER = """---
tagar: ["#JDIHKPU"]
media:
  - berkas: media/rapat.jpg  # dari rapat
    teks_alt: Lima orang duduk melingkar
---

Sudah tahu apa itu JDIH?
"""

if TYPE_CHECKING:
    from pathlib import Path


def media(root: Path) -> list[tuple[str, str]]:
    folder = root / FOLDER
    item = content.read(FOLDER, {path.name: path.read_bytes() for path in folder.glob("*.md")})
    assert not isinstance(item, tuple), item
    return [(each.file, each.alt) for each in item.caption.media]  # type: ignore[union-attr]


@pytest.fixture
def bare(checkout: Path) -> Path:
    (checkout / FOLDER / "media/kartu.jpg").unlink()
    return checkout


@pytest.mark.parametrize("named", [ITEM, FOLDER, f"{FOLDER}/index.md"])
def test_a_card_is_made_for_an_item_however_it_is_named(bare: Path, named: str) -> None:
    assert main(["card", named]) == 0
    image = opened((bare / FOLDER / "media/kartu.jpg").read_bytes())
    assert (image.format, image.size) == ("JPEG", (1080, 1350))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(OTHER, [("media/kartu.jpg", ALT), ("media/rapat.jpg", "Lima orang duduk melingkar")], id="beside"),
        pytest.param('---\ntagar: ["#A"]\n---\n\nTeks.\n', [("media/kartu.jpg", ALT)], id="no media yet"),
        pytest.param("---\nmedia: []\n---\n\nTeks.\n", [("media/kartu.jpg", ALT)], id="an empty list"),
        pytest.param(
            '---\nmedia:\n  - berkas: media/kartu.jpg\n    teks_alt: "ISI: apa yang terlihat"\n---\n\nTeks.\n',
            [("media/kartu.jpg", ALT)],
            id="the template's own entry",
        ),
    ],
)
def test_the_card_is_named_in_the_caption_file(
    bare: Path, before: str, after: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    caption = bare / FOLDER / "takarir.md"
    caption.write_text(before, encoding="utf-8")
    assert main(["card", ITEM]) == 0
    assert media(bare) == after
    assert caption.read_text(encoding="utf-8").rpartition("---")[2] == before.rpartition("---")[2]
    assert "# dari rapat" in caption.read_text(encoding="utf-8") or "# dari rapat" not in before
    assert "disebut di takarir.md" in capsys.readouterr().out


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(CAPTION, id="a description of one's own"),
        pytest.param("---\nmedia: [{berkas: media/a.jpg, teks_alt: A}]\n---\n\nTeks.\n", id="a list on one line"),
        pytest.param("---\nmedia: [\n---\n", id="not front matter"),
        pytest.param(None, id="no caption file"),
    ],
)
def test_what_cannot_be_entered_safely_is_shown_instead(
    bare: Path, before: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    caption = bare / FOLDER / "takarir.md"
    caption.unlink()
    if before is not None:
        caption.write_text(before, encoding="utf-8")
    broken = before is not None and before.startswith("---\nmedia: [\n")
    assert main(["card", ITEM]) == (2 if broken else 0)
    said = capsys.readouterr()
    assert "takarir.md:" in said.err if broken else f'    teks_alt: "{ALT}"' in said.out
    assert (caption.read_text(encoding="utf-8") if before is not None else None) == before


def test_a_designers_picture_is_never_overwritten(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (checkout / FOLDER / "media/kartu.jpg").read_bytes()
    assert main(["card", ITEM]) == 2
    assert "media/kartu.jpg sudah ada" in capsys.readouterr().err
    assert (checkout / FOLDER / "media/kartu.jpg").read_bytes() == before


def test_an_office_has_templates_of_its_own_and_unknown_ones_are_named(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["card", ITEM, "--template", "../../mkdocs"]) == 2
    assert "templat kartu '../../mkdocs' tidak ada: pilih dari terang, umum" in capsys.readouterr().err
    own = bare / "site_config/kartu/kota/umum.svg"
    own.parent.mkdir()
    own.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"><rect width="600" height="600"/></svg>',
        encoding="utf-8",
    )
    assert main(["card", ITEM]) == 0
    assert opened((bare / FOLDER / "media/kartu.jpg").read_bytes()).size == (600, 600)


def test_letters_the_font_lacks_are_for_the_writer_to_mend(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = bare / FOLDER / "index.md"
    index.write_text(index.read_text(encoding="utf-8").replace("Mengenal JDIH", "Mengenal 選挙"), encoding="utf-8")
    assert main(["card", ITEM]) == 1
    assert "huruf 挙選 tidak ada pada huruf kartu" in capsys.readouterr().out
    assert not (bare / FOLDER / "media/kartu.jpg").exists()


def test_a_summary_too_long_is_cut_and_said_to_be(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = bare / FOLDER / "index.md"
    text = index.read_text(encoding="utf-8").replace("Apa itu JDIH", "Apa itu JDIH " * 60)
    index.write_text(text, encoding="utf-8")
    assert main(["card", ITEM]) == 0
    assert "ringkasan terlalu panjang untuk kartu dan dipotong" in capsys.readouterr().out


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("named", ["kota-2026-tiada", "site_config", "content/konten/kota/2026/tiada"])
def test_an_item_that_is_not_there_is_one_line(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["card", named]) == 2
    assert capsys.readouterr().err == (
        f"jdih: butir {named} tidak ada di sini: tulis id atau folder butir (lihat jdih status)\n"
    )
