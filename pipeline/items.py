"""Where items live: folder, id and branch say the same thing in three ways.

content/konten/<office>/<yyyy>/<slug>  <->  <office>-<yyyy>-<slug>  <->  usul/<office>-<yyyy>-<slug>
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BRANCHES = "refs/heads/usul/"
UNFILLED = re.compile(r"\bISI(?::|\s*\|)")
"""What templates leave for people to write."""
TYPED = "produk-hukum"
NOTE = "nota-dinas.md"
"""The official note of an order; its number comes from the numbering register."""
KINDS = ("konten", TYPED, "tanggapan", "perintah")
PUBLISHED = {
    "konten": ("index.md", "takarir.md", "media/**"),
    TYPED: ("index.md", "*.pdf", "lampiran*", "lampiran/**"),
    "tanggapan": ("index.md",),
    "perintah": ("index.md", "nota-dinas.md"),
}
"""Files of each kind of item that the public sees; the rest are the office's own papers."""
_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PLAIN = re.compile(rf"content/(konten|tanggapan|perintah)/({_NAME})/(\d{{4}})/({_NAME})(?:/|\Z)")
_TYPED = re.compile(rf"content/(produk-hukum)/({_NAME})/({_NAME})/(\d{{4}})/({_NAME})(?:/|\Z)")


@dataclass(frozen=True, slots=True)
class Place:
    """An item's folder, taken apart."""

    folder: str
    kind: str
    office: str
    year: int
    slug: str
    type: str = ""
    """Only legal products stand under their type."""

    @property
    def id(self) -> str:
        """The item's permanent id."""
        return f"{self.office}-{self.year:04d}-{self.slug}"


def place_of(path: str) -> Place | None:
    """Return the item folder that *path* (from the repository root) lies in or is, or None."""
    if match := _PLAIN.match(path):
        kind, office, year, slug = match.groups()
        return Place(match[0].rstrip("/"), kind, office, int(year), slug)
    if match := _TYPED.match(path):
        kind, office, type_, year, slug = match.groups()
        return Place(match[0].rstrip("/"), kind, office, int(year), slug, type_)
    return None


def split_id(item: str) -> list[tuple[str, int, str]]:
    """Return the ways to read an id as office, year and slug (an office's own id may hold a year)."""
    found = re.finditer(rf"(?=-(\d{{4}})-({_NAME})\Z)", item)
    return [(item[: match.start()], int(match[1]), match[2]) for match in found if match.start()]


def folder_for(kind: str, office: str, year: int, slug: str, type_: str = "") -> str:
    """Return the folder of a new item; `type_` is needed for legal products only."""
    middle = (office, type_) if type_ else (office,)
    return "/".join(("content", kind, *middle, f"{year:04d}", slug))
