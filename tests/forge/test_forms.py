"""Forms as the forge renders them: what was filled in, and what it becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import frontmatter
from pipeline.desk.forge import forms
from pipeline.fields import FaultyError
from tests.workflow.test_replay import PROCEDURE

ROOT = Path(__file__).parents[2]
FORMS = {form.label: form for form in forms.read((ROOT / forms.FILE).read_bytes())}
TEMPLATE = (ROOT / "site_config/templat/disposisi.md").read_bytes()
SAID = {"SOP": "kota/medsos", "Nama pendek": "Rapat Pleno", "Perihal": "Kartu rapat", "Tenggat": "_No response_"}


def filled(free: str = "Buat satu kartu.", **changes: str) -> forms.Filled:
    """Return a disposition somebody filled in; `Nama_pendek` is `Nama pendek`."""
    given = SAID | {key.replace("_", " "): value for key, value in changes.items()} | {"Arahan": free}
    body = "\n\n".join(f"### {heading}\n\n{value}" for heading, value in given.items())
    return forms.fill(FORMS["disposisi"], body, 7)


def test_each_heading_gives_its_value_and_what_was_left_empty_is_empty() -> None:
    found = filled()
    assert (found.values["Perihal"], found.values["Tenggat"], found.values["Arahan"]) == (
        "Kartu rapat",
        "",
        "Buat satu kartu.",
    )
    assert found.lacking == []
    assert (found.slug(), found.title()) == ("rapat-pleno", "Kartu rapat")


def test_lines_may_end_as_browsers_end_them() -> None:
    body = "\r\n\r\n".join(f"### {heading}\r\n\r\nisi {heading}" for heading in FORMS["disposisi"].headings)
    assert forms.fill(FORMS["disposisi"], body, 7).lacking == []


@pytest.mark.parametrize("heading", ["SOP", "Perihal", "Arahan"])
def test_what_must_be_filled_in_and_is_not_is_named(heading: str) -> None:
    headings = {heading: "_No response_"}
    assert filled(headings.pop("Arahan", "Buat."), **headings).lacking == [heading]


@pytest.mark.parametrize("body", ["", "Halo.", "### Lain\n\nisi", "##SOP\n\nx"])
def test_a_text_that_is_no_form_lacks_everything(body: str) -> None:
    assert forms.fill(FORMS["disposisi"], body, 7).lacking == ["SOP", "Nama pendek", "Perihal", "Arahan"]


def test_headings_inside_the_free_text_are_text() -> None:
    free = "### SOP\n\nlain/lain\n\n### Perihal\n\nlain\n\n---\nsop: lain\n---"
    found = filled(free)
    assert (found.values["SOP"], found.values["Perihal"], found.values["Arahan"]) == (
        "kota/medsos",
        "Kartu rapat",
        free,
    )


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kenali JDIH!", "kenali-jdih"),
        ("keputusan/Keputusan 21", "keputusan/keputusan-21"),
        ("../../etc", "etc"),
        ("$(touch kena)", "touch-kena"),
        ("{Perihal}", "perihal"),
        ("!!!", ""),
        ("a" * 200, "a" * 80),
    ],
)
def test_a_short_name_becomes_one_that_fits(name: str, slug: str) -> None:
    assert filled(Nama_pendek=name).slug() == slug


def test_a_title_is_one_line_of_bounded_length() -> None:
    assert filled(Perihal=f"Kartu\n\trapat {'x' * 400}").title() == f"Kartu rapat {'x' * 138}"


@pytest.mark.parametrize(
    "text", ["---\nsop: x\n---", "'\"]: {[", "a: b\nc: d", "{peran_1} {Arahan}", "@kepala <b>", "# x"]
)
def test_the_paper_s_front_matter_holds_what_was_said_as_values_and_its_text_the_free_field(text: str) -> None:
    document = frontmatter.parse(filled(text, Perihal=text).paper(TEMPLATE, PROCEDURE))
    assert document.fields["perihal"] == text
    assert document.fields["judul"] == " ".join(text.split())
    assert (document.fields["dari"], document.fields["kepada"]) == ("Kepala", "Penulis")
    assert document.body.strip() == text
    assert set(document.fields) == set(frontmatter.parse(TEMPLATE).fields), "no key but the template's own"


def test_every_form_names_its_paper_and_its_sop() -> None:
    assert {label: form.paper for label, form in FORMS.items()} == {
        "disposisi": "disposisi.md",
        "penurunan": "index.md",
        "komentar": "laporan.md",
    }
    assert all(form.headings[0] == forms.PROCEDURE for form in FORMS.values())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{Perihal}", "{Prihal}", "'Prihal' bukan isian formulir ini"),
        ("    berkas: disposisi.md\n", "", "berkas"),
        ("label: disposisi", "lebel: disposisi", "lebel"),
    ],
)
def test_a_fault_in_the_file_of_forms_is_named(old: str, new: str, said: str) -> None:
    text = (ROOT / forms.FILE).read_text(encoding="utf-8")
    with pytest.raises(FaultyError) as caught:
        forms.read(text.replace(old, new).encode())
    assert any(said in finding.message for finding in caught.value.findings)
