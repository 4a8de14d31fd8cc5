"""Gambar tanpa teks alternatif.

Mengapa: pembaca layar hanya dapat membacakan teks; tanpa teks_alt gambar tidak ada bagi tunanetra.
Salah: `- berkas: media/rapat.jpg` tanpa `teks_alt`.
Benar: `teks_alt: Lima anggota duduk melingkar di ruang rapat, papan jadwal di belakang mereka`.
Dasar: UU 8/2016 tentang Penyandang Disabilitas (akses informasi); WCAG 2.2 butir 1.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "AKS001"
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Expect words for each picture."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        if not media.alt.strip():
            yield *item.at(f"media.{index}"), f"{media.file} belum punya teks_alt: tulis apa yang terlihat"
