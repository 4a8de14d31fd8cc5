"""What `dump` writes, `parse_yaml` reads back: the same texts, whatever YAML would like to make of them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import frontmatter

TEXT = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "010",
        "12:30",
        "ya",
        "no",
        "null",
        "~",
        "1e3",
        "0o7",
        "2024-12-06",
        "=",
        "<<",
        "- a",
        "a: b",
        "#a",
        " a ",
        "\ufeff",
        "a\n\n b\n",
    ]
)
KEYS = st.text(string.ascii_lowercase + "_", min_size=1, max_size=12)
VALUES = st.recursive(
    TEXT, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_what_is_written_is_read_back(mapping: dict[str, object]) -> None:
    read = frontmatter.parse_yaml(frontmatter.dump(mapping).encode()).fields

    assert read == mapping
    assert list(read) == list(mapping)


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        ({"nomor": "010", "jam": "12:30", "kosong": ""}, "nomor: '010'\njam: '12:30'\nkosong: ''\n"),
        ({"b": "dua", "a": ["satu — é", "ya"]}, "b: dua\na:\n  - satu — é\n  - ya\n"),
        ({"teks": "baris satu\nbaris dua\n"}, "teks: |\n  baris satu\n  baris dua\n"),
        ({"orang": [{"id": "x", "kunci": []}]}, "orang:\n  - id: x\n    kunci: []\n"),
        ({"panjang": "kata " * 60 + "akhir"}, "panjang: " + "kata " * 60 + "akhir\n"),
        ({}, "{}\n"),
    ],
)
def test_it_reads_well(mapping: dict[str, object], text: str) -> None:
    assert frontmatter.dump(mapping) == text


def test_the_same_list_twice_is_written_twice() -> None:
    same = ["a"]

    assert frontmatter.dump({"x": same, "y": same}) == "x:\n  - a\ny:\n  - a\n"
