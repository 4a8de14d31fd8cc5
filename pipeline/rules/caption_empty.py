"""Takarir kosong.

Mengapa: grafis/video disampaikan sekaligus dengan keterangannya; unggahan tanpa takarir tidak terbaca maksudnya.
Salah: takarir.md hanya berisi metadata.
Benar: takarir ditulis di bawah baris --- kedua pada takarir.md.
Dasar: SOP KPU RI 1/2024 langkah 4b; SOP KPU Kab. Kepulauan Mentawai 6/2023 langkah 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "CAP001"
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Expect words for each platform asked for, its own or the common ones."""
    if item.caption is None or item.caption.text.strip():
        return
    silent = [name for name in item.targets if not item.caption.variants.get(name, "").strip()]
    if silent or not item.targets:
        where = f" untuk {', '.join(silent)}" if silent else ""
        yield *item.at("takarir"), f"takarir{where} masih kosong: tulis di bawah metadata takarir.md"
