"""Tagar lebih banyak daripada yang diterima platform.

Mengapa: platform menolak unggahan atau mengabaikan semua tagarnya.
Salah: enam tagar dengan `tujuan: [instagram]`.
Benar: paling banyak lima tagar untuk Instagram.
Dasar: ketentuan Instagram sejak Desember 2025 (5 tagar).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model.item import Konten
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "TAG003"
KINDS = (Konten,)
TAG = re.compile(r"(?<!\w)#\w+")


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Count hashtags in the whole text of each platform, all parts of a thread, those inside the caption too."""
    for name in item.targets:
        if item.caption is None or name not in PLATFORMS:
            continue
        texts, limit = item.caption.texts_for(name, ""), PLATFORMS[name].HASHTAG_LIMIT
        count = sum(len(TAG.findall(text)) for text in texts)
        if count > limit:
            yield *item.at("tagar"), f"{count} tagar, {name} menerima {limit}: kurangi {count - limit}"
