"""Teks alternatif terlalu panjang.

Mengapa: Instagram dan X menolak teks alternatif di atas 1000 huruf, dan pembaca layar tidak dapat berhenti di
tengahnya.
Salah: seluruh isi keputusan disalin ke teks_alt.
Benar: satu atau dua kalimat; rincian ditulis di halaman JDIH.
Dasar: batas alt_text Instagram dan X (1000).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "AKS003"
KINDS = (Konten,)
LIMIT = 1000


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Measure each alternative text."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        if len(media.alt) > LIMIT:
            place = item.at(f"media.{index}.teks_alt")
            yield *place, f"teks_alt {len(media.alt)} huruf, paling banyak {LIMIT}: ringkas"
