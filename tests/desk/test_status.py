"""`jdih status`: deadlines and lateness, and a memo that is never wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import store
from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import cases, memo, overview
from pipeline.model.base import JdihError
from tests.desk.planting import LETTER, MAIN, SOP, Item, begun, moment, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Office

ROOT = Path(__file__).parents[2]
OFFICES = "site_config/offices/kota.yaml"
PEOPLE = "site_config/people.yaml"
ZONES = pytest.mark.parametrize(
    ("zone", "name"), [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]
)


# -- deadlines


def row_at(office: Office, item: Item, now: datetime) -> dict[str, Any]:
    server = Repository(office.path)
    known = cases.policy(server)
    return overview.summary(cases.open_case(server, item.id, known=known), known.offices["kota"], known.people, now)


def in_zone(office: Office, zone: str) -> None:
    if zone != "Asia/Jakarta":
        put(office, OFFICES, "zona: Asia/Jakarta", f"zona: {zone}")


@ZONES
def test_a_waiting_step_shows_its_deadline_in_the_offices_own_time(office: Office, zone: str, name: str) -> None:
    in_zone(office, zone)
    item = begun(office, "tenggat", "2026-11-13T15:30", zone)  # a Friday; step 2 has two working days
    row = row_at(office, item, moment("2026-11-16T09:00", zone))
    assert row["langkah"][1]["tenggat"] == moment("2026-11-17T15:30", zone).isoformat()
    assert row["keterangan"] == f"masih menunggu langkah 2 oleh Penulis; tenggat 2026-11-17 15:30 {name}"
    assert (row["langkah"][1]["terlambat"], row["langkah"][1]["terlambat_menit"]) == (False, None)
    assert row["langkah"][2]["tenggat"] is None, "a step not yet possible has no deadline"


@pytest.mark.parametrize(
    ("now", "late"),
    [
        pytest.param("2026-11-17T15:29", None, id="one minute before"),
        pytest.param("2026-11-17T15:30", None, id="at the deadline itself"),
        pytest.param("2026-11-17T15:31", 1.0, id="one minute after"),
        pytest.param("2026-11-17T23:59", 30.0, id="the night adds nothing"),
        pytest.param("2026-11-18T00:01", 30.0, id="nor does midnight"),
        pytest.param("2026-11-18T09:00", 90.0, id="the next morning does"),
        pytest.param("2026-11-21T12:00", 30.0 + 3 * 480, id="a Saturday adds nothing"),
    ],
)
def test_lateness_is_working_time(office: Office, now: str, late: float | None) -> None:
    row = row_at(office, begun(office, "lambat", "2026-11-13T15:30"), moment(now))
    assert (row["langkah"][1]["terlambat_menit"], row["langkah"][1]["terlambat"]) == (late, late is not None)
    assert ("TERLAMBAT" in row["keterangan"]) is (late is not None)


def test_a_range_is_late_only_after_its_most(office: Office) -> None:
    put(office, SOP, "waktu: 2 hari", "waktu: 1-2 hari")
    item = begun(office, "rentang", "2026-11-16T09:00")
    assert not row_at(office, item, moment("2026-11-18T08:59"))["langkah"][1]["terlambat"]
    assert row_at(office, item, moment("2026-11-18T09:01"))["langkah"][1]["terlambat"]


def test_a_step_without_a_standard_is_never_late(office: Office) -> None:
    put(office, SOP, "waktu: 2 hari, ", "")
    row = row_at(office, begun(office, "kosong", "2026-11-16T09:00"), moment("2036-11-16T09:00"))
    assert (row["langkah"][1]["tenggat"], row["langkah"][1]["terlambat"]) == (None, False)


def test_a_done_step_says_what_it_took_and_how_late_it_was(office: Office) -> None:
    item = Item(office, "lewat").draft("kepala", "2026-11-20T15:50", disposisi_md=LETTER)
    item.record("kepala", 1, "2026-11-23T08:25")  # 10 minutes on Friday, 25 on Monday; the standard is 15
    step = row_at(office, item, moment("2026-11-23T09:00"))["langkah"][0]
    assert (step["waktu_kerja_menit"], step["terlambat_menit"], step["terlambat"]) == (35.0, 20.0, True)
    assert step["tenggat"] == moment("2026-11-23T08:05").isoformat()


@ZONES
def test_a_same_day_step_shows_its_day_as_deadline(office: Office, zone: str, name: str) -> None:
    in_zone(office, zone)
    put(office, SOP, "waktu: 2 hari,", "waktu: 2 hari, hari_sama: ya,")
    item = Item(office, "hari-itu", zone)
    text = f"---\nid: {item.id}\nsop: kota/medsos\njudul: Hari itu\ntanggal: 2026-11-20\n---\n\nIsi.\n"
    item.draft("kepala", "2026-11-20T09:00", disposisi_md=LETTER).record("kepala", 1, "2026-11-20T09:05")
    item.draft("penulis", "2026-11-20T10:00", index_md=text)
    before = row_at(office, item, moment("2026-11-20T23:59", zone))
    after = row_at(office, item, moment("2026-11-21T00:01", zone))
    assert before["keterangan"].endswith(f"; tenggat 2026-11-20 23:59 {name}")
    assert not before["langkah"][1]["terlambat"]
    assert (after["langkah"][1]["terlambat"], after["langkah"][1]["terlambat_menit"]) == (True, 0.0)


def test_a_step_whose_holders_leave_is_held_by_nobody_from_that_day_on(office: Office) -> None:
    put(office, PEOPLE, "peran: penulis\n        sejak: '2026-01-01'", "peran: penulis\n        sampai: '2026-11-16'")
    item = begun(office, "pergi", "2026-11-16T09:00")
    today, tomorrow = (row_at(office, item, moment(at)) for at in ("2026-11-16T23:59", "2026-11-17T00:01"))
    assert today["pemegang"] == ["penulis", "rangkap"]
    assert tomorrow["pemegang"] == []
    assert "; tenggat 2026-11-18 09:00 WIB; PERAN Penulis TIDAK ADA PEMEGANGNYA" in tomorrow["keterangan"]


# -- the command


@pytest.fixture
def say(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Type `jdih *words*` on the server, and return what it said."""

    def typed(*words: str) -> str:
        monkeypatch.chdir(office.path)
        capsys.readouterr()
        assert main(words) == 0
        return capsys.readouterr().out

    return typed


