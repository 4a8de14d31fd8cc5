"""What a rule may look at besides the item: values the caller gathered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipeline import items
    from pipeline.model.item import DocumentType
    from pipeline.model.people import Office
    from pipeline.model.procedure import Procedure

MAX_PROSE = 1_000_000
"""Bytes of a Markdown file that are looked at; longer ones are refused (KEA005)."""

Place = tuple[str, int, str]
"""A file inside the item folder, a line from 1, and what to do there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What is the same for every item of a repository."""

    offices: Mapping[str, Office]
    types: Mapping[str, DocumentType]
    procedures: Mapping[str, Procedure]
    """SOPs by id: those in force or, where an item is about to be merged, the version it runs on."""
    places: Mapping[str, items.Place]
    """Id -> folder of every item there is."""
    read: Callable[[str], Mapping[str, bytes]]
    """Gives the texts of an item folder, records included: path inside it -> bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The office, the desk, and the bytes of the item folder."""

    office: Office
    desk: Desk
    files: Mapping[str, bytes]
    """Path inside the item folder -> bytes."""

    def prose(self) -> Iterator[tuple[str, int, str]]:
        """Yield file, line number and text of every Markdown line in the folder, front matter included."""
        for name, data in sorted(self.files.items()):
            if name.endswith(".md"):
                text = data[:MAX_PROSE].decode("utf-8", errors="replace").removeprefix("\ufeff")
                for number, line in enumerate(text.split("\n"), start=1):
                    yield name, number, line.rstrip("\r")
