"""The lawful way of one item through a real server; the neighbours of the attacks stand with them in attacks/."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import records
from pipeline.carriers.repository import PushRefused
from pipeline.desk import cases

if TYPE_CHECKING:
    from tests.conftest import Office

ITEM = "kota-2026-contoh"
FOLDER = "content/konten/kota/2026/contoh"


def test_an_item_reaches_main_with_all_its_records(ready: Office) -> None:
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(ready.record("admin", 6, "UNGGAH"), list)
    ready.merge("admin")
    clone = ready.clone("kepala")
    names = [path for path in clone.tree("origin/main", FOLDER) if records.is_record_path(path)]
    assert [name.split("-")[-1] for name in names] == [
        "arah.yaml",
        "tulis.yaml",
        "koreksi.yaml",
        "rancang.yaml",
        "setuju.yaml",
        "unggah.yaml",
        "unggah.yaml",
    ]
    case = cases.open_case(clone, ITEM)
    assert case.merged
    assert case.progress is not None
    assert case.progress.complete
    message = clone.git("log", "-1", "--format=%B", "origin/main")
    assert "Sop-Langkah: 5 YA kepala" in message


def test_a_correction_round_is_on_record(office: Office) -> None:
    office.draft("kepala", disposisi_md="---\nsop: kota/medsos\n---\n\nBuat kartu.\n")
    office.record("kepala", 1)
    office.draft("penulis", index_md="---\nid: kota-2026-contoh\nsop: kota/medsos\njudul: Jdih\n---\n")
    office.record("penulis", 2)
    assert isinstance(office.record("kepala", 3, "ADA", "Tulis JDIH dengan huruf besar."), list)
    progress = office.progress()
    assert progress.round == 2
    assert progress.step is not None
    assert progress.step.id == "tulis"
    assert progress.history[-1].record.note == "Tulis JDIH dengan huruf besar."


def test_a_late_edit_sends_it_back_and_approving_again_lets_it_through(ready: Office) -> None:
    ready.draft("desainer", takarir_md="---\ntagar: ['#JDIHKPU']\n---\n\nTeks baru.\n", push=True)
    assert ready.progress().voided
    with pytest.raises(PushRefused, match="belum boleh digabung karena naskah berubah sesudah disetujui"):
        ready.merge("admin")
    assert isinstance(ready.record("kepala", 5, "YA"), list)
    assert not ready.progress().voided


def test_a_draft_without_records_may_be_rewritten_and_deleted(office: Office) -> None:
    office.draft("penulis", index_md="satu\n", push=True)
    clone = office.clone("penulis")
    office.draft("penulis", index_md="dua\n")
    clone.git("reset", "--soft", "origin/main")
    clone.git("commit", "--quiet", "-S", "-m", "dua saja")
    clone.push("origin", f"+usul/{ITEM}")
    clone.push("origin", f":refs/heads/usul/{ITEM}")
    assert office.tip() is None


def test_configuration_is_changed_by_who_may(office: Office) -> None:
    clone = office.clone("pengelola")
    main = clone.resolve("origin/main") or ""
    changed = clone.commit(
        [main], main, {"content/halaman/profil.md": b"# Profil\n"}, "profil", office.who("pengelola")
    )
    clone.push("origin", f"{changed}:refs/heads/main")
    assert office.tip("refs/heads/main") == changed


def test_two_people_at_once_one_wins_and_the_other_is_told_how_to_go_on(ready: Office) -> None:
    first, second = ready.clone("penulis"), ready.clone("rangkap")
    assert first.path != second.path
    stale = second.resolve(f"origin/usul/{ITEM}") or ""
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
    late = second.commit([stale], stale, {f"{FOLDER}/notula.md": b"x"}, "terlambat", ready.who("rangkap"))
    with pytest.raises(PushRefused, match="ambil perubahan terbaru"):
        second.push("origin", f"{late}:refs/heads/usul/{ITEM}")
