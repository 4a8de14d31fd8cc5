"""Jadwal tayang mendahului kegiatan atau pengumumannya.

Mengapa: konten yang tayang sebelum harinya membuka yang belum diumumkan; biasanya salah ketik tanggal.
Salah: `tanggal: 2026-03-14` dengan `jadwal: 2026-03-13T09:00`.
Benar: `jadwal: 2026-03-14T09:00`.
Dasar: SOP KPU Kab. Magelang 17/2022: tayang di hari yang sama dengan kegiatan atau pengumuman.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET014"
KINDS = (Konten,)


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Compare days; both are local to the office."""
    if item.schedule and item.schedule.date() < item.day:
        yield *item.at("jadwal"), f"jadwal mendahului tanggal {item.day.isoformat()}: betulkan salah satunya"
