"""What only the whole graph, the office and its people can tell: silent on the sound SOP, loud on each fault."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import roster, settings, sop, soundness
from pipeline.model.base import Finding, Severity

PATH = "site_config/sop/contoh/uji.yaml"
DATA = Path(__file__).parent / "data"
GOOD = (DATA / "baik.yaml").read_text(encoding="utf-8")
OFFICE = (DATA / "contoh.yaml").read_text(encoding="utf-8")
PEOPLE = (DATA / "orang.yaml").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

LOOP = """      - {peran: penyelia, jenis: serah, keputusan: {LAGI: {ke: unggah}, MAJU: {}}}
"""
LATE_EDIT = """    menyunting: konten
    hari_sama: ya
"""
LATE_STEP = """  - no: 4
    id: poles
    kegiatan: Memoles.
    peran: penulis
    jenis: susun
    menyunting: desain
"""


def judge(text: str = GOOD, people: str = PEOPLE, office: str = OFFICE, now: datetime = NOW) -> list[Finding]:
    procedure = sop.parse(text.encode(), PATH, "v1")
    offices = settings.offices({"site_config/offices/contoh.yaml": office.encode()}) if office else {}
    return soundness.judge(procedure, offices, settings.people(people.encode()), now)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def swap(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new, 1)


def test_a_sound_sop_is_silent() -> None:
    assert judge() == []


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "what"),
    [
        pytest.param(
            "      - {peran: penyelia, jenis: serah, kata: PERINTAH}\n",
            LOOP,
            "SOP017",
            "LAGI",
            "berputar terus",
            id="loop without a human decision",
        ),
        pytest.param("      YA: {ke: unggah}\n", "", "SOP014", "no: 4", "tidak pernah tercapai", id="unreachable step"),
        pytest.param(
            "kata: PERINTAH", "keputusan: {PERINTAH: {ke: koreksi}}", "SOP014", "admin, jenis", "terbit", id="effect"
        ),
        pytest.param("YA: {ke: unggah}", "YA: {ke: konsep}", "SOP016", "keputusan:  #3", "maju", id="no forward word"),
        pytest.param("ke: konsep", "ke: unggah", "SOP015", "ADA:", "harus dijalani", id="a leap over a step"),
        pytest.param("peran: admin,", "peran: operator,", "SOP012", "operator", "didaftarkan", id="role not declared"),
        pytest.param("peran: pimpinan", "peran: tamu", "SOP012", "tamu", "pilih dari", id="role of a single act"),
        pytest.param(
            "{peran: penyelia, jenis: serah, kata: PERINTAH}",
            "{peran: penyelia, jenis: laksana, efek: [terbit]}\n"
            "      - {peran: pimpinan, jenis: persetujuan, kata: SETUJU}",
            "SOP020",
            "efek: [terbit]}",
            "efek_mendahului: ya",
            id="effect before a later approval",
        ),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, code: str, where: str, what: str) -> None:
    text = swap(
        swap(GOOD, "    meliputi: [konten]\n    keputusan:", "    meliputi: [konten]\n    keputusan:  #3"), old, new
    )
    found = next((each for each in judge(text) if each.code == code), None)

    assert found, judge(text)
    assert (found.path, found.line, found.severity) == (PATH, line_of(text, where), Severity.GALAT)
    assert what in found.message


def test_the_sop_may_declare_that_its_effect_precedes() -> None:
    text = swap(GOOD, "kata: PERINTAH", "efek: [turun]")
    text = swap(
        text,
        "      - {peran: admin, ",
        "      - {peran: pimpinan, jenis: koreksi, kata: CUKUP}\n      - {peran: admin, ",
    )

    assert [each.code for each in judge(text)] == ["SOP020"]
    assert judge(text + "    efek_mendahului: ya\n") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(swap(GOOD, "    hari_sama: ya\n", LATE_EDIT), id="the approvers may polish: four eyes judge that"),
        pytest.param(
            swap(GOOD, "    meliputi: [konten]\n", "    meliputi: naskah\n").replace(
                "naskah:\n", "naskah:\n  naskah: [index.md, 'media/*']\n", 1
            ),
            id="the last approval covers less, the correction covers all",
        ),
    ],
)
def test_no_warning_while_every_edit_meets_a_decision(text: str) -> None:
    assert judge(text) == []


def test_the_uploader_s_own_edit_is_a_warning() -> None:
    (found,) = judge(swap(GOOD, "    urutan:\n", "    menyunting: konten\n    urutan:\n"))

    assert (found.code, found.severity) == ("SOP019", Severity.PERINGATAN)


def test_published_files_changed_after_the_last_decision_are_a_warning() -> None:
    text = swap(GOOD, "naskah:\n", "naskah:\n  desain: [takarir.md, 'media/*', notula.md]\n").replace(
        "ke: unggah", "ke: poles"
    )
    text = swap(text, "  - no: 4\n", LATE_STEP + "  - no: 5\n")
    (found,) = judge(text)

    assert (found.code, found.severity) == ("SOP019", Severity.PERINGATAN)
    assert found.line == line_of(text, "menyunting: desain")
    assert "media/*, takarir.md" in found.message
    assert "notula.md" not in found.message


def test_a_folder_pattern_is_not_covered_by_a_narrower_one() -> None:
    narrow = GOOD.replace("meliputi: [konten]", "meliputi: sempit").replace("meliputi: konten", "meliputi: sempit")
    text = swap(narrow, "naskah:\n", "naskah:\n  sempit: [index.md, takarir.md, 'media/*']\n")
    (found,) = judge(text)

    assert (found.code, "menyunting media/** dan" in found.message) == ("SOP019", True)


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        pytest.param(datetime(2026, 11, 21, 15, 59, tzinfo=UTC), [], id="still the last day in Makassar"),
        pytest.param(datetime(2026, 11, 21, 16, 1, tzinfo=UTC), ["SOP013"], id="already tomorrow in Makassar"),
    ],
)
def test_a_role_nobody_holds_on_the_office_s_day(now: datetime, codes: list[str]) -> None:
    found = judge(now=now)

    assert [each.code for each in found] == codes
    assert all(each.line == line_of(GOOD, "penulis: Penulis") and "Penulis" in each.message for each in found)


def test_four_eyes_cannot_be_met_by_one_person_alone() -> None:
    alone = swap(
        PEOPLE,
        "{kantor: contoh, peran: pimpinan}",
        "{kantor: contoh, peran: pimpinan}, {kantor: contoh, peran: penulis}",
    )
    alone = swap(alone, "{kantor: contoh, peran: penulis, sejak", "{kantor: contoh, peran: tamu, sejak")
    (found,) = judge(people=alone)

    assert (found.code, found.line) == ("SOP018", line_of(GOOD, "peran: pimpinan"))
    assert "empat mata tidak mungkin pada langkah 3" in found.message


def test_two_people_sharing_two_roles_can_meet_four_eyes() -> None:
    both = "{kantor: contoh, peran: pimpinan}, {kantor: contoh, peran: penulis}"
    shared = PEOPLE.replace("{kantor: contoh, peran: pimpinan}", both).replace(
        "{kantor: contoh, peran: admin}", f"{{kantor: contoh, peran: admin}}, {both}"
    )

    assert judge(people=shared) == []


def test_an_unknown_office_and_an_sop_its_office_does_not_list() -> None:
    (unknown,) = judge(office="")
    (unlisted,) = judge(office=OFFICE.replace("contoh/uji", "contoh/lain"))

    assert (unknown.code, unknown.line) == ("SOP010", line_of(GOOD, "kantor: contoh"))
    assert (unlisted.code, unlisted.line) == ("SOP011", 1)
    assert "site_config/offices/contoh.yaml" in unlisted.message


@pytest.mark.parametrize(
    ("old", "new", "code", "what"),
    [
        ("kantor: contoh, peran: admin", "kantor: conto, peran: admin", "SET010", "pilih dari contoh"),
        ("kantor: contoh, peran: admin", "kantor: contoh, peran: amdin", "SET011", "perbaiki atau hapus"),
    ],
)
def test_assignments_to_what_is_not_there(old: str, new: str, code: str, what: str) -> None:
    text = swap(PEOPLE, old, new)
    procedures = [sop.parse(GOOD.encode(), PATH, "v1")]
    (found,) = roster.judge(settings.people(text.encode()), {"contoh"}, procedures)

    assert (found.code, found.path, found.line) == (code, "site_config/people.yaml", line_of(text, new))
    assert what in found.message
    assert list(roster.judge(settings.people(PEOPLE.encode()), {"contoh"}, procedures)) == []
