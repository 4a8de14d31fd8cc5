"""What a rule has to know of another item: whether it is out, and whether an order took it away."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline import frontmatter, reach, records
from pipeline.model.item import Action, Perintah, ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipeline.items import Place
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
    if published is None and not (place.kind == ProdukHukum.kind and not field(texts, "sop")):
        return f"butir '{target}' belum terbit: perintah hanya untuk butir yang sudah tayang"
    others = [each for each in desk.places.values() if each.id != order.id]
    for other, taken in _takings(order.office, others, desk, {target, field(texts, "produk_hukum")}):
        if reach.is_taken(published, taken):
            return f"butir '{target}' sudah tidak tayang karena perintah {other}: tidak perlu perintah lagi"
    return None


def is_out(place: Place, desk: Desk) -> bool:
    """Whether `main` has let the item at *place* out, and no order has taken it away since."""
    published = reach.last(_written(desk.read(place.folder)), reach.OUT)
    takings = _takings(place.office, desk.places.values(), desk, {place.id}) if published else ()
    return published is not None and not any(reach.is_taken(published, taken) for _, taken in takings)


def _takings(
    office: str, orders: Iterable[Place], desk: Desk, targets: set[str]
) -> Iterator[tuple[str, Record | None]]:
    """Yield those of *orders*, the office's own, that take away one of *targets*, each with the record that did it."""
    for place in orders:
        if (place.kind, place.office) == (Perintah.kind, office):
            texts = desk.read(place.folder)
            if field(texts, "sasaran") in targets - {""} and field(texts, "tindakan") != Action.ARSIPKAN:
                yield place.id, reach.last(_written(texts), reach.TAKEN)


def _written(texts: Mapping[str, bytes]) -> list[Record]:
    """Return the records among *texts*, oldest first; one that cannot be read lets nothing out and takes nothing."""
    found = []
    for path in sorted(filter(records.is_record_path, texts)):
        with suppress(frontmatter.MalformedError):
            found.append(records.parse(texts[path]))
    return found


def field(texts: Mapping[str, bytes], key: str) -> str:
    """Return what the front matter among *texts* says under *key*; '' where it says nothing."""
    try:
        value = frontmatter.parse(texts.get(_INDEX, b"")).fields.get(key, "")
    except frontmatter.MalformedError:
        return ""
    return value if isinstance(value, str) else ""
