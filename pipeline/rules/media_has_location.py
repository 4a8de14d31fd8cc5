"""Foto atau video memuat koordinat tempat pengambilannya.

Mengapa: koordinat GPS di dalam foto atau video membuka tempat orang tinggal atau bertugas kepada siapa pun yang
mengunduhnya.
Salah: foto ponsel diunggah apa adanya dengan layanan lokasi menyala.
Benar: foto disimpan ulang tanpa data lokasi.
Dasar: UU 27/2022 tentang Pelindungan Data Pribadi.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.media import films, looking
from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED005"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Look for the GPS directory of EXIF, for coordinates in XMP, and for the place a video names."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        data = context.files.get(media.file, b"")
        if len(data) <= looking.most_bytes(media.file) and _is_located(data):
            place = item.at(f"media.{index}.berkas")
            yield *place, f"{media.file} memuat koordinat GPS: simpan ulang tanpa data lokasi"


def _is_located(data: bytes) -> bool:
    kind = looking.type_in(data)
    if kind in looking.VIDEO_TYPES.values():
        film = films.probe(data)
        return film is not None and film.located
    return kind is not None and looking.look(data).located
