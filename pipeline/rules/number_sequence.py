"""Nomor urut tidak sama dengan angka pertama pada nomor.

Mengapa: daftar produk hukum diurutkan menurut nomor urut; angka yang lain menaruh dokumen di tempat yang salah.
Salah: `nomor: 17 Tahun 2022` dengan `nomor_urut: 71`.
Benar: `nomor_urut: 17`.
Dasar: pedoman penulisan metadata Permenkumham 8/2019 (nomor urut).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum
from pipeline.rules import _numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "NOM004"
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, _context: Context, /) -> Iterator[Place]:
    """Compare the two when both are there."""
    number = _numbers.parse(item.number)
    if number and item.sequence is not None and item.sequence != number.sequence:
        message = f"nomor_urut {item.sequence}, padahal nomor diawali {number.sequence}: samakan"
        yield *item.at("nomor_urut"), message
