"""How values are said in Indonesian."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.model.item import Category, Reason, RelationKind
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from datetime import date

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip

CATEGORIES = {
    Category.PENGUMUMAN: "Pengumuman",
    Category.KEGIATAN: "Kegiatan",
    Category.EDUKASI: "Edukasi hukum",
    Category.INFORMASI: "Informasi",
}
REASONS = {
    Reason.PERBAIKAN: "perbaikan dokumen",
    Reason.KELIRU: "dokumen keliru diunggah",
    Reason.PERINTAH: "perintah pejabat yang berwenang",
    Reason.PRIBADI: "perlindungan data pribadi",
}
OUTWARD = {
    RelationKind.MENCABUT: "Mencabut",
    RelationKind.MENGUBAH: "Mengubah",
    RelationKind.MELAKSANAKAN: "Melaksanakan",
    RelationKind.MERUJUK: "Merujuk",
}
INWARD = {
    RelationKind.MENCABUT: "Dicabut dengan",
    RelationKind.MENGUBAH: "Diubah dengan",
    RelationKind.MELAKSANAKAN: "Dilaksanakan dengan",
    RelationKind.MERUJUK: "Dirujuk oleh",
}
EFFECTS = {
    Effect.TERBIT: "terbit di situs dan media sosial",
    Effect.TURUN: "turun dari situs dan media sosial",
    Effect.HAPUS: "terhapus dari media sosial",
    Effect.BALAS: "balasan terkirim",
    Effect.BAGIKAN_TAUTAN: "tautan dibagikan",
    Effect.NOMORI: "nomor diberikan",
}
JDIHN_CLASSES = {1: "Peraturan Perundang-undangan", 2: "Monografi Hukum", 3: "Artikel/Majalah Hukum", 4: "Putusan"}
"""The four document types of JDIHN (ILDIS, document_type)."""
PLATFORMS = {"instagram": "Instagram", "x": "X", "facebook": "Facebook", "youtube": "YouTube", "tiktok": "TikTok"}


def day(value: date | None) -> str:
    """Return `4 Maret 2022`, or nothing."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}" if value else ""


def size(count: int) -> str:
    """Return a number of bytes as people say it: `1,2 MB`."""
    amount, units = float(count), ["bita", "kB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    said = f"{amount:.0f}" if units[0] == "bita" or amount >= 100 else f"{amount:.1f}"
    return f"{said.replace('.', ',')} {units[0]}"


def platform(name: str) -> str:
    """Return the name a platform gives itself."""
    return PLATFORMS.get(name, name.capitalize())


def web(url: str) -> str | None:
    """Return *url* when it is safe in a link, else None."""
    parts = urlsplit(url) if "\\" not in url and url.isprintable() else None
    return url if parts and parts.scheme in ("http", "https") and parts.hostname else None
