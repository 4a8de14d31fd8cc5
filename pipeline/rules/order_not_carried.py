"""Tindakan perintah bukan yang dapat dijalankan SOP-nya.

Mengapa: `tindakan` menentukan apa yang terjadi pada halaman dan unggahan; SOP yang menjalankannya hanya berwenang atas
akibat yang disebut langkah-langkahnya.
Salah: `tindakan: hapus` pada butir yang berjalan menurut SOP penurunan.
Benar: `tindakan: turunkan` pada SOP dengan efek `turun`; `hapus` atau `arsipkan` pada SOP dengan efek `hapus`.
Dasar: SOP KPU Prov. Jambi 13/2025, penurunan langkah 3; SOP KPU Kab. Magelang 17/2022, penghapusan langkah 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Action, Perintah
from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rules._context import Context, Place

CODE = "MET018"
KINDS = (Perintah,)
CARRIED_OUT = {Effect.TURUN: (Action.TURUNKAN,), Effect.HAPUS: (Action.HAPUS, Action.ARSIPKAN)}


def check(item: Perintah, context: Context, /) -> Iterator[Place]:
    """Compare the action with what the effects of the SOP's acts can do; an SOP nobody knows says nothing."""
    procedure = context.desk.procedures.get(item.sop)
    if procedure is None:
        return
    effects = {effect for step in procedure.steps for act in step.acts for effect in act.effects}
    able = [action for effect, actions in CARRIED_OUT.items() if effect in effects for action in actions]
    if item.action not in able:
        way = f"tulis {' atau '.join(able)}" if able else "pakai SOP untuk perintah"
        yield *item.at("tindakan"), f"SOP {item.sop} tidak menjalankan '{item.action}': {way}"
