"""Takarir dibagi menjadi utas yang tidak dapat dikirim.

Mengapa: tidak semua platform mengenal utas, dan membuang atau menyatukan bagian berarti mengubah yang disetujui.
Salah: baris berisi --- di takarir dengan `tujuan: [instagram]`; dua baris --- berturut-turut; dua bagian yang sama.
Benar: teks panjang dibagi dengan baris berisi --- saja, untuk X, Threads, Bluesky dan Mastodon; platform lain diberi
teks tanpa pembagian, di takarir atau di `varian`.
Dasar: SOP KPU RI 1/2024 langkah 5: yang disetujui adalah yang tayang.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.rules._context import Context, Place

CODE = "CAP005"
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Expect of every divided text a platform that knows threads, and of every part words of its own."""
    for name in item.targets:
        if item.caption and name in PLATFORMS:
            parts = item.caption.parts_for(name)
            place = item.at(f"varian.{name}" if name in item.caption.variants else "takarir")
            yield from ((*place, message) for message in _faults(name, parts) if len(parts) > 1)


def _faults(name: str, parts: Sequence[str]) -> Iterator[str]:
    if not PLATFORMS[name].CAN_THREAD:
        yield f"takarir dibagi {len(parts)} dengan baris ---, {name} tidak mengenal utas: beri varian {name} yang utuh"
        return
    for number, text in enumerate(parts, 1):
        first = parts.index(text) + 1
        if not text.strip():
            yield f"bagian {number} utas untuk {name} kosong: isi, atau hapus baris ---"
        elif first < number:
            yield f"bagian {number} utas untuk {name} sama dengan bagian {first}: tulis lain, atau hapus"
