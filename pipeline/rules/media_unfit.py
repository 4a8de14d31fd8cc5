"""Gambar tidak memenuhi syarat platform tujuannya.

Mengapa: platform menolak kiriman pada saat terbit, sesudah semua persetujuan selesai.
Salah: `tujuan: [instagram]` tanpa gambar, atau dengan gambar PNG.
Benar: Instagram menerima 1 sampai 10 gambar JPEG; X paling banyak 4 gambar.
Dasar: kontrak unggah Instagram dan X (IMAGES pada modul platform).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Caption, Konten
from pipeline.platforms import PLATFORMS
from pipeline.rules import _images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED006"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Compare number, type and size with what each platform takes."""
    for name in item.targets:
        if item.caption and name in PLATFORMS:
            yield from _faults(name, item, item.caption, context)


def _faults(name: str, item: Konten, caption: Caption, context: Context) -> Iterator[Place]:
    accepted, count = PLATFORMS[name].IMAGES, len(caption.media)
    if not accepted.least <= count <= accepted.most:
        place = item.at("media") if "media" in item.lines else item.at("takarir")
        yield *place, f"{count} gambar, {name} menerima {accepted.least} sampai {accepted.most}: sesuaikan media"
    for index, media in enumerate(caption.media):
        place, data = item.at(f"media.{index}.berkas"), context.files.get(media.file, b"")
        found = _images.type_in(data)
        if found and found not in accepted.formats:
            names = ", ".join(kind.removeprefix("image/").upper() for kind in accepted.formats)
            yield *place, f"{media.file} tidak diterima {name}: simpan sebagai {names}"
        if accepted.size < len(data) <= _images.MAX_BYTES:
            yield *place, f"{media.file} {len(data)} bita, {name} menerima {accepted.size}: perkecil gambarnya"
