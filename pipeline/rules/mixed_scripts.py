"""Kata mencampur huruf dari aksara yang berbeda.

Mengapa: huruf Kiril atau Yunani yang serupa huruf Latin membuat nama dan nomor palsu tampak asli dan tidak ditemukan
pencarian.
Salah: kata KPU dengan K Kiril; angka selain 0 sampai 9.
Benar: huruf Latin dan angka biasa.
Dasar: Unicode UTS #39; CVE-2021-42694.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Item
    from pipeline.rules._context import Context, Place

CODE = "KEA003"
KINDS = (Konten, ProdukHukum, Tanggapan, Perintah)
WORD = re.compile(r"\w+")
LOOKALIKES = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "GEORGIAN"})


def check(_item: Item, context: Context, /) -> Iterator[Place]:
    """Look for words that hold both Latin letters and their lookalikes, and for foreign digits."""
    for file, line, text in context.prose():
        if text.isascii():
            continue
        suspects = [word for word in WORD.findall(text) if _is_mixed(word)]
        if suspects:
            yield (
                file,
                line,
                f"kata '{suspects[0][:30]}' mencampur aksara: ketik ulang dengan huruf Latin dan angka biasa",
            )


def _is_mixed(word: str) -> bool:
    foreign = {letter for letter in word if not letter.isascii()}
    if any(unicodedata.category(letter) == "Nd" for letter in foreign):
        return True
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in foreign if letter.isalpha()}
    latin = "LATIN" in scripts or any(letter.isascii() and letter.isalpha() for letter in word)
    return latin and not scripts.isdisjoint(LOOKALIKES)