def test_the_list_and_the_item_say_the_same_of_a_late_step(office: Office, say: Callable[..., str]) -> None:
    item = begun(office, "lambat", "2026-11-02T09:00")
    listed, alone = say("status").splitlines()[0], say("status", item.id).splitlines()
    assert listed.startswith(f"{item.id:<44} masih menunggu langkah 2 oleh Penulis; TERLAMBAT ")
    assert listed.endswith(" kerja (tenggat 2026-11-04 09:00 WIB)")
    assert "[x] 1. Memberi arahan. (Kepala; standar 15 menit) oleh kepala, kurang dari satu menit kerja" in alone[2]
    assert "[>] 2. Menulis. (Penulis; standar 2 hari), tenggat 2026-11-04 09:00 WIB TERLAMBAT " in alone[3]
    rows = json.loads(say("status", "--format", "json"))["butir"]
    known = json.loads(say("status", item.id, "--format", "json"))
    assert [row["id"] for row in rows] == [item.id]
    assert rows[0]["langkah"][0] == known["langkah"][0]
    assert known["langkah"][1]["terlambat_menit"] >= rows[0]["langkah"][1]["terlambat_menit"] > 0


def test_years_without_official_days_off_are_named(office: Office, say: Callable[..., str]) -> None:
    put(office, PEOPLE, "peran: kepala\n        sejak: '2026-01-01'", "peran: kepala")
    item = begun(office, "lama", "2000-11-20T09:00")
    begun(office, "baru", "2026-11-16T09:00")
    warning = "peringatan: hari libur dan cuti bersama 2000, 2001 belum resmi seluruhnya"
    assert [line for line in say("status").splitlines() if line.startswith(warning)]
    assert warning in say("status", item.id)
    assert json.loads(say("status", item.id, "--format", "json"))["kalender_belum_resmi"][:2] == [2000, 2001]
    assert "2000 belum resmi" in say("audit", item.id)
    assert "belum resmi" not in say("status", "kota-2026-baru") or date.today() > date(2026, 12, 31)  # noqa: DTZ011


def test_overdue_reviews_close_the_list_until_they_are_done(office: Office, say: Callable[..., str]) -> None:
    begun(office, "satu", "2026-11-16T09:00")
    put(office, SOP, "tanggal_efektif: 2026-01-01", "tanggal_efektif: 2024-01-01")
    assert say("status").splitlines()[-1] == "1 SOP melewati waktu tinjauannya: lihat jdih sop review"
    assert json.loads(say("status", "--format", "json"))["tinjauan_sop_terlambat"] == ["kota/medsos"]
    today = datetime.now().astimezone().date()
    row = f"tinjauan:\n  - {{sop: kota/medsos, tanggal: {today}, oleh: kepala, hasil: tetap}}\n"
    put(office, "site_config/tinjauan.yaml", "", row)
    assert "tinjauan" not in say("status")
    put(office, "site_config/tinjauan.yaml", "oleh: kepala", "oleh: siapa")
    said = say("status").splitlines()[-1]
    assert said.startswith("tinjauan SOP tidak terbaca: site_config/tinjauan.yaml:2: TIN005 oleh: 'siapa' tidak ada")


