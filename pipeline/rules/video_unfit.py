"""Video tidak memenuhi syarat platform tujuannya.

Mengapa: platform menolak video pada saat terbit, sesudah semua persetujuan selesai; meja ini tidak mengubah video.
Salah: video 10 menit, atau berkodek VP9, dengan `tujuan: [bluesky]`; video sepita 16x1280 dengan `tujuan: [x]`.
Benar: MP4 dengan gambar H.264 (4:2:0) dan suara AAC, sisi terpanjang 1920 piksel, sepanjang yang diterima setiap
tujuan. Video tegak dari ponsel dinilai sebagaimana orang melihatnya.
Dasar: kontrak unggah tiap platform (VIDEOS pada modulnya).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.media import films, looking
from pipeline.model.item import Konten
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED007"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Compare codecs, colours, size, shape, length and rate with what each chosen platform takes."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        data = context.files.get(media.file, b"")
        if looking.is_video(media.file) and len(data) <= looking.MAX_VIDEO_BYTES:
            place = item.at(f"media.{index}.berkas")
            for fault in _faults(item, data):
                yield *place, f"{media.file} {fault}: simpan ulang videonya"


def _faults(item: Konten, data: bytes) -> Iterator[str]:
    film = films.probe(data)
    for name in item.targets:
        accepted = PLATFORMS[name].VIDEOS if name in PLATFORMS else None
        if film and accepted:
            yield from (f"ditolak {name}: {fault}" for fault in films.faults(film, len(data), accepted))
