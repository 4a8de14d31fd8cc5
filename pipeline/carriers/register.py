"""The numbering register: one file a number, made so that two people asking at once cannot both get it.

SOP Prov. Jambi, penurunan step 6: the numbering official numbers the nota dinas. A number belongs to the
item that claimed it first; the same item may claim it again (its push may have failed afterwards).
"""

from __future__ import annotations

import hashlib
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "jdih-nomor"


def claim(repository: Path, office: str, number: str, item: str) -> str:
    """Claim *number* of *office* for *item* and return the item it belongs to: this one, or an earlier one."""
    same = " ".join(number.casefold().split())
    entry = repository / FOLDER / office / hashlib.sha256(same.encode()).hexdigest()
    entry.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=entry.parent, prefix=".", encoding="utf-8") as draft:
        draft.write(item)
        draft.flush()
        try:
            entry.hardlink_to(draft.name)  # a link appears whole or not at all, and never over another
        except FileExistsError:
            return entry.read_text(encoding="utf-8")
    return item
