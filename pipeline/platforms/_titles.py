"""A title where a platform wants one: an item has none of its own, so it is the text's first line."""

from __future__ import annotations


def title(text: str, most: int) -> str:
    """Return the first line, cut between words to *most* UTF-16 units; the description has it whole."""
    line = text.strip().partition("\n")[0]
    if units(line) <= most:
        return line
    head = next(line[:end] for end in range(most - 1, -1, -1) if units(line[:end]) < most)
    return (head.rpartition(" ")[0] or head) + "…"


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
