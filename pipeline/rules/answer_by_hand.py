"""Tanggapan menyisakan pekerjaan tangan: komentar di platform yang tidak dapat dijawab oleh mesin.

Mengapa: tidak semua platform menerima jawaban dari mesin (TikTok); yang tidak dikerjakan orang tidak pernah sampai
kepada penanya walaupun jawabannya sudah disetujui.
Salah: menganggap komentar terjawab begitu tanggapannya digabung.
Benar: admin menjawabnya di platform, lalu mencatat BUKTI dengan tautannya (lihat `jdih status`).
Dasar: SOP KPU Kab. Magelang 17/2022, komentar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.base import Severity
from pipeline.model.item import Tanggapan
from pipeline.platforms import takes_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET020"
KINDS = (Tanggapan,)
SEVERITY = Severity.PERINGATAN


def check(item: Tanggapan, _context: Context, /) -> Iterator[Place]:
    """Look whether the platform of the comment takes answers."""
    if item.platform and not takes_answers(item.platform):
        yield *item.at("platform"), f"{item.platform}: dijawab dengan tangan, lalu dibuktikan dengan kata BUKTI"
