"""Which changes of an SOP void it for running items, and which let them go on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import gate, sop
from pipeline.amendment import voids

if TYPE_CHECKING:
    from pipeline.model.procedure import Procedure

PATH = "site_config/sop/kota/medsos.yaml"
TEXT = (Path(__file__).parents[1] / "kantor" / PATH).read_text(encoding="utf-8")


def read(text: str) -> Procedure:
    return sop.parse(text.encode(), PATH, sop.version_of(text.encode()))


def amended(*changes: tuple[str, str]) -> Procedure:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read(text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([], id="nothing at all"),
        pytest.param([("waktu: 15 menit", "waktu: 30 menit")], id="a standard time"),
        pytest.param([("kegiatan: Menulis.", "kegiatan: Menyusun konsep.")], id="the wording of a step"),
        pytest.param([("{nama: Disposisi, berkas: disposisi.md}", "{nama: Laptop}")], id="papers"),
        pytest.param([("tanggal_revisi:", "tanggal_revisi: 2026-11-02")], id="a date of the document"),
        pytest.param([("keluaran: tayang", "keluaran: konten tayang")], id="an output"),
        pytest.param(
            [("jenis_butir: konten\n", ""), ("kantor: kota\n", "kantor: kota\njenis_butir: konten\n")], id="key order"
        ),
        pytest.param([("meliputi: semua", "meliputi: rupa")], id="what a decision covers"),
        pytest.param([("TIDAK: {ke: rancang, catatan", "TIDAK: {ke: tulis, catatan")], id="where a return leads"),
        pytest.param([("kahar: [kepala]", "kahar: [admin]")], id="who may declare force majeure"),
        pytest.param([("kepala: Kepala,", "kepala: Kepala Bagian,")], id="a new name for the same role"),
    ],
)
def test_a_change_of_neither_scope_nor_roles_lets_items_go_on(changes: list[tuple[str, str]]) -> None:
    new = amended(*changes)
    assert voids(read(TEXT), new) == ()
    assert gate.void_fault("kota-2026-contoh", read(TEXT), new) is None


RANCANG = TEXT[TEXT.index("  - {no: 4") : TEXT.index("  - {no: 5")]
WITHOUT_DESIGN = [
    (RANCANG, ""),
    ("{ke: rancang}", "{}"),
    ("{ke: rancang, ", "{ke: tulis, "),
    ("no: 5", "no: 4"),
    ("no: 6", "no: 5"),
]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param(
            [("jenis_butir: konten", "jenis_butir: perintah")], "jenis butir dari konten menjadi perintah", id="kind"
        ),
        pytest.param(WITHOUT_DESIGN, "langkah 4 (rancang) dihapus", id="a step less"),
        pytest.param(WITHOUT_DESIGN, "langkah 6 (unggah) menjadi langkah 5", id="numbers"),
        pytest.param(
            [("jenis: susun", "jenis: serah")], "jenis pekerjaan atau efek langkah 2 (tulis)", id="the kind of an act"
        ),
        pytest.param([("efek: [terbit]", "efek: [terbit, bagikan_tautan]")], "efek langkah 6 (unggah)", id="an effect"),
        pytest.param(
            [("{peran: penulis, jenis: serah, kata: PERINTAH}", "{peran: kepala, jenis: serah, kata: PERINTAH}")],
            "pelaksana langkah 6 (unggah) dari Penulis, lalu Admin menjadi Kepala, lalu Admin",
            id="another role",
        ),
        pytest.param([("admin: Admin}", "admin: Admin, wakil: Wakil}")], "peran Wakil ditambahkan", id="a new role"),
        pytest.param(
            [("peran: desainer, jenis", "peran: penulis, jenis"), ("desainer: Desainer, ", "")],
            "peran Desainer dihapus",
            id="a role less",
        ),
    ],
)
def test_a_change_of_scope_or_roles_voids_the_old_version_and_is_named(
    changes: list[tuple[str, str]], said: str
) -> None:
    old, new = read(TEXT), amended(*changes)
    assert any(said in each for each in voids(old, new)), voids(old, new)
    assert voids(new, old), "and back again it is a change as well"
    reason = gate.void_fault("kota-2026-contoh", old, new)
    assert reason is not None
    assert reason.startswith("SOP kota/medsos berganti lingkup atau peran (")
    assert "oleh Kepala dengan jdih record kota-2026-contoh --step 1 --decision ULANG" in reason


def test_a_long_list_of_changes_is_cut_short() -> None:
    reason = gate.void_fault(
        "kota-2026-contoh", read(TEXT), amended(*WITHOUT_DESIGN, ("jenis: laksana", "jenis: serah"))
    )
    assert reason is not None
    assert " dan 1 perubahan lain" in reason
