"""Produk hukum yang dirujuk tidak ada di meja ini.

Mengapa: status berlaku atau dicabut diturunkan dari relasi; id yang keliru membuat produk lain tampak masih berlaku.
Salah: `sasaran: kantor-2022-keputusan-99` yang tidak ada.
Benar: id produk yang ada, atau sebutan lengkap bila produk itu tidak dikelola di sini.
Dasar: Permenkumham 8/2019 (keterangan status); SOP KPU Prov. Jambi 13/2025.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.base import Severity
from pipeline.model.item import ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "SIT001"
SEVERITY = Severity.PERINGATAN
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Look up targets that are ids; citations are free text."""
    for index, relation in enumerate(item.relations):
        place = item.at(f"relasi.{index}.sasaran")
        if relation.target_id == item.id:
            yield *place, "produk ini merujuk dirinya sendiri: tulis id produk yang dimaksud"
        elif relation.target_id and relation.target_id not in context.desk.places:
            yield (
                *place,
                f"produk '{relation.target}' tidak ada di meja ini: periksa id-nya, atau tulis sebutan lengkapnya",
            )
