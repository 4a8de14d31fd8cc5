"""A number is given once, however many ask at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pipeline.carriers import register

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_to_ask_keeps_the_number(tmp_path: Path) -> None:
    assert register.claim(tmp_path, "kota", "45/HK.04/15/2026", "a") == "a"
    assert register.claim(tmp_path, "kota", "45/hk.04/15/2026 ", "b") == "a", "case and blanks do not make a number new"
    assert register.claim(tmp_path, "kota", "45/HK.04/15/2026", "a") == "a", "the owner may ask again"
    assert register.claim(tmp_path, "lain", "45/HK.04/15/2026", "b") == "b", "each office has its own register"


def test_many_at_once_one_wins(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        owners = set(pool.map(lambda name: register.claim(tmp_path, "kota", "1/2026", f"butir-{name}"), range(64)))
    assert len(owners) == 1
