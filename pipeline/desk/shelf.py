"""Everything `main` holds, read once: items with their files and records, offices, SOPs, types.

The same shelf is read from a folder (a checkout, or the server's plain copy of `main`) whoever asks:
the site, the publisher, the checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline import content, digests, items, records, settings, sop, store
from pipeline.frontmatter import MalformedError
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.items import Place
    from pipeline.model.history import Record
    from pipeline.model.item import DocumentType, Item
    from pipeline.model.people import Office
    from pipeline.model.procedure import Effect, Procedure


@dataclass(frozen=True, slots=True)
class Shelved:
    """One item as it stands on `main`."""

    place: Place
    item: Item
    files: Mapping[str, bytes]
    """Path inside the folder -> bytes, records left out."""
    records: tuple[Record, ...]

    @property
    def digest(self) -> str:
        """Return the digest of what the public sees of it: the approval on its page and in the ledger."""
        blobs = {path: f"100644 {sop.version_of(data)}" for path, data in self.files.items()}
        return digests.digest(blobs, items.PUBLISHED[self.place.kind])

    def last(self, *effects: Effect) -> Record | None:
        """Return the newest record that made one of *effects* happen, or None."""
        found = [record for record in self.records if set(record.effects) & set(effects)]
        return found[-1] if found else None


@dataclass(frozen=True)
class Shelf:
    """A whole `main`."""

    root: Path
    items: Mapping[str, Shelved]
    offices: Mapping[str, Office]
    types: Mapping[str, DocumentType]

    @cached_property
    def procedures(self) -> Mapping[str, Procedure]:
        """Return the SOPs in force, by id."""
        found = {}
        for path in sorted((self.root / "site_config/sop").rglob("*.yaml")):
            name = path.relative_to(self.root).as_posix()
            data = path.read_bytes()
            procedure = sop.parse(data, name, sop.version_of(data))
            found[procedure.id] = procedure
        return found


def read(root: Path) -> Shelf:
    """Read the shelf below *root*; raise `JdihError` naming the first thing that cannot be read."""
    folders = store.read_folder(root / "site_config/offices")
    offices = settings.offices({f"site_config/offices/{name}": data for name, data in folders.items()})
    types = content.document_types((root / "site_config/jenis.yaml").read_bytes())
    return Shelf(root, {shelved.place.id: shelved for shelved in _items(root)}, offices, types)


def _items(root: Path) -> Iterator[Shelved]:
    for folder in item_folders(root):
        place = items.place_of(folder)
        if place is not None:
            yield _shelve(place, store.read_folder(root / folder))


def item_folders(root: Path) -> list[str]:
    """Return every item folder below *root*'s `content/`, sorted."""
    found = set()
    for kind in items.KINDS:
        for path in (root / "content" / kind).glob("**/index.md"):
            place = items.place_of(path.relative_to(root).as_posix())
            if place:
                found.add(place.folder)
    return sorted(found)


def _shelve(place: Place, files: Mapping[str, bytes]) -> Shelved:
    own = {path: data for path, data in files.items() if not records.is_record_path(path)}
    item = content.read(place.folder, own)
    if isinstance(item, tuple):
        first = item[0]
        raise JdihError(f"{first.path}:{first.line}: {first.message}")
    written = tuple(
        _record(f"{place.folder}/{path}", data) for path, data in sorted(files.items()) if records.is_record_path(path)
    )
    return Shelved(place, item, own, written)


def _record(path: str, data: bytes) -> Record:
    try:
        return records.parse(data)
    except MalformedError as error:
        raise JdihError(f"{path}:{error.line}: {error}") from error
