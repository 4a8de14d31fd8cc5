"""A card made of words and an office's template, for when no designer is at hand.

A template is an SVG any drawing program shows. A `<text data-isi="judul">` in it is a box: `x` and `y` its upper
corner, `data-lebar` and `data-tinggi` its size, `font-size` the largest letters, `data-terkecil` the smallest,
`data-spasi` line height by letter size. `data-ikut="judul" data-jarak="44"` puts an element 44 below that text.
SVG cannot wrap lines, so words are measured with the very font files they are drawn with. The same words, template
and fonts always give the same bytes: no font of the machine is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from PIL.ImageFont import FreeTypeFont

SVG = "http://www.w3.org/2000/svg"
_EM = 1000
"""Pixels a letter is measured at: large enough that no advance is rounded."""
_SEEN = 24
"""Pixels a letter is looked at: enough to tell it from the empty box."""
_MORE = "…"


class CardError(Exception):
    """The card cannot be drawn; says why and what to do in one Indonesian line."""


@dataclass(frozen=True, slots=True)
class Card:
    """A drawn card."""

    png: bytes
    shortened: tuple[str, ...]
    """Names of the texts that did not fit whole, even at their smallest."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text may stand: pixels, letter sizes from `largest` down to `smallest`, line height by size."""

    width: float
    height: float
    largest: float
    smallest: float
    spacing: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text broken into lines that fit its box."""

    lines: tuple[str, ...]
    size: float
    whole: bool


class Face:
    """One font file, for measuring."""

    def __init__(self, path: Path) -> None:
        """Open the file; raise `CardError` when it is no font."""
        self.path = path
        try:
            self._font, self._small = _font(path, _EM), _font(path, _SEEN)
        except OSError as error:
            raise CardError(f"berkas huruf {path.name} tidak dapat dibaca") from error
        self.ascent, self.descent = (value / _EM for value in self._font.getmetrics())

    def width(self, text: str, size: float) -> float:
        """Return how wide *text* is at *size*, in pixels, without the kerning that only narrows it."""
        return self._font.getlength(text) * size / _EM

    def lacks(self, letter: str) -> bool:
        """Whether the font draws nothing but its empty box for *letter*."""
        return not letter.isspace() and bytes(self._small.getmask(letter)) == bytes(self._small.getmask("\uffff"))


@lru_cache(maxsize=16)
def _font(path: Path, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def draw(template: bytes, texts: Mapping[str, str], fonts: Sequence[Path]) -> Card:
    """Fill *template* with *texts* by name. *fonts* are named by weight: `huruf-500.ttf`. Raise `CardError`."""
    try:
        root = ET.fromstring(template)  # noqa: S314 - the office's own configuration, never a writer's file
        faces = {path.stem.rpartition("-")[2]: Face(path) for path in fonts}
        shortened = tuple(_fill(root, {name: plain(text) for name, text in texts.items()}, faces))
        return Card(paint(root, fonts), shortened)
    except (ET.ParseError, ValueError) as error:
        raise CardError(f"templat kartu tidak dapat digambar: {error}") from error


def paint(root: Element, fonts: Sequence[Path]) -> bytes:
    """Return an SVG as PNG, with these font files and no other; raise `ValueError` when it cannot be drawn."""
    import resvg_py

    ET.register_namespace("", SVG)
    said = ET.tostring(root, encoding="unicode")
    return bytes(
        resvg_py.svg_to_bytes(svg_string=said, skip_system_fonts=True, font_files=[str(path) for path in fonts])
    )


def plain(text: str) -> str:
    """Return *text* on one line, without marks that change the direction or hide letters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _fill(root: Element, texts: Mapping[str, str], faces: Mapping[str, Face]) -> Iterator[str]:
    """Put every text into its box and what follows it below; yield the names of those that were cut."""
    ends: dict[str, float] = {}
    for element in list(root.iter()):
        if leader := element.get("data-ikut"):
            element.set("y", f"{ends.get(leader, 0.0) + float(element.get('data-jarak', '0')):g}")
        name = element.get("data-isi")
        if name is None:
            continue
        if name not in texts:
            raise CardError(f"templat kartu meminta '{name}', pilih dari {', '.join(texts)}")
        fitted, ends[name] = _set(element, texts[name], _face(element, faces))
        if not fitted.whole:
            yield name


def _face(element: Element, faces: Mapping[str, Face]) -> Face:
    weight = element.get("font-weight", "")
    if weight not in faces:
        raise CardError(f"templat kartu meminta huruf setebal '{weight}', yang ada {', '.join(sorted(faces))}")
    return faces[weight]


def _set(element: Element, text: str, face: Face) -> tuple[Fitted, float]:
    """Replace what the text element says; return how it fitted, and where it ends."""
    if missing := "".join(sorted({letter for letter in text if face.lacks(letter)})):
        raise CardError(f"huruf {missing} tidak ada pada huruf kartu: ganti, atau minta perancang membuat gambarnya")
    largest, top = float(element.get("font-size", "0")), float(element.get("y", "0"))
    box = Box(
        width=float(element.get("data-lebar", "0")),
        height=float(element.get("data-tinggi", "0")),
        largest=largest,
        smallest=float(element.get("data-terkecil", f"{largest}")),
        spacing=float(element.get("data-spasi", "1.2")),
    )
    fitted = fit(text, face, box)
    pace = fitted.size * box.spacing
    first = top + (pace - fitted.size * (face.ascent + face.descent)) / 2 + fitted.size * face.ascent
    element.text = None
    element.set("font-size", f"{fitted.size:g}")
    element[:] = []
    for number, line in enumerate(fitted.lines):
        place = {"x": element.get("x", "0"), "y": f"{first + number * pace:.2f}"}
        ET.SubElement(element, f"{{{SVG}}}tspan", place).text = line
    return fitted, top + pace * len(fitted.lines)


def fit(text: str, face: Face, box: Box) -> Fitted:
    """Break *text* at the largest size at which it fits *box*; at the smallest, cut it and say so."""
    size = box.largest
    while True:
        lines = wrap(text, face, size, box.width)
        room = max(1, math.floor(box.height / (size * box.spacing)))
        if len(lines) <= room:
            return Fitted(tuple(lines), size, whole=True)
        if size <= box.smallest:
            return Fitted((*lines[: room - 1], _cut(lines[room - 1], face, size, box.width)), size, whole=False)
        size = max(box.smallest, size - 2)


def wrap(text: str, face: Face, size: float, width: float) -> list[str]:
    """Break *text* into lines no wider than *width*; a word that is wider alone is broken inside."""
    lines: list[str] = []
    for word in text.split():
        if lines and face.width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines += _pieces(word, face, size, width)
    return lines


def _pieces(word: str, face: Face, size: float, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and face.width(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cut(line: str, face: Face, size: float, width: float) -> str:
    """Return *line* with an ellipsis at its end, within *width*."""
    while line and face.width(line + _MORE, size) > width:
        line = line[:-1]
    return line.rstrip(" ,.;:-") + _MORE
