"""Berkas di folder butir bukan jenis yang dikenal.

Mengapa: halaman HTML, SVG, program dan arsip dapat menjalankan sesuatu di peramban atau komputer pembacanya.
Salah: undangan.html, poster.svg atau lampiran.zip di folder butir.
Benar: naskah .md, catatan .yaml, dokumen .pdf, gambar .jpg atau .png, video .mp4.
Dasar: daftar jenis berkas meja ini; SVG dan HTML disajikan peramban sebagai halaman.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan
from pipeline.rules._context import MAX_PROSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Item
    from pipeline.rules._context import Context, Place

CODE = "KEA005"
KINDS = (Konten, ProdukHukum, Tanggapan, Perintah)
ACCEPTED = frozenset({".md", ".yaml", ".pdf", ".jpg", ".jpeg", ".png", ".mp4"})


def check(_item: Item, context: Context, /) -> Iterator[Place]:
    """Compare the ending of every file with the short list, and keep prose within what can be examined."""
    for file, data in sorted(context.files.items()):
        suffix = PurePosixPath(file).suffix.lower()
        if suffix not in ACCEPTED:
            yield (
                file,
                1,
                f"berkas {suffix or 'tanpa akhiran'} tidak diterima: hapus, atau ubah menjadi PDF, JPEG, PNG, MP4",
            )
        elif suffix == ".md" and len(data) > MAX_PROSE:
            yield file, 1, f"naskah {len(data)} bita, paling banyak {MAX_PROSE}: pindahkan isi panjang ke lampiran PDF"
