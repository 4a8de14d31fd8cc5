"""`jdih sop` as a person meets it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import holidays
import pytest

from pipeline import calendar, sop
from pipeline.cli import main
from pipeline.desk import reviews

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model.procedure import Procedure

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


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines printed, without what the calendar says of the year the test happens to run in."""
    lines = capsys.readouterr().out.splitlines()
    return [line for line in lines if not line.startswith("peringatan: hari libur")]


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
    assert printed(capsys) == ["1 SOP terbaca, 4 langkah: 0 galat, 0 peringatan"]


def test_check_of_the_real_desk_warns_and_is_content(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    assert main(["sop", "check"]) == 0
    *warnings, summary = printed(capsys)
    assert summary == "11 SOP terbaca, 72 langkah: 0 galat, 2 peringatan"
    assert all(line.startswith("site_config/sop/mentawai/medsos.yaml:") for line in warnings)


def test_check_of_one_file_names_it_as_it_was_given(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = desk / "konsep.yaml"
    draft.write_text((DATA / "baik.yaml").read_text(encoding="utf-8").replace("admin,", "operator,"), encoding="utf-8")

    assert main(["sop", "check", "konsep.yaml"]) == 1
    first, summary = printed(capsys)
    assert re.match(r"konsep\.yaml:\d+: SOP012 peran 'operator' belum didaftarkan", first)
    assert summary == "1 SOP terbaca, 4 langkah: 1 galat, 0 peringatan"


def test_check_shows_the_faults_of_every_file_at_once(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in ("sop/contoh/uji.yaml", "offices/contoh.yaml", "people.yaml"):
        file = desk / "site_config" / place
        file.write_text(file.read_text(encoding="utf-8") + "\nlain: 1\n", encoding="utf-8")

    assert main(["sop", "check"]) == 1
    assert [line.split(":")[0] for line in printed(capsys)[:-1]] == [
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


# -- when the SOPs themselves are reviewed

REVIEWS = "site_config/tinjauan.yaml"


def today() -> date:
    return datetime.now().astimezone().date()


def reviewed(desk: Path, *rows: str) -> None:
    (desk / REVIEWS).write_text("tinjauan:\n" + "".join(f"  - {row}\n" for row in rows), encoding="utf-8")


def review(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    """Return the exit code of `jdih sop review` and what it says of the one SOP."""
    capsys.readouterr()
    code = main(["sop", "review", "--format", "json"])
    (row,) = json.loads(capsys.readouterr().out)["tinjauan"]
    return code, row


def procedure(**changed: str) -> Procedure:
    """Return the sample SOP with lines of it changed."""
    text = (DATA / "baik.yaml").read_text(encoding="utf-8")
    for key, value in changed.items():
        text = re.sub(rf"^( *){key}:.*$", rf"\g<1>{key}: {value}", text, flags=re.MULTILINE)
    return sop.parse(text.encode(), "uji.yaml", "v1")


@pytest.mark.parametrize(
    ("changed", "done", "last", "due"),
    [
        pytest.param({}, (), "2024-12-07", "2025-06-07", id="twice a year, from its entry into force"),
        pytest.param({"tinjau_ulang": "1"}, (), "2024-12-07", "2025-12-07", id="once a year"),
        pytest.param({"tinjau_ulang": ""}, (), "2024-12-07", "2025-12-07", id="no clause: once a year"),
        pytest.param({"tanggal_revisi": "2025-08-31"}, (), "2025-08-31", "2026-02-28", id="a revision; short months"),
        pytest.param({"tanggal_efektif": ""}, (), "2024-12-06", "2025-06-06", id="no entry into force: the day made"),
        pytest.param({}, ("2025-01-10", "2026-02-01"), "2026-02-01", "2026-08-01", id="the last review counts"),
        pytest.param(
            {"tanggal_revisi": "2026-05-01"}, ("2026-02-01",), "2026-05-01", "2026-11-01", id="or the revision"
        ),
        pytest.param({"tanggal_efektif": "", "tanggal_pembuatan": ""}, (), None, None, id="no date at all"),
    ],
)
def test_when_a_review_is_due(
    changed: dict[str, str], done: tuple[str, ...], last: str | None, due: str | None
) -> None:
    rows = "".join(f"  - {{sop: contoh/uji, tanggal: {day}, oleh: admin, hasil: tetap}}\n" for day in done)
    known = reviews.parse(f"tinjauan:\n{rows}".encode(), ["contoh/uji"], ["admin"]) if done else []
    row = reviews.as_row(reviews.due(procedure(**changed), known), date(2026, 9, 1))
    assert (row["terakhir"], row["jatuh_tempo"]) == (last, due)
    assert row["terlambat"] is (due is None or due < "2026-09-01")
    assert row["tersurat"] is (changed.get("tinjau_ulang") != "")


def test_a_review_of_another_sop_counts_for_that_one_only() -> None:
    text = b"tinjauan:\n  - {sop: contoh/lain, tanggal: 2026-02-01, oleh: admin, hasil: diubah, catatan: Peran.}\n"
    (found,) = reviews.parse(text, ["contoh/uji", "contoh/lain"], ["admin"])
    assert (found.result, found.note) == (reviews.Result.DIUBAH, "Peran.")
    assert reviews.due(procedure(), [found]).last == date(2024, 12, 7)


def test_an_overdue_review_is_an_exit_code_until_it_is_done(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, row = review(capsys)
    assert (code, row["terlambat"], row["jatuh_tempo"]) == (1, True, "2025-06-07")
    assert main(["sop", "review"]) == 1
    assert capsys.readouterr().out == (
        "contoh/uji             terakhir 2024-12-07  berikutnya 2025-06-07  2x setahun  TERLAMBAT\n"
    )
    before = sop.version_of((desk / "site_config/sop/contoh/uji.yaml").read_bytes())
    reviewed(desk, f"{{sop: contoh/uji, tanggal: {today()}, oleh: penyelia, hasil: tetap, catatan: Masih sesuai.}}")
    code, row = review(capsys)
    assert (code, row["terlambat"], row["terakhir"]) == (0, False, today().isoformat())
    assert sop.version_of((desk / "site_config/sop/contoh/uji.yaml").read_bytes()) == before
    assert main(["sop", "check"]) == 0


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (
            "{sop: contoh/uij, tanggal: 2026-01-01, oleh: admin, hasil: tetap}",
            "TIN005 sop: 'contoh/uij' tidak ada: maksud",
        ),
        ("{sop: contoh/uji, tanggal: 2026-01-01, oleh: siapa, hasil: tetap}", "TIN005 oleh: 'siapa' tidak ada"),
        ("{sop: contoh/uji, tanggal: 1/1/2026, oleh: admin, hasil: tetap}", "TIN004 tanggal: '1/1/2026' bukan tanggal"),
        ("{sop: contoh/uji, tanggal: 2026-01-01, oleh: admin, hasil: baik}", "TIN004 hasil: 'baik' tidak dikenal"),
        ("{sop: contoh/uji, tanggal: 2026-01-01, oleh: admin}", "TIN003 kunci 'hasil' belum diisi"),
        ("{sop: contoh/uji, tanggal: 2999-01-01, oleh: admin, hasil: tetap}", "TIN006 tanggal 2999-01-01 belum tiba"),
    ],
)
def test_faults_in_the_reviews_are_found(desk: Path, capsys: pytest.CaptureFixture[str], row: str, what: str) -> None:
    good = "{sop: contoh/uji, tanggal: 2026-01-01, oleh: admin, hasil: tetap}"
    reviewed(desk, good)
    assert main(["sop", "check"]) == 0
    capsys.readouterr()

    reviewed(desk, good, row)
    assert main(["sop", "check"]) == 1
    assert capsys.readouterr().out.startswith(f"site_config/tinjauan.yaml:3: {what}")
    assert main(["sop", "review"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"jdih: site_config/tinjauan.yaml:3: {what}")
    assert error.count("\n") == 1


@pytest.mark.usefixtures("desk")
def test_a_year_without_official_days_off_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take the cuti bersama out of the package: as it is in a year whose joint decree it does not have yet."""
    real: Callable[..., object] = holidays.country_holidays

    def without(country: str, **wanted: object) -> object:
        return {} if wanted["categories"] == ("government",) else real(country, **wanted)

    monkeypatch.setattr(holidays, "country_holidays", without)
    caches = (calendar.days_off, calendar.official, calendar._working_days)
    for cache in caches:
        cache.cache_clear()
    try:
        assert main(["sop", "check"]) == 0
    finally:
        for cache in caches:
            cache.cache_clear()
    assert f"peringatan: hari libur dan cuti bersama {today().year}" in capsys.readouterr().out
