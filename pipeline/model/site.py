"""What the public site shows: approved things only, ready to be rendered.

Nothing here knows drafts or embargoes: whoever fills a `SiteData` has already decided
that each thing in it is public. Addresses follow the site's permanent form; an address
once published stays with its item for good.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from pipeline.model.item import Abstract, Alias, Category, DocumentType, Reason, Relation
    from pipeline.model.people import Office
    from pipeline.model.procedure import Procedure


def product_address(office: str, kind: str, year: int, slug: str) -> str:
    """Return where a legal product lives, relative to the site root."""
    return f"produk-hukum/{office}/{kind}/{year:04d}/{slug}/"


def post_address(office: str, year: int, slug: str) -> str:
    """Return where an announcement, activity or education piece lives."""
    return f"informasi/{office}/{year:04d}/{slug}/"


def procedure_address(procedure: str) -> str:
    """Return where the page of an SOP procedure (`office/id`) lives."""
    return f"sop/{procedure}/"


class TombstoneState(StrEnum):
    """Publication status of what is no longer shown. Never mixed with the legal status."""

    DIPERBAIKI = "sedang diperbaiki"
    DITURUNKAN = "diturunkan"


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicFile:
    """A file served beside its page; its bytes are read only when they are written."""

    path: str
    """Inside the page's folder: `salinan.pdf`, `media/foto.jpg`."""
    size: int
    sha256: str
    read: Callable[[], bytes]
    kind: str = ""
    """`salinan`, `lampiran`, `abstrak` for legal products."""
    note: str = ""

    @classmethod
    def of(cls, path: str, data: bytes, *, kind: str = "", note: str = "") -> PublicFile:
        """Make one of bytes already at hand."""
        digest = hashlib.sha256(data).hexdigest()
        return cls(path=path, size=len(data), sha256=digest, read=lambda: data, kind=kind, note=note)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicMedia:
    """A picture or film of a post, with its text alternative."""

    file: PublicFile
    alt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailStep:
    """One step of an item's way through its SOP ('jejak SOP'): a role, never a person."""

    number: int
    activity: str
    role: str
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class SocialLink:
    """Where a platform shows the item."""

    platform: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicProduct:
    """A legal product as the detail page of jdih.kpu.go.id lists it. Dates are of the law, not of the site."""

    id: str
    office: str
    slug: str
    kind: str
    """Id of a `DocumentType`."""
    title: str
    number: str
    """Verbatim."""
    year: int
    teu: str
    enacted: date
    digest: str
    """The approved digest; readers and the publisher compare it with what they fetched."""
    published: date | None
    """The day it was let out through its SOP; None for a product that predates the desk."""
    promulgated: date | None = None
    place: str = ""
    signatory: str = ""
    """Title of the office, never a person's name."""
    source: str = ""
    subjects: tuple[str, ...] = ()
    field_of_law: str = ""
    language: str = "Indonesia"
    location: str = ""
    initiator: str = ""
    affairs: str = ""
    abstract: Abstract | None = None
    files: tuple[PublicFile, ...] = ()
    relations: tuple[Relation, ...] = ()
    aliases: tuple[Alias, ...] = ()
    body: str = ""
    """Markdown."""
    trail: tuple[TrailStep, ...] = ()
    links: tuple[SocialLink, ...] = ()

    @property
    def address(self) -> str:
        """Where its page lives."""
        return product_address(self.office, self.kind, self.year, self.slug)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicPost:
    """An announcement, an activity or a piece of education."""

    id: str
    office: str
    slug: str
    category: Category
    title: str
    day: date
    """Of the activity or announcement."""
    year: int
    """Of the item's folder; usually the year of `day`."""
    summary: str
    digest: str
    body: str = ""
    """Markdown."""
    media: tuple[PublicMedia, ...] = ()
    prepared: tuple[PublicFile, ...] = ()
    """Pictures platforms fetch from here, as they take them; the page itself shows the approved ones."""
    product: str | None = None
    """Id of the legal product it tells about."""
    trail: tuple[TrailStep, ...] = ()
    links: tuple[SocialLink, ...] = ()

    @property
    def address(self) -> str:
        """Where its page lives."""
        return post_address(self.office, self.year, self.slug)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone:
    """What stays at the address of something taken down: that it was, since when, by which order."""

    id: str
    office: str
    address: str
    """The item's old address, from `product_address` or `post_address`; '' for what never had a page (an answer)."""
    label: str
    """What it was in a few harmless words, e.g. type and number; never its content."""
    since: date
    order: str
    """Id of the order, or the number of its nota dinas."""
    ordered_by: str
    """Title of the office that gave the order."""
    reason: Reason
    state: TombstoneState
    digest: str = ""
    """Approved digest of the order."""
    explanation: str = ""
    """Markdown written for the public in the order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteData:
    """Everything the public site is made from."""

    offices: Mapping[str, Office]
    as_of: date
    """The day the data describe: of the last change, not of the build."""
    types: Mapping[str, DocumentType] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    products: tuple[PublicProduct, ...] = ()
    posts: tuple[PublicPost, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildReport:
    """What a build did. `pages` counts HTML pages in the site, the others files touched on disk."""

    pages: int
    written: int
    removed: int
    seconds: float
