"""Markdown that people wrote, as HTML that can do no harm.

Python-Markdown lets raw HTML through on purpose, so its output is cleaned afterwards:
no script, style, event, form or foreign frame survives, and no class or data attribute
that our own pages and scripts rely on can be imitated.
"""

from __future__ import annotations

import nh3
from markdown import Markdown

_TAGS = {
    *(
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "del",
        "em",
        "i",
        "img",
        "ins",
        "kbd",
        "q",
        "s",
        "small",
        "strong",
        "sub",
        "sup",
    ),
    *("blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "hr", "li", "ol", "p", "pre", "u", "ul"),
    *("caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    **{name: {"id"} for name in ("h1", "h2", "h3", "h4", "h5", "h6", "li", "sup")},
}
_CLASSES = {"a": {"footnote-ref", "footnote-backref"}, "div": {"footnote"}}
_SIDES = {name: {"align": {"left", "center", "right"}} for name in ("td", "th")}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    tag_attribute_values=_SIDES,
    url_schemes={"http", "https", "mailto"},
    clean_content_tags={"script", "style"},
    link_rel="noopener",
)


def clean(html: str) -> str:
    """Return *html* with everything taken out that could act."""
    return _CLEANER.clean(html)


def render(markdown: str, *, top: int = 2) -> str:
    """Return *markdown* as safe HTML whose highest heading is h*top*."""
    first = _converter(1)
    html = first.convert(markdown)
    highest = min((token["level"] for token in first.toc_tokens), default=top)  # type: ignore[attr-defined]
    if highest != top:
        html = _converter(top - highest + 1).convert(markdown)
    return clean(html).strip()


def plain(markdown: str, limit: int = 200) -> str:
    """Return the first words of *markdown* without any markup, at most *limit* characters."""
    html = _converter(2).convert(markdown)
    text = nh3.clean(html, tags=set(), clean_content_tags={"script", "style"})
    words = " ".join(_unescape(text).split())
    return words if len(words) <= limit else words[: limit - 1].rsplit(" ", 1)[0] + "…"


def _unescape(text: str) -> str:
    for name, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        text = text.replace(name, sign)
    return text


def _converter(base: int) -> Markdown:
    return Markdown(
        extensions=["tables", "footnotes", "toc"],
        extension_configs={"toc": {"baselevel": base}, "tables": {"use_align_attribute": True}},
        output_format="html",
    )
