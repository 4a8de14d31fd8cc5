"""Foto memuat koordinat tempat pengambilannya.

Mengapa: koordinat GPS di dalam foto membuka tempat orang tinggal atau bertugas kepada siapa pun yang mengunduhnya.
Salah: foto ponsel diunggah apa adanya dengan layanan lokasi menyala.
Benar: foto disimpan ulang tanpa data lokasi.
Dasar: UU 27/2022 tentang Pelindungan Data Pribadi.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten
from pipeline.rules import _images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED005"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Look for the GPS directory of EXIF."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        data = context.files.get(media.file, b"")
        if _images.type_in(data) and len(data) <= _images.MAX_BYTES and _images.look(data).located:
            place = item.at(f"media.{index}.berkas")
            yield *place, f"{media.file} memuat koordinat GPS: simpan ulang tanpa data lokasi"
