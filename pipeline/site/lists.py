"""Static lists: the catalogue by type, year and office; posts by category. At most 100 rows a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.site import rendering, wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model.item import Category
    from pipeline.model.people import Office
    from pipeline.model.procedure import Procedure
    from pipeline.model.site import PublicPost, PublicProduct, SiteData
    from pipeline.site.law import Register
    from pipeline.site.page import Page

ROWS = 100
_NEWEST = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a list."""

    address: str
    title: str
    badge: str
    facts: tuple[str, ...]
    summary: str = ""
    repealed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A way into the catalogue, with how much stands behind it."""

    address: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What a list page shows beside its rows."""

    office: Office | None = None
    procedures: Sequence[Procedure] = ()
    news: Sequence[Row] = ()
    categories: Mapping[Category, str] = field(default_factory=dict)


def newest_products(data: SiteData) -> list[PublicProduct]:
    """Return all products, the latest enacted first."""
    return sorted(data.products, key=lambda product: (-product.enacted.toordinal(), product.id))


def newest_posts(data: SiteData) -> list[PublicPost]:
    """Return all posts, the latest day first."""
    return sorted(data.posts, key=lambda post: (-post.day.toordinal(), post.id))


def product_row(product: PublicProduct, data: SiteData, register: Register) -> Row:
    """Return the line of a legal product."""
    force = register.standing(product).force
    return Row(
        address=product.address,
        title=product.title,
        badge=data.types[product.kind].name,
        facts=(
            data.offices[product.office].short_name,
            f"Nomor {product.number}",
            wording.day(product.enacted),
            force.value,
        ),
        repealed=force.name != "BERLAKU",
    )


def post_row(post: PublicPost, data: SiteData) -> Row:
    """Return the line of a post."""
    return Row(
        address=post.address,
        title=post.title,
        badge=wording.CATEGORIES[post.category],
        facts=(data.offices[post.office].short_name, wording.day(post.day)),
        summary=post.summary,
    )


def by_type(data: SiteData) -> list[Entry]:
    """Return the types that have products, the fullest first."""
    counts = Counter(product.kind for product in data.products)
    entries = [
        Entry(address=f"katalog/jenis/{kind}/", label=data.types[kind].name, count=count)
        for kind, count in counts.items()
    ]
    return sorted(entries, key=lambda entry: (-entry.count, entry.label))


def by_year(data: SiteData) -> list[Entry]:
    """Return the years that have products, the latest first."""
    counts = Counter(product.year for product in data.products)
    return [
        Entry(address=f"katalog/tahun/{year}/", label=str(year), count=counts[year])
        for year in sorted(counts, reverse=True)
    ]


def by_office(data: SiteData) -> list[Entry]:
    """Return every office, in file order."""
    counts = Counter(product.office for product in data.products)
    return [
        Entry(address=f"katalog/kantor/{office.id}/", label=office.name, count=counts[office.id])
        for office in data.offices.values()
    ]


def list_pages(data: SiteData, register: Register) -> Iterator[Page]:
    """Yield every list page of the site."""
    products = newest_products(data)
    yield _catalogue(data, register, products)
    for entry in by_type(data):
        chosen = [item for item in products if entry.address == f"katalog/jenis/{item.kind}/"]
        yield from _paged(entry, "Produk hukum menurut jenis", _products(chosen, data, register))
    for entry in by_year(data):
        chosen = [item for item in products if str(item.year) == entry.label]
        yield from _paged(entry, "Produk hukum menurut tahun", _products(chosen, data, register))
    for entry, office in zip(by_office(data), data.offices.values(), strict=True):
        chosen = [item for item in products if item.office == office.id]
        yield from _paged(entry, "Kantor penerbit", _products(chosen, data, register), _beside(office, data))
    yield from _post_lists(data)


def _post_lists(data: SiteData) -> Iterator[Page]:
    posts, around = newest_posts(data), Around(categories=wording.CATEGORIES)
    everything = Entry(address="informasi/", label="Informasi", count=len(posts))
    yield from _paged(everything, "Pengumuman, kegiatan dan edukasi", _posts(posts, data), around)
    for category, label in wording.CATEGORIES.items():
        chosen = [post for post in posts if post.category is category]
        entry = Entry(address=f"informasi/kategori/{category}/", label=label, count=len(chosen))
        yield from _paged(entry, "Informasi menurut kategori", _posts(chosen, data), around)


def _products(products: Sequence[PublicProduct], data: SiteData, register: Register) -> list[Row]:
    return [product_row(product, data, register) for product in products]


def _posts(posts: Sequence[PublicPost], data: SiteData) -> list[Row]:
    return [post_row(post, data) for post in posts]


def _beside(office: Office, data: SiteData) -> Around:
    posts = [post for post in newest_posts(data) if post.office == office.id]
    procedures = [found for found in data.procedures.values() if found.office == office.id]
    return Around(office=office, procedures=procedures, news=_posts(posts[:_NEWEST], data))


def _catalogue(data: SiteData, register: Register, products: Sequence[PublicProduct]) -> Page:
    return rendering.page(
        "katalog.html",
        address="katalog/",
        section="katalog",
        title="Katalog produk hukum",
        description="Produk hukum KPU menurut jenis, tahun dan kantor penerbit.",
        changed=data.as_of,
        jenis=by_type(data),
        tahun=by_year(data),
        kantor=by_office(data),
        terbaru=_products(products[:_NEWEST], data, register),
        jumlah=len(products),
    )


def _paged(entry: Entry, eyebrow: str, rows: Sequence[Row], around: Around | None = None) -> Iterator[Page]:
    chunks = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)] or [[]]
    section = entry.address.partition("/")[0]
    for index, chunk in enumerate(chunks):
        yield rendering.page(
            "daftar.html",
            address=_numbered(entry.address, index),
            section=section,
            title=entry.label + (f", halaman {index + 1}" if index else ""),
            description=f"{eyebrow}: {entry.label}.",
            alis=eyebrow,
            baris=chunk,
            jumlah=len(rows),
            sebelum=_numbered(entry.address, index - 1) if index else None,
            sesudah=_numbered(entry.address, index + 1) if index + 1 < len(chunks) else None,
            nomor=(index + 1, len(chunks)),
            sekitar=around or Around(),
            induk=section,
        )


def _numbered(address: str, index: int) -> str:
    return f"{address}{index + 1}/" if index else address
