"""Butir yang dirujuk tidak ada, atau perintah menyasar yang tidak tayang.

Mengapa: perintah, tanggapan dan pengumuman bekerja pada butir lain; id yang keliru mengenai butir yang salah atau
tidak mengenai apa pun. Perintah menurunkan, menghapus atau mengarsipkan hanya bekerja pada butir kantor sendiri yang
sedang tayang.
Salah: `sasaran: kantor-2026-tidak-ada`, atau id butir yang belum terbit atau sudah diturunkan perintah lain.
Benar: `sasaran` berisi id pada baris pertama index.md butir yang dimaksud, yang sedang tayang.
Dasar: SOP KPU Prov. Jambi 13/2025, penurunan langkah 1; SOP KPU Kab. Magelang 17/2022, pengumuman langkah 1 dan
penghapusan langkah 1.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, Tanggapan
from pipeline.rules._orders import out_of_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET015"
KINDS = (Konten, Tanggapan, Perintah)


def check(item: Konten | Tanggapan | Perintah, context: Context, /) -> Iterator[Place]:
    """Look the id up among all items; an item cannot point to itself, an order only to what is out."""
    key, target = _pointer(item)
    places = context.desk.places
    if target and (target not in places or target == item.id):
        near = get_close_matches(target, places.keys() - {item.id}, n=1)
        hint = f"mungkin maksudnya '{near[0]}'" if near else "tulis id yang tertera pada index.md butir itu"
        yield *item.at(key), f"butir '{target}' tidak ada: {hint}"
    elif isinstance(item, Perintah) and (fault := out_of_reach(item, context.desk)):
        yield *item.at(key), fault


def _pointer(item: Konten | Tanggapan | Perintah) -> tuple[str, str | None]:
    if isinstance(item, Konten):
        return "produk_hukum", item.product
    if isinstance(item, Tanggapan):
        return "butir_asal", item.source_item
    return "sasaran", item.target
