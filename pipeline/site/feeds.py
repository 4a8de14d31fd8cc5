"""What machines fetch: sitemap and Atom feed, with dates of the documents, never of the build."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from pipeline.model.site import PublicProduct, SiteData
    from pipeline.site.page import Page

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ATOM = "http://www.w3.org/2005/Atom"
_NEWEST = 50
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


def sitemap(pages: Iterable[Page], site_url: str) -> bytes:
    """Return sitemap.xml of the pages that have a date (https://www.sitemaps.org/protocol.html)."""
    top = ET.Element("urlset", xmlns=_SITEMAP)
    for page in sorted((page for page in pages if page.changed), key=lambda page: page.address):
        entry = ET.SubElement(top, "url")
        ET.SubElement(entry, "loc").text = site_url + page.address
        ET.SubElement(entry, "lastmod").text = page.changed.isoformat() if page.changed else ""
    return _document(top)


def atom(data: SiteData, site_url: str, title: str) -> bytes:
    """Return the feed of new legal products, newest first (RFC 4287)."""
    top = ET.Element("feed", xmlns=_ATOM)
    ET.SubElement(top, "title").text = title
    ET.SubElement(top, "id").text = site_url
    ET.SubElement(top, "link", href=f"{site_url}feed.xml", rel="self")
    ET.SubElement(top, "link", href=site_url)
    ET.SubElement(top, "updated").text = f"{data.as_of.isoformat()}T00:00:00Z"
    newest = sorted(data.products, key=lambda product: (_day(product), product.id), reverse=True)
    for product in newest[:_NEWEST]:
        entry = ET.SubElement(top, "entry")
        ET.SubElement(entry, "title").text = _sayable(product.title)
        ET.SubElement(entry, "id").text = site_url + product.address
        ET.SubElement(entry, "link", href=site_url + product.address)
        ET.SubElement(entry, "updated").text = f"{_day(product).isoformat()}T00:00:00Z"
        author = ET.SubElement(entry, "author")
        ET.SubElement(author, "name").text = _sayable(data.offices[product.office].name)
        if product.abstract:
            ET.SubElement(entry, "summary").text = _sayable(product.abstract.substance)
    return _document(top)


def _day(product: PublicProduct) -> date:
    """Return the day a product counts as new: when it was let out, or for an older one when it was enacted."""
    return product.published or product.enacted


def _sayable(text: str) -> str:
    """Return *text* without the characters XML cannot hold."""
    return text.translate(_CONTROL)


def _document(top: ET.Element) -> bytes:
    ET.indent(top, "")
    text = ET.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
