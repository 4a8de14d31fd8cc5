"""The password file: who may read it, what it never shows, and how guessing is slowed down."""

from __future__ import annotations

import io
import re
import sys
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from pipeline.cli import main
from pipeline.desk.passwords import FREE, LONGEST_PAUSE, PAUSE, Doorkeeper, set_password
from pipeline.githttp.refusal import Throttled
from pipeline.model.base import JdihError
from tests.served.conftest import password_of, quick_line, write_passwords

if TYPE_CHECKING:
    from pathlib import Path

WORD = "kuda hijau di atas meja"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def doorkeeper(path: Path, *people: str) -> tuple[Doorkeeper, Clock]:
    clock = Clock()
    return Doorkeeper(write_passwords(path / "sandi", *people), clock), clock


def test_a_password_is_set_changed_and_hashed_with_a_salt(tmp_path: Path) -> None:
    path = tmp_path / "sandi"
    set_password(path, "admin", "kata sandi yang lama")
    set_password(path, "penulis", WORD)
    set_password(path, "admin", WORD)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="utf-8")
    assert re.fullmatch(r"(?:[a-z]+:scrypt\$16384\$8\$5\$[0-9a-f]{32}\$[0-9a-f]{64}\n){2}", text)
    assert WORD not in text
    assert len({line.rpartition("$")[2] for line in text.splitlines()}) == 2  # the same password, another salt
    door = Doorkeeper(path, Clock())
    assert door.admit("admin", WORD)
    assert not door.admit("admin", "kata sandi yang lama")
    assert [each.name for each in tmp_path.iterdir()] == ["sandi"]


def test_letters_typed_on_another_computer(tmp_path: Path) -> None:
    set_password(tmp_path / "sandi", "admin", "résumé panjang")
    assert Doorkeeper(tmp_path / "sandi", Clock()).admit("admin", "re\u0301sume\u0301 panjang")


@pytest.mark.parametrize(
    ("person", "word", "reason"),
    [
        ("admin", "pendek", "12 sampai"),
        ("admin", "", "12 sampai"),
        ("admin", "x" * 300, "sampai 256"),
        ("admin", "kata\x00sandi\x07panjang", "tidak tampak"),
        ("Admin Web", WORD, "id 'Admin Web'"),
        ("a:b", WORD, "id 'a:b'"),
        ("", WORD, "id ''"),
    ],
)
def test_passwords_and_ids_that_will_not_do(tmp_path: Path, person: str, word: str, reason: str) -> None:
    with pytest.raises(JdihError, match=reason):
        set_password(tmp_path / "sandi", person, word)
    assert not (tmp_path / "sandi").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o700])
def test_a_file_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = write_passwords(tmp_path / "sandi", "admin")
    path.chmod(mode)
    with pytest.raises(JdihError, match="chmod 600"):
        Doorkeeper(path, Clock())
    with pytest.raises(JdihError, match="chmod 600"):
        set_password(path, "admin", WORD)


@pytest.mark.parametrize(
    "line",
    [
        "admin:rahasia",
        "admin",
        "",
        quick_line("admin", "x").replace("$16$", "$15$").rstrip("\n"),
        quick_line("admin", "x").replace("$16$", "$524288$").rstrip("\n"),
        quick_line("admin", "x").replace("$16$1$1$", "$16384$99$1$").rstrip("\n"),
    ],
)
def test_a_line_that_is_none_is_named_but_not_shown(tmp_path: Path, line: str) -> None:
    path = write_passwords(tmp_path / "sandi", "penulis")
    path.write_text(f"{path.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    with pytest.raises(JdihError, match=r"sandi:2: bukan baris sandi") as fault:
        Doorkeeper(path, Clock())
    assert "scrypt" not in str(fault.value)


def test_a_change_of_the_file_holds_at_once(tmp_path: Path) -> None:
    door, _ = doorkeeper(tmp_path, "admin")
    assert not door.admit("penulis", password_of("penulis"))
    write_passwords(tmp_path / "sandi", "penulis")
    assert door.admit("penulis", password_of("penulis"))
    assert not door.admit("admin", password_of("admin"))


def test_guessing_is_slowed_down_and_forgiven(tmp_path: Path) -> None:
    door, clock = doorkeeper(tmp_path, "admin", "penulis")
    for _ in range(FREE):
        assert not door.admit("admin", "salah")
    with pytest.raises(Throttled) as fault:
        door.admit("admin", password_of("admin"))
    assert fault.value.seconds == PAUSE
    assert door.admit("penulis", password_of("penulis"))  # nobody else waits
    clock.now += PAUSE
    assert not door.admit("admin", "salah")
    with pytest.raises(Throttled) as fault:
        door.admit("admin", "salah")
    assert fault.value.seconds == 2 * PAUSE
    clock.now += 2 * PAUSE
    assert door.admit("admin", password_of("admin"))
    assert not door.admit("admin", "salah")  # and the count begins anew


def test_the_pause_has_an_end(tmp_path: Path) -> None:
    door, clock = doorkeeper(tmp_path, "admin")
    for _ in range(FREE + 50):
        assert not door.admit("admin", "salah")
        clock.now += LONGEST_PAUSE
    assert door.admit("admin", password_of("admin"))


def test_a_hundred_guesses_at_once_are_not_free(tmp_path: Path) -> None:
    door, _ = doorkeeper(tmp_path, "admin")
    outcomes: list[str] = []

    def guess(number: int) -> None:
        try:
            outcomes.append(str(door.admit("admin", f"tebakan {number}")))
        except Throttled:
            outcomes.append("tunggu")

    threads = [Thread(target=guess, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("False"), outcomes.count("tunggu")) == (FREE, 100 - FREE)


def test_names_nobody_has_are_slowed_down_together(tmp_path: Path) -> None:
    door, _ = doorkeeper(tmp_path, "admin")
    for number in range(FREE):
        assert not door.admit(f"nama-{number}", "salah")
    with pytest.raises(Throttled):
        door.admit("nama-lain", "salah")
    assert len(door._tries) == 1
    assert door.admit("admin", password_of("admin"))


def test_the_verb_reads_standard_input_and_shows_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sandi"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{WORD}\n"))
    assert main(["serve-git", "--set-password", "admin", "--people", str(path)]) == 0
    said = capsys.readouterr()
    hashed = path.read_text(encoding="utf-8").rpartition("$")[2].strip()
    assert said.out == f"sandi admin tersimpan di {path}\n"
    assert hashed not in said.out + said.err
    assert Doorkeeper(path, Clock()).admit("admin", WORD)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--set-password", "admin"], "--people"),
        ([], "sebut repositori"),
        (["nowhere.git"], "bukan repositori Git"),
    ],
)
def test_the_verb_says_what_it_needs(
    tmp_path: Path,
    arguments: list[str],
    reason: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{WORD}\n"))
    assert main(["serve-git", *arguments]) == 2
    assert reason in capsys.readouterr().err


def test_a_password_is_no_argument(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve-git", "x.git", WORD, "--set-password", "admin", "--people", str(tmp_path / "sandi")])
    assert "tidak dikenal" in capsys.readouterr().err
    assert not (tmp_path / "sandi").exists()
