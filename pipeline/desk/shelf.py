"""Everything `main` holds, read once: items with their files and records, offices, SOPs, types.

The same shelf is read from a folder (a checkout, or the server's plain copy of `main`) whoever asks:
the site, the publisher, the checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline import content, digests, items, reach, records, settings, sop, store
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
        return reach.last(self.records, effects)


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
        return procedures(self.root)


def read(root: Path) -> Shelf:
    """Read the shelf below *root*; raise `JdihError` naming the first thing that cannot be read."""
    return Shelf(root, {shelved.place.id: shelved for shelved in _items(root)}, offices(root), types(root))


def offices(root: Path) -> Mapping[str, Office]:
    """Return the offices registered below *root*, by id."""
    files = store.read_folder(root / "site_config/offices")
    return settings.offices({f"site_config/offices/{name}": data for name, data in files.items()})


def types(root: Path) -> Mapping[str, DocumentType]:
    """Return the types of legal products listed below *root*, by id."""
    path = root / "site_config/jenis.yaml"
    if not path.is_file():
        raise JdihError("site_config/jenis.yaml tidak ada: daftar jenis dokumen diperlukan")
    return content.document_types(path.read_bytes())


def procedures(root: Path) -> Mapping[str, Procedure]:
    """Return the SOPs in force below *root*, by id."""
    found = {}
    for path in sorted((root / "site_config/sop").rglob("*.yaml")):
        name = path.relative_to(root).as_posix()
        data = path.read_bytes()
        procedure = sop.parse(data, name, sop.version_of(data))
        found[procedure.id] = procedure
    return found


def places(root: Path, folder: Path) -> Iterator[Place]:
    """Yield the items in *folder* by the names of their folders alone; symlinks are refused, not followed."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            raise JdihError(f"{name} adalah tautan simbolik: ganti dengan folder atau berkas biasa")
        place = items.place_of(f"{name}/") if path.is_dir() else None
        if place:
            yield place
        elif path.is_dir():
            yield from places(root, path)


def item(root: Path, place: Place) -> Item:
    """Return the item at *place* below *root*; raise `JdihError` naming the first thing to mend in it."""
    return shelve(place, store.read_folder(root / place.folder)).item


def _items(root: Path) -> Iterator[Shelved]:
    for place in places(root, root / "content"):
        files = store.read_folder(root / place.folder)
        if content.INDEX in files:  # an item begun with a disposition alone is nobody's yet
            yield shelve(place, files)


def shelve(place: Place, files: Mapping[str, bytes]) -> Shelved:
    """Return one item out of its folder's *files*; raise `JdihError` naming the first thing to mend in it."""
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
