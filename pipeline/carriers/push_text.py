"""What `git push --porcelain` prints, as lines for whoever pushed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OVERTAKEN = "orang lain sudah lebih dulu mengirim: ambil perubahan terbaru lalu ulangi"
_KNOWN = {
    ".lock': File exists": "cabangnya sedang dikunci proses Git lain di peladen: ulangi sebentar lagi; kunci yang "
    "ditinggalkan proses yang mati dilepas sendiri sesudah sepuluh menit",
    "remote unpack failed": "repositori tujuan tidak dapat ditulisi: penyimpanannya penuh, rusak, hanya dapat dibaca, "
    "atau bukan milik pengguna ini",
    "Updates were rejected": _OVERTAKEN,
    "cannot lock ref": _OVERTAKEN,
}
"""A part of Git's words -> what it means; a ref may have moved before the push, or in the very moment of it."""
_REMOTE, _REFUSED, _EMPTY = "remote:", "!", "error: failed to push some refs"


def said(heard: str) -> list[str]:
    """Return what the remote's hooks said, from the standard error *heard*."""
    return [line.removeprefix(_REMOTE).strip() for line in heard.splitlines() if line.startswith(_REMOTE)]


def reason(told: str, heard: str) -> str:
    """Return why the push was refused, from its standard output *told* and the standard error *heard*."""
    for sign, meaning in _KNOWN.items():
        if sign in heard:
            return meaning
    words = next((line for line in said(heard) if line), "")
    return words or next(
        (f"kiriman ditolak: {line}" for line in _own_words(told, heard)), "kiriman ditolak tanpa alasan"
    )


def _own_words(told: str, heard: str) -> Iterator[str]:
    """Yield Git's own words, the telling ones first."""
    yield from (line for line in heard.splitlines() if line.strip() and not line.startswith(_EMPTY))
    yield from (line.split("\t")[-1] for line in told.splitlines() if line.startswith(_REFUSED))
