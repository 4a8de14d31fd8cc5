"""What an order has to know of its target: whether it is out, and whether another order took it away."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline import frontmatter, reach, records
from pipeline.model.item import Action, Perintah, ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.model.history import Record
    from pipeline.rules._context import Desk

_INDEX = "index.md"


def out_of_reach(order: Perintah, desk: Desk) -> str | None:
    """Return why *order* finds nothing of its office to take away at its target, or None."""
    target, place = order.target, desk.places[order.target]
    if place.office != order.office:
        return f"butir '{target}' milik kantor {place.office}: perintah hanya untuk butir kantor sendiri"
    texts = desk.read(place.folder)
    published = reach.last(_written(texts), reach.OUT)
    if published is None and not (place.kind == ProdukHukum.kind and not _field(texts, "sop")):
        return f"butir '{target}' belum terbit: perintah hanya untuk butir yang sudah tayang"
    for other, taken in _takings(order, desk, {target, _field(texts, "produk_hukum")}):
        if reach.is_taken(published, taken):
            return f"butir '{target}' sudah tidak tayang karena perintah {other}: tidak perlu perintah lagi"
    return None


def _takings(order: Perintah, desk: Desk, targets: set[str]) -> Iterator[tuple[str, Record | None]]:
    """Yield the office's other orders that take away one of *targets*, each with the record that did it."""
    for place in desk.places.values():
        if (place.kind, place.office) == (Perintah.kind, order.office) and place.id != order.id:
            texts = desk.read(place.folder)
            if _field(texts, "sasaran") in targets - {""} and _field(texts, "tindakan") != Action.ARSIPKAN:
                yield place.id, reach.last(_written(texts), reach.TAKEN)


def _written(texts: Mapping[str, bytes]) -> list[Record]:
    """Return the records among *texts*, oldest first; one that cannot be read lets nothing out and takes nothing."""
    found = []
    for path in sorted(filter(records.is_record_path, texts)):
        with suppress(frontmatter.MalformedError):
            found.append(records.parse(texts[path]))
    return found


def _field(texts: Mapping[str, bytes], key: str) -> str:
    try:
        value = frontmatter.parse(texts.get(_INDEX, b"")).fields.get(key, "")
    except frontmatter.MalformedError:
        return ""
    return value if isinstance(value, str) else ""
