"""The number forms of KPU documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.rules._numbers import parse

CITED = Path(__file__).parents[3] / "shared/data/jdih/kpu_produk_hukum_terkutip.jsonl"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("13", (13, None, "")),
        ("13 Tahun 2025", (13, 2025, "")),
        ("134/Kpts/KPU/Tahun 2016", (134, 2016, "")),
        ("132/Kpts/KPU/TAHUN2016", (132, 2016, "")),
        ("533/HK.04-Kpt/03/KPU/XI/2020", (533, 2020, "03")),
        ("277/PL.01.3-Kpt/06/KPU/IV/2018", (277, 2018, "06")),
        ("17/HK.03.2/3308/2022", (17, 2022, "3308")),
        ("123/HK.04-SD/08/2022", (123, 2022, "08")),
    ],
)
def test_known_forms(text: str, parts: tuple[int, int | None, str]) -> None:
    number = parse(text)
    assert number is not None
    assert (number.sequence, number.year, number.unit) == parts


@pytest.mark.parametrize(
    "text", ["", "XVII", "17/HK-03.2/3308/22", "17 Tahun 22", "١٧ Tahun 2022", "17/HK.03.2/3308/2022 "]
)
def test_what_is_no_number(text: str) -> None:
    assert parse(text) is None


def test_the_numbers_that_public_pages_cite() -> None:
    if not CITED.exists():
        pytest.skip(f"reference data not here: {CITED.name}")
    rows = [json.loads(line) for line in CITED.read_text(encoding="utf-8").splitlines()]
    unknown = [row["nomor"] for row in rows if parse(row["nomor"]) is None]
    assert unknown == ["16/HK.03.1-Kpt/Prov/17/11/2019"]  # a journal's paraphrase, its parts out of order
