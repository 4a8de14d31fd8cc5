"""Produk hukum dibawa SOP tanpa salinannya.

Mengapa: yang disebarluaskan adalah salinan naskah yang telah ditetapkan; tanpa salinan tidak ada yang dicocokkan dan
diunggah.
Salah: `berkas` tidak memuat entri `jenis: salinan`.
Benar: `- {berkas: salinan.pdf, jenis: salinan}`.
Dasar: UU 12/2011 Pasal 95; SOP KPU Prov. Jambi 15/2025, pengunggahan langkah 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import FileKind, ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "DOK001"
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, _context: Context, /) -> Iterator[Place]:
    """Expect a copy on every product that travels through an SOP."""
    if item.sop and not any(found.kind is FileKind.SALINAN for found in item.files):
        yield *item.at("berkas"), "salinan PDF belum ada: tambahkan salinan.pdf dan sebutkan pada berkas"
