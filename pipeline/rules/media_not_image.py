"""Berkas media bukan gambar diam JPEG atau PNG, atau video MP4, yang utuh.

Mengapa: isi yang lain dari namanya dapat menyamarkan program atau halaman, dan platform menolaknya saat diunggah.
Salah: dokumen PDF yang dinamai media/poster.jpg; SVG; PNG bergerak; gambar atau video yang terpotong.
Benar: media/poster.jpg berisi JPEG, media/poster.png berisi PNG, media/rapat.mp4 berisi MP4.
Dasar: kontrak unggah Instagram (JPEG, MP4) dan X (JPEG, PNG).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.media import films, looking, preparing
from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED003"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Compare name and first bytes, then make what platforms are sent: what passes here can be prepared."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        if media.file in context.files and (fault := _fault(media.file, context.files[media.file])):
            yield *item.at(f"media.{index}.berkas"), f"{media.file} {fault}"


def _fault(name: str, data: bytes) -> str | None:
    claimed, proven = looking.type_of(name), looking.type_in(data)
    if claimed is None:
        return "bukan .jpg, .png atau .mp4: simpan gambar sebagai JPEG atau PNG, video sebagai MP4"
    if proven != claimed:
        return "isinya tidak sesuai dengan akhiran namanya: simpan ulang sebagai JPEG, PNG atau MP4"
    if looking.is_video(name):
        whole = len(data) > looking.MAX_VIDEO_BYTES or films.probe(data) is not None
        return None if whole else "rusak atau terpotong: simpan ulang dari aslinya"
    return preparing.fault(data)
