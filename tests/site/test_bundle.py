"""The search bundle: sorted, loud when Pagefind's own format changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.base import JdihError
from pipeline.site import bundle

VALUES = st.recursive(st.integers(0, 2**40) | st.text(), st.lists, max_leaves=30)


@given(VALUES)
def test_what_is_written_is_read_again(value: bundle.Value) -> None:
    assert bundle.decode(bundle.encode(value)) == value


@pytest.mark.parametrize("data", [b"", b"\xa0", b"\x00\x00", b"\xf6", b"\x9f\xff"])
def test_foreign_notation_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, LookupError)):
        bundle.decode(data)


@pytest.mark.parametrize(
    "files",
    [{}, {"pagefind-entry.json": b"["}, {"pagefind-entry.json": b'{"languages": {"id": {"hash": "x"}}}'}],
)
def test_a_changed_format_is_a_loud_fault(files: dict[str, bytes]) -> None:
    with pytest.raises(JdihError, match="susunan indeks pagefind"):
        bundle.settle(files)
