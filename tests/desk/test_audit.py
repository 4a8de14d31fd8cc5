"""`jdih audit`: each record against its step's standard time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import auditing, cases
from tests.desk.planting import LETTER, SOP, Item, begun, moment, put

if TYPE_CHECKING:
    from tests.conftest import Office

INDEX = "---\nsop: kota/medsos\njudul: Kartu\n---\n\nIsi.\n"


def rows(office: Office, item: Item) -> list[dict[str, Any]]:
    server = Repository(office.path)
    known = cases.policy(server)
    return auditing.trail(cases.open_case(server, item.id, known=known), known.offices["kota"], known.people)


def test_each_record_is_held_against_its_standard(office: Office) -> None:
    item = begun(office, "jejak", "2026-11-13T15:30")
    item.draft("penulis", "2026-11-16T09:00", index_md=INDEX).record("penulis", 2, "2026-11-17T16:00")
    first, second = rows(office, item)
    assert (first["menit_kerja"], first["standar"], first["terlambat"]) == (0.0, "15 menit", False)
    assert (second["menit_kerja"], second["standar"]) == (990.0, "2 hari")
    assert second["tenggat"] == moment("2026-11-17T15:30").isoformat()
    assert (second["terlambat"], second["terlambat_menit"]) == (True, 30.0)
    assert second["pada"] == "2026-11-17T16:00:00+07:00"


def test_a_record_just_in_time_is_not_late(office: Office) -> None:
    item = begun(office, "tepat", "2026-11-13T15:30")
    item.draft("penulis", "2026-11-16T09:00", index_md=INDEX).record("penulis", 2, "2026-11-17T15:30")
    assert (rows(office, item)[1]["terlambat"], rows(office, item)[1]["terlambat_menit"]) == (False, None)


def test_a_handover_of_two_acts_is_one_step_with_one_standard(office: Office) -> None:
    put(office, SOP, LONG, SHORT)
    item = begun(office, "serah", "2026-11-16T09:00")
    item.draft("penulis", "2026-11-16T09:10", index_md=INDEX)
    item.record("penulis", 2, "2026-11-16T09:20", "SERAH", act=0).record("desainer", 2, "2026-11-16T09:40", act=1)
    _, given, taken = rows(office, item)
    assert (given["menit_kerja"], given["terlambat"]) == (20.0, False)
    assert (taken["menit_kerja"], taken["terlambat_menit"]) == (40.0, 10.0), "counted from where the step began"


LONG = """peran: penulis, jenis: susun, pelaksana_tersurat: ya,
     menyunting: konsep, waktu: 2 hari, keluaran: konsep}"""
SHORT = """pelaksana_tersurat: ya, waktu: 30 menit, keluaran: konsep,
     urutan: [{peran: penulis, jenis: serah, kata: SERAH}, {peran: desainer, jenis: serah, kata: TERIMA}]}"""


@pytest.mark.parametrize(("zone", "name"), [("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")])
def test_the_audit_tells_the_offices_own_time(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], zone: str, name: str
) -> None:
    put(office, "site_config/offices/kota.yaml", "zona: Asia/Jakarta", f"zona: {zone}")
    item = Item(office, "waktu", zone).draft("kepala", "2026-11-20T15:50", disposisi_md=LETTER)
    item.record("kepala", 1, "2026-11-23T08:25")
    monkeypatch.chdir(office.path)
    assert main(["audit", item.id]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == f"  1. 2026-11-23 08:25 {name}  langkah 1 SELESAI  Kepala"
    assert lines[2] == (
        f"     35 menit kerja; standar 15 menit, tenggat 2026-11-23 08:05 {name} TERLAMBAT 20 menit kerja"
    )
    assert main(["audit", item.id, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["catatan"][0]
    assert (found["terlambat"], found["terlambat_menit"], found["kalender_belum_resmi"]) == (True, 20.0, [])
