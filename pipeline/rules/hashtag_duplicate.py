"""Tagar ditulis dua kali.

Mengapa: tagar kembar memakan jatah tagar dan tampak ceroboh; huruf besar dan kecil dianggap sama.
Salah: `tagar: ["#JDIHKPU", "#jdihkpu"]`.
Benar: `tagar: ["#JDIHKPU"]`.
Dasar: SOP KPU RI 1/2024 langkah 4b.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "TAG004"
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Compare, letter case ignored."""
    seen: set[str] = set()
    for index, tag in enumerate(item.caption.hashtags if item.caption else ()):
        if tag.casefold() in seen:
            yield *item.at(f"tagar.{index}"), f"tagar '{tag}' sudah ditulis: hapus salah satunya"
        seen.add(tag.casefold())
