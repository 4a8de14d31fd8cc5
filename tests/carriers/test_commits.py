"""A commit made without a work tree holds what was asked for, and nothing else of the repository moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.carriers.repository import GitFault, Identity, Repository, init_bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WHO = Identity("Penulis", "penulis@uji.example")
ODD = (
    "a b.md",
    ' depan dan belakang ".md ',
    'kutip".md',
    "garis\\miring.md",
    "baris\nbaru.md",
    "bukan-\udcff-utf8",
    "é.md",
)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    made = init_bare(tmp_path / "kantor.git")
    yield made
    made.close()


def held(repository: Repository, revision: str) -> dict[str, bytes]:
    return {path: repository.blob(blob) for path, (_, blob) in repository.tree(revision).items()}


def commit(repository: Repository, base: str | None, changes: Mapping[str, bytes | None]) -> str:
    return repository.commit([], base, changes, "uji\n", WHO)


def test_every_name_and_every_byte_is_kept(repository: Repository) -> None:
    files = {f"folder/{name}": f"isi {name}\n\n".encode("utf-8", "surrogateescape") for name in ODD} | {"kosong": b""}
    assert held(repository, commit(repository, None, files)) == files


def test_what_is_not_named_stays_and_what_is_taken_away_goes(repository: Repository) -> None:
    first = commit(repository, None, {"a/1": b"satu", "a/2": b"dua", "b": b"tiga", "c/d": b"empat"})
    for base in (first, repository.resolve(f"{first}^{{tree}}")):
        after = commit(repository, base, {"a/1": b"lain", "b": None, "b/baru": b"lima", "c/d": None})
        assert held(repository, after) == {"a/1": b"lain", "a/2": b"dua", "b/baru": b"lima"}
    assert held(repository, commit(repository, first, {})) == held(repository, first)
    assert held(repository, commit(repository, first, dict.fromkeys(held(repository, first)))) == {}


def test_the_tree_is_the_one_git_makes_of_the_same_files(repository: Repository, tmp_path: Path) -> None:
    files = {"a.b": b"1", "a/c": b"2", "a-b": b"3", "Z": b"4"}
    for path, data in files.items():
        (tmp_path / "kerja" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "kerja" / path).write_bytes(data)
    repository.in_folder(tmp_path / "kerja", "add", "--all")
    made = commit(repository, None, dict(files))
    assert repository.resolve(f"{made}^{{tree}}") == repository.git("write-tree")


def test_no_branch_moves_and_no_lock_is_left(repository: Repository) -> None:
    first = commit(repository, None, {"a": b"1"})
    repository.update_ref("refs/heads/main", first)
    commit(repository, first, {"a": b"2"})
    assert repository.refs("refs") == {"refs/heads/main": first}
    assert [path for path in (repository.folder / "refs").rglob("*") if path.is_file()] == [
        repository.folder / "refs/heads/main"
    ]


def test_a_base_that_is_not_there_is_refused(repository: Repository) -> None:
    with pytest.raises(GitFault):
        commit(repository, "0" * 39 + "1", {"a": b"1"})
