"""Forms that people fill in: each opens its draft branch and pull request, and hostile ones open nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import frontmatter
from pipeline.desk.forge.comment import MARKER
from tests.forge.fake import ROBOT
from tests.forge.fake.state import ADMIN
from tests.forge.test_comment import outside
from tests.forge.test_forms import FORMS

if TYPE_CHECKING:
    from tests.forge.e2e.kantor import Kantor

VALUES = {"SOP": "kota/medsos", "Nama pendek": "Rapat Pleno", "Perihal": "Kartu rapat", "Tenggat": "_No response_"}


def form(free: str = "Buat satu kartu.", **values: str) -> str:
    """Return a filled-in disposition as GitHub renders it."""
    given = VALUES | {key.replace("_", " "): value for key, value in values.items()} | {"Arahan": free}
    return "\n\n".join(f"### {heading}\n\n{value}" for heading, value in given.items())


def answers(office: Kantor, number: int) -> list[str]:
    return [one.body for one in office.fake.state.comments if one.thread == number and one.author == ROBOT]


def test_a_disposition_opens_its_branch_and_pull_request_once(kantor: Kantor) -> None:
    number = kantor.fake.person("kepala").open_issue("Disposisi: ", form(), "disposisi")
    assert kantor.control() == []
    item = f"kota-{kantor.clock().year}-rapat-pleno"
    pull = kantor.open_pulls()[item]
    assert not kantor.fake.state.threads[number].open
    assert answers(kantor, number) == [f"<code>usulan #{pull} dibuka untuk butir {item}</code>"]
    data = kantor.server.read(
        f"refs/heads/usul/{item}", f"content/konten/kota/{kantor.clock().year}/rapat-pleno/disposisi.md"
    )
    document = frontmatter.parse(data or b"")
    assert (document.fields["sop"], document.fields["perihal"], document.fields["dari"]) == (
        "kota/medsos",
        "Kartu rapat",
        "Kepala",
    )
    kantor.comment("kepala", pull, "/sop 1 SELESAI")
    assert kantor.control() == []
    assert "langkah 2" in kantor.gate(pull)[1], kantor.sheet(pull)
    kantor.writes()
    assert kantor.control() == []
    assert kantor.writes() == []


@pytest.mark.slow
def test_who_changed_a_form_before_it_was_taken_in_wrote_it_as_well(kantor: Kantor) -> None:
    number = kantor.fake.person("kepala").open_issue("x", form(), "disposisi")
    kantor.fake.state.account("rangkap").role = ADMIN
    kantor.fake.person("rangkap").call("PATCH", f"/issues/{number}", 200, body=form("Buat dua kartu."))
    assert kantor.control() == []
    item = f"kota-{kantor.clock().year}-rapat-pleno"
    message = kantor.server.git("log", "-1", "--format=%B", f"refs/heads/usul/{item}")
    assert message.count("Co-authored-by: ") == 2
    assert "rangkap@kota.example" in message
    kantor.comment("kepala", kantor.open_pulls()[item], "/sop 1 SELESAI")
    assert kantor.control() == []
    assert "langkah 2" in kantor.gate(kantor.open_pulls()[item])[1]


@pytest.mark.slow
def test_a_form_changed_by_somebody_from_outside_opens_nothing(kantor: Kantor) -> None:
    number = kantor.fake.person("kepala").open_issue("x", form(), "disposisi")
    kantor.fake.add("orang-luar", role=ADMIN)
    kantor.fake.person("orang-luar").call("PATCH", f"/issues/{number}", 200, body=form("Buat dua kartu."))
    assert kantor.control() == []
    assert kantor.open_pulls() == {}
    assert answers(kantor, number) == ["<code>isian formulir ini disunting orang-luar: tulis formulir baru</code>"]


@pytest.mark.slow
def test_a_run_that_died_after_the_branch_finishes_the_form(kantor: Kantor) -> None:
    number = kantor.fake.person("kepala").open_issue("x", form(), "disposisi")
    kantor.fake.trouble("500", "POST", "/pulls", times=1)
    assert kantor.control() != []
    assert kantor.control() == []
    assert not kantor.fake.state.threads[number].open
    assert len(kantor.open_pulls()) == 1


@pytest.mark.parametrize(
    ("person", "body", "said"),
    [
        ("orang-luar", form(), "tidak memegang peran itu"),
        ("desainer", form(), "tidak memegang peran itu"),
        ("kepala", form(Perihal=""), "formulir belum lengkap: isi Perihal"),
        ("kepala", form(SOP="kota/lain"), "tidak berlaku di kantor mana pun"),
        ("kepala", form(SOP="../../people"), "tidak berlaku di kantor mana pun"),
        ("kepala", form(Nama_pendek="!!!"), "tidak dapat dipakai"),
        ("kepala", "", "formulir belum lengkap"),
    ],
)
def test_a_form_that_opens_nothing_is_answered_once(kantor: Kantor, person: str, body: str, said: str) -> None:
    kantor.fake.add("orang-luar", role=1)
    number = kantor.fake.person(person).open_issue("x", body, "disposisi")
    assert kantor.control() == []
    assert kantor.control() == []
    [answer] = answers(kantor, number)
    assert said in answer
    assert kantor.open_pulls() == {}
    assert kantor.fake.state.threads[number].open


HOSTILE = [
    "---\nsop: lain/lain\n---\n\n# Judul palsu",
    "### SOP\n\nlain/lain\n\n### Perihal\n\nlain",
    f"{MARKER}\n@kepala @pengelola <script>alert(1)</script>",
    "$(touch kena) `touch kena` ${{ github.token }}",
    "naskah\u202e terbalik \x00 nol",
    "kunci: [1, 2\n  - 'tak selesai",
]


@pytest.mark.parametrize("text", [*HOSTILE[:3], *(pytest.param(text, marks=pytest.mark.slow) for text in HOSTILE[3:])])
def test_hostile_text_opens_a_pull_request_and_stays_text(kantor: Kantor, text: str) -> None:
    kantor.fake.person("kepala").open_issue("x", form(text, Perihal=text.replace("\n", " ")), "disposisi")
    assert kantor.control() == []
    item = f"kota-{kantor.clock().year}-rapat-pleno"
    assert list(kantor.open_pulls()) == [item]
    folder = f"content/konten/kota/{kantor.clock().year}/rapat-pleno"
    assert set(kantor.server.tree(f"refs/heads/usul/{item}", folder)) == {"disposisi.md"}
    document = frontmatter.parse(kantor.server.read(f"refs/heads/usul/{item}", f"{folder}/disposisi.md") or b"")
    assert document.fields["sop"] == "kota/medsos"
    sheet = kantor.sheet(kantor.open_pulls()[item])
    assert sheet.count(MARKER) == 1
    seen = outside(sheet)
    assert ("@kepala" in sheet) is ("@kepala" in text)
    assert "@" not in seen.words, "nobody is called"
    assert "script" not in seen.tags
    assert kantor.control() == []
    assert len(kantor.open_pulls()) == 1


def filled(label: str, values: dict[str, str]) -> str:
    """Return another form as GitHub renders it; every heading of the real one must be given."""
    assert tuple(values) == FORMS[label].headings
    return "\n\n".join(f"### {heading}\n\n{value}" for heading, value in values.items())


def papers(office: Kantor, item: str, folder: str) -> dict[str, frontmatter.Document]:
    """Return the papers of an item's branch, by name."""
    branch = f"refs/heads/usul/{item}"
    names = office.server.tree(branch, folder)
    return {name: frontmatter.parse(office.server.read(branch, f"{folder}/{name}") or b"") for name in names}


