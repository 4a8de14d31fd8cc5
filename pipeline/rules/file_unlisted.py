"""Daftar berkas dan isi folder tidak cocok.

Mengapa: berkas yang disebut tetapi tidak ada menjadi tautan mati; PDF yang tidak disebut tidak ikut diperiksa dan
tidak tampil.
Salah: `berkas: salinan.pdf` dengan berkas bernama Salinan.pdf.
Benar: nama pada `berkas` sama persis dengan nama di folder.
Dasar: SOP KPU Prov. Jambi 15/2025, pengunggahan langkah 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "DOK003"
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Compare both ways; names are exact, letter case too."""
    for index, found in enumerate(item.files):
        if found.file not in context.files:
            yield *item.at(f"berkas.{index}.berkas"), f"{found.file} tidak ada di folder butir: tambahkan berkasnya"
    listed = {found.file for found in item.files}
    for file in sorted(context.files):
        if file.lower().endswith(".pdf") and file not in listed:
            yield file, 1, f"{file} tidak disebut pada berkas di index.md: sebutkan jenisnya, atau hapus"
