"""Teks khusus ditulis untuk platform yang bukan tujuan.

Mengapa: nama platform yang salah ketik membuat teks khusus tidak terpakai, dan yang tayang teks umum.
Salah: `varian: {instagrem: ...}` dengan `tujuan: [instagram]`.
Benar: setiap kunci `varian` ada di `tujuan`.
Dasar: SOP KPU RI 1/2024 langkah 5: yang disetujui adalah yang tayang.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "CAP004"
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Compare the keys of `varian` with the platforms asked for."""
    for name in item.caption.variants if item.caption else ():
        if name not in item.targets:
            yield (
                *item.at(f"varian.{name}"),
                f"varian '{name}' bukan tujuan konten ini: hapus, atau tambahkan ke tujuan",
            )
