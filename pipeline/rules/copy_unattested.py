"""Salinan yang dibawa butir bukan salinan yang dinyatakan sesuai.

Mengapa: yang diunggah harus sama dengan naskah fisiknya; pernyataan kesesuaian menyebut sidik (sha256) salinan yang
dicocokkan, sehingga salinan yang diganti sesudahnya ketahuan.
Salah: salinan.pdf diganti sesudah kesesuaian.md ditulis, atau `hasil: tidak sesuai`.
Benar: `hasil: sesuai`, `salinan: salinan.pdf`, `sha256` salinan itu, `diperiksa_oleh` dan `tanggal`.
Dasar: SOP KPU Prov. Jambi 15/2025, pengunggahan langkah 3.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline import frontmatter, papers
from pipeline.model.item import ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "DOK007"
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Hold each paper by which the item's SOP attests a file against that file."""
    procedure = context.desk.procedures.get(item.sop)
    for wanted in (each for step in procedure.steps for each in step.requirements) if procedure else ():
        if wanted.file and wanted.attests:
            data, copy = context.files.get(wanted.file), context.files.get(wanted.attests)
            sha256 = None if copy is None else hashlib.sha256(copy).hexdigest()
            for key, reason in papers.faults(wanted, papers.read(data) if data else None, sha256):
                yield wanted.file, _line(data or b"", key), reason


def _line(data: bytes, key: str) -> int:
    try:
        return frontmatter.parse(data).line(key)
    except frontmatter.MalformedError:
        return 1
