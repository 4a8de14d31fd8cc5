"""Files and other programs: written whole, checked, one clear line when something is wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pipeline import programs, store
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    target = tmp_path / "a/b.txt"
    assert store.write(target, b"satu")
    inode = target.stat().st_ino
    assert not store.write(target, b"satu")
    assert target.stat().st_ino == inode
    assert store.write(target, b"dua")
    assert [path.name for path in target.parent.iterdir()] == ["b.txt"]


def test_symlinks_are_refused_wherever_they_stand(tmp_path: Path) -> None:
    outside, folder = tmp_path / "luar", tmp_path / "dalam"
    outside.mkdir()
    folder.mkdir()
    (folder / "tautan").symlink_to(outside)
    with pytest.raises(JdihError, match="tautan simbolik"):
        store.read_folder(folder)
    with pytest.raises(JdihError, match="tautan simbolik"):
        store.write(folder / "tautan", b"x")
    with pytest.raises(JdihError, match="tautan simbolik"):
        store.Folder(folder).put({"tautan/x.txt": b"x"})
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "a\\x", "", "a\0x"])
def test_nothing_leaves_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(JdihError, match="keluar dari folder"):
        store.Folder(tmp_path).put({path: b"x"})


@pytest.mark.parametrize("text", ["{", "[]", "null"])
def test_a_broken_manifest_removes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / store.MANIFEST).write_text(text)
    with pytest.raises(JdihError, match="rusak"):
        store.Folder(tmp_path)


def test_what_a_crash_left_is_removed_later(tmp_path: Path) -> None:
    crashed = store.Folder(tmp_path)
    crashed.put({"a/lama.txt": b"x"})
    later = store.Folder(tmp_path)
    later.put({"baru.txt": b"x"})
    later.forget()
    later.close()
    assert sorted(store.read_folder(tmp_path)) == ["baru.txt", store.MANIFEST]


@pytest.mark.parametrize(
    ("argv", "fault"),
    [
        pytest.param(["program-yang-tidak-ada"], "tidak ditemukan", id="missing"),
        pytest.param([sys.executable, "-c", "import sys; sys.exit('salah ketik')"], "salah ketik", id="failing"),
        pytest.param([sys.executable, "-c", "raise SystemExit(3)"], r"gagal \(3\): tanpa keterangan", id="silent"),
    ],
)
def test_a_program_that_fails_says_why_in_one_line(argv: list[str], fault: str) -> None:
    with pytest.raises(JdihError, match=fault) as caught:
        programs.run(argv)
    assert "\n" not in str(caught.value)


def test_a_program_that_hangs_is_stopped() -> None:
    with pytest.raises(JdihError, match="dihentikan"):
        programs.run([sys.executable, "-c", "import time; time.sleep(9)"], timeout=0.2)


def test_a_program_sees_the_environment_it_is_given_only() -> None:
    code = "import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))"
    assert programs.run([sys.executable, "-c", code], env={"SATU": "1"}).strip() == b"['SATU']"