def test_an_item_that_cannot_be_read_hides_no_other(office: Office, say: Callable[..., str]) -> None:
    begun(office, "baik", "2026-11-16T09:00")
    begun(office, "rusak", "2026-11-16T09:00").commit("kepala", "2026-11-16T10:00", **{"catatan/0002-tulis.yaml": b"x"})
    lines = say("status").splitlines()
    assert lines[0].startswith("kota-2026-baik ")
    assert lines[1].startswith(f"{'kota-2026-rusak':<44} TIDAK TERBACA: content/konten/kota/2026/rusak/catatan/0002-")


# -- the memo


def one_by_one(server: Repository) -> dict[str, dict[str, Any]]:
    """Return the facts of every draft branch as the slow way reads them, without any memo."""
    known, found = cases.policy(server), {}
    for ref in sorted(server.refs("refs/heads/usul/")):
        item = ref.removeprefix("refs/heads/usul/")
        case = cases.open_case(server, item, known=known)
        found[item] = overview.facts(case, known.offices[case.place.office]) | {"di_main": case.merged}
    return found


def remembered(server: Repository) -> dict[str, dict[str, Any]]:
    board = memo.board(server)
    return {item: known | {"di_main": item in board.merged} for item, known in board.items.items()}


def desk_of_three(office: Office) -> Repository:
    """Return a server with three running items in three states, and its memo written."""
    begun(office, "satu", "2026-11-16T09:00")
    Item(office, "dua").draft("kepala", "2026-11-16T09:00", disposisi_md=LETTER)
    item = begun(office, "tiga", "2026-11-16T09:00")
    item.draft("penulis", "2026-11-16T10:00", index_md="---\nsop: kota/medsos\njudul: Tiga\n---\n\nIsi.\n")
    item.record("penulis", 2, "2026-11-16T11:00")
    server = Repository(office.path)
    assert remembered(server) == one_by_one(server)
    assert [known["judul"] for known in remembered(server).values()] == ["kota-2026-dua", "kota-2026-satu", "Tiga"]
    return server


def leave(office: Office) -> None:
    """Let nobody have been a writer on the day of the record."""
    put(office, PEOPLE, "peran: penulis\n        sejak: '2026-01-01'", "peran: penulis\n        sejak: '2026-11-20'")


def shorten(office: Office) -> None:
    put(office, SOP, "waktu: 2 hari", "waktu: 1 hari")


def move_east(office: Office) -> None:
    put(office, OFFICES, "zona: Asia/Jakarta", "zona: Asia/Jayapura")


def open_later(office: Office) -> None:
    put(office, OFFICES, "08.00-16.00", "10.00-16.00")


def go_on(office: Office) -> None:
    item = Item(office, "satu")
    item.files, item.sequence = {"disposisi.md": "100644 0"}, 1
    item.draft("penulis", "2026-11-17T09:00", index_md="---\nsop: kota/medsos\njudul: Satu\n---\n\nIsi.\n")
    item.record("penulis", 2, "2026-11-17T10:00")


def drop(office: Office) -> None:
    Repository(office.path).git("update-ref", "-d", "refs/heads/usul/kota-2026-dua")


def rewrite(office: Office) -> None:
    drop(office)
    Item(office, "dua").draft("kepala", "2026-11-16T12:00", disposisi_md=LETTER + b"Segera.\n")


def land(office: Office) -> None:
    """Merge an item behind the hooks' back, then let it go on, as an SOP that acts before its approval wants it."""
    server = Repository(office.path)
    main_, tip = (server.resolve(ref) or "" for ref in (MAIN, "refs/heads/usul/kota-2026-tiga"))
    tree = server.merged_tree(main_, tip) or ""
    server.update_ref(MAIN, server.commit_tree(tree, [main_, tip], "gabung", office.who("admin")))


def land_and_go_on(office: Office) -> None:
    land(office)
    item = Item(office, "tiga")
    item.sequence = 2
    item.commit("penulis", "2026-11-17T09:00", **{"index.md": b"---\nsop: kota/medsos\njudul: Lain\n---\n\nIsi.\n"})


def branch_crookedly(office: Office) -> None:
    server = Repository(office.path)
    begun(office, "empat", "2026-11-16T09:00")
    ref = "refs/heads/usul/kota-2026-empat"
    tip, main_ = server.resolve(ref) or "", server.resolve(MAIN) or ""
    put(office, "site_config/jenis.yaml", "", "jenis: {}\n")
    tree = server.merged_tree(server.resolve(MAIN) or "", tip) or ""
    assert main_ != server.resolve(MAIN)
    server.update_ref(ref, server.commit_tree(tree, [tip, server.resolve(MAIN) or ""], "silang", office.who("kepala")))


