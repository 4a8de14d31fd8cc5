"""Pages of single things: a legal product, a post, a tombstone."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from markupsafe import Markup

from pipeline.model.base import JdihError
from pipeline.site import linked_data, prose, rendering, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import DocumentType
    from pipeline.model.site import PublicFile, PublicPost, PublicProduct, SiteData, Tombstone
    from pipeline.site.law import Register, Standing
    from pipeline.site.page import Page

SERVED = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".webp", ".gif", ".mp4", ".txt", ".csv", ".docx", ".xlsx"})
"""Kinds of files we serve: none that a browser would run (.html, .svg)."""
NO_ROBOTS = Markup('<meta name="robots" content="noindex">')


def product_page(product: PublicProduct, data: SiteData, register: Register, site_url: str) -> Page:
    """Return the detail page, fields in the order of jdih.kpu.go.id."""
    kind, office = data.types[product.kind], data.offices[product.office]
    standing = register.standing(product)
    head = (
        rendering.meta(butir=product.id, sidik=product.digest)
        + Markup("\n")
        + linked_data.legislation(product, kind, office, standing, site_url)
    )
    return rendering.page(
        "produk.html",
        address=product.address,
        section="katalog",
        title=product.title,
        description=_summary(product),
        head=head,
        changed=product.published or product.enacted,
        produk=product,
        jenis=kind,
        kantor=office,
        kedudukan=standing,
        baris=tuple(fields(product, kind, standing)),
        berkas=[(file.kind.capitalize() or "Berkas", file) for file in product.files],
        kutipan=citation(product, site_url),
        butir_terkait=[post for post in data.posts if post.product == product.id],
    )


def fields(product: PublicProduct, kind: DocumentType, standing: Standing) -> Iterator[tuple[str, str]]:
    """Yield the rows KPU's staff know, in their order; '' where the document has none."""
    yield "Tipe Dokumen", wording.JDIHN_CLASSES[kind.jdihn_class]
    yield "Jenis Dokumen", kind.name
    yield "Singkatan Jenis", kind.abbreviation
    yield "Nomor", product.number
    yield "Tahun Terbit", str(product.year)
    yield "T.E.U. Badan/Pengarang", product.teu
    yield "Tanggal Penetapan", wording.day(product.enacted)
    yield "Tanggal Pengundangan", wording.day(product.promulgated)
    yield "Tempat Penetapan", product.place
    yield "Penandatangan", product.signatory
    yield "Sumber", product.source
    yield "Subjek", "; ".join(product.subjects)
    yield "Bidang Hukum", product.field_of_law
    yield "Bahasa", product.language
    yield "Asal/Lokasi", product.location
    yield "Keterangan Status", "; ".join(f"{edge.verb} {edge.label}" for edge in standing.notes)
    if product.initiator:
        yield "Pemrakarsa", product.initiator
    if product.affairs:
        yield "Urusan Pemerintahan", product.affairs


def citation(product: PublicProduct, site_url: str) -> str:
    """Return how to cite the product, with its permanent address."""
    source = f" ({product.source})" if product.source else ""
    return f"{product.title}{source}, ditetapkan {wording.day(product.enacted)}, {site_url}{product.address}"


def _summary(product: PublicProduct) -> str:
    return prose.plain(product.abstract.substance if product.abstract else product.body or product.title)


def post_page(post: PublicPost, data: SiteData, register: Register) -> Page:
    """Return the page of an announcement, activity or education piece."""
    return rendering.page(
        "informasi.html",
        address=post.address,
        section="informasi",
        title=post.title,
        description=prose.plain(post.summary or post.body),
        head=rendering.meta(butir=post.id, sidik=post.digest),
        changed=post.day,
        butir=post,
        kategori=wording.CATEGORIES[post.category],
        kantor=data.offices[post.office],
        produk=register.find(post.product),
    )


def tombstone_page(tombstone: Tombstone, data: SiteData) -> Page:
    """Return what stays at the address of something taken down; never in catalogue, search or sitemap."""
    return rendering.page(
        "nisan.html",
        address=tombstone.address,
        section="informasi" if tombstone.address.startswith("informasi/") else "katalog",
        title=f"{tombstone.label} ({tombstone.state})",
        description=f"Dokumen ini {tombstone.state} sejak {wording.day(tombstone.since)}.",
        head=rendering.meta(butir=tombstone.id, sidik=tombstone.digest) + Markup("\n") + NO_ROBOTS,
        nisan=tombstone,
        alasan=wording.REASONS[tombstone.reason],
        kantor=data.offices[tombstone.office],
    )


def served(address: str, files: tuple[PublicFile, ...]) -> Iterator[tuple[str, PublicFile]]:
    """Yield where each file of the page at *address* is served; refuse kinds a browser would run."""
    for file in files:
        if not is_served(file.path):
            raise JdihError(f"{address}{file.path}: jenis berkas ini tidak ditayangkan di situs")
        yield address + file.path, file


def is_served(path: str) -> bool:
    """Whether the kind of file at *path* may be served."""
    return PurePosixPath(path).suffix.lower() in SERVED
