"""Metadata wajib belum diisi.

Mengapa: katalog, pencarian dan integrasi JDIHN menyusun data dari kolom ini; kolom kosong membuat dokumen tidak
ditemukan.
Salah: `penandatangan:` dibiarkan kosong pada produk hukum.
Benar: `penandatangan: Sekretaris KPU Kabupaten`.
Dasar: Permenkumham 8/2019; tabel data produk hukum pada jdih.kpu.go.id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET010"
KINDS = (Konten, ProdukHukum, Perintah)
REQUIRED = {
    "konten": {"summary": "ringkasan", "targets": "tujuan"},
    "produk-hukum": {
        "main_entry": "teu",
        "place": "tempat_penetapan",
        "source": "sumber",
        "subjects": "subjek",
        "field_of_law": "bidang_hukum",
        "language": "bahasa",
        "location": "lokasi",
        "signatory": "penandatangan",
        "initiator": "pemrakarsa",
    },
    "perintah": {"ordered_by": "pemberi_perintah"},
}
"""Kind -> field of the noun -> key in the front matter."""


def check(item: Konten | ProdukHukum | Perintah, _context: Context, /) -> Iterator[Place]:
    """Ask for every field the kind of item cannot do without."""
    for field, key in REQUIRED[item.kind].items():
        if not getattr(item, field):
            yield *item.at(key), f"'{key}' belum diisi: lengkapi sebelum dikoreksi"
