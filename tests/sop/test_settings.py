"""Offices and people: the good files are silent, each planted fault is found on its line."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from pipeline import keyring, settings
from pipeline.fields import FaultyError
from pipeline.model.base import Finding, JdihError
from pipeline.model.people import Account, Channel, Key, Recipient

DATA = Path(__file__).parent / "data"
OFFICE = (DATA / "contoh.yaml").read_text(encoding="utf-8")
PEOPLE = (DATA / "orang.yaml").read_text(encoding="utf-8")
OFFICE_PATH = "site_config/offices/contoh.yaml"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
OTHER_KEY = KEY.replace("IAAAA", "IBBBB")


def office_faults(text: str, path: str = OFFICE_PATH) -> tuple[Finding, ...]:
    with pytest.raises(FaultyError) as caught:
        settings.offices({path: text.encode()})
    return caught.value.findings


def people_faults(text: str) -> tuple[Finding, ...]:
    with pytest.raises(FaultyError) as caught:
        settings.people(text.encode())
    return caught.value.findings


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def swap(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new, 1)


def test_an_office() -> None:
    office = settings.offices({OFFICE_PATH: OFFICE.encode()})["contoh"]

    assert (office.name, office.short_name, office.area_code) == ("Kantor Contoh", "Contoh", "7315")
    assert (office.timezone, office.opens, office.closes) == ("Asia/Makassar", time(8), time(16))
    assert office.accounts == (Account(platform="x", id="1", handle="contoh"),)
    assert (office.hashtags, office.procedures) == (("#JDIH",), ("contoh/uji",))
    assert (office.link_recipients, office.address) == ((Recipient(channel=Channel.WHATSAPP, name="Pimpinan"),), "")


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "what"),
    [
        ("nama: Kantor Contoh", "nama: [", "SET001", "kode_wilayah", "metadata"),
        ("jam_kerja", "jamkerja", "SET002", "jamkerja", "maksudnya 'jam_kerja'?"),
        ("zona: Asia/Makassar\n", "", "SET003", "id: contoh", "zona"),
        ("Asia/Makassar", "Asia/Makasar", "SET004", "Makasar", "maksudnya 'Asia/Makassar'?"),
        ("'7315'", "'731'", "SET004", "731", "dua atau empat angka"),
        ("08.00-16.00", "16.00-08.00", "SET004", "16.00-08", "08.00-16.00"),
        ("08.00-16.00", "8-16", "SET004", "8-16", "08.00-16.00"),
        ("nama: contoh}", "nama: '@contoh'}", "SET004", "@contoh", "tanpa @"),
        ("'#JDIH'", "'JDIH'", "SET004", "tagar_wajib", "bukan tagar"),
        ("[contoh/uji]", "[lain/uji]", "SET004", "lain/uji", "contoh/"),
        ("[contoh/uji]", "[contoh/uji, contoh/uji]", "SET005", "prosedur", "dua kali"),
        ("nama: contoh}\n", "nama: contoh}\n  - {platform: x, id: '2', nama: contoh}\n", "SET005", "'2'", "dua kali"),
        ("id: contoh", "id: conto", "SET006", "id: conto", "conto.yaml"),
    ],
)
def test_a_fault_in_an_office(old: str, new: str, code: str, where: str, what: str) -> None:
    text = swap(OFFICE, old, new)
    found = next((each for each in office_faults(text) if each.code == code), None)

    assert found, office_faults(text)
    assert (found.path, found.line) == (OFFICE_PATH, line_of(text, where))
    assert what in found.message


RECIPIENTS = """penerima_tautan:
  - {saluran: surel, nama: Pimpinan, alamat: pimpinan@kpu.example, akun: jdih@kpu.example}
  - {saluran: telegram, nama: Grup redaksi, percakapan: '-1001234', akun: jdih_bot}
  - {saluran: whatsapp-cloud, nama: Ketua, nomor: '+62211234567', akun: '10912'}
  - {saluran: whatsapp, nama: Grup pengelola}
