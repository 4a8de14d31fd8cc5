"""Tahun pada nomor, tahun dan tanggal tidak sama.

Mengapa: tahun dipakai dalam alamat halaman dan sitasi; satu angka salah membuat dua dokumen tampak satu.
Salah: `nomor: 13 Tahun 2028` dengan `tanggal_penetapan: 2025-01-10`.
Benar: ketiganya menyebut tahun yang sama; nomor yang salah cetak dicatat pada `alias`.
Dasar: naskah SOP KPU Prov. Jambi 2025, yang mencetak tahun berbeda pada sampul dan identitasnya.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum
from pipeline.rules import _numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "NOM003"
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, _context: Context, /) -> Iterator[Place]:
    """Compare the year of the number, of the field `tahun`, and of the date."""
    number = _numbers.parse(item.number)
    if number and number.year is not None and number.year != item.year:
        yield (
            *item.at("nomor"),
            f"nomor menyebut {number.year}, tahun menyebut {item.year}: samakan, atau catat di alias",
        )
    if item.enacted.year != item.year:
        place = item.at("tanggal_penetapan")
        yield *place, f"ditetapkan tahun {item.enacted.year}, tahun menyebut {item.year}: betulkan salah satunya"
    if item.promulgated and item.promulgated < item.enacted:
        yield *item.at("tanggal_pengundangan"), "diundangkan sebelum ditetapkan: betulkan salah satu tanggalnya"
