"""Berkas di folder media/ tidak dipakai.

Mengapa: gambar yang tidak disebut tidak ikut dikoreksi, tidak punya teks alternatif dan tidak tayang.
Salah: media/lama.jpg tertinggal, sedangkan takarir.md tidak menyebutnya.
Benar: setiap berkas di media/ disebut pada `media`, atau dihapus.
Dasar: SOP KPU RI 1/2024 langkah 5: yang disetujui adalah seluruh materi.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MED002"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Compare the folder with the list; before takarir.md exists the pictures may wait."""
    if item.caption is None:
        return
    named = {media.file for media in item.caption.media}
    for file in sorted(context.files):
        if file.startswith("media/") and file not in named:
            yield file, 1, f"{file} tidak disebut pada media di takarir.md: sebutkan dengan teks_alt, atau hapus"
