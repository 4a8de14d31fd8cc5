"""Badan naskah masih kosong.

Mengapa: halaman situs memuat naskah ini; halaman tanpa isi tidak menolong pembaca dan tidak ditemukan pencarian.
Salah: index.md berakhir pada baris --- kedua.
Benar: narasi, ringkasan, jawaban atau penjelasan ditulis di bawah baris --- kedua.
Dasar: SOP KPU Kab. Magelang 17/2022, foto/video langkah 1 (narasi); SOP KPU Prov. Jambi 13/2025.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Item
    from pipeline.rules._context import Context, Place

CODE = "MET012"
KINDS = (Konten, ProdukHukum, Tanggapan, Perintah)


def check(item: Item, _context: Context, /) -> Iterator[Place]:
    """Expect a word below the front matter."""
    if not item.body.strip():
        yield *item.at("isi"), "naskah di bawah metadata masih kosong: tulis isinya"
