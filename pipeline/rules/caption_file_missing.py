"""Takarir belum dibuat.

Mengapa: tanpa takarir.md tidak ada yang dapat diunggah. Pada tahap konsep berkas ini boleh belum ada; yang
ditolak adalah penggabungan ke main tanpa takarir.
Salah: `tujuan` terisi, tetapi folder butir tidak memuat takarir.md.
Benar: takarir.md dibuat pada langkah desain, sebelum persetujuan.
Dasar: SOP KPU RI 1/2024 langkah 2 dan 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "CAP003"
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Expect takarir.md once there is somewhere to post."""
    if item.targets and item.caption is None:
        yield *item.at("tujuan"), "takarir.md belum ada: buat sebelum konten dimintakan persetujuan"
