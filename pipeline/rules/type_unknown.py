"""Jenis produk hukum tidak ada dalam daftar.

Mengapa: singkatan, bentuk dan kelas JDIHN diturunkan dari jenis; jenis di luar daftar tidak dapat dikirim ke JDIHN.
Salah: `jenis: surat-sakti`.
Benar: `jenis: keputusan-sekretaris`.
Dasar: daftar jenis dokumen ILDIS (BPHN); site_config/jenis.yaml.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipeline.model.item import ProdukHukum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET011"
KINDS = (ProdukHukum,)


def check(item: ProdukHukum, context: Context, /) -> Iterator[Place]:
    """Look the type up."""
    if item.type not in context.desk.types:
        near = get_close_matches(item.type, context.desk.types, n=1)
        hint = f"mungkin maksudnya '{near[0]}'" if near else f"pilih dari {', '.join(context.desk.types)}"
        yield *item.at("jenis"), f"jenis '{item.type}' tidak dikenal: {hint}"