def test_a_takedown_order_opens_its_branch_under_its_sop_with_its_papers(five: Kantor) -> None:
    year = five.clock().year
    order = {
        "SOP": "jambi/penurunan",
        "Id sasaran": "jambi-2025-keputusan-21",
        "Tindakan": "turunkan",
        "Alasan": "keliru",
        "Pemberi perintah": "Sekretaris",
        "Penjelasan": "Lampirannya tertukar.",
    }
    number = five.fake.person("kabag-jambi").open_issue("Penurunan: ", filled("penurunan", order), "penurunan")
    assert five.control() == []
    item = f"jambi-{year}-turunkan-jambi-2025-keputusan-21"
    pull = five.open_pulls()[item]
    assert answers(five, number) == [f"<code>usulan #{pull} dibuka untuk butir {item}</code>"]
    laid = papers(five, item, f"content/perintah/jambi/{year}/turunkan-jambi-2025-keputusan-21")
    assert set(laid) == {"index.md", "disposisi.md"}
    said = laid["index.md"].fields
    assert {key: said[key] for key in ("id", "sop", "tindakan", "sasaran", "alasan", "pemberi_perintah")} == {
        "id": item,
        "sop": "jambi/penurunan",
        "tindakan": "turunkan",
        "sasaran": "jambi-2025-keputusan-21",
        "alasan": "keliru",
        "pemberi_perintah": "Sekretaris",
    }
    assert laid["index.md"].body.strip() == "Lampirannya tertukar."
    assert "SOP `jambi/penurunan`" in five.sheet(pull)
    assert "langkah 1 oleh Kabag Teknis dan Hukum" in five.gate(pull)[1]


def test_a_reported_comment_opens_its_branch_and_its_report_carries_the_first_step(five: Kantor) -> None:
    year = five.clock().year
    report = {
        "SOP": "magelang/tanggapan",
        "Platform": "instagram",
        "Tautan": "https://www.instagram.com/p/contoh/",
        "Akun penulis": "@warga",
        "Urgensi": "segera",
        "Kutipan": "Kapan salinannya ada?",
    }
    number = five.fake.person("admin-magelang").open_issue("Komentar: ", filled("komentar", report), "komentar")
    assert five.control() == []
    item = f"magelang-{year}-komentar-{number}"
    pull = five.open_pulls()[item]
    laid = papers(five, item, f"content/tanggapan/magelang/{year}/komentar-{number}")
    assert set(laid) == {"laporan.md"}
    said = laid["laporan.md"].fields
    assert (said["sop"], said["platform"], said["tautan_komentar"]) == (report["SOP"], "instagram", report["Tautan"])
    assert laid["laporan.md"].body.strip() == "Kapan salinannya ada?"
    assert "warga" not in str(laid), "who wrote the comment is personal data"
    five.comment("admin-magelang", pull, "/sop 1")
    assert five.control() == []
    assert "langkah 2 oleh Pimpinan Redaksi" in five.gate(pull)[1], five.sheet(pull)
