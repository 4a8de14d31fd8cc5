"""Gambar disebut, tetapi berkasnya tidak ada.

Mengapa: unggahan gagal, atau tayang tanpa gambar yang disetujui.
Salah: `berkas: media/rapat.jpg` tanpa berkas itu di folder butir.
Benar: berkas ada di folder media/ dengan ejaan yang sama persis, huruf besar dan kecil pun.
Dasar: SOP KPU Kab. Magelang 17/2022, foto/video langkah 1 (dokumentasi).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED001"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Look each picture up in the folder."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        if media.file not in context.files:
            place = item.at(f"media.{index}.berkas")
            yield *place, f"{media.file} tidak ada di folder butir: tambahkan berkasnya atau betulkan namanya"
