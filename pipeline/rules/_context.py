"""What a rule may look at besides the item: values the caller gathered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.model.item import DocumentType
    from pipeline.model.people import Office

MAX_PROSE = 1_000_000
"""Bytes of a Markdown file that are looked at; longer ones are refused (KEA005)."""

Place = tuple[str, int, str]
"""A file inside the item folder, a line from 1, and what to do there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What is the same for every item of a repository."""

    offices: Mapping[str, Office]
    types: Mapping[str, DocumentType]
    ids: frozenset[str]
    """Ids of all items there are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The office, the lists, and the bytes of the item folder."""

    office: Office
    types: Mapping[str, DocumentType]
    ids: frozenset[str]
    """Ids of all items this desk knows."""
    files: Mapping[str, bytes]
    """Path inside the item folder -> bytes."""

    def prose(self) -> Iterator[tuple[str, int, str]]:
        """Yield file, line number and text of every Markdown line in the folder, front matter included."""
        for name, data in sorted(self.files.items()):
            if name.endswith(".md"):
                text = data[:MAX_PROSE].decode("utf-8", errors="replace").removeprefix("\ufeff")
                for number, line in enumerate(text.split("\n"), start=1):
                    yield name, number, line.rstrip("\r")
