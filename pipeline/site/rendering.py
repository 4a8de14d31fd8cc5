"""Jinja2 for our own pages: autoescape always on, unknown names are faults."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.site import prose, seal, wording
from pipeline.site.page import Page, root

if TYPE_CHECKING:
    from datetime import date

EVERYTHING = "semuadokumenjdih"
"""A word hidden in every indexed page: a query for it lists everything without fetching the whole index."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "hari": wording.day,
        "ukuran": wording.size,
        "platform": wording.platform,
        "web": wording.web,
        "prosa": lambda text, top=2: Markup(prose.render(text, top=top)),  # noqa: S704 - cleaned by nh3
        "jalur": lambda path: quote(path, safe="/"),
    }
    environment.globals |= {"SEMUA": EVERYTHING}
    return environment


def page(  # noqa: PLR0913 - the parts of a page
    template: str,
    *,
    address: str,
    section: str,
    title: str,
    description: str,
    head: str = "",
    changed: date | None = None,
    **values: object,
) -> Page:
    """Render *template* into a page; templates see `akar`, the relative way to the site root."""
    content = _environment().get_template(template).render(akar=root(address), judul=title, **values)
    return Page(
        address=address,
        section=section,
        title=title,
        description=description,
        content=seal.framed(content),
        head=head,
        changed=changed,
    )


def meta(**values: str) -> Markup:
    """Return `<meta name="jdih:...">` elements, for the publisher and for anyone who checks."""
    element = Markup('<meta name="jdih:{}" content="{}">')
    return Markup("\n").join(element.format(name, value) for name, value in values.items())
