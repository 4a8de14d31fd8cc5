"""The verbs as a person uses them: in a clone, one person after the other, with real pushes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import cases, opening, overview, workbench

if TYPE_CHECKING:
    from tests.conftest import Office

ROOT = Path(__file__).parents[2]
YEAR = datetime.now().astimezone().year
NEW = f"kota-{YEAR}-kenali-jdih"
FOLDER = f"content/konten/kota/{YEAR}/kenali-jdih"
READY = "kota-2026-contoh"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass
class Desk:
    """Everybody's terminal."""

    office: Office
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def at(self, person: str, *words: str) -> Said:
        """Type `jdih *words*` in a person's clone."""
        self.monkeypatch.chdir(self.office.clone(person).path)
        self.capsys.readouterr()
        code = main(words)
        return Said(code, *self.capsys.readouterr())

    def write(self, person: str, name: str, text: str) -> Path:
        """Write a file of the new item in a person's clone."""
        path = self.office.clone(person).path / FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def fill(path: Path) -> None:
    """Write what the template asks for."""
    path.write_text(path.read_text(encoding="utf-8").replace("ISI:", "Terisi"), encoding="utf-8")


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """An office with the project's own templates and an SOP reviewed today, where nothing has happened yet."""
    repository = Repository(office.path)
    folder = ROOT / "site_config/templat"
    files: dict[str, bytes | None] = {
        path.relative_to(ROOT).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    review = f"{{sop: kota/medsos, tanggal: {datetime.now().astimezone().date()}, oleh: kepala, hasil: tetap}}"
    files["site_config/tinjauan.yaml"] = f"tinjauan:\n  - {review}\n".encode()
    tip = repository.resolve("refs/heads/main") or ""
    repository.update_ref("refs/heads/main", repository.commit([tip], tip, files, "templat", office.who("pengelola")))
    return Desk(office, monkeypatch, capsys)


@pytest.fixture
def waiting(ready: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """An office whose one item waits for the order to upload."""
    return Desk(ready, monkeypatch, capsys)


def test_a_draft_travels_from_hand_to_hand(desk: Desk) -> None:
    # The head opens the item: the paper of step 1 is laid, once.
    opened = desk.at("kepala", "new", "kota/medsos", "kenali-jdih")
    assert (opened.code, opened.err) == (0, "")
    assert opened.out.splitlines() == [
        f"butir {NEW} pada cabang usul/{NEW}",
        f"  templat {FOLDER}/disposisi.md: isi, lalu catat langkahnya",
    ]
    clone = desk.office.clone("kepala")
    assert clone.git("symbolic-ref", "--short", "HEAD") == f"usul/{NEW}"
    paper = desk.write("kepala", "disposisi.md", "---\nsop: kota/medsos\n---\n\nBuat kartu.\n")
    again = desk.at("kepala", "new", "kota/medsos", "kenali-jdih")
    assert (again.code, again.out.splitlines()[1:]) == (
        0,
        ["  tidak ada templat yang perlu ditaruh untuk langkah ini"],
    )
    assert "Buat kartu." in paper.read_text(encoding="utf-8"), "what is written stays"

    recorded = desk.at("kepala", "record", NEW, "--step", "1")
    assert (recorded.code, recorded.out, recorded.err) == (0, f"langkah 1 tercatat untuk {NEW}\n", "")
    clone = desk.office.clone("kepala")
    assert clone.git("log", "--format=%s", f"origin/main..origin/usul/{NEW}").splitlines() == [
        f"Langkah 1 SELESAI: {NEW}",
        f"Naskah {NEW}",
    ]
    assert all(
        "BEGIN SSH SIGNATURE" in clone.git("cat-file", "commit", f"origin/usul/{NEW}{back}") for back in ("", "^")
    )
    assert clone.git("status", "--porcelain") == "", "the draft is saved, the record stands in the clone as well"

    # The writer continues in another clone: what is there stays, the paper of step 2 is laid.
    laid = desk.at("penulis", "new", "kota/medsos", "kenali-jdih")
    assert laid.out.splitlines()[1:] == [f"  templat {FOLDER}/index.md: isi, lalu catat langkahnya"]
    index = desk.office.clone("penulis").path / FOLDER / "index.md"
    assert f"id: {NEW}\nsop: kota/medsos\njudul: Kenali jdih\n" in index.read_text(encoding="utf-8")
    assert (index.parent / "disposisi.md").exists()
    unfilled = desk.at("penulis", "record", NEW, "--step", "2")
    assert unfilled.code == 1
    assert "bagian templat bertanda ISI belum diisi: index.md baris 7" in unfilled.err
    fill(index)
    assert desk.at("penulis", "record", NEW, "--step", "2").code == 0

    # The head sends it back with a note, and the writer sees what is asked.
    sent_back = desk.at("kepala", "record", NEW, "--step", "3", "--decision", "ADA", "--note", "Ringkas judulnya.")
    assert (sent_back.code, sent_back.err) == (0, "")
    stands = desk.at("penulis", "status", NEW)
    assert stands.code == 0
    assert "SOP kota/medsos, putaran 2\n  [x] 1. Memberi arahan. (Kepala; standar 15 menit) oleh kepala" in stands.out
    assert "  [>] 2. Menulis. (Penulis; standar 2 hari)" in stands.out
    assert "  [ ] 3. Mengoreksi." in stands.out
    back = desk.at("penulis", "new", "kota/medsos", "kenali-jdih")
    assert "tidak ada templat" in back.out
    progress = cases.open_case(desk.office.clone("penulis"), NEW).progress
    assert progress is not None
    assert [done.record.note for done in progress.history] == ["", "", "Ringkas judulnya."]


def test_merging_and_what_status_says_before_and_after(waiting: Desk) -> None:
    early = waiting.at("admin", "merge", READY)
    assert (early.code, early.out) == (1, "")
    assert early.err.startswith(f"{READY} belum dapat digabung: DITOLAK: belum boleh digabung")
    assert waiting.at("penulis", "record", READY, "--step", "6").code == 0
    assert waiting.at("admin", "record", READY, "--step", "6").code == 0
    assert f"lengkap: Admin dapat menggabungkannya (jdih merge {READY})" in waiting.at("admin", "status", READY).out

    merged = waiting.at("admin", "merge", READY)
    assert (merged.code, merged.err) == (0, "")
    assert merged.out.startswith(f"{READY} sudah di main\n  peladen: ")
    assert waiting.office.clone("kepala").resolve("origin/main:content/konten/kota/2026/contoh/index.md")
    assert waiting.at("kepala", "status", READY).out.endswith("selesai dan sudah di main\n")
    again = waiting.at("admin", "merge", READY)
    assert (again.code, again.err) == (2, f"jdih: {READY} sudah di main: tidak ada yang perlu digabung\n")


def test_status_for_people_and_for_programs(waiting: Desk) -> None:
    everything = waiting.at("kepala", "status")
    assert everything.out.splitlines() == [
        f"{READY:<44} {waiting.at('kepala', 'status', READY).out.splitlines()[-1]}",
    ]
    listed = json.loads(waiting.at("kepala", "status", "--format", "json").out)
    [row] = listed["butir"]
    assert row | {"tugas": []} == json.loads(waiting.at("kepala", "status", READY, "--format", "json").out)
    assert listed["tugas"] == []
    assert (row["id"], row["sop"], row["putaran"], row["lengkap"], row["di_main"]) == (
        READY,
        "kota/medsos",
        1,
        False,
        False,
    )
    assert [step["keadaan"] for step in row["langkah"]] == [*["selesai"] * 5, "ditunggu"]
    assert row["langkah"][4] | {"oleh": "kepala", "standar": "1 jam", "terlambat": False} == row["langkah"][4]


def test_status_works_in_a_subfolder_and_on_the_server_itself(waiting: Desk) -> None:
    inside = waiting.office.clone("kepala")
    folder = inside.path / "site_config/sop"
    waiting.monkeypatch.chdir(folder)
    assert main(["status", READY]) == 0
    from_clone = waiting.capsys.readouterr().out
    waiting.monkeypatch.chdir(waiting.office.path)
    assert main(["status", READY]) == 0
    assert waiting.capsys.readouterr().out == from_clone


def test_nothing_runs_yet(desk: Desk) -> None:
    said = desk.at("penulis", "status")
    assert (said.code, said.out) == (0, "belum ada butir yang berjalan: buka satu dengan jdih new\n")
    listed = json.loads(desk.at("penulis", "status", "--format", "json").out)
    assert listed == {"butir": [], "tugas": [], "tinjauan_sop_terlambat": []}


@pytest.mark.parametrize(
    ("person", "words", "reason"),
    [
        pytest.param("kepala", ["--step", "5"], "langkah 5 belum dapat dicatat: ", id="not its turn"),
        pytest.param(
            "penulis",
            ["--step", "9"],
            "langkah 9 belum dapat dicatat: SOP kota/medsos tidak punya langkah 9",
            id="none",
        ),
        pytest.param("desainer", ["--step", "6"], "langkah 6 belum dapat dicatat: ", id="not that person's role"),
        pytest.param(
            "penulis",
            ["--step", "6", "--decision", "SETUJU"],
            "langkah 6 belum dapat dicatat: ",
            id="a word the SOP does not have",
        ),
    ],
)
def test_what_the_sop_does_not_let_count(waiting: Desk, person: str, words: list[str], reason: str) -> None:
    before = waiting.office.tip()
    said = waiting.at(person, "record", READY, *words)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(reason)
    assert len(said.err.splitlines()) == 1
    waiting.office.clone("admin")
    assert waiting.office.tip() == before


def test_a_decision_must_be_said_and_a_return_needs_a_note(desk: Desk) -> None:
    desk.at("kepala", "new", "kota/medsos", "kenali-jdih")
    fill(desk.office.clone("kepala").path / FOLDER / "disposisi.md")
    assert desk.at("kepala", "record", NEW, "--step", "1").code == 0
    desk.at("penulis", "new", "kota/medsos", "kenali-jdih")
    fill(desk.office.clone("penulis").path / FOLDER / "index.md")
    assert desk.at("penulis", "record", NEW, "--step", "2").code == 0
    silent = desk.at("kepala", "record", NEW, "--step", "3")
    assert (silent.code, silent.err) == (
        1,
        "langkah 3 belum dapat dicatat: langkah 3 perlu putusan: --decision ADA atau TIDAK\n",
    )
    without_note = desk.at("kepala", "record", NEW, "--step", "3", "--decision", "ADA")
    assert without_note.code == 1
    assert "catatan" in without_note.err
    assert desk.at("kepala", "record", NEW, "--step", "3", "--decision", "TIDAK").code == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param(("kota/tidak-ada", "satu"), "SOP kota/tidak-ada tidak ada", id="no such SOP"),
        pytest.param(("kota/medsos", "Huruf Besar"), "nama 'Huruf Besar' tidak dapat dipakai", id="a name with spaces"),
        pytest.param(("kota/medsos", "../keluar"), "nama '../keluar' tidak dapat dipakai", id="a way out"),
    ],
)
def test_what_cannot_be_opened(desk: Desk, words: tuple[str, ...], reason: str) -> None:
    before = desk.office.clone("penulis").git("symbolic-ref", "HEAD")
    said = desk.at("penulis", "new", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"jdih: {reason}")
    assert desk.office.clone("penulis").git("symbolic-ref", "HEAD") == before


