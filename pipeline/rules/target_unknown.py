"""Butir yang dirujuk tidak ada.

Mengapa: perintah, tanggapan dan pengumuman bekerja pada butir lain; id yang keliru mengenai butir yang salah atau
tidak mengenai apa pun.
Salah: `sasaran: kantor-2026-tidak-ada`.
Benar: `sasaran` berisi id pada baris pertama index.md butir yang dimaksud.
Dasar: SOP KPU Prov. Jambi 13/2025, penurunan langkah 1; SOP KPU Kab. Magelang 17/2022, pengumuman langkah 1.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, Tanggapan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET015"
KINDS = (Konten, Tanggapan, Perintah)


def check(item: Konten | Tanggapan | Perintah, context: Context, /) -> Iterator[Place]:
    """Look the id up among all items; an item cannot point to itself."""
    key, target = _pointer(item)
    if target and (target not in context.ids or target == item.id):
        near = get_close_matches(target, context.ids - {item.id}, n=1)
        hint = f"mungkin maksudnya '{near[0]}'" if near else "tulis id yang tertera pada index.md butir itu"
        yield *item.at(key), f"butir '{target}' tidak ada: {hint}"


def _pointer(item: Konten | Tanggapan | Perintah) -> tuple[str, str | None]:
    if isinstance(item, Konten):
        return "produk_hukum", item.product
    if isinstance(item, Tanggapan):
        return "butir_asal", item.source_item
    return "sasaran", item.target
