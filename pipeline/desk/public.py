"""What of `main` is public: what an SOP's effect let out, and no order took away since.

Legal products that predate the desk (no `sop`) are public as they stand. An order with the effect `turun`
or `hapus` outweighs every publication before it, and takes what announces its target along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import reach
from pipeline.model import site
from pipeline.model.item import Action, Konten, Perintah, ProdukHukum
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.desk.shelf import Shelf, Shelved


def withdrawals(shelf: Shelf) -> dict[str, Shelved]:
    """Return item id -> the order that took it away and was not followed by a new publication."""
    found = {}
    for order in shelf.items.values():
        if not isinstance(order.item, Perintah) or order.item.action is Action.ARSIPKAN:
            continue
        for target in _reached(shelf, order.item.target):
            if reach.is_taken(target.last(*reach.OUT), order.last(*reach.TAKEN)):
                found[target.place.id] = order
    return found


def _reached(shelf: Shelf, target: str) -> Iterator[Shelved]:
    """Yield the target of an order, and what announces it."""
    for shelved in shelf.items.values():
        announces = isinstance(shelved.item, Konten) and shelved.item.product == target
        if shelved.place.id == target or announces:
            yield shelved


def is_out(shelved: Shelved) -> bool:
    """Whether its SOP, or its age, lets the public see it."""
    return shelved.last(Effect.TERBIT) is not None or (isinstance(shelved.item, ProdukHukum) and not shelved.item.sop)


def address(shelved: Shelved) -> str:
    """Return where an item's page lives, relative to the site's root; '' for one without a page."""
    place = shelved.place
    if isinstance(shelved.item, ProdukHukum):
        return site.product_address(place.office, place.type, place.year, place.slug)
    if isinstance(shelved.item, Konten):
        return site.post_address(place.office, place.year, place.slug)
    return ""
