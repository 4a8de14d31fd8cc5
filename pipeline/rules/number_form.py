"""Bentuk nomor tidak dikenal.

Mengapa: nomor adalah cara orang mencari dokumen; bentuk yang asing biasanya salah ketik.
Salah: `nomor: 17/HK-03.2/3308/22`.
Benar: `nomor: 17/HK.03.2/3308/2022` atau `nomor: 13 Tahun 2025`.
Dasar: Keputusan KPU 57/2022 (kode klasifikasi); PKPU 2/2021 (tata naskah dinas).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum
from pipeline.rules import _numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "NOM001"
KINDS = (ProdukHukum,)
REGULATION = 1


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Parse the number; books, articles and court rulings are numbered by others."""
    kind = context.desk.types.get(item.type)
    if kind and kind.jdihn_class == REGULATION and _numbers.parse(item.number) is None:
        example = f"'17 Tahun {item.year}' atau '17/HK.03.1/{context.office.area_code or '08'}/{item.year}'"
        yield *item.at("nomor"), f"nomor '{item.number}' tidak dikenal bentuknya: tulis seperti {example}"
