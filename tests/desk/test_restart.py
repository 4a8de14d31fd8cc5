"""An SOP that changes while items run: which go on, which must begin anew, and how that is told and proved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers import receipts
from pipeline.carriers.repository import PushRefused, Repository, clone
from pipeline.cli import main
from pipeline.desk import cases, merging, pages, recording, shelf, verifying, workbench
from pipeline.desk.darkroom import Darkroom
from pipeline.model.history import Record

if TYPE_CHECKING:
    from tests.conftest import Office

ITEM = "kota-2026-contoh"
FOLDER = "content/konten/kota/2026/contoh"
BRANCH = f"refs/heads/usul/{ITEM}"
SOP = "site_config/sop/kota/medsos.yaml"
HASTIER = ("waktu: 15 menit", "waktu: 5 menit")
HANDED_OVER = ("peran: desainer, jenis: susun", "peran: penulis, jenis: susun")
HANDED_BACK = (
    "peran: penulis, jenis: susun, pelaksana_tersurat: ya,\n     menyunting: rupa",
    "peran: admin, jenis: susun, pelaksana_tersurat: ya,\n     menyunting: rupa",
)
HOW_TO_GO_ON = (
    "SOP kota/medsos berganti lingkup atau peran (pelaksana langkah 4 (rancang) dari Desainer menjadi Penulis): butir "
    f"ini dimulai ulang oleh Kepala dengan jdih record {ITEM} --step 1 --decision ULANG --note SEBABNYA"
)


def amend(office: Office, change: tuple[str, str]) -> None:
    """Change the SOP on `main` by a push of the administrator's."""
    keeper, who = office.clone("pengelola"), office.who("pengelola")
    main_ = keeper.resolve("origin/main") or ""
    text = (keeper.read(main_, SOP) or b"").decode()
    assert change[0] in text
    made = keeper.commit([main_], main_, {SOP: text.replace(*change).encode()}, "SOP baru\n", who)
    keeper.push("origin", f"{made}:refs/heads/main")


def prepared(office: Office, person: str, step: int, word: str | None = None, note: str = "") -> Record:
    """Return what a person would sign now."""
    here = office.clone(person)
    case, people = cases.open_case(here, ITEM), cases.policy(here).people
    entry = recording.Entry(step, word, note)
    found = workbench.prepare(here, case, entry, people.by_id[person], datetime.now(UTC))
    assert isinstance(found, Record), found
    return found


def push(office: Office, record: Record) -> list[str]:
    """Push a record past the help of `jdih record`."""
    here = office.clone(record.person)
    case = cases.open_case(here, ITEM)
    who = office.who(record.person)
    return here.push("origin", f"{merging.commit_record(here, case.place, record, case.tip, who)}:{BRANCH}")


def refusal(office: Office, record: Record) -> str:
    """Return what the server says against a record pushed past the help of `jdih record`."""
    try:
        push(office, record)
    except PushRefused as error:
        return str(error)
    return "diterima"


REST = [
    ("kepala", 1, None),
    ("penulis", 2, None),
    ("kepala", 3, "TIDAK"),
    ("penulis", 4, None),
    ("kepala", 5, "YA"),
    ("penulis", 6, "PERINTAH"),
    ("admin", 6, "UNGGAH"),
]


@pytest.fixture
def voided(ready: Office) -> Office:
    """An office whose running item rests on a version of the SOP that was voided."""
    amend(ready, HANDED_OVER)
    return ready


