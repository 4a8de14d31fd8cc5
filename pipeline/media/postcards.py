"""A post drawn as a picture: how one account will show it, with nothing but our own fonts and no browser.

It is drawn beside the desk's keys from a proposal nobody has approved yet, so nothing in it is executed or fetched:
text becomes lines of an SVG tree, pictures are the prepared JPEGs themselves. The same post gives the same bytes.
"""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.media import looking, plan, preparing
from pipeline.media.cards import SVG, CardError, Face, paint, plain, wrap
from pipeline.model.item import Fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from xml.etree.ElementTree import Element

RECIPE = "2"
"""Raised when the same post shall give another picture than before."""
WIDTH = 600
_EDGE = 24
_INNER = WIDTH - 2 * _EDGE
_SIZE, _SMALL = 20, 15
_PACE = 1.4
"""Line height by letter size."""
_LINES = 60
"""Lines of a text that are drawn; the whole text stands beside the picture."""
_UNTOLD = "Teks alternatif tidak dikirim: API-nya tidak menerimanya"
_GREY, _INK, _RED = "#5b6470", "#16202c", "#b3261e"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One picture or video of a post."""

    data: bytes
    """JPEG or PNG as the platform gets it; empty for a video, or where there is none."""
    alt: str
    described: bool = True
    """Whether the platform is told `alt`."""
    said: str = ""
    """What stands in its place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Postcard:
    """What is drawn of one post."""

    head: str
    """Account and place in a thread."""
    text: str
    over: str
    """What no longer fits, in the platform's own count."""
    count: str
    title: str = ""
    """What stands above the text, on platforms that want a title; '' elsewhere."""
    pieces: tuple[Piece, ...] = ()


class _Sheet:
    """A page that grows downwards."""

    def __init__(self, faces: dict[str, Face]) -> None:
        self.faces, self.y = faces, float(_EDGE)
        self.root = ET.Element(f"{{{SVG}}}svg")
        self.ground = self.add("rect", fill="#ffffff", stroke="#c9d1da")

    def add(self, name: str, **attributes: str | float) -> Element:
        said = {
            key.replace("_", "-"): f"{value:g}" if isinstance(value, float) else str(value)
            for key, value in attributes.items()
        }
        return ET.SubElement(self.root, f"{{{SVG}}}{name}", said)

    def write(self, lines: Sequence[str], size: int, fill: str, weight: str = "500", *, x: float = _EDGE) -> None:
        for line in lines:
            self.add(
                "text",
                x=x,
                y=self.y + size,
                fill=fill,
                font_family="Plus Jakarta Sans",
                font_size=size,
                font_weight=weight,
            ).text = line
            self.y += size * _PACE

    def wrapped(self, text: str, size: int, width: float) -> list[str]:
        return wrap(readable(text, self.faces["500"]), self.faces["500"], size, width)

    def png(self, fonts: Sequence[Path]) -> bytes:
        height = self.y + _EDGE
        self.root.attrib |= {"width": f"{WIDTH}", "height": f"{height:g}"}
        self.ground.attrib |= {"width": f"{WIDTH}", "height": f"{height:g}"}
        return paint(self.root, fonts)


def draw(post: Postcard, fonts: Sequence[Path]) -> bytes:
    """Return *post* as PNG, `WIDTH` pixels wide; raise `CardError`. *fonts* are named by weight: `huruf-500.ttf`."""
    faces = {path.stem.rpartition("-")[2]: Face(path) for path in fonts}
    if lacking := {"500", "800"} - faces.keys():
        raise CardError(f"huruf setebal {' dan '.join(sorted(lacking))} tidak ada di site_config/kartu/huruf")
    sheet = _Sheet(faces)
    sheet.write([readable(post.head, faces["800"])], _SIZE, _INK, "800")
    sheet.y += 8
    abreast = 1 if len(post.pieces) == 1 else 2
    for first in range(0, len(post.pieces), abreast):
        _pieces(sheet, post.pieces[first : first + abreast])
    if post.title:
        sheet.write(sheet.wrapped(f"Judul: {post.title}", _SIZE, _INNER), _SIZE, _INK, "800")
    lines = list(_lines(sheet, post.text))
    sheet.write(lines[:_LINES], _SIZE, _INK)
    over = [] if len(lines) > _LINES else list(_lines(sheet, post.over))[: _LINES - len(lines)]
    sheet.write(over, _SIZE, _RED)
    sheet.y += 8
    sheet.write([readable(post.count, faces["500"])], _SMALL, _RED if post.over else _GREY)
    try:
        return sheet.png(fonts)
    except ValueError as error:
        raise CardError(f"pratinjau tidak dapat digambar: {error}") from error


def _lines(sheet: _Sheet, text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from sheet.wrapped(line, _SIZE, _INNER) or [""]


def _pieces(sheet: _Sheet, row: Sequence[Piece]) -> None:
    """Draw pictures side by side, each with its alternative text below."""
    width = _INNER if len(row) == 1 else (_INNER - 12) / 2
    top, ends = sheet.y, []
    for place, piece in enumerate(row):
        sheet.y = top
        _picture(sheet, piece, _EDGE + place * (width + 12), width)
        ends.append(sheet.y)
    sheet.y = max(ends) + 12


def _picture(sheet: _Sheet, piece: Piece, x: float, width: float) -> None:
    data, height = _small(piece.data, width), width * 9 / 16
    if data:
        seen = looking.look(data)
        height = width * seen.height / seen.width
        link = f"data:image/jpeg;base64,{b64encode(data).decode()}"
        sheet.add("image", x=x, y=sheet.y, width=width, height=height, href=link)
        sheet.y += height + 4
    else:
        sheet.add("rect", x=x, y=sheet.y, width=width, height=height, fill="#e7ebf0")
        below, sheet.y = sheet.y + height + 4, sheet.y + 12
        sheet.write(sheet.wrapped(piece.said, _SMALL, width - 24)[:6], _SMALL, _INK, x=x + 12)
        sheet.y = below
    told = f"Alt: {piece.alt or '(kosong)'}" if piece.described else _UNTOLD
    sheet.write(sheet.wrapped(told, _SMALL, width)[:6], _SMALL, _GREY, x=x)


def _small(data: bytes, width: float) -> bytes:
    """Return a picture no larger than it is drawn, twice as fine; b'' where it cannot be made ready."""
    wide = round(width) * 2
    try:
        return preparing.prepare(
            data, plan.Target("image/jpeg", looking.MAX_BYTES, wide, 2 * wide, (0.1, 10.0), Fit.TEPI)
        )
    except preparing.UnfitError:
        return b""


def readable(text: str, face: Face) -> str:
    """Return *text* on one line; a letter the font lacks stands as its name, not as an empty box: `[party popper]`."""
    return "".join(letter if not face.lacks(letter) else _name(letter) for letter in plain(text))


def _name(letter: str) -> str:
    if unicodedata.category(letter) in ("Mn", "Cf", "Sk"):  # joins or colours the sign before it
        return ""
    return f"[{unicodedata.name(letter, 'tanda lain').lower()}]"
