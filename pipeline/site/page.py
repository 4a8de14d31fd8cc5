"""One page of the site, before it meets the shell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from datetime import date

_ADDRESS = re.compile(r"(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?/)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """`content` and `head` are HTML and already safe; `title` and `description` are plain text."""

    address: str
    """Relative to the site root, with a slash at its end; '' is the home page."""
    section: str
    title: str
    description: str
    content: str
    head: str = ""
    changed: date | None = None
    """For the sitemap; None leaves the page out of it."""

    def __post_init__(self) -> None:
        """Refuse an address that would not be safe in every link."""
        if not _ADDRESS.fullmatch(self.address):
            raise JdihError(f"alamat {self.address!r} hanya boleh berisi huruf kecil, angka, titik dan garis")

    @property
    def depth(self) -> int:
        """How many folders the page stands below the root."""
        return self.address.count("/")

    @property
    def path(self) -> str:
        """The page's file."""
        return f"{self.address}index.html"


def root(address: str) -> str:
    """Return the relative way from the page at *address* to the site root: `../../`."""
    return "../" * address.count("/") or "./"
