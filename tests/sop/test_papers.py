"""What a paper says, as far as a step depends on it: whether it is written, and what it attests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import perf_counter

import pytest

from pipeline import digests, papers
from pipeline.model.history import Attestation, Paper
from pipeline.model.procedure import Requirement, Step

HEAD = "---\ntanggal: 2026-11-20\n---\n"
SHA256 = "ab" * 32
SAID = Attestation(result="sesuai", file="salinan.pdf", sha256=SHA256, checked_by="Kasubbag", day=date(2026, 11, 20))
WANTED = Requirement(name="Pernyataan kesesuaian", file="kesesuaian.md", attests="salinan.pdf")


@pytest.mark.parametrize(
    "text",
    [
        "Buat satu kartu.",
        HEAD + "\nBuat satu kartu.\n",
        HEAD.replace("\n", "\r\n") + "Buat satu kartu.\r\n",
        "\ufeff" + HEAD + "Satu.",
        HEAD + "## Petunjuk\n\nSatu.\n",
        HEAD + "| Tugas | Jabatan |\n|---|---|\n| Naskah | Pengelola |\n",
        "---\nbelum ditutup: ya\n",
        HEAD + "ISIAN dan isi: keduanya kata biasa.",
    ],
)
def test_a_paper_with_words_in_it_is_written(text: str) -> None:
    assert papers.read(text.encode()).written


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "\ufeff",
        HEAD,
        HEAD + "\n \n",
        HEAD + "## Petunjuk\n\n### Bahan\n",
        HEAD + "---\n\n- \n| | |\n|---|---|\n",
        HEAD + "ISI: petunjuk.\n",
        HEAD + "Sudah sebagian.\n\n| ISI | ISI |\n",
        HEAD.replace("2026-11-20", '"ISI: tanggal"') + "Sudah ditulis.\n",
    ],
)
def test_nothing_but_blanks_metadata_headings_or_a_template_is_not(text: str) -> None:
    assert not papers.read(text.encode()).written


def test_an_attestation_is_read_as_it_stands() -> None:
    text = f"---\ntanggal: 2026-11-20\nhasil: sesuai\nsalinan: salinan.pdf\nsha256: {SHA256.upper()}\n"
    text += "diperiksa_oleh: Kasubbag\n---\n\nDicocokkan.\n"
    assert papers.read(text.encode()) == Paper(written=True, attestation=SAID)


@pytest.mark.parametrize("head", ["hasil: sesuai", "sha256: [1, 2]\nsha256: 3", "sha256: &a b", "sha256: '"])
def test_what_is_no_attestation_attests_nothing(head: str) -> None:
    assert papers.read(f"---\n{head}\n---\n\nsha256: {SHA256}\n".encode()).attestation is None


@pytest.mark.parametrize("data", [b"\n" * 500_000, b"#" * 500_000, b"-" * 500_000, b"---\n" * 200_000, b"\xff" * 9_000])
def test_hostile_papers_are_read_quickly(data: bytes) -> None:
    start = perf_counter()
    papers.read(data)
    assert perf_counter() - start < 5


def test_an_attestation_holds_only_whole_and_for_the_very_file() -> None:
    assert list(papers.faults(WANTED, Paper(written=True, attestation=SAID), SHA256)) == []
    planted = {
        "hasil": replace(SAID, result="tidak sesuai"),
        "salinan": replace(SAID, file="lampiran.pdf"),
        "sha256": replace(SAID, sha256="cd" * 32),
        "diperiksa_oleh": replace(SAID, checked_by=""),
        "tanggal": replace(SAID, day=None),
    }
    for key, said in planted.items():
        assert [found for found, _ in papers.faults(WANTED, Paper(written=True, attestation=said), SHA256)] == [key]
    assert [key for key, _ in papers.faults(WANTED, Paper(written=True, attestation=SAID), None)] == ["sha256"]
    assert [key for key, _ in papers.faults(WANTED, None, SHA256)] == ["sha256"]


def test_a_missing_paper_is_named_with_its_file() -> None:
    step = Step(
        number=1,
        id="rapat",
        activity="Rapat.",
        acts=(),
        requirements=(
            Requirement(name="Notula rapat", file="notula.md"),
            Requirement(name="Dokumentasi", file="dokumentasi/**"),
            Requirement(name="Proyektor"),
        ),
    )
    there = {"notula.md": f"100644 {'1' * 40}", "dokumentasi/rapat.jpg": f"100644 {'2' * 40}"}
    assert digests.missing(there, {}, step) == ()
    assert digests.missing({}, {}, step) == ("Notula rapat (notula.md)", "Dokumentasi (folder dokumentasi)")
    assert digests.missing(there, {"notula.md": Paper(written=False)}, step) == ("Notula rapat (notula.md)",)
    empty = there | {"dokumentasi/rapat.jpg": f"100644 {digests.EMPTY_BLOB}"}
    assert digests.missing(empty, {}, step) == ("Dokumentasi (folder dokumentasi)",)
