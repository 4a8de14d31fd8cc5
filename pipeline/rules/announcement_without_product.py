"""Pengumuman tidak menyebut produk hukumnya.

Mengapa: pengumuman produk hukum baru harus menautkan halamannya di JDIH; tanpa `produk_hukum` halaman itu tidak
saling tertaut.
Salah: `kategori: pengumuman` tanpa `produk_hukum`.
Benar: `produk_hukum` berisi id produk hukum yang diumumkan; untuk pengumuman lain, peringatan ini boleh dibiarkan.
Dasar: SOP KPU Kab. Magelang 17/2022, pengumuman langkah 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.base import Severity
from pipeline.model.item import Category, Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET016"
SEVERITY = Severity.PERINGATAN
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Expect the id of a legal product on every announcement."""
    if item.category is Category.PENGUMUMAN and not item.product:
        yield *item.at("kategori"), "pengumuman ini belum menyebut produk_hukum: isi id produk hukumnya bila ada"
