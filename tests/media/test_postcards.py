"""Posts drawn as pictures: what is seen is measured, and nothing of a draft is believed."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageChops

from pipeline.media import cards, postcards
from pipeline.media.postcards import Piece, Postcard
from tests.media.pictures import encoded, opened

FONTS = sorted((Path(__file__).parents[2] / "site_config/kartu/huruf").glob("*.ttf"))
FACE = cards.Face(next(path for path in FONTS if path.stem.endswith("500")))


def post(text: str = "Mengenal JDIH", *, over: str = "", pieces: tuple[Piece, ...] = ()) -> Postcard:
    return Postcard(head="x:jdih_kota", text=text, over=over, count="13 dari 280", pieces=pieces)


def colours(png: bytes) -> set[tuple[int, ...]]:
    seen = opened(png).convert("RGB")
    raw = seen.tobytes()
    return {tuple(raw[at : at + 3]) for at in range(0, len(raw), 3)}


def test_the_same_post_gives_the_same_bytes_and_another_text_another_picture() -> None:
    assert postcards.draw(post(), FONTS) == postcards.draw(post(), FONTS)
    first, second = (opened(postcards.draw(post(text), FONTS)).convert("RGB") for text in ("Mengenal", "Menganal"))
    assert ImageChops.difference(first, second).getbbox()


def test_what_no_longer_fits_is_red() -> None:
    red = (0xB3, 0x26, 0x1E)
    assert red not in colours(postcards.draw(post(), FONTS))
    assert red in colours(postcards.draw(post(over="yang lewat"), FONTS))


def test_a_picture_is_drawn_as_the_platform_gets_it() -> None:
    greens = [encoded(Image.new("RGB", size, (0, 128, 0))) for size in ((800, 400), (400, 800))]
    wide, tall = (postcards.draw(post(pieces=(Piece(data=each, alt="hijau"),)), FONTS) for each in greens)
    assert opened(tall).height - opened(wide).height == pytest.approx((2 - 0.5) * 552, abs=2)
    assert any(green > 100 and red < 40 for red, green, _ in colours(wide))


def test_a_broken_picture_leaves_its_place_and_a_word() -> None:
    drawn = postcards.draw(post(pieces=(Piece(data=b"bukan gambar", alt="", said="media/kartu.jpg"),)), FONTS)
    assert (0xE7, 0xEB, 0xF0) in colours(drawn)


def words(card: Postcard, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return everything that is written on *card*."""
    drawn: list[str] = []

    def painted(root: ET.Element, fonts: list[Path]) -> bytes:
        drawn.extend(each.text or "" for each in root.iter())
        return cards.paint(root, fonts)

    monkeypatch.setattr(postcards, "paint", painted)
    postcards.draw(card, FONTS)
    return " ".join(filter(None, drawn))


def test_words_for_a_picture_stand_only_where_they_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sent, unsent = (
        words(post(pieces=(Piece(data=b"", alt="Kartu hijau", described=told, said="a.jpg"),)), monkeypatch)
        for told in (True, False)
    )
    assert "Alt: Kartu hijau" in sent
    assert "Kartu hijau" not in unsent
    assert "Teks alternatif tidak dikirim: API-nya tidak menerimanya" in unsent


def test_a_title_stands_above_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Postcard(head="youtube:jdih", text="Isinya", over="", count="6 dari 5000", title="Rapat pleno")
    assert "Judul: Rapat pleno Isinya" in words(card, monkeypatch)


def test_a_letter_the_font_lacks_stands_as_its_name() -> None:
    assert postcards.readable("Selamat \U0001f389\ufe0f!", FACE) == "Selamat [party popper]!"


def test_marks_that_turn_the_direction_are_left_out() -> None:
    assert postcards.readable("kpu\u202egro.upk", FACE) == "kpu gro.upk"


@pytest.mark.parametrize(
    "hostile",
    [
        "</text><image href='file:///etc/passwd'/>",
        "<script>alert(1)</script>",
        "&xxe; <!ENTITY xxe SYSTEM 'file:///etc/passwd'>",
        "]]><svg onload='x'/>",
    ],
)
def test_words_never_become_drawing(hostile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def painted(root: ET.Element, fonts: list[Path]) -> bytes:
        drawn.append(ET.tostring(root, encoding="unicode"))
        return cards.paint(root, fonts)

    monkeypatch.setattr(postcards, "paint", painted)
    postcards.draw(post(hostile), FONTS)
    read = ET.fromstring(drawn[0])  # noqa: S314 - our own
    assert {each.tag.rpartition("}")[2] for each in read.iter()} == {"svg", "rect", "text"}
    assert hostile.split(maxsplit=1)[0] in " ".join(each.text or "" for each in read.iter())


def test_a_long_text_is_cut_not_endless() -> None:
    assert opened(postcards.draw(post("baris\n" * 5000), FONTS)).height < 2000


def test_without_fonts_it_says_which_are_missing() -> None:
    with pytest.raises(cards.CardError, match="huruf setebal 500 dan 800"):
        postcards.draw(post(), [])
