"""Gambar terlalu besar.

Mengapa: gambar raksasa menghabiskan ingatan peladen saat dibuka dan ditolak platform.
Salah: foto 108 megapiksel langsung dari kamera.
Benar: lebar 1080 sampai 1440 piksel, di bawah 8 MB.
Dasar: kontrak unggah Instagram (8 MB) dan X (5 MB); batas meja ini 50 megapiksel dan 20 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten
from pipeline.rules import _images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED004"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Measure bytes first, pixels from the header, and decode nothing beyond the limits."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        data = context.files.get(media.file, b"")
        if len(data) > _images.MAX_BYTES:
            size = f"{len(data) // 1_000_000} MB, paling banyak {_images.MAX_BYTES // 1_000_000} MB"
            yield *item.at(f"media.{index}.berkas"), f"{media.file} {size}: perkecil gambarnya"
        elif _images.type_in(data) and _images.look(data).pixels > _images.MAX_PIXELS:
            size = f"lebih dari {_images.MAX_PIXELS // 1_000_000} megapiksel"
            yield *item.at(f"media.{index}.berkas"), f"{media.file} {size}: perkecil gambarnya"
