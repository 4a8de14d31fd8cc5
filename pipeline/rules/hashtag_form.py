"""Tagar tidak berbentuk tagar.

Mengapa: platform memutus tagar pada spasi dan tanda baca, dan tidak mengenali tagar yang hanya angka.
Salah: `"#Produk Hukum"`, `"JDIH"`, `"#2024"`.
Benar: `"#ProdukHukum"`, `"#JDIH"`, `"#Pemilu2024"`.
Dasar: SOP KPU RI 1/2024 langkah 4b; aturan tagar Instagram dan X.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "TAG002"
KINDS = (Konten,)
FORM = re.compile(r"#\w+")


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Expect # and then letters, digits or _, with at least one letter."""
    for index, tag in enumerate(item.caption.hashtags if item.caption else ()):
        if not tag:
            message = (
                'tagar ini kosong: tulis di antara tanda kutip, misalnya "#JDIHKPU"; # tanpa kutip menjadi komentar'
            )
            yield *item.at(f"tagar.{index}"), message
        elif not FORM.fullmatch(tag) or not any(letter.isalpha() for letter in tag):
            message = f"tagar '{tag}' tidak sah: tulis # lalu huruf, angka atau _ tanpa spasi, dan tidak hanya angka"
            yield *item.at(f"tagar.{index}"), message
