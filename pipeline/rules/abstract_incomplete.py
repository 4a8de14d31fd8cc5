"""Abstrak belum lengkap tiga bagiannya.

Mengapa: abstrak dibuat sebelum dokumen diunggah dan dinilai dalam evaluasi JDIH; bentuknya tiga bagian tetap.
Salah: `abstrak` hanya berisi `materi_pokok`.
Benar: `menimbang`, `mengingat` dan `materi_pokok` terisi dengan kata-kata sendiri.
Dasar: bentuk abstrak JDIHN (ILDIS); Keputusan KPU 10/HK.04/08/2022.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "DOK005"
KINDS = (ProdukHukum,)
REGULATION = 1


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Expect the three dashes on everything that is a regulation or decision."""
    kind = context.desk.types.get(item.type)
    if kind is None or kind.jdihn_class != REGULATION:
        return
    parts = {
        "menimbang": item.abstract and item.abstract.considering,
        "mengingat": item.abstract and item.abstract.recalling,
        "materi_pokok": item.abstract and item.abstract.substance,
    }
    missing = [name for name, text in parts.items() if not text]
    if missing:
        yield *item.at("abstrak"), f"abstrak belum memuat {', '.join(missing)}: lengkapi ketiga bagiannya"
