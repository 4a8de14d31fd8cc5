"""Forms that people fill in: each opens its draft branch and pull request, and hostile ones open nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import frontmatter
from pipeline.desk.forge.comment import MARKER
from tests.forge.e2e.kantor import ROBOT

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


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(kantor: Kantor, text: str) -> None:
    kantor.fake.person("kepala").open_issue("x", form(text, Perihal=text.replace("\n", " ")), "disposisi")
    kantor.control()
    assert kantor.control() == []
    for item, pull in kantor.open_pulls().items():
        folder = f"content/konten/kota/{kantor.clock().year}/rapat-pleno"
        paths = kantor.server.tree(f"refs/heads/usul/{item}", folder)
        assert set(paths) == {"disposisi.md"}
        document = frontmatter.parse(kantor.server.read(f"refs/heads/usul/{item}", f"{folder}/disposisi.md") or b"")
        assert document.fields["sop"] == "kota/medsos"
        sheet = kantor.sheet(pull)
        assert sheet.count(MARKER) == 1
        assert "@kepala" not in sheet.replace("<code>", "").partition("| No |")[0] or "<code>" in sheet
        assert "<script>" not in sheet
