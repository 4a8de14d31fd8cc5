"""Berkas media bukan gambar JPEG atau PNG yang utuh.

Mengapa: isi yang lain dari namanya dapat menyamarkan program atau halaman, dan platform menolaknya saat diunggah.
Salah: dokumen PDF yang dinamai media/poster.jpg; SVG; gambar yang terpotong.
Benar: media/poster.jpg berisi JPEG, media/poster.png berisi PNG.
Dasar: kontrak unggah Instagram (JPEG) dan X (JPEG, PNG).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten
from pipeline.rules import _images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED003"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Compare name and first bytes, then decode."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        if media.file in context.files and (fault := _fault(media.file, context.files[media.file])):
            yield *item.at(f"media.{index}.berkas"), f"{media.file} {fault}"


def _fault(name: str, data: bytes) -> str | None:
    claimed, proven = _images.type_of(name), _images.type_in(data)
    if claimed is None:
        return "bukan .jpg atau .png: simpan gambar sebagai JPEG atau PNG"
    if proven != claimed:
        return "isinya tidak sesuai dengan akhiran namanya: simpan ulang sebagai JPEG atau PNG"
    return None if _images.look(data).readable else "rusak atau terpotong: simpan ulang dari aslinya"
