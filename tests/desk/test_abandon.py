"""Giving an item up on the office's own server, and taking it up again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.carriers.repository import PushRefused
from pipeline.desk import cases, memo, overview, verifying
from pipeline.desk.pages import _activity as activity
from tests.conftest import ITEM

if TYPE_CHECKING:
    from tests.conftest import Office


def row(office: Office) -> dict[str, Any]:
    """Return the item as `jdih status` shows it, a month later."""
    board = memo.board(office.clone("admin"))
    today = overview.Today(board.known.people, board.known.offices, datetime.now(UTC) + timedelta(days=30))
    known = board.items[ITEM]
    return overview.shown(known, board.steps[known["versi_sop"]], today, merged=False)


@pytest.mark.slow
def test_an_item_given_up_says_so_is_never_late_and_cannot_be_merged_or_deleted(ready: Office) -> None:
    assert isinstance(ready.record("kepala", 6, "BATAL", "Kegiatannya tidak jadi."), list)
    shown = row(ready)
    assert shown["keterangan"].startswith("dibatalkan pada langkah 6 oleh kepala: Kegiatannya tidak jadi.")
    assert not any(step["terlambat"] or step["keadaan"] == "ditunggu" for step in shown["langkah"])
    assert shown["pemegang"] == []
    with pytest.raises(PushRefused, match="dibatalkan pada langkah 6"):
        ready.merge("admin")
    with pytest.raises(PushRefused, match="sudah berisi catatan"):
        ready.clone("kepala").push("origin", f":refs/heads/usul/{ITEM}")


def test_only_who_may_begin_an_item_stops_it(ready: Office) -> None:
    said = ready.record("penulis", 6, "BATAL", "Saya tidak setuju.")
    assert said == "membatalkan dan melanjutkan butir ini wewenang Kepala, pelaksana langkah pertama"


@pytest.mark.slow
def test_an_item_taken_up_again_is_carried_to_main_and_proved(ready: Office) -> None:
    ready.record("kepala", 6, "BATAL", "Ditunda.")
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), str)
    ready.record("kepala", 6, "LANJUT", "Jadi.")
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(ready.record("admin", 6, "UNGGAH"), list)
    ready.merge("admin")
    assert verifying.verify(ready.clone("admin")).fault is None
    case = cases.open_case(ready.clone("admin"), ITEM)
    assert case.progress is not None
    told = [activity(done.record, case.progress.procedure) for done in case.progress.history]
    assert "Pengerjaannya dibatalkan." in told
    assert "Pengerjaannya dilanjutkan." in told
