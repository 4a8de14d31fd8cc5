"""The home page, the search page and the hand-written pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from pipeline.site import lists, prose, rendering

if TYPE_CHECKING:
    from pipeline.model.site import SiteData
    from pipeline.site.law import Register
    from pipeline.site.page import Page

_PRODUCTS = 5
_POSTS = 3


def home_page(data: SiteData, register: Register, *, title: str, summary: str, welcome: str) -> Page:
    """Return the home page around *welcome*, the hand-written words as the engine rendered them."""
    facts = (
        (len(data.products), "produk hukum", "katalog/"),
        (len(data.offices), "kantor penerbit", "katalog/"),
        (len(data.procedures), "prosedur SOP", "sop/"),
        (len(data.posts), "informasi publik", "informasi/"),
    )
    return rendering.page(
        "beranda.html",
        address="",
        section="beranda",
        title=title,
        description=summary,
        changed=data.as_of,
        sambutan=Markup(prose.clean(welcome)),  # noqa: S704 - cleaned by nh3
        fakta=facts,
        produk=[lists.product_row(item, data, register) for item in lists.newest_products(data)[:_PRODUCTS]],
        kabar=[lists.post_row(item, data) for item in lists.newest_posts(data)[:_POSTS]],
        jenis=lists.by_type(data),
        tahun=lists.by_year(data),
        kantor=lists.by_office(data),
        per=data.as_of,
    )


def search_page() -> Page:
    """Return the page that searches."""
    return rendering.page(
        "cari.html",
        address="cari/",
        section="cari",
        title="Cari dokumen hukum",
        description="Pencarian produk hukum, pengumuman dan prosedur KPU.",
    )


def written_page(address: str, section: str, *, title: str, summary: str, content: str) -> Page:
    """Return a hand-written page; *content* is what the engine made of it, with its own heading."""
    return rendering.page(
        "halaman.html",
        address=address,
        section=section,
        title=title,
        description=summary,
        isi=Markup(prose.clean(content)),  # noqa: S704 - cleaned by nh3
    )
