"""Takarir lebih panjang daripada yang diterima platform.

Mengapa: platform menolak atau memotong takarir yang terlalu panjang, sehingga yang tayang bukan yang disetujui.
Salah: takarir 300 huruf dengan `tujuan: [x]`, yang menerima 280 menurut hitungannya sendiri; takarir 1.300 huruf di
bawah gambar dengan `tujuan: [telegram]`, yang menerima 1.024 (4.096 tanpa gambar).
Benar: takarir disingkat, atau X diberi teks sendiri di `varian`; rincian ditulis di halaman JDIH.
Dasar: SOP KPU RI 1/2024 langkah 4b; SOP KPU Kab. Magelang 17/2022, foto/video langkah 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "CAP002"
KINDS = (Konten,)
SOME_ADDRESS = "https://jdih.example/informasi/kantor/2026/nama-butir/"
"""Stands in for `{tautan}`; X counts every address alike."""


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Measure the text as each chosen platform counts it, hashtags included."""
    for name in item.targets:
        if item.caption is None or name not in PLATFORMS:
            continue
        platform = PLATFORMS[name]
        length = platform.length(item.caption.text_for(name, SOME_ADDRESS))
        limit = platform.caption_limit(len(item.caption.media))
        if length > limit:
            place = item.at(f"varian.{name}" if name in item.caption.variants else "takarir")
            yield *place, f"takarir dan tagar {length} huruf, {name} menerima {limit}: kurangi {length - limit}"