def test_a_running_item_waits_for_its_restart_and_then_goes_its_new_way(
    voided: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert voided.record("penulis", 6, "PERINTAH") == HOW_TO_GO_ON
    assert voided.record("kepala", 6, "KAHAR", "banjir") == HOW_TO_GO_ON
    assert (
        voided.record("kepala", 1, "ULANG", " ")
        == "mulai ulang tanpa efek dan lampiran, dan wajib disertai catatan: tulis mengapa"
    )
    assert "mulai ulang wewenang Kepala" in str(voided.record("penulis", 1, "ULANG", "SOP berganti"))

    monkeypatch.chdir(voided.clone("kepala").path)
    assert main(["record", ITEM, "--step", "1", "--decision", "ULANG", "--note", "Perancang kini penulis."]) == 0
    progress = voided.progress()
    assert (progress.done, progress.round, len(progress.history)) == ((), 2, 6)
    assert main(["status", ITEM]) == 0
    assert main(["audit", ITEM]) == 0
    said = capsys.readouterr().out
    assert "langkah 1 ULANG  Kepala" in said
    assert "catatan: Perancang kini penulis." in said

    for person, step, word in REST:
        assert isinstance(voided.record(person, step, word), list), (person, step)
    voided.merge("admin")
    receipts.collect(Repository(voided.path), voided.who("penerbit"))
    witness = clone(str(voided.path), voided.root / "saksi")
    verdict = verifying.verify(witness)
    assert (verdict.fault, verdict.merges, verdict.configurations) == (None, 1, 1)
    (post,) = pages.site_data(shelf.read(witness.path), Darkroom(voided.root / "media")).posts
    assert [step.number for step in post.trail] == [1, 2, 3, 4, 5, 1, 1, 2, 3, 4, 5, 6, 6]


def test_the_server_itself_refuses_a_record_of_a_voided_version(ready: Office) -> None:
    ordinary = prepared(ready, "penulis", 6, "PERINTAH")
    overriding = prepared(ready, "kepala", 6, "KAHAR", "banjir")
    amend(ready, HANDED_OVER)
    for record in (ordinary, overriding):
        assert refusal(ready, record) == f"DITOLAK: {HOW_TO_GO_ON}"


def test_the_neighbour_an_amendment_of_times_lets_the_item_go_on_and_allows_no_restart(ready: Office) -> None:
    ordinary = prepared(ready, "penulis", 6, "PERINTAH")
    amend(ready, HASTIER)
    reason = "SOP tidak berganti lingkup atau peran: butir tetap berjalan menurut versi lamanya"
    assert ready.record("kepala", 1, "ULANG", "ingin") == reason
    here = ready.clone("kepala")
    version = here.resolve(f"origin/main:{SOP}") or ""
    forced = replace(
        ordinary, word="ULANG", step=1, step_id="arah", role="kepala", person="kepala", note="ingin", version=version
    )
    assert refusal(ready, forced) == f"DITOLAK: {reason}"
    push(ready, replace(ordinary, at=datetime.now(UTC).replace(microsecond=0)))
    assert len(ready.progress().history) == 6


def test_what_is_finished_is_merged_though_the_sop_has_changed_since(ready: Office) -> None:
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(ready.record("admin", 6, "UNGGAH"), list)
    amend(ready, HANDED_OVER)
    assert ready.record("kepala", 1, "ULANG", "SOP berganti") == "seluruh langkah SOP ini sudah selesai"
    ready.merge("admin")
    assert witness(ready) is None


def test_a_restart_names_the_version_of_today(voided: Office) -> None:
    yesterday = prepared(voided, "kepala", 1, "ULANG", "SOP berganti")
    amend(voided, HANDED_BACK)
    assert "sudah berganti versi lagi: ambil main terbaru" in refusal(voided, yesterday)
    assert isinstance(voided.record("kepala", 1, "ULANG", "SOP berganti dua kali"), list)


def test_a_restart_of_a_version_that_never_was_is_refused(voided: Office) -> None:
    forged = replace(prepared(voided, "kepala", 1, "ULANG", "SOP berganti"), version="0" * 40)
    assert "tidak pernah berlaku di main" in refusal(voided, forged)


def witness(office: Office) -> str | None:
    """Return what the proof finds in a fresh clone."""
    fresh = clone(str(office.path), office.root / "saksi")
    fault = verifying.verify(fresh).fault
    fresh.close()
    return fault


@pytest.mark.parametrize("with_receipts", [True, False])
def test_records_of_a_version_that_was_void_when_they_came_are_found(ready: Office, *, with_receipts: bool) -> None:
    """Plant the amendment behind the guard's back, as if it had been there since yesterday."""
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(ready.record("admin", 6, "UNGGAH"), list)
    server = Repository(ready.path)
    root = server.resolve("refs/heads/main") or ""
    changed = {SOP: (server.read(root, SOP) or b"").decode().replace(*HANDED_OVER).encode()}
    yesterday = datetime.now(UTC) - timedelta(days=1)
    made = server.commit([root], root, changed, "SOP baru\n", ready.who("pengelola"), yesterday)
    server.update_ref("refs/heads/main", made)
    with (server.folder / receipts.NOTES).open("a", encoding="utf-8") as notes:
        notes.write(f"{yesterday.isoformat(timespec='seconds')} {root} {made} refs/heads/main\n")
    ready.merge("admin")
    if with_receipts:
        receipts.collect(server, ready.who("penerbit"))
    fault = witness(ready)
    assert fault is not None
    assert f"{ITEM}: catatan 1: SOP kota/medsos berganti lingkup atau peran" in fault


def test_a_restart_planted_without_a_voiding_amendment_is_found(ready: Office) -> None:
    ordinary = prepared(ready, "penulis", 6, "PERINTAH")
    amend(ready, HASTIER)
    here, server = ready.clone("kepala"), Repository(ready.path)
    version = here.resolve(f"origin/main:{SOP}") or ""
    forged = replace(
        ordinary, word="ULANG", step=1, step_id="arah", role="kepala", person="kepala", note="ingin", version=version
    )
    case = cases.open_case(server, ITEM)
    tip = merging.commit_record(server, case.place, forged, case.tip, ready.who("kepala"))
    before = server.resolve("refs/heads/main") or ""
    tree = server.merged_tree(before, tip) or ""
    merge = server.commit_tree(tree, [before, tip], "Terbitkan\n", ready.who("admin"))
    server.update_ref("refs/heads/main", merge)
    server.close()
    assert "catatan 6: SOP tidak berganti lingkup atau peran" in (witness(ready) or "")
