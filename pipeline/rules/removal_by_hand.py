"""Perintah menyisakan pekerjaan tangan: kiriman yang tidak dapat dihapus atau diarsipkan oleh mesin.

Mengapa: tidak semua platform menghapus untuk mesin (TikTok), dan tidak satu pun mengarsipkan; yang tidak dikerjakan
orang tetap tampak oleh publik walaupun perintahnya sudah selesai dicatat.
Salah: menganggap `tindakan: arsipkan` selesai begitu digabung.
Benar: admin mengerjakannya di platform, lalu mencatat BUKTI dengan tautannya (lihat `jdih status`).
Dasar: SOP KPU Kab. Magelang 17/2022, penghapusan atau pengarsipan langkah 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import content, frontmatter
from pipeline.model.base import Severity
from pipeline.model.item import Action, Perintah
from pipeline.platforms import obeys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET019"
KINDS = (Perintah,)
SEVERITY = Severity.PERINGATAN


def check(item: Perintah, context: Context, /) -> Iterator[Place]:
    """Name the platforms of the target on which a person does what is ordered."""
    names = [name for name in _platforms(item, context) if not obeys(name, item.action)]
    if names:
        verb = "diarsipkan" if item.action is Action.ARSIPKAN else "dihapus"
        yield *item.at("tindakan"), f"{', '.join(names)}: {verb} dengan tangan, lalu dibuktikan dengan kata BUKTI"


def _platforms(order: Perintah, context: Context) -> list[str]:
    """Return where the target was to be posted; nothing where that cannot be read."""
    place = context.desk.places.get(order.target)
    index = context.desk.read(place.folder).get(content.INDEX, b"") if place else b""
    try:
        found = frontmatter.parse(index).fields.get("tujuan")
    except frontmatter.MalformedError:
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
