"""How X counts a text: twitter-text configuration v3, written from its published numbers.

Weights are in hundredths: the ranges below weigh 100, everything else 200; a link weighs 2,300 whatever its
length and an emoji 200 however many code points it is made of. The text is counted in NFC. The library
that offered this (twitter-text-parser) does not start on Python 3.12 and later.
https://docs.x.com/fundamentals/counting-characters
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile
from typing import Any

_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_LIGHT_WEIGHT, _WEIGHT, _LINK_WEIGHT, _SCALE = 100, 200, 2300, 100
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?"
_PLAIN_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_BARE_ENDS = "com|net|org|info|biz|edu|gov|int|mil|app|dev|xyz|online|site|news|id|co|io|me|tv|uk|us|eu|my|sg|au|jp"
"""Endings by which an address without a scheme is taken for a link; with a scheme any ending is."""
_LINK = (
    rf"(?<![\p{{L}}\p{{N}}@#$_./-])(?:https?://(?P<host>(?:{_LABEL}\.)+\p{{L}}{{2,}})"
    rf"|(?P<host>(?:{_PLAIN_LABEL}\.)+(?:{_BARE_ENDS}))(?![\p{{L}}\p{{N}}@_.-]*[\p{{L}}\p{{N}}@_-]))"
    r"(?::\d+)?(?:[/?#][^\s<>\p{Cf}]*)?"
)
_SCHEME = re.compile(r"^https?://")
_TAIL = ".,;:!?'\")]}’”…"
_EMOJI = (
    r"(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?"
    r"(?:[\U000E0020-\U000E007E]+\U000E007F)?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*)"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text, by its ends in code points."""

    start: int
    end: int
    url: str


@lru_cache(maxsize=1)
def _patterns() -> tuple[Any, Any]:
    import regex  # measured only where a text is measured

    return regex.compile(_LINK, regex.IGNORECASE), regex.compile(_EMOJI)


def links(text: str) -> list[Link]:
    """Return the links X would shorten in *text*, in order."""
    found = []
    for match in _patterns()[0].finditer(text):
        url = match[0].rstrip(_TAIL)
        if match[0].startswith(f"{url})") and "(" in url:
            url += ")"
        if not _is_host(match["host"]):
            continue
        found.append(Link(match.start(), match.start() + len(url), url))
    return found


def _is_host(host: str) -> bool:
    """Whether a name with letters beyond ASCII still fits the domain name system (63 signs a label, encoded)."""
    try:
        return host.isascii() or bool(host.encode("idna"))
    except UnicodeError:
        return False


def length(text: str) -> int:
    """Return the weighted length of *text*."""
    normal = unicodedata.normalize("NFC", text)
    total, end = 0, 0
    for link in links(normal):
        total += _plain(normal[end : link.start]) + _LINK_WEIGHT
        end = link.end
    return int(total + _plain(normal[end:])) // _SCALE


def _plain(text: str) -> int:
    emoji = _patterns()[1]
    rest, count = emoji.subn("", text)
    return int(count) * _WEIGHT + sum(_weight(ord(letter)) for letter in rest)


def _weight(point: int) -> int:
    return _LIGHT_WEIGHT if any(first <= point <= last for first, last in _LIGHT) else _WEIGHT


def plain(text: str) -> str:
    """Return *text* without what X changes on its own: spacing, link schemes, the names a reply begins with."""
    words = [_SCHEME.sub("", word).rstrip("/") for word in unicodedata.normalize("NFC", text).split()]
    return " ".join(dropwhile(lambda word: word.startswith("@"), words))
