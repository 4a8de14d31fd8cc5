"""What an order says it does must be what its SOP can do, to something that is out: judged before it reaches `main`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline import store
from pipeline.carriers.repository import PushRefused
from pipeline.desk import clones, rehearsal, workbench

if TYPE_CHECKING:
    from tests.prosedur.conftest import House

ADMIN = "admin-magelang"


def test_an_order_its_sop_cannot_carry_out_on_what_never_went_out_is_not_merged(house: House) -> None:
    scenario, place = house.prepare("magelang-penghapusan-hapus")
    written = (scenario.folder / "index.md").read_text(encoding="utf-8")
    target = next(line for line in written.splitlines() if line.startswith("sasaran: "))
    order = written.replace("tindakan: hapus", "tindakan: turunkan").replace(target, "sasaran: jambi-2025-keputusan-13")
    store.write(scenario.folder / "index.md", order.encode())
    lawful = tuple(replace(visit, merges=False) for visit in scenario.visits if not visit.refused)
    list(rehearsal.play(replace(scenario, visits=lawful), house.stage))

    desk = house.stage.clone(ADMIN)
    with pytest.raises(PushRefused) as caught:
        workbench.merge(desk, place.id, clones.identity(desk))

    said = [line.rpartition("index.md:")[2] for line in caught.value.lines if "index.md:" in line]
    assert said == [
        "5: MET018 SOP magelang/penghapusan tidak menjalankan 'turunkan': tulis hapus atau arsipkan",
        "6: MET015 butir 'jambi-2025-keputusan-13' milik kantor jambi: perintah hanya untuk butir kantor sendiri",
    ]
