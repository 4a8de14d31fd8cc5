"""Produk hukum lama belum punya salinan.

Mengapa: pembaca ingin naskahnya, bukan hanya keterangannya; produk lama boleh menyusul.
Salah: produk hukum tanpa `sop` dan tanpa `berkas`.
Benar: salinan dipindai dan disebut pada `berkas`; sampai saat itu naskah menyebut di mana salinan disimpan.
Dasar: UU 12/2011 Pasal 95.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.base import Severity
from pipeline.model.item import FileKind, ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "DOK002"
SEVERITY = Severity.PERINGATAN
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, _context: Context, /) -> Iterator[Place]:
    """Remind of the copy of a product that predates the desk."""
    if not item.sop and not any(found.kind is FileKind.SALINAN for found in item.files):
        yield *item.at("berkas"), "salinan PDF belum ada: pindai naskahnya dan sebutkan pada berkas"
