"""The shell: a page the engine rendered, cut at our own words, ready to be stamped.

We never cut at the theme's markup: it changes without notice. A word of ours that the
engine did not carry through is a loud fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from pipeline.site.page import Page

TITLE = "JDIHKATAJUDUL"
DESCRIPTION = "JDIHKATARINGKASAN"
HEAD = "<!--JDIHKATAKEPALA-->"
BEGIN = "<!--JDIHKATAAWAL-->"
END = "<!--JDIHKATAAKHIR-->"
ADDRESS = "jdihkataalamat"
"""Folder of the sentinel pages: their own address, wherever the engine prints it, is cut out."""

SECTIONS = ("beranda", "katalog", "informasi", "sop", "profil", "panduan", "cari")
DEPTHS = range(1, 7)

_CONTENT = re.compile(f"{re.escape(BEGIN)}(.*){re.escape(END)}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shell:
    """The pieces of a rendered page; the words between them are still to be filled."""

    parts: tuple[str, ...]

    def stamp(self, page: Page) -> bytes:
        """Put *page* into the shell."""
        filled = {
            TITLE: escape(page.title),
            DESCRIPTION: escape(page.description),
            HEAD: page.head,
            BEGIN: page.content,
            f"{ADDRESS}/": page.address,
        }
        return "".join(filled.get(part, part) for part in self.parts).encode()


def sentinel_address(section: str, depth: int) -> str:
    """Return the address of the sentinel page for *section* at *depth* folders below the root."""
    return f"{ADDRESS}-{section}-{depth}/" + "x/" * (depth - 1)


def cut(rendered: bytes, section: str, depth: int) -> Shell:
    """Cut the rendered sentinel page of *section* and *depth*."""
    where = sentinel_address(section, depth)
    text, _ = _split_content(rendered, where)
    text = text.replace(where, f"{ADDRESS}/")
    _demand(text, where, TITLE, DESCRIPTION, HEAD, f"{ADDRESS}/")
    return _pieces(text)


def open_page(rendered: bytes, name: str) -> tuple[Shell, str]:
    """Cut a hand-written page: its own shell, and the content the engine rendered (not yet safe)."""
    text, content = _split_content(rendered, name)
    _demand(text, name, TITLE, DESCRIPTION, HEAD)
    return _pieces(text), content


def _split_content(rendered: bytes, name: str) -> tuple[str, str]:
    text = rendered.decode()
    found = _CONTENT.search(text)
    if not found or text.count(BEGIN) != 1 or text.count(END) != 1:
        raise JdihError(f"mesin situs tidak membawa kata batas isi pada halaman {name}: tema atau isinya berubah")
    return text[: found.start()] + BEGIN + text[found.end() :], found[1]


def _demand(text: str, name: str, *words: str) -> None:
    for word in words:
        if word not in text:
            raise JdihError(f"mesin situs tidak membawa kata {word} pada halaman {name}: periksa site_config/theme")


def _pieces(text: str) -> Shell:
    words = "|".join(map(re.escape, (TITLE, DESCRIPTION, HEAD, BEGIN, f"{ADDRESS}/")))
    return Shell(tuple(re.split(f"({words})", text)))