CHANGES = (leave, shorten, move_east, open_later, go_on, drop, rewrite, land, land_and_go_on, branch_crookedly)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_any_change_the_memo_says_what_a_fresh_reading_says(
    office: Office, change: Callable[[Office], None]
) -> None:
    server = desk_of_three(office)
    before = remembered(server)
    change(office)
    fresh = one_by_one(server)
    assert fresh != before, "the change is one that shows"
    assert remembered(server) == fresh
    assert remembered(server) == fresh, "and so says the memo it wrote"


def test_merged_items_are_read_in_bulk_as_they_are_one_by_one(office: Office) -> None:
    server = desk_of_three(office)
    land(office)
    (server.folder / memo.FILE).unlink()
    assert remembered(server) == one_by_one(server)
    assert memo.board(server).merged == {"kota-2026-tiga"}


def spoil(data: bytes, how: str) -> bytes:
    return {
        "empty": b"",
        "cut": data[: len(data) // 2],
        "no JSON": b"{",
        "one letter": data.replace(b"Penulis", b"Penyair", 1),
        "one date": data.replace(b"2026-11-18", b"2027-11-18", 1),
        "not UTF-8": b"\xff\xfe\n" + data,
        "of another basis": data.replace(data[:8], b"00000000", 1),
    }[how]


@pytest.mark.parametrize("how", ["empty", "cut", "no JSON", "one letter", "one date", "not UTF-8", "of another basis"])
def test_a_spoilt_memo_is_computed_anew(office: Office, how: str) -> None:
    server = desk_of_three(office)
    path = server.folder / memo.FILE
    whole, fresh = path.read_bytes(), one_by_one(server)
    spoilt = spoil(whole, how)
    assert spoilt != whole
    path.write_bytes(spoilt)
    assert remembered(server) == fresh
    assert path.read_bytes() != spoilt, "and written anew"


def test_a_row_of_another_tip_is_ignored(office: Office) -> None:
    server = desk_of_three(office)
    path, known = server.folder / memo.FILE, cases.policy(server)
    basis = memo._basis(server, known)
    planted = memo._read(path, basis)
    assert planted is not None
    planted.tips["kota-2026-satu"] = known.revision
    planted.items["kota-2026-satu"]["keterangan"] = "palsu"
    memo._write(path, basis, planted)
    assert remembered(server) == one_by_one(server)


def test_a_repository_one_may_not_write_to_needs_no_memo(office: Office) -> None:
    server = desk_of_three(office)
    path = server.folder / memo.FILE
    path.unlink()
    path.mkdir()
    with pytest.raises(JdihError):
        store.write(path, b"x")
    assert remembered(server) == one_by_one(server)


def test_only_changed_branches_are_read_again(office: Office) -> None:
    """Take the objects of an unchanged item away: the memo still knows it, and a fresh reading does not."""
    server = desk_of_three(office)
    fresh = one_by_one(server)
    blob = server.resolve("refs/heads/usul/kota-2026-tiga:content/konten/kota/2026/tiga/catatan/0002-tulis.yaml") or ""
    (server.folder / "objects" / blob[:2] / blob[2:]).unlink()
    begun(office, "empat", "2026-11-17T09:00")
    found = remembered(Repository(office.path))
    assert {item: found[item] for item in fresh} == fresh
    assert "kota-2026-empat" in found


def test_two_at_once_write_a_whole_memo(office: Office) -> None:
    server = desk_of_three(office)
    path, said = server.folder / memo.FILE, set()
    for number in range(2):
        begun(office, f"baru-{number}", "2026-11-17T09:00")
        command = [sys.executable, "-P", "-m", "pipeline", "status"]
        env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        both = [subprocess.Popen(command, cwd=office.path, env=env, stdout=subprocess.PIPE) for _ in range(2)]
        outputs = [each.communicate()[0] for each in both]
        assert [each.returncode for each in both] == [0, 0]
        said.add(len({tuple(line.split()[0] for line in output.splitlines()) for output in outputs}))
        assert memo._read(path, memo._basis(server, cases.policy(server))) is not None
    assert said == {1}
    assert remembered(server) == one_by_one(server)


def test_a_clone_remembers_for_itself(office: Office) -> None:
    desk_of_three(office)
    clone = office.clone("kepala")
    rows = memo.board(clone).items
    assert rows == memo.board(Repository(office.path)).items
    assert (clone.folder / memo.FILE).is_file()
    assert clone.git("status", "--porcelain") == ""
