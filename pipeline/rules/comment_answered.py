"""Komentar yang dijawab sudah dijawab butir lain.

Mengapa: jawaban kedua di bawah komentar yang sama tampak sebagai bantahan kantor atas jawabannya sendiri; yang sudah
disetujui lebih dahulu yang tayang.
Salah: `komentar: "1801"` pada dua butir.
Benar: jawaban baru sesudah jawaban lama diturunkan lewat perintah.
Dasar: SOP KPU Kab. Magelang 17/2022, komentar dan pertanyaan langkah 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Tanggapan
from pipeline.rules._orders import field, is_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline import items
    from pipeline.rules._context import Context, Place

CODE = "MET021"
KINDS = (Tanggapan,)


def check(item: Tanggapan, context: Context, /) -> Iterator[Place]:
    """Compare with the office's answers that are out; what is out itself was there first."""
    desk = context.desk
    own = desk.places.get(item.id)
    if own and is_out(own, desk):
        return
    for place in desk.places.values():
        other = (place.kind, place.office) == (Tanggapan.kind, item.office) and place.id != item.id
        if other and _is_same(item, place, context) and is_out(place, desk):
            fault = f"komentar ini sudah dijawab oleh butir {place.id}"
            yield *item.at("komentar"), f"{fault}: turunkan jawaban itu dahulu lewat perintah"


def _is_same(item: Tanggapan, place: items.Place, context: Context) -> bool:
    """Whether the item at *place* answers the same comment; an account nobody has any more was renamed since."""
    texts = context.desk.read(place.folder)
    handle = field(texts, "akun")
    same = (field(texts, "platform"), field(texts, "komentar")) == (item.platform, item.comment)
    ours = {account.handle for account in context.office.accounts if account.platform == item.platform}
    return same and (handle == item.account or handle not in ours)
