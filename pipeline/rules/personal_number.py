"""Naskah memuat nomor induk seseorang.

Mengapa: NIK, NIP dan nomor telepon adalah data pribadi; sekali tayang di situs dan media sosial tidak dapat ditarik
kembali.
Salah: NIP dicantumkan di bawah nama jabatan.
Benar: cukup jabatannya; nomor induk dihapus atau dihitamkan.
Dasar: UU 27/2022 tentang Pelindungan Data Pribadi; UU 14/2008 Pasal 17.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model.base import Severity
from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Item
    from pipeline.rules._context import Context, Place

CODE = "KEA004"
SEVERITY = Severity.PERINGATAN
KINDS = (Konten, ProdukHukum, Tanggapan, Perintah)
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
PATTERNS = (
    (
        re.compile(
            rf"(?<![\d./-])(?:19|20)\d{{2}}{_MONTH}{_DAY} ?(?:19|20)\d{{2}}{_MONTH} ?[12] ?\d{{3}}(?!\d)", re.ASCII
        ),
        "NIP",
    ),
    (re.compile(rf"(?<![\d./-])[1-9]\d{{5}}(?:{_DAY}|[4-7]\d){_MONTH}\d{{6}}(?!\d)", re.ASCII), "NIK"),
    (re.compile(r"(?<![\d./-])(?:\+62|0)8\d{1,2}[ -]?\d{3,4}[ -]?\d{3,5}(?!\d)", re.ASCII), "nomor telepon"),
)


def check(_item: Item, context: Context, /) -> Iterator[Place]:
    """Recognise 16 digits (NIK), 18 digits that begin with a birth date (NIP), and mobile numbers."""
    for file, line, text in context.prose():
        for pattern, name in PATTERNS:
            if pattern.search(text):
                yield file, line, f"tampaknya ada {name} di baris ini: hapus bila memang data pribadi"
