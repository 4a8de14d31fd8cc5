"""Kode wilayah di dalam nomor bukan milik kantor ini.

Mengapa: kode wilayah membuktikan siapa penerbit dokumen; kode yang lain berarti salah kantor atau salah ketik.
Salah: nomor 17/HK.03.2/3309/2022 pada kantor berkode 3308.
Benar: nomor 17/HK.03.2/3308/2022.
Dasar: kode wilayah Kemendagri yang dipakai KPU dalam penomoran (Keputusan KPU 57/2022).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum
from pipeline.rules import _numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "NOM002"
KINDS = (ProdukHukum,)
AREA = 4
"""Digits of a regency's code."""


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Compare the unit with the office's code; the national office numbers by its own two-digit units."""
    number, own = _numbers.parse(item.number), context.office.area_code
    if number is None or not number.unit or number.unit == own:
        return
    if own or len(number.unit) == AREA:
        expected = f"tulis {own}" if own else "kantor pusat memakai kode unit dua angka"
        yield *item.at("nomor"), f"kode wilayah {number.unit} bukan kode {context.office.short_name}: {expected}"
