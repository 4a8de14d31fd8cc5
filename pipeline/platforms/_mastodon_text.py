"""How Mastodon counts a text and shows it (its StatusLengthValidator and TextFormatter).

A link weighs 23 whatever its length, a name by what stands before its server, anything else by its signs.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

from pipeline.platforms import _graphemes, _x_text

LINK = 23
"""What a link weighs unless the server says otherwise."""
_NAME = re.compile(r"(?<![\w/])@(\w[\w.-]*)@[\w.-]*\w")


def length(text: str, link: int = LINK) -> int:
    """Return how long *text* is where a link weighs *link*."""
    shown, end, links = "", 0, 0
    for found in _x_text.links(text):
        if found.url.startswith(("http://", "https://")):
            shown, end, links = shown + text[end : found.start], found.end, links + 1
    return _graphemes.count(_NAME.sub(r"@\1", shown + text[end:])) + links * link


class _Words(HTMLParser):
    """Collect what a reader sees: line ends become spaces, links stand in full."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        """Take the text as it is."""
        self.text += data

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Keep words of two lines apart."""
        self.text += " " if tag in ("br", "p") else ""


def shown(content: str) -> str:
    """Return the words of a status's HTML, as `plain` returns those of a text."""
    words = _Words()
    words.feed(content)
    words.close()
    return plain(words.text)


def plain(text: str) -> str:
    """Return *text* without what Mastodon changes on its own: spacing and the servers of names."""
    return " ".join(_NAME.sub(r"@\1", unicodedata.normalize("NFC", text)).split())
