"""Templat belum diisi.

Mengapa: `jdih new` menaruh templat dengan tanda `ISI:` pada bagian yang harus ditulis orang; tanda yang tertinggal
akan ikut tayang.
Salah: `ringkasan: "ISI: satu kalimat untuk kartu di situs"`.
Benar: `ringkasan: Empat cara menemukan produk hukum KPU.`
Dasar: kelengkapan tiap langkah SOP; SOP KPU RI 1/2024 langkah 2 sampai 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import items
from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Item
    from pipeline.rules._context import Context, Place

CODE = "MET013"
KINDS = (Konten, ProdukHukum, Tanggapan, Perintah)


def check(_item: Item, context: Context, /) -> Iterator[Place]:
    """Find the marks templates leave for people."""
    for file, line, text in context.prose():
        if items.UNFILLED.search(text):
            yield file, line, "bagian templat bertanda ISI belum diisi: tulis isinya atau hapus barisnya"
