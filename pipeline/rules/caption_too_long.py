"""Takarir lebih panjang daripada yang diterima platform.

Mengapa: platform menolak atau memotong takarir yang terlalu panjang, sehingga yang tayang bukan yang disetujui.
Salah: takarir 300 huruf dengan `tujuan: [x]`, yang menerima 280 menurut hitungannya sendiri; takarir 1.300 huruf di
bawah gambar dengan `tujuan: [telegram]`, yang menerima 1.024 (4.096 tanpa gambar).
Benar: takarir disingkat, atau X diberi teks sendiri di `varian`; rincian ditulis di halaman JDIH. Di X, Threads,
Bluesky dan Mastodon teks panjang dapat dibagi menjadi utas dengan baris berisi --- saja.
Dasar: SOP KPU RI 1/2024 langkah 4b; SOP KPU Kab. Magelang 17/2022, foto/video langkah 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Caption
    from pipeline.rules._context import Context, Place

CODE = "CAP002"
KINDS = (Konten,)
SOME_ADDRESS = "https://jdih.example/informasi/kantor/2026/nama-butir/"
"""Stands in for `{tautan}`; X counts every address alike."""


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Measure the text, or each part of a thread, as each chosen platform counts it, hashtags included."""
    for name in item.targets:
        if item.caption and name in PLATFORMS:
            place = item.at(f"varian.{name}" if name in item.caption.variants else "takarir")
            yield from ((*place, message) for message in _faults(name, item.caption))


def _faults(name: str, caption: Caption) -> Iterator[str]:
    platform, texts = PLATFORMS[name], caption.texts_for(name, SOME_ADDRESS)
    divisible = platform.CAN_THREAD and len(texts) == 1
    advice = f", atau bagi menjadi utas dengan baris --- (cukup di varian {name})" if divisible else ""
    for number, text in enumerate(texts, 1):
        limit = platform.caption_limit(len(caption.media) if number == 1 else 0)
        excess = platform.length(text) - limit
        words = ("takarir dan tagar" if caption.hashtags and number == 1 else "takarir") + (
            f" bagian {number}" if len(texts) > 1 else ""
        )
        if excess > 0:
            yield f"{words} {excess + limit} huruf, {name} menerima {limit}: kurangi {excess}{advice}"
