"""Naskah memuat huruf yang tidak terlihat.

Mengapa: huruf pengubah arah dan huruf tanpa lebar membuat pembaca menyetujui tulisan yang lain dari yang tersimpan.
Salah: tanda pengubah arah (U+202E) di tengah nomor; spasi tanpa lebar (U+200B) di tengah kata.
Benar: hanya huruf yang terlihat; ketik ulang bagian yang disalin dari aplikasi lain.
Dasar: Trojan Source (CVE-2021-42574); SOP KPU RI 1/2024 langkah 3 dan 5 (yang dikoreksi adalah yang terbaca).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Item
    from pipeline.rules._context import Context, Place

CODE = "KEA001"
KINDS = (Konten, ProdukHukum, Tanggapan, Perintah)
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\ufffd")
"""Letters that show nothing, and the sign of bytes that were no text."""
JOINER = "\u200d"
EMOJI = frozenset({"So", "Sk", "Mn"})
PAIR = 2


def check(_item: Item, context: Context, /) -> Iterator[Place]:
    """Look at every line, and at what YAML escapes would become."""
    for file, line, text in context.prose():
        plain = ESCAPE.sub(_unescaped, text)
        found = {letter for index, letter in enumerate(plain) if _is_hidden(plain, index)}
        if found:
            names = ", ".join(f"U+{ord(letter):04X}" for letter in sorted(found)[:5])
            yield file, line, f"ada huruf tersembunyi ({names}): ketik ulang baris ini"


def _unescaped(match: re.Match[str]) -> str:
    point = int(match[1] or match[2] or match[3], 16)
    return chr(point) if point <= sys.maxunicode else match[0]


def _is_hidden(text: str, index: int) -> bool:
    letter = text[index]
    if letter.isascii():
        return unicodedata.category(letter) == "Cc" and letter != "\t"
    if letter == JOINER:  # joins two pictures into one emoji
        around = text[index - 1 : index] + text[index + 1 : index + 2]
        return not (len(around) == PAIR and all(unicodedata.category(side) in EMOJI for side in around))
    return unicodedata.category(letter) in HIDDEN or letter in FILLERS
