"""A small sound SOP, and one planted fault per line of the table."""

from datetime import date
from pathlib import Path

import pytest

from pipeline import sop
from pipeline.fields import FaultyError
from pipeline.model.base import Finding
from pipeline.model.procedure import ActKind, Effect, Outcome, Requirement, Standard, Unit

PATH = "site_config/sop/contoh/uji.yaml"
GOOD = (Path(__file__).parent / "data/baik.yaml").read_text(encoding="utf-8")


def faults(text: str, path: str = PATH) -> tuple[Finding, ...]:
    with pytest.raises(FaultyError) as caught:
        sop.parse(text.encode(), path, "v1")
    return caught.value.findings


def mutated(old: str, new: str) -> str:
    assert GOOD.count(old) >= 1, old
    return GOOD.replace(old, new, 1)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_a_sound_sop_becomes_a_procedure() -> None:
    procedure = sop.parse(GOOD.encode(), PATH, "v1")

    assert (procedure.id, procedure.office, procedure.version, procedure.item_kind) == (
        "contoh/uji",
        "contoh",
        "v1",
        "konten",
    )
    assert procedure.identity.number == "010"
    assert (procedure.identity.made, procedure.identity.revised) == (date(2024, 12, 6), None)
    assert (procedure.aliases, procedure.source_notes) == (("11 Tahun 2024",), ("hanya untuk uji",))
    assert procedure.reviews_per_year == 2
    assert procedure.roles["pimpinan"] == "Pimpinan"
    assert procedure.lines["langkah.1.keputusan.ADA"] == line_of(GOOD, "ADA:")


