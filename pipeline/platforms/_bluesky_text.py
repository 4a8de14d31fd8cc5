"""What in a text is a link, a hashtag or a name on Bluesky, by UTF-8 bytes (lexicon app.bsky.richtext.facet).

Bluesky recognises nothing by itself: what is not marked stays plain text. The patterns follow
`detectFacets` of @atproto/api, except that a link needs its scheme.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_HIDDEN = r"\u00AD\u2060\u200A\u200B\u200C\u200D\u20e2"
_LINK = r"(?:^|(?<=[\s(]))https?://\S+"
_TAG = rf"(?:^|(?<=\s))#(?P<name>(?!\uFE0F)[^\s{_HIDDEN}]*[^\d\s\p{{P}}{_HIDDEN}]+[^\s{_HIDDEN}]*)"
_NAME = r"(?:^|(?<=[\s(]))@(?P<name>[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+)"
_TAG_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to mark: `kind` is link, tag or mention; ends in UTF-8 bytes, the last excluded."""

    kind: str
    value: str
    """Address, hashtag without its sign, or handle without '@'."""
    start: int
    end: int


@lru_cache(maxsize=1)
def _patterns() -> tuple[Any, ...]:
    import regex  # compiled only where a text is marked

    return tuple(regex.compile(each) for each in (_LINK, _TAG, _NAME, r"\p{P}+$"))


def marks(text: str) -> list[Mark]:
    """Return everything to mark in *text*, in order."""
    link, tag, name, tail = _patterns()
    links = ((match, _trimmed(match[0])) for match in link.finditer(text))
    tags = ((match, tail.sub("", match["name"])) for match in tag.finditer(text))
    found = [_mark(text, "link", match.start(), url, url) for match, url in links]
    found += [
        _mark(text, "tag", match.start(), f"#{word}", word) for match, word in tags if 0 < len(word) <= _TAG_LIMIT
    ]
    found += [_mark(text, "mention", match.start(), match[0], match["name"]) for match in name.finditer(text)]
    return sorted(found, key=lambda mark: mark.start)


def _mark(text: str, kind: str, start: int, shown: str, value: str) -> Mark:
    first = len(text[:start].encode())
    return Mark(kind, value, first, first + len(shown.encode()))


def _trimmed(url: str) -> str:
    """Return *url* without the sentence's own punctuation."""
    url = url[:-1] if url[-1] in ".,;:!?" else url
    return url[:-1] if url.endswith(")") and "(" not in url else url
