"""schema.org/Legislation for machines (JSON-LD): https://schema.org/Legislation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup

from pipeline.model.item import RelationKind
from pipeline.site.law import Force

if TYPE_CHECKING:
    from pipeline.model.item import DocumentType
    from pipeline.model.people import Office
    from pipeline.model.site import PublicProduct
    from pipeline.site.law import Standing

_PREDICATES = {
    RelationKind.MENCABUT: "legislationRepeals",
    RelationKind.MENGUBAH: "legislationAmends",
    RelationKind.MELAKSANAKAN: "isBasedOn",
    RelationKind.MERUJUK: "citation",
}


def legislation(
    product: PublicProduct, kind: DocumentType, office: Office, standing: Standing, site_url: str
) -> Markup:
    """Return the script element that describes *product*."""
    url = site_url + product.address
    force = "InForce" if standing.force is Force.BERLAKU else "NotInForce"
    described: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "@id": url,
        "url": url,
        "name": product.title,
        "legislationIdentifier": [product.number, *(alias.number for alias in product.aliases)],
        "legislationType": kind.name,
        "legislationDate": product.enacted.isoformat(),
        "legislationLegalForce": f"https://schema.org/{force}",
        "legislationPassedBy": {"@type": "GovernmentOrganization", "name": product.teu},
        "publisher": {"@type": "GovernmentOrganization", "name": office.name},
        "inLanguage": "id",
        "keywords": list(product.subjects),
        "encoding": [
            {
                "@type": "LegislationObject",
                "contentUrl": url + file.path,
                "contentSize": str(file.size),
                "sha256": file.sha256,
                "legislationLegalValue": "https://schema.org/OfficialLegalValue",
            }
            for file in product.files
        ],
    }
    if product.promulgated:
        described["datePublished"] = product.promulgated.isoformat()
    if product.abstract:
        described["abstract"] = product.abstract.substance
    for relation, predicate in _PREDICATES.items():
        targets = [
            site_url + edge.address if edge.address else edge.label
            for edge in standing.edges
            if edge.outward and edge.kind is relation
        ]
        if targets:
            described[predicate] = targets
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(_inert(described)))  # noqa: S704 - _inert


def _inert(value: object) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
