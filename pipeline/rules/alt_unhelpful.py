"""Teks alternatif tidak menerangkan gambar.

Mengapa: nama berkas, salinan takarir, atau pembuka "foto dari" hanya mengulang yang sudah dibacakan pembaca layar.
Salah: `teks_alt: IMG_2034.jpg`.
Benar: `teks_alt: Petugas menempelkan pengumuman di papan kantor`.
Dasar: WCAG 2.2 butir 1.1.1 dan teknik F30.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.model.item import Konten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "AKS002"
KINDS = (Konten,)
FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp)|(?:img|dsc|screenshot|whatsapp image)[ _-]?[\d _.-]*")
OPENING = re.compile(r"(?:gambar|foto|image)(?: (?:ini|dari|berisi|yang))* ?(?:dari|berisi|menunjukkan|adalah|:)")


def check(item: Konten, _context: Context, /) -> Iterator[Place]:
    """Recognise file names, repeated captions or titles, and empty openings."""
    for index, media in enumerate(item.caption.media if item.caption else ()):
        reason = _reason(media.alt, media.file, item)
        if media.alt.strip() and reason:
            yield *item.at(f"media.{index}.teks_alt"), f"teks_alt {reason}: tulis apa yang terlihat pada gambar"


def _reason(alt: str, file: str, item: Konten) -> str | None:
    said = " ".join(alt.split()).casefold()
    if FILE_NAME.fullmatch(said) or said == PurePosixPath(file).stem.casefold():
        return "hanya nama berkas"
    texts = (item.title, *((item.caption.text, *item.caption.variants.values()) if item.caption else ()))
    if said in {" ".join(text.split()).casefold() for text in texts}:
        return "mengulang judul atau takarir"
    return "diawali kata yang tidak perlu" if OPENING.match(said) else None
