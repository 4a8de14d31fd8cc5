"""Caption cards: the pictures themselves are measured."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from pipeline.media import cards
from tests.media.pictures import opened

KARTU = Path(__file__).parents[2] / "site_config/kartu"
FONTS = sorted((KARTU / "huruf").glob("*.ttf"))
TEMPLATES = sorted(KARTU.rglob("*.svg"))
BOLD = cards.Face(KARTU / "huruf/plus-jakarta-sans-800.ttf")
WORDS = {
    "judul": "Mengenal JDIH",
    "ringkasan": "Apa itu JDIH dan siapa yang mengelolanya.",
    "kategori": "Edukasi hukum",
    "tanggal": "20 November 2026",
    "kantor": "Komisi Pemilihan Umum Kabupaten Contoh",
    "kantor_pendek": "KPU Kab. Contoh",
}
LONG = "Keputusan tentang Penetapan Perubahan Kedua atas Pedoman Pengelolaan Jaringan Dokumentasi dan Informasi Hukum "
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300" font-family="Plus Jakarta Sans">\
<rect width="400" height="300" fill="#fff"/>%s</svg>'
BOX = b'<text data-isi="judul" data-lebar="300" data-tinggi="100" data-terkecil="20" x="50" y="100" font-size="60" \
font-weight="800">Judul</text>'
every_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)


def ink(template: bytes, texts: dict[str, str]) -> tuple[int, int, int, int] | None:
    """Return what the words of a card colour, as left, top, right, bottom."""
    empty = dict.fromkeys(texts, "")
    drawn, bare = (opened(cards.draw(template, each, FONTS).png).convert("RGB") for each in (texts, empty))
    return ImageChops.difference(drawn, bare).getbbox()


@every_template
@pytest.mark.parametrize(
    "title",
    [
        pytest.param("JDIH", id="short"),
        pytest.param(LONG * 2, id="long"),
        pytest.param(LONG * 8, id="far too long"),
        pytest.param("W" * 400, id="one endless word"),
        pytest.param("AVAVAVTo" * 9 + " Ty", id="letters that are kerned"),
    ],
)
def test_words_never_leave_their_boxes(template: Path, title: str) -> None:
    texts = {**WORDS, "judul": title, "ringkasan": title}
    box = ink(_only_words(template, "judul", "ringkasan"), texts)
    assert box is not None
    left, top, right, bottom = box
    assert left >= 84
    assert right <= 996
    assert top >= 400
    assert bottom <= 1206, "above the line over the foot"


def _only_words(template: Path, *names: str) -> bytes:
    """Return the template with nothing but the boxes of these names."""
    root = ET.fromstring(template.read_bytes())  # noqa: S314 - our own file
    for element in list(root):
        if element.get("data-isi") not in names:
            root.remove(element)
    return ET.tostring(root)


@given(words=st.lists(st.text("abcdefgimnWMil.,/-", min_size=1, max_size=40), min_size=1, max_size=60))
@settings(max_examples=60)
def test_no_line_is_wider_than_its_box_and_no_letter_is_lost(words: list[str]) -> None:
    text, box = " ".join(words), cards.Box(width=500, height=300, largest=90, smallest=18, spacing=1.2)
    fitted = cards.fit(text, BOLD, box)
    assert all(BOLD.width(line, fitted.size) <= box.width for line in fitted.lines)
    assert len(fitted.lines) * fitted.size * box.spacing <= box.height + 0.01
    assert 18 <= fitted.size <= 90
    if fitted.whole:
        assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")


def test_a_text_too_long_even_at_its_smallest_is_cut_and_said_to_be() -> None:
    card = cards.draw(SVG % BOX, {"judul": LONG * 4}, FONTS)
    assert card.shortened == ("judul",)
    assert cards.draw(SVG % BOX, {"judul": "Pendek"}, FONTS).shortened == ()


@every_template
def test_the_same_words_give_the_same_bytes(template: Path) -> None:
    first, second = (cards.draw(template.read_bytes(), WORDS, FONTS).png for _ in range(2))
    assert first == second
    assert opened(first).size == (1080, 1350)


@pytest.mark.parametrize(
    "words",
    [
        '</tspan></text><image href="/etc/hostname" width="400" height="300"/><rect width="400" height="300"/><text>',
        "&lt;rect&gt; &amp; <rect width='400' height='300'/>",
        "<!--", "]]>", "<?xml?>", "$judul ${kantor} %s {0}",
    ],
)  # fmt: skip
def test_hostile_words_are_only_words(words: str) -> None:
    box = ink(SVG % BOX, {"judul": words})
    assert box is not None
    left, top, right, bottom = box
    assert left >= 46
    assert top >= 96
    assert right <= 354
    assert bottom <= 204


def test_marks_that_turn_or_hide_letters_are_dropped() -> None:
    plain, marked = (
        cards.draw(SVG % BOX, {"judul": text}, FONTS).png
        for text in ("JDIH KPU", "\u202eJDIH\u2066\n\tKPU\u202c")
    )  # fmt: skip
    assert plain == marked


@pytest.mark.parametrize(
    ("template", "texts", "why"),
    [
        (SVG % BOX, {"judul": "選挙 JDIH"}, "huruf 挙選 tidak ada"),
        (SVG % BOX, {"ringkasan": "x"}, "meminta 'judul'"),
        (SVG % BOX.replace(b'"800"', b'"300"'), {"judul": "x"}, "huruf setebal '300', yang ada 500, 800"),
        (b"<svg", {"judul": "x"}, "tidak dapat digambar"),
        (SVG % BOX.replace(b'"60"', b'"besar"'), {"judul": "x"}, "tidak dapat digambar"),
    ],
)
def test_a_card_that_cannot_be_drawn_says_why(template: bytes, texts: dict[str, str], why: str) -> None:
    with pytest.raises(cards.CardError, match=why):
        cards.draw(template, texts, FONTS)


def luminance(pixel: tuple[int, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [value / 255 for value in pixel]
    lit = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]


@every_template
def test_every_text_stands_out_from_its_ground(template: Path) -> None:
    root = ET.fromstring(template.read_bytes())  # noqa: S314 - our own file
    for follower in [each for each in root if each.get("data-ikut") and not each.get("data-isi")]:
        root.remove(follower)  # it stands below the words, which are left out here
    bare = opened(cards.draw(ET.tostring(root), dict.fromkeys(WORDS, ""), FONTS).png).convert("RGB")
    texts = [element for element in root.iter() if element.tag.endswith("text")]
    assert len(texts) == 7
    for element in texts:
        value = element.get("fill", "").lstrip("#")
        own = luminance(tuple(bytes.fromhex(value)))
        x, y = int(float(element.get("x", "0"))), int(float(element.get("y", "0")))
        wide = int(element.get("data-lebar", "120"))
        left = x - wide if element.get("text-anchor") == "end" else x
        grounds = bare.crop((left, y, left + wide, y + int(element.get("data-tinggi", "20")))).getcolors(2**20) or []
        for _, pixel in grounds:
            assert isinstance(pixel, tuple)
            light, dark = sorted((own, luminance(pixel)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (element.get("data-isi"), pixel)


def test_the_fonts_are_small_and_carry_their_licence() -> None:
    assert sum(path.stat().st_size for path in (KARTU / "huruf").iterdir()) < 400_000
    assert "SIL Open Font License" in (KARTU / "huruf/LISENSI-plus-jakarta-sans.txt").read_text(encoding="utf-8")
