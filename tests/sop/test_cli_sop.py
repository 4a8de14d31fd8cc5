"""`jdih sop` as a person meets it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a small repository of one office with one SOP."""
    for source, place in (
        ("baik.yaml", "sop/contoh/uji.yaml"),
        ("contoh.yaml", "offices/contoh.yaml"),
        ("orang.yaml", "people.yaml"),
    ):
        target = tmp_path / "site_config" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(DATA / source, target)
    people = tmp_path / "site_config/people.yaml"
    people.write_text(people.read_text(encoding="utf-8").replace(", sampai: 2026-11-21", ""), encoding="utf-8")
    (tmp_path / "content").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_list_as_json(desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk / "content")

    assert main(["sop", "list", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "id": "contoh/uji",
            "kantor": "contoh",
            "nomor": "010",
            "langkah": 4,
            "peran": ["penulis", "penyelia", "pimpinan", "admin"],
        }
    ]


def test_list_of_the_real_ones(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert main(["sop", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert sum(int(found[1]) for line in lines if (found := re.search(r"(\d+) langkah", line))) == 72


@pytest.mark.usefixtures("desk")
def test_show_draws_the_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")

    assert main(["sop", "show", "contoh/uji"]) == 0
    output = capsys.readouterr().out
    for words in (
        "Nomor SOP",
        "010",
        "tercetak juga: 11 Tahun 2024",
        "ADA -> 1",
        "TIDAK -> 2",
        "1-2 hari",
        "hari sama",
    ):
        assert words in output
    assert "Penulis *" not in output
    assert "Penyelia *" in output
    assert "[terbit, bagikan_tautan]" in output


@pytest.mark.usefixtures("desk")
def test_show_of_an_unknown_sop_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sop", "show", "contoh/ujian"]) == 2
    captured = capsys.readouterr()
    assert captured.err == "jdih: SOP 'contoh/ujian' tidak ada: maksudnya 'contoh/uji'?\n"
    assert captured.out == ""


@pytest.mark.usefixtures("desk")
def test_check_of_a_sound_desk(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sop", "check"]) == 0
    assert capsys.readouterr().out == "1 SOP terbaca, 4 langkah: 0 galat, 0 peringatan\n"


def test_check_of_the_real_desk_warns_and_is_content(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    assert main(["sop", "check"]) == 0
    *warnings, summary = capsys.readouterr().out.splitlines()
    assert summary == "11 SOP terbaca, 72 langkah: 0 galat, 2 peringatan"
    assert all(line.startswith("site_config/sop/mentawai/medsos.yaml:") for line in warnings)


def test_check_of_one_file_names_it_as_it_was_given(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = desk / "konsep.yaml"
    draft.write_text((DATA / "baik.yaml").read_text(encoding="utf-8").replace("admin,", "operator,"), encoding="utf-8")

    assert main(["sop", "check", "konsep.yaml"]) == 1
    first, summary = capsys.readouterr().out.splitlines()
    assert re.match(r"konsep\.yaml:\d+: SOP012 peran 'operator' belum didaftarkan", first)
    assert summary == "1 SOP terbaca, 4 langkah: 1 galat, 0 peringatan"


def test_check_shows_the_faults_of_every_file_at_once(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in ("sop/contoh/uji.yaml", "offices/contoh.yaml", "people.yaml"):
        file = desk / "site_config" / place
        file.write_text(file.read_text(encoding="utf-8") + "\nlain: 1\n", encoding="utf-8")

    assert main(["sop", "check"]) == 1
    output = capsys.readouterr().out
    assert [line.split(":")[0] for line in output.splitlines()[:-1]] == [
        "site_config/sop/contoh/uji.yaml",
        "site_config/offices/contoh.yaml",
        "site_config/people.yaml",
    ]


def test_a_slip_in_people_is_found(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = desk / "site_config/people.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("peran: admin}", "peran: amdin}"), encoding="utf-8")

    assert main(["sop", "check"]) == 1
    output = capsys.readouterr().out
    assert "SOP013" in output
    assert "SET011 peran 'amdin'" in output


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["check", "tidak-ada.yaml"], "jdih: tidak-ada.yaml tidak ada"),
        (["check", "content"], "jdih: content tidak dapat dipakai: "),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_only_an_operator_can_mend(arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sop", *arguments]) == 2
    assert capsys.readouterr().err.startswith(what)


def test_a_faulty_sop_stops_the_list_in_one_line(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = desk / "site_config/sop/contoh/uji.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("jenis: susun", "jenis: tulis"), encoding="utf-8")

    assert main(["sop", "list"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("jdih: site_config/sop/contoh/uji.yaml:")
    assert error.count("\n") == 1


def test_outside_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["sop", "list"]) == 2
    assert "site_config" in capsys.readouterr().err