"""


def test_every_channel_has_what_it_is_reached_by() -> None:
    text = OFFICE[: OFFICE.index("penerima_tautan:")] + RECIPIENTS
    found = settings.offices({OFFICE_PATH: text.encode()})["contoh"].link_recipients

    assert [(each.channel, each.name, each.address, each.sender) for each in found] == [
        ("surel", "Pimpinan", "pimpinan@kpu.example", "jdih@kpu.example"),
        ("telegram", "Grup redaksi", "-1001234", "jdih_bot"),
        ("whatsapp-cloud", "Ketua", "62211234567", "10912"),
        ("whatsapp", "Grup pengelola", "", ""),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "what"),
    [
        pytest.param("saluran: surel", "saluran: sms", "SET004", "sms", "pilih dari", id="an unknown channel"),
        pytest.param(
            "pimpinan@kpu.example",
            "'a@b.example, c@d.example'",
            "SET004",
            "Pimpinan",
            "alamat surel",
            id="two addresses",
        ),
        pytest.param("'-1001234'", "grup kita", "SET004", "grup kita", "@nama", id="a chat's title"),
        pytest.param("'+62211234567'", "021-1234567", "SET004", "021", "+62", id="a number without its country"),
        pytest.param(", akun: jdih_bot", "", "SET003", "Grup redaksi", "memerlukan akun", id="no sender"),
        pytest.param(
            "nama: Grup pengelola",
            "nama: Grup pengelola, nomor: '+62211234567'",
            "SET004",
            "pengelola",
            "tidak memakainya",
            id="a number for an ordinary group",
        ),
        pytest.param(
            "akun: '10912'", "akun: '10912', token: rahasia", "SET002", "token", "tidak dikenal", id="a secret"
        ),
        pytest.param(
            "nama: Grup pengelola}",
            "nama: Grup pengelola}\n  - {saluran: whatsapp, nama: Grup pengelola}",
            "SET004",
            "",
            "dua kali",
            id="twice",
        ),
        pytest.param(
            "- {saluran: whatsapp, nama: Grup pengelola}",
            "- Grup pengelola",
            "SET004",
            "- Grup pengelola",
            "saluran, nama",
            id="a name alone",
        ),
    ],
)
def test_a_fault_in_a_recipient(old: str, new: str, code: str, where: str, what: str) -> None:
    text = swap(OFFICE[: OFFICE.index("penerima_tautan:")] + RECIPIENTS, old, new)
    [found] = office_faults(text)

    assert (found.code, what in found.message) == (code, True), found.message
    assert not where or found.line == line_of(text, where)


def test_faults_of_several_offices_come_together() -> None:
    bad = OFFICE.replace("zona", "zone").encode()
    with pytest.raises(FaultyError) as caught:
        settings.offices({OFFICE_PATH: bad, "site_config/offices/lain.yaml": bad})

    assert {each.path for each in caught.value.findings} == {OFFICE_PATH, "site_config/offices/lain.yaml"}
    assert "temuan lain" in str(caught.value)


def test_people() -> None:
    people = settings.people(PEOPLE.encode())

    assert list(people.by_id) == ["penulis", "penyelia", "pimpinan", "admin", "penerbit"]
    assert people.by_id["penyelia"].keys == (Key(public=KEY),)
    assert people.by_id["penulis"].assignments[0].until == date(2026, 11, 21)
    assert people.by_id["penerbit"].authorities == {"terbitan"}
    found = people.by_email("PENULIS@contoh.example")
    assert found is people.by_id["penulis"]
    assert found.holds("contoh", "penulis", datetime(2025, 1, 1, tzinfo=UTC))
    assert people.lines["orang.0.id"] == 2


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "what"),
    [
        pytest.param("    nama: Admin", "  nama: Admin", "SET001", "  nama: Admin", "metadata", id="malformed"),
        pytest.param("surel: admin", "surat: admin", "SET002", "surat:", "tidak dikenal", id="unknown key"),
        pytest.param("surel: admin@contoh.example", "surel:", "SET003", "surel:\n", "tambahkan surel", id="empty key"),
        pytest.param("surel: admin@", "surel: x*@", "SET004", "x*@", "bukan alamat", id="an address that is a pattern"),
        pytest.param("surel: admin@", "surel: a,b@", "SET004", "a,b", "bukan alamat", id="two addresses in one"),
        pytest.param("id: admin", "id: Admin", "SET004", "id: Admin", "huruf kecil", id="person id"),
        pytest.param("AAAA}", "AAAA nama}", "SET004", "nama}", "tanpa keterangan", id="key with a comment"),
        pytest.param("ssh-ed25519 A", "ssh-dss A", "SET004", "ssh-dss", "kunci publik", id="weak kind of key"),
        pytest.param("[terbitan]", "[terbit]", "SET004", "[terbit]", "maksudnya 'terbitan'?", id="authority"),
        pytest.param("2024-01-01", "1 Januari", "SET004", "1 Januari", "bukan tanggal", id="date"),
        pytest.param("id: admin", "id: penulis # dua", "SET005", "# dua", "sudah dipakai penulis", id="same id"),
        pytest.param("surel: admin@", "surel: PENULIS@", "SET005", "PENULIS@", "penulis", id="same address"),
        pytest.param(
            "surel: admin@contoh.example",
            f"surel: admin@contoh.example\n    kunci: [{{publik: {KEY}, sejak: 2025-01-01}}]",
            "SET005",
            "sejak: 2025",
            "sudah dipakai penyelia",
            id="same key",
        ),
        pytest.param(
            "sejak: 2024-01-01", "sejak: 2027-01-01", "SET007", "2027", "mendahului", id="ends before it begins"
        ),
    ],
)
def test_a_fault_in_people(old: str, new: str, code: str, where: str, what: str) -> None:
    text = swap(PEOPLE, old, new)
    found = next((each for each in people_faults(text) if each.code == code), None)

    assert found, people_faults(text)
    expected = line_of(text, where) if "\n" not in where else text[: text.index(where)].count("\n") + 1
    assert (found.path, found.line) == ("site_config/people.yaml", expected)
    assert what in found.message


@pytest.mark.parametrize("text", ["", "orang: satu", "orang: [satu]", "orang: [[]]", "lain: 1"])
def test_anything_but_people_is_faults_not_a_crash(text: str) -> None:
    assert people_faults(text)


def test_keys_are_given_to_those_who_have_none() -> None:
    given = {"penulis": OTHER_KEY, "penyelia": OTHER_KEY}
    changed = keyring.with_keys(PEOPLE.encode(), given)
    before, after = settings.people(PEOPLE.encode()).by_id, settings.people(changed).by_id

    assert after["penulis"].keys == (Key(public=OTHER_KEY),)
    assert after["penyelia"] == before["penyelia"]
    assert [(each.id, each.assignments) for each in after.values()] == [
        (each.id, each.assignments) for each in before.values()
    ]
    assert keyring.with_keys(changed, given) == changed


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({"tamu": OTHER_KEY}, "tidak memuat tamu"),
        ({"admin": KEY}, "sudah dipakai penyelia"),
        ({"admin": "rahasia"}, "kunci publik SSH"),
    ],
)
def test_keys_that_will_not_do_are_refused(keys: dict[str, str], what: str) -> None:
    with pytest.raises(JdihError, match=what):
        keyring.with_keys(PEOPLE.encode(), keys)
