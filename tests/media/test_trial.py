"""`jdih preview --gladi`: a draft is sent by the real clients to the stand-ins, and nothing leaves the machine."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
from signal import SIGINT
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.cli import main
from pipeline.platforms import PLATFORMS
from tests.conftest import FOLDER, HERE, ITEM, picture
from tests.media.conftest import IDS, joined
from tests.media.pictures import encoded, film, photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REST = ("threads", "telegram", "bluesky", "mastodon", "tiktok")
STRICT = ["x", "instagram", *(pytest.param(each, marks=pytest.mark.slow) for each in REST)]
"""Platforms with a limit that can be gone beyond by one."""
EVERYWHERE = tuple(name for name in IDS if name not in {"youtube", "pinterest"})


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the hosts this process connects to, filled while it does."""
    hosts: set[str] = set()
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - as the library has it
        hosts.add(address[0] if isinstance(address, tuple) else str(address))
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return hosts


@pytest.fixture
def rehearse(capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[int, dict[str, str]]]:
    """Rehearse the item; return the exit code and account -> what was said of it."""

    def run() -> tuple[int, dict[str, str]]:
        capsys.readouterr()
        code = main(["preview", ITEM, "--gladi"])
        lines = [line for line in capsys.readouterr().out.splitlines() if f": {ITEM} " in line]
        return code, {line.partition(f": {ITEM} ")[0]: line.partition(f": {ITEM} ")[2] for line in lines}

    return run


def caption(checkout: Path, old: str, new: str) -> None:
    path = checkout / FOLDER / "takarir.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_draft_is_sent_to_every_stand_in_and_to_nobody_else(
    checkout: Path, dialled: set[str], rehearse: Callable[[], tuple[int, dict[str, str]]]
) -> None:
    joined(checkout, *EVERYWHERE)
    before = sorted(path for path in checkout.rglob("*") if ".jdih" not in path.parts)
    code, said = rehearse()
    assert code == 0, said
    assert {account.partition(":")[0] for account in said} == {"instagram", "x", *EVERYWHERE}
    assert all(told.startswith("terbit http://127.0.0.1:") for told in said.values()), said
    assert dialled == {"127.0.0.1"}
    assert sorted(path for path in checkout.rglob("*") if ".jdih" not in path.parts) == before


def test_a_video_is_rehearsed_where_videos_alone_are_taken(
    checkout: Path, rehearse: Callable[[], tuple[int, dict[str, str]]]
) -> None:
    joined(checkout, "youtube", "facebook", "tiktok")
    (checkout / FOLDER / "media/rapat.mp4").write_bytes(film())
    caption(checkout, "kartu.jpg", "rapat.mp4")
    code, said = rehearse()
    assert code == 0, said
    assert len(said) == 5


def test_a_thread_is_rehearsed_part_by_part(checkout: Path, rehearse: Callable[[], tuple[int, dict[str, str]]]) -> None:
    caption(checkout, "\n---\n", "\nvarian:\n  x: |\n    Bagian pembuka.\n    ---\n    Bagian penutup.\n---\n")
    code, said = rehearse()
    assert code == 0
    assert list(said) == ["instagram:jdih_kpu_contoh", "x:jdih_kpu_contoh utas 1/2", "x:jdih_kpu_contoh utas 2/2"]


@pytest.mark.parametrize("name", STRICT)
def test_a_text_that_is_too_long_is_refused_as_it_would_be(
    checkout: Path, name: str, rehearse: Callable[[], tuple[int, dict[str, str]]]
) -> None:
    if name in IDS:
        joined(checkout, name)
    caption(checkout, "Sudah tahu", "k" * (PLATFORMS[name].caption_limit(1) + 1) + " Sudah tahu")
    code, said = rehearse()
    assert code == 1
    [told] = [words for account, words in said.items() if account.startswith(f"{name}:")]
    assert told.startswith("TERTAHAN ("), told


@pytest.mark.parametrize("name", STRICT)
def test_more_pictures_than_a_platform_takes_are_refused_as_they_would_be(
    checkout: Path, name: str, rehearse: Callable[[], tuple[int, dict[str, str]]]
) -> None:
    if name in IDS:
        joined(checkout, name)
    many = range(PLATFORMS[name].IMAGES.most + 1)
    for number in many:
        (checkout / FOLDER / f"media/kartu-{number}.jpg").write_bytes(encoded(photo(320 + number, 320)))
    rows = "".join(f"  - berkas: media/kartu-{number}.jpg\n    teks_alt: Kartu {number}.\n" for number in many)
    caption(checkout, "media:\n", f"media:\n{rows}")
    code, said = rehearse()
    assert code == 1
    [told] = [words for account, words in said.items() if account.startswith(f"{name}:")]
    assert told.startswith("TERTAHAN ("), told


def test_an_account_without_a_connector_is_left_to_a_person(
    checkout: Path, rehearse: Callable[[], tuple[int, dict[str, str]]]
) -> None:
    joined(checkout, "pinterest")
    code, said = rehearse()
    assert code == 0
    assert said["pinterest:jdihuji"] == "dengan tangan (belum ada penghubung untuk pinterest)"


def test_no_secret_of_the_office_is_read(
    checkout: Path, rehearse: Callable[[], tuple[int, dict[str, str]]], tmp_path: Path
) -> None:
    for path in (checkout / ".jdih/rahasia.yaml", tmp_path / "rahasia.yaml"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x:jdih_kpu_contoh: [rusak\n", encoding="utf-8")
    assert rehearse()[0] == 0


def test_what_has_no_posts_is_one_line(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / FOLDER / "index.md").unlink()
    assert main(["preview", FOLDER, "--gladi"]) == 2
    assert "bukan konten yang sudah ditulis" in capsys.readouterr().err


def test_at_a_terminal_the_wall_stays_until_it_is_interrupted(checkout: Path, tmp_path: Path) -> None:
    away = tmp_path / "sementara"
    away.mkdir()
    (checkout / FOLDER / "media/kartu.jpg").write_bytes(picture())
    mine, its = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "preview", ITEM, "--gladi", "--no-open"]
    env = {**os.environ, "PYTHONPATH": str(HERE.parent), "TMPDIR": str(away)}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=its, stderr=its, cwd=checkout, env=env) as program:
        os.close(its)
        shown = b""
        while b"Ctrl-C" not in shown:
            shown += os.read(mine, 65536)
        assert b"dinding kiriman: http://127.0.0.1:" in shown
        assert [path.name.startswith("jdih-gladi-") for path in away.iterdir()] == [True]
        program.send_signal(SIGINT)
        assert program.wait(20) == 0
    os.close(mine)
    assert list(away.iterdir()) == []
