"""Jumlah gambar atau video tidak diterima platform tujuannya.

Mengapa: platform menolak kiriman pada saat terbit, sesudah semua persetujuan selesai.
Salah: `tujuan: [instagram]` tanpa gambar; `tujuan: [x]` dengan enam gambar, atau dengan gambar di samping video.
Benar: Instagram menerima 1 sampai 10 gambar, X paling banyak 4. Jenis, ukuran dan rasio gambar tidak menjadi soal:
meja ini menyiapkannya untuk tiap platform (`rasio: tepi` menambah tepi, `rasio: potong` memotong tengahnya).
Dasar: kontrak unggah tiap platform (IMAGES dan VIDEOS pada modulnya).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.media import looking
from pipeline.model.item import Konten
from pipeline.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED006"
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Count pictures and videos as each platform does."""
    if item.caption is None:
        return
    place = item.at("media") if "media" in item.lines else item.at("takarir")
    films = sum(looking.is_video(media.file) for media in item.caption.media)
    pictures = len(item.caption.media) - films
    for name in item.targets:
        if name in PLATFORMS:
            yield from ((*place, message) for message in _faults(name, pictures, films))


def _faults(name: str, pictures: int, films: int) -> Iterator[str]:
    images, videos = PLATFORMS[name].IMAGES, PLATFORMS[name].VIDEOS
    if pictures + films < images.least:
        wanted = "gambar" if videos is None else "gambar atau video" if images.most else "video"
        yield f"belum ada media, {name} memerlukan {wanted}: tambahkan, atau hapus {name} dari tujuan"
    if pictures and not images.most:
        yield f"{name} tidak menerima gambar: pakai video, atau hapus {name} dari tujuan"
    elif pictures > images.most:
        yield f"{pictures} gambar, {name} menerima paling banyak {images.most}: sesuaikan media"
    if films and videos is None:
        yield f"{name} tidak menerima video dari meja ini: pakai gambar, atau hapus {name} dari tujuan"
    elif videos and films > videos.most:
        yield f"{films} video, {name} menerima paling banyak {videos.most}: sesuaikan media"
    elif videos and films and images.most:
        yield from _beside(name, pictures, films, images.most, alone=videos.alone)


def _beside(name: str, pictures: int, films: int, most: int, *, alone: bool) -> Iterator[str]:
    if pictures and alone:
        yield f"{name} tidak menerima gambar bersama video: pakai salah satu"
    elif pictures <= most < pictures + films:
        yield f"{pictures + films} gambar dan video, {name} menerima paling banyak {most}: sesuaikan media"
