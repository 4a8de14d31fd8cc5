"""What the sandbox remembers: a journal that outlives it, and grows by what a request changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.sandbox import Sandbox
from pipeline.sandbox.store import Store, next_id

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def memory(folder: Path) -> Store:
    return Store(folder, lambda: NOW, {})


def post(number: str, text: str = "teks") -> dict[str, Any]:
    media = [{"berkas": "a.jpeg", "alt": "Sampul\nbaris kedua"}]
    return {"platform": "x", "id": number, "teks": text, "media": media, "dihapus": ""}


def remembered(folder: Path) -> dict[str, Any]:
    """Return what a sandbox that starts now knows."""
    with memory(folder).open() as data:
        return data


def test_a_sandbox_that_starts_again_knows_what_was_added_and_changed(tmp_path: Path) -> None:
    store = memory(tmp_path)
    with store.open() as data:
        data["kiriman"] += [post("1"), post("2")]
        data["wadah"]["7"] = {"keadaan": "FINISHED", "anak": []}
        data.setdefault("dibaca", {})["bot"] = 4
        next_id(data, "19")
    with store.open() as data:
        data["kiriman"][0]["media"][0]["alt"] = "Sampul"
        data["wadah"]["7"]["keadaan"] = "PUBLISHED"
        data.setdefault("komentar", []).append({"id": "9"})
        now = data
    assert remembered(tmp_path) == now
    assert now["kiriman"][0]["media"] == [{"berkas": "a.jpeg", "alt": "Sampul"}]
    assert (now["urutan"], now["dibaca"], now["wadah"]["7"]["keadaan"]) == (1, {"bot": 4}, "PUBLISHED")


def test_a_request_costs_what_it_changes(tmp_path: Path) -> None:
    store, journal = memory(tmp_path), tmp_path / "keadaan.jsonl"
    with store.open() as data:
        data["kiriman"] += [post(str(number)) for number in range(2000)]
    before = journal.stat().st_size
    with store.open() as data:
        assert len(data["kiriman"]) == 2000
    assert journal.stat().st_size == before, "what is only read is not written"
    with store.open() as data:
        data["kiriman"][1234]["dihapus"] = NOW.isoformat()
        data["kiriman"].append(post("2000"))
    assert journal.stat().st_size < before + 400


def test_what_fails_is_not_remembered(tmp_path: Path) -> None:
    store = memory(tmp_path)
    with store.open() as data:
        data["kiriman"].append(post("1"))

    def fail() -> None:
        with store.open() as data:
            data["kiriman"][0]["teks"] = "lain"
            data["kiriman"].append(post("2"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.open() as data:
        assert data["kiriman"] == [post("1")]


def test_a_line_that_was_cut_off_never_happened(tmp_path: Path) -> None:
    with memory(tmp_path).open() as data:
        data["kiriman"].append(post("1"))
    with (tmp_path / "keadaan.jsonl").open("ab") as journal:
        journal.write(b'["kiriman", 1, {"platform": "x", "id": "2", "teks": "' + b"panjang" * 99)
    store = memory(tmp_path)
    with store.open() as data:
        assert data["kiriman"] == [post("1")]
        data["kiriman"].append(post("3"))
    assert remembered(tmp_path)["kiriman"] == [post("1"), post("3")]


def test_requests_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    store = memory(tmp_path)

    def send(_: int) -> str:
        with store.open() as data:
            number = next_id(data, "19")
            data["kiriman"].append(post(number))
        return number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(send, range(200)))
    assert len(set(numbers)) == 200
    assert {row["id"] for row in remembered(tmp_path)["kiriman"]} == set(numbers)


def test_another_who_looks_sees_what_is_there_now(tmp_path: Path) -> None:
    first, second = memory(tmp_path), memory(tmp_path)
    for number, (store, other) in enumerate([(first, second), (second, first)]):
        with store.open() as data:
            data["kiriman"].append(post(str(number)))
        with other.open() as data:
            assert data["kiriman"][-1] == post(str(number))


def test_a_list_of_posts_is_the_callers_own(tmp_path: Path) -> None:
    with memory(tmp_path).open() as data:
        data["kiriman"].append(post("1"))
    sandbox = Sandbox(tmp_path, lambda: NOW)
    [row] = sandbox.posts()
    row["media"].clear()
    row["dihapus"] = "tadi"
    assert sandbox.posts() == [post("1")]
