"""Everything public that a post leads to, and what each address must show before it may go (decision 0030)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.desk import pages, public
from pipeline.media import looking
from pipeline.model.item import Konten, ProdukHukum
from pipeline.model.publishing import Exhibit
from pipeline.site import documents, seal
from pipeline.site.law import Register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.desk.shelf import Shelf, Shelved
    from pipeline.model.item import Item
    from pipeline.model.site import SiteData
    from pipeline.site.page import Page


@dataclass(frozen=True)
class Exhibits:
    """What the site at `site_url` shows of the items on `shelf`, rendered anew where somebody asks for it."""

    shelf: Shelf
    site_url: str

    def of(self, shelved: Shelved) -> Iterator[Exhibit]:
        """Yield the item's own page, that of the product it announces, then the documents and videos on them."""
        product = self.shelf.items.get(shelved.item.product or "") if isinstance(shelved.item, Konten) else None
        shown = [each for each in (shelved, product) if each and public.address(each)]
        for each in shown:
            yield Exhibit(url=self.url(each), digest=partial(self._page, each))
        for each in shown:
            for name in _files(each.item):
                yield Exhibit(url=f"{self.url(each)}{quote(name)}", digest=partial(_file, each, name))

    def url(self, shelved: Shelved) -> str:
        """Return where an item's page lives; '' for one without a page."""
        path = public.address(shelved)
        return f"{self.site_url.rstrip('/')}/{path}" if path else ""

    @cached_property
    def _site(self) -> tuple[SiteData, Register]:
        data = pages.site_data(self.shelf, None)
        return data, Register(data)

    def _page(self, shelved: Shelved) -> str:
        """Return the digest of an item's page; '' for one that nothing let out: its page is not there."""
        page = self._rendered(shelved.place.id)
        return seal.of_content(page.content) if page else ""

    def _rendered(self, item: str) -> Page | None:
        data, register = self._site
        if product := register.find(item):
            return documents.product_page(product, data, register, self.site_url)
        post = next((each for each in data.posts if each.id == item), None)
        return documents.post_page(post, data, register) if post else None


def _files(item: Item) -> Iterator[str]:
    """Yield what readers are given beside the page, and the videos a platform fetches there under their own names."""
    if isinstance(item, ProdukHukum):
        yield from (ref.file for ref in item.files)
    elif isinstance(item, Konten) and item.caption:
        yield from (each.file for each in item.caption.media if looking.is_video(each.file))


def _file(shelved: Shelved, name: str) -> str:
    return hashlib.sha256(shelved.files.get(name, b"")).hexdigest()
