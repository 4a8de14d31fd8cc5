"""Tagar wajib kantor belum dipakai.

Mengapa: tagar wajib mengikat semua unggahan kantor menjadi satu daftar yang dapat ditelusuri.
Salah: `tagar: ["#Pemilu"]` pada kantor yang mewajibkan #JDIHKPU.
Benar: `tagar: ["#JDIHKPU", "#Pemilu"]`.
Dasar: SOP KPU RI 1/2024 langkah 4b (takarir dan tagar); tagar_wajib pada berkas kantor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "TAG001"
KINDS = (Konten,)


def check(item: Konten, context: Context, /) -> Iterator[Place]:
    """Compare with the office's list, letter case ignored."""
    if item.caption is None:
        return
    used = {tag.casefold() for tag in item.caption.hashtags}
    missing = [tag for tag in context.office.hashtags if tag.casefold() not in used]
    if missing:
        yield *_place(item), f"tagar wajib belum ada: tambahkan {', '.join(missing)} pada tagar"


def _place(item: Konten) -> tuple[str, int]:
    return item.at("tagar") if "tagar" in item.lines else ("takarir.md", 1)
