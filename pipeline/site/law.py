"""Legal products side by side: relations in both directions and the legal status they imply.

The legal status is never typed by anyone. Whether a product is shown at all is another
matter, and never mixed with it (JDIHN `status`; BPHN's own data shows what typing both
directions leads to: counts that disagree).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.model.item import RelationKind
from pipeline.site import wording

if TYPE_CHECKING:
    from pipeline.model.item import Relation
    from pipeline.model.site import PublicProduct, SiteData, Tombstone


class Force(StrEnum):
    """The two values JDIHN knows; being amended is no third one."""

    BERLAKU = "Berlaku"
    TIDAK_BERLAKU = "Tidak Berlaku"


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A relation as one of its two ends shows it."""

    verb: str
    kind: RelationKind
    outward: bool
    label: str
    address: str | None
    quote: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the law says about a product today."""

    force: Force
    edges: tuple[Edge, ...]

    @property
    def notes(self) -> tuple[Edge, ...]:
        """The edges that belong in 'Keterangan Status'."""
        return tuple(edge for edge in self.edges if edge.kind in (RelationKind.MENCABUT, RelationKind.MENGUBAH))


class Register:
    """Every published product, and what others say about it."""

    def __init__(self, data: SiteData) -> None:
        """Index the products of *data*."""
        self._products = {product.id: product for product in data.products}
        self._tombstones = {tombstone.id: tombstone for tombstone in data.tombstones}
        self._inward: dict[str, list[tuple[PublicProduct, Relation]]] = defaultdict(list)
        for product in data.products:
            for relation in product.relations:
                self._inward[relation.target].append((product, relation))

    def find(self, product_id: str | None) -> PublicProduct | None:
        """Return the published product with this id, or None."""
        return self._products.get(product_id or "")

    def standing(self, product: PublicProduct) -> Standing:
        """Return status and edges of *product*: outward as written, then inward as derived."""
        inward = self._inward[product.id]
        revoked = any(relation.kind is RelationKind.MENCABUT for _, relation in inward)
        outward_edges = (self._outward(relation) for relation in product.relations)
        inward_edges = (
            Edge(
                verb=wording.INWARD[relation.kind],
                kind=relation.kind,
                outward=False,
                label=source.title,
                address=source.address,
                quote=relation.quote,
            )
            for source, relation in inward
        )
        return Standing(force=Force.TIDAK_BERLAKU if revoked else Force.BERLAKU, edges=(*outward_edges, *inward_edges))

    def _outward(self, relation: Relation) -> Edge:
        product = self._products.get(relation.target)
        tombstone: Tombstone | None = self._tombstones.get(relation.target)
        return Edge(
            verb=wording.OUTWARD[relation.kind],
            kind=relation.kind,
            outward=True,
            label=product.title if product else tombstone.label if tombstone else relation.target,
            address=product.address if product else tombstone.address if tombstone else None,
            quote=relation.quote,
        )
