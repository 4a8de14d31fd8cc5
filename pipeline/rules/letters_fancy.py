"""Huruf hias dipakai sebagai tulisan.

Mengapa: huruf hias dan huruf lebar bukan huruf bagi pembaca layar dan pencarian: tulisannya dilompati atau dieja.
Salah: judul berhuruf hias, misalnya huruf tebal matematika atau huruf lebar.
Benar: huruf biasa; penekanan dengan susunan kalimat.
Dasar: pedoman aksesibilitas media sosial pemerintah (digital.gov).
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Item
    from pipeline.rules._context import Context, Place

CODE = "AKS004"
KINDS = (Konten, ProdukHukum, Tanggapan, Perintah)
ORDINARY = frozenset("ªº²³¹₁₂₃")
"""Signs that prose uses on purpose: ordinals, square and cubic metres."""


def check(_item: Item, context: Context, /) -> Iterator[Place]:
    """Find letters and digits that Unicode itself calls variants of plain ones."""
    for file, line, text in context.prose():
        fancy = [letter for letter in text if not letter.isascii() and _is_fancy(letter)]
        if fancy:
            plain = unicodedata.normalize("NFKC", "".join(fancy))
            yield file, line, f"huruf hias '{''.join(fancy)[:20]}': ganti dengan huruf biasa '{plain[:20]}'"


def _is_fancy(letter: str) -> bool:
    plain = unicodedata.normalize("NFKC", letter)
    return plain != letter and plain.isascii() and plain.isalnum() and letter not in ORDINARY
