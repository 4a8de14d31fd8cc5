"""Gambar atau video terlalu besar.

Mengapa: gambar raksasa menghabiskan ingatan peladen saat dibuka, dan repositori menyimpan setiap versi selamanya.
Salah: foto 108 megapiksel langsung dari kamera.
Benar: lebar 1080 sampai 4000 piksel; ukuran untuk tiap platform dibuat oleh meja ini.
Dasar: batas meja ini: gambar 50 megapiksel dan 20 MB, video 100 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.media import looking
from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED004"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Measure bytes first, pixels from the header, and decode nothing beyond the limits."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        data = context.files.get(media.file, b"")
        most = looking.most_bytes(media.file)
        if len(data) > most:
            size = f"{len(data) // 1_000_000} MB, paling banyak {most // 1_000_000} MB"
            what = "videonya" if looking.is_video(media.file) else "gambarnya"
            yield *item.at(f"media.{index}.berkas"), f"{media.file} {size}: perkecil {what}"
        elif looking.type_in(data) in looking.TYPES.values() and looking.look(data).pixels > looking.MAX_PIXELS:
            size = f"lebih dari {looking.MAX_PIXELS // 1_000_000} megapiksel"
            yield *item.at(f"media.{index}.berkas"), f"{media.file} {size}: perkecil gambarnya"
