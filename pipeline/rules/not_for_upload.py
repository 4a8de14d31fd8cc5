"""Jenis dokumen ini tidak diunggah ke JDIH.

Mengapa: sebagian dokumen tidak perlu diunggah, sebagian hanya dilayani lewat PPID karena memuat informasi terbatas.
Salah: berita acara atau keputusan yang tidak diumumkan diajukan sebagai produk hukum JDIH.
Benar: dokumen demikian diserahkan kepada PPID; yang diunggah keputusannya.
Dasar: Keputusan KPU 533/2020 dan penjelasannya kepada kantor; Keputusan KPU 10/HK.04/08/2022.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum, Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "DOK006"
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Ask the list of types."""
    kind = context.desk.types.get(item.type)
    if kind and kind.upload is not Upload.YA:
        way = "layani lewat PPID" if kind.upload is Upload.PPID else "tidak perlu diunggah"
        yield *item.at("jenis"), f"{kind.name} bukan untuk JDIH: {way}, atau pilih jenis yang tepat"