def test_steps_keep_words_targets_files_and_times() -> None:
    first, second, third, last = sop.parse(GOOD.encode(), PATH, "v1").steps

    assert first.edits == ("index.md", "takarir.md", "media/**")
    assert first.requirements == (Requirement(name="Disposisi", file="disposisi.md"), Requirement(name="ATK"))
    assert first.standard == Standard(least=1, most=2, unit=Unit.HARI)
    assert (first.actor_stated, second.actor_stated) == (True, False)
    assert first.acts[0].outcomes == (Outcome(word="SELESAI"),)
    assert second.acts[0].outcomes == (
        Outcome(word="ADA", target="konsep", note_required=True),
        Outcome(word="TIDAK"),
    )
    assert (third.same_day, third.standard) == (True, None)
    assert [(act.role, act.kind, act.outcomes[0].word, act.effects) for act in last.acts] == [
        ("penyelia", ActKind.SERAH, "PERINTAH", ()),
        ("admin", ActKind.LAKSANA, "SELESAI", (Effect.TERBIT, Effect.BAGIKAN_TAUTAN)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "what"),
    [
        pytest.param("  nama: Uji", "  nama: {Uji", "SOP001", "tanggal_pembuatan", "tanda kutip", id="malformed YAML"),
        pytest.param(
            "kantor: contoh", "kantor: contoh\nkantor: lain", "SOP001", "kantor: lain", "dua kali", id="twice"
        ),
        pytest.param("naskah:", "naskh:", "SOP002", "naskh:", "maksudnya 'naskah'?", id="unknown key at the top"),
        pytest.param(
            "    waktu: 15", "    wktu: 15", "SOP002", "wktu", "maksudnya 'waktu'?", id="unknown key in a step"
        ),
        pytest.param("  disahkan_oleh: Pejabat\n", "", "SOP003", "identitas", "disahkan_oleh", id="missing key"),
        pytest.param("    jenis: susun\n", "", "SOP003", "no: 1", "tambahkan jenis", id="missing key of an act"),
        pytest.param("  nama: Uji", "  nama: ''", "SOP003", "nama: ''", "tambahkan nama", id="empty required key"),
        pytest.param("    meliputi: konten\n", "", "SOP003", "no: 2", "tambahkan meliputi", id="decides on nothing"),
        pytest.param("jenis: susun", "jenis: susn", "SOP004", "susn", "maksudnya 'susun'?", id="kind"),
        pytest.param("jenis_butir: konten", "jenis_butir: konter", "SOP004", "konter", "'konten'?", id="kind of item"),
        pytest.param("15 menit", "15 mnt", "SOP004", "15 mnt", "15 menit atau 1-2 hari", id="unit"),
        pytest.param("1-2 hari", "2-1 hari", "SOP004", "2-1", "tidak terbaca", id="range upside down"),
        pytest.param("[terbit, ", "[terbitkan, ", "SOP004", "terbitkan", "maksudnya 'terbit'?", id="effect"),
        pytest.param("tersurat: ya", "tersurat: yes", "SOP004", "yes", "ya atau tidak", id="ya/tidak"),
        pytest.param("2024-12-06", "6 Desember 2024", "SOP004", "6 Des", "seperti 2024-12-06", id="date"),
        pytest.param("2024-12-06", "2024-02-30", "SOP004", "02-30", "bukan tanggal", id="a day that is not"),
        pytest.param("2024-12-06", "20241206", "SOP004", "20241206", "bukan tanggal", id="another notation of dates"),
        pytest.param("tinjau_ulang: 2", "tinjau_ulang: dua", "SOP004", "dua", "angkanya", id="number"),
        pytest.param("catatan: wajib", "catatan: perlu", "SOP004", "perlu", "tulis wajib", id="note"),
        pytest.param("      YA: {", "      KAHAR: {", "SOP004", "KAHAR", "berlaku di setiap SOP", id="reserved word"),
        pytest.param("      YA: {", "      Ya: {", "SOP004", "Ya:", "huruf besar", id="decision word"),
        pytest.param("  penulis: Penulis", "  Penulis: Penulis", "SOP004", "Penulis: P", "huruf kecil", id="role name"),
        pytest.param("id: koreksi", "id: ko-reksi", "SOP004", "ko-reksi", "garis bawah", id="step id"),
        pytest.param('"media/**"', '"../media"', "SOP004", "../media", "folder butir", id="pattern leaves the folder"),
        pytest.param("disposisi.md}", "/etc/hosts}", "SOP004", "/etc", "folder butir", id="absolute requirement"),
        pytest.param(
            "disposisi.md}", "a.md, menyatakan: ../b.pdf}", "SOP004", "../b", "folder butir", id="attests outside"
        ),
        pytest.param(
            "disposisi.md}", "a.md, menyatakan: '*.pdf'}", "SOP004", "*.pdf", "tanpa *", id="attests many files"
        ),
        pytest.param(
            "{nama: ATK}",
            "{nama: ATK, menyatakan: b.pdf}",
            "SOP004",
            "b.pdf",
            "satu naskah .md",
            id="attests by nothing",
        ),
        pytest.param("sop: contoh/uji", "sop: lain/uji", "SOP004", "lain/uji", "contoh/nama", id="another office's id"),
        pytest.param("sop: contoh/uji", "sop: uji", "SOP004", "sop: uji", "kantor/nama", id="id without office"),
        pytest.param("[UU 7/2017]", "[[UU 7/2017]]", "SOP004", "UU 7", "daftar teks", id="list of lists"),
        pytest.param(
            "    urutan:", "    peran: admin\n    urutan:", "SOP004", "peran: admin", "urutan", id="both forms"
        ),
        pytest.param("    hari_sama: ya", "    kata: YA", "SOP004", "kata: YA", "hapus kata", id="word and decision"),
        pytest.param("no: 3", "no: 5", "SOP005", "no: 5", "seharusnya 3", id="sequence"),
        pytest.param("no: 1", "no: 01", "SOP005", "no: 01", "seharusnya 1", id="padded number"),
        pytest.param("id: setuju", "id: koreksi # lagi", "SOP006", "# lagi", "dua kali", id="duplicate step id"),
        pytest.param("meliputi: konten", "meliputi: kontn", "SOP007", "kontn", "'konten'?", id="unknown naskah"),
        pytest.param("ke: konsep", "ke: konsp", "SOP008", "konsp,", "maksudnya 'konsep'?", id="dangling target"),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, code: str, where: str, what: str) -> None:
    text = mutated(old, new)
    found = next((each for each in faults(text) if each.code == code and what in each.message), None)

    assert found, [(each.code, each.line, each.message) for each in faults(text)]
    assert (found.path, found.line) == (PATH, line_of(text, where))


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    text = GOOD.replace("jenis: susun", "jenis: x").replace("ke: konsep", "ke: y").replace("2024-12-06", "z")
    found = faults(text)

    assert [each.code for each in found] == ["SOP004", "SOP004", "SOP008"]
    assert [each.line for each in found] == sorted(each.line for each in found)


def test_a_file_stands_under_the_name_of_its_sop() -> None:
    (found,) = faults(GOOD, "site_config/sop/contoh/lain.yaml")

    assert (found.code, found.line) == ("SOP009", 1)
    assert sop.parse(GOOD.encode(), "konsep.yaml", "v1").id == "contoh/uji"


@pytest.mark.parametrize("text", ["", "langkah", "- a\n- b", "{}", "langkah: satu", "langkah: [1]", "peran: [a]"])
def test_anything_but_an_sop_is_faults_not_a_crash(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("15 menit", Standard(least=15, most=15, unit=Unit.MENIT)),
        ("1 jam", Standard(least=1, most=1, unit=Unit.JAM)),
        ("1-2 hari", Standard(least=1, most=2, unit=Unit.HARI)),
        ("", None),
        ("0 jam", None),
        ("15", None),
        ("15 Menit", None),
        ("1,5 jam", None),
        ("15 menit 2", None),
        ("١٥ menit", None),
    ],
)
def test_duration(text: str, standard: Standard | None) -> None:
    assert sop.duration(text) == standard


def test_the_version_is_the_git_blob_id() -> None:
    assert sop.version_of(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert sop.version_of(b"test content\n") == "d670460b4b4aece5915caf5c68d12f560a9fe3e4"
