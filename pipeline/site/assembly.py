"""The whole site: approved values and the engine's output in, every file out. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError
from pipeline.site import documents, feeds, front, lists, procedures, shell, staging
from pipeline.site.law import Register

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipeline.model.site import PublicFile, PublicPost, PublicProduct, SiteData, Tombstone
    from pipeline.site.page import Page

_ENGINE_FILES = re.compile(r"assets/stylesheets/main\.[0-9a-f]+\.min\.css|assets/jdih/.*|404\.html")
"""What of the engine's own output readers need; its scripts and its search are not among it."""
TITLE = "JDIH KPU: produk hukum baru"


@dataclass(frozen=True, slots=True)
class Written:
    """The hand-written side: sources as they stand in content/halaman, and the engine's output."""

    sources: Mapping[str, bytes]
    engine: Mapping[str, bytes]

    def rendered(self, path: str) -> bytes:
        """Return the engine's file *path*, which must be there."""
        if path not in self.engine:
            raise JdihError(f"mesin situs tidak menghasilkan {path}: hapus tembolok, lalu bangun lagi")
        return self.engine[path]


def assemble(data: SiteData, written: Written, site_url: str) -> dict[str, bytes]:
    """Return every page and machine file of the site, by path."""
    _demand_known(data)
    register = Register(data)
    files = _engine_files(written)
    own = dict(_written_pages(data, register, written))
    pages = list(_document_pages(data, register, site_url))
    shells = {
        (section, depth): shell.cut(
            written.rendered(f"{shell.sentinel_address(section, depth)}index.html"), section, depth
        )
        for section, depth in sorted({(page.section, page.depth) for page in pages})
    }
    for page in pages:
        _place(files, page, shells[page.section, page.depth].stamp(page))
    for page, own_shell in own.items():
        _place(files, page, own_shell.stamp(page))
    files["sitemap.xml"] = feeds.sitemap([*pages, *own], site_url)
    files["feed.xml"] = feeds.atom(data, site_url, TITLE)
    files["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {site_url}sitemap.xml\n".encode()
    return files


def _demand_known(data: SiteData) -> None:
    things: tuple[PublicProduct | PublicPost | Tombstone, ...] = (*data.products, *data.posts, *data.tombstones)
    for thing in things:
        if thing.office not in data.offices:
            raise JdihError(f"{thing.id}: kantor {thing.office} tidak ada di site_config/offices")
    for product in data.products:
        if product.kind not in data.types:
            raise JdihError(f"{product.id}: jenis {product.kind} tidak ada di site_config/jenis.yaml")


def attachments(data: SiteData) -> Iterator[tuple[str, PublicFile]]:
    """Yield every file served beside a page, with its path."""
    for product in data.products:
        yield from documents.served(product.address, product.files)
    for post in data.posts:
        yield from documents.served(post.address, (*(media.file for media in post.media), *post.prepared))


def _document_pages(data: SiteData, register: Register, site_url: str) -> Iterator[Page]:
    yield front.search_page()
    yield from lists.list_pages(data, register)
    yield from procedures.procedure_pages(data)
    for product in data.products:
        yield documents.product_page(product, data, register, site_url)
    for post in data.posts:
        yield documents.post_page(post, data, register)
    for tombstone in data.tombstones:
        if tombstone.address:
            yield documents.tombstone_page(tombstone, data)


def _written_pages(data: SiteData, register: Register, written: Written) -> Iterable[tuple[Page, shell.Shell]]:
    for path in (path for path in written.sources if path.endswith(".md")):
        title, summary = staging.described(path, written.sources[path])
        address = re.sub(r"(^|/)index/$", r"\1", f"{path.removesuffix('.md')}/")
        own_shell, content = shell.open_page(written.rendered(f"{address}index.html"), path)
        if address:
            page = front.written_page(address, "profil", title=title, summary=summary, content=content)
        else:
            page = front.home_page(data, register, title=title, summary=summary, welcome=content)
        yield page, own_shell


def _engine_files(written: Written) -> dict[str, bytes]:
    beside = {path for path in written.sources if documents.is_served(path)}
    return {path: data for path, data in written.engine.items() if path in beside or _ENGINE_FILES.fullmatch(path)}


def _place(files: dict[str, bytes], page: Page, data: bytes) -> None:
    if page.path in files:
        raise JdihError(f"dua halaman meminta alamat yang sama: {page.address}")
    files[page.path] = data