def test_an_item_opened_last_year_is_found_again(desk: Desk) -> None:
    clone = desk.office.clone("penulis")
    with_clock = partial(opening.new, clone, "kota/medsos", "akhir-tahun")
    place, _ = with_clock(datetime(2025, 12, 31, 9, tzinfo=UTC))
    fill(clone.path / place.folder / "disposisi.md")
    workbench.save(clone, place.id, desk.office.who("penulis"))
    clone.push("origin", f"usul/{place.id}")
    clone.fetch("origin")
    again, _ = with_clock(datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert again == place
    fresh, _ = opening.new(clone, "kota/medsos", "lain", datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert fresh.year == 2026


def test_a_running_step_that_nobody_holds_is_named_before_its_deadline(
    ready: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the writers leave today: the item waits for a role without a holder."""
    server = Repository(ready.path)
    main_ = server.resolve("refs/heads/main") or ""
    people = (server.read(main_, "site_config/people.yaml") or b"").decode()
    gone = people.replace("peran: penulis\n        sejak: '2026-01-01'", "peran: penulis\n        sampai: '2026-01-02'")
    assert gone != people
    changed = {"site_config/people.yaml": gone.encode()}
    server.update_ref("refs/heads/main", server.commit([main_], main_, changed, "pindah", ready.who("pengelola")))
    clone = ready.clone("kepala")
    case, known = cases.open_case(clone, READY), cases.policy(clone)
    row = overview.summary(case, known.offices["kota"], known.people, datetime.now(UTC))
    assert row["pemegang"] == []
    assert "PERAN Penulis TIDAK ADA PEMEGANGNYA" in row["keterangan"]
    monkeypatch.chdir(clone.path)
    assert main(["status", READY]) == 0
