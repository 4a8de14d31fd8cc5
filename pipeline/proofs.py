"""What a person proves to have done by hand: the note of a `BUKTI` record is a key, then a link or what was seen.

The key is an effect's, of which the first eight signs or more are enough. A post by hand, a deletion and an archiving
are proved with a link (the post, or a picture of where it was); of a message in a group there is none.
"""

from __future__ import annotations

import re

FORM = "KUNCI dari jdih status, lalu tautan https atau apa yang terlihat"
_NOTE = re.compile(r"([0-9a-f]{8,64})[\s:,]+(\S.*)", re.DOTALL)
_LINK = re.compile(r"https://[^\s<>\"'/]+\.[^\s<>\"']+")


def read(note: str) -> tuple[str, str] | None:
    """Return the beginning of a key and what is said of it; None when *note* is no proof."""
    found = _NOTE.fullmatch(note.strip())
    return (found[1], " ".join(found[2].split())) if found else None


def link(said: str) -> str:
    """Return the first link in what is said; '' when there is none."""
    found = _LINK.search(said)
    return found[0].rstrip(".,;:)") if found else ""
