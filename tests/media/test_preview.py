"""`jdih preview`: what the page shows is what would be sent."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from base64 import b64decode
from html import unescape
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.conftest import FOLDER, HERE, ITEM
from tests.media.conftest import joined
from tests.media.pictures import encoded, film, opened, photo

PAGE = f".jdih/pratinjau/{ITEM}.html"


def page(root: Path) -> str:
    assert main(["preview", ITEM]) == 0
    return (root / PAGE).read_text(encoding="utf-8")


def pictures(text: str) -> list[bytes]:
    return [b64decode(found) for found in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', text)]


def test_every_account_shows_its_own_post(checkout: Path) -> None:
    text = page(checkout)
    assert re.findall(r'<article class="card (\w+)"', text) == ["instagram", "x"]
    assert text.count("<b>jdih_kpu_contoh</b>") == 2
    assert text.count("Kartu berisi penjelasan singkat tentang JDIH di atas latar putih.") == 4, "said and shown"
    assert "informasi/kota/2026/contoh/" in text
    assert "{tautan}" not in text
    assert re.findall(r"<dd>(\d+) dari (\d+)</dd>", text)[1][1] == "280"


def test_a_divided_text_shows_every_part(checkout: Path) -> None:
    path = checkout / FOLDER / "takarir.md"
    variant = "varian:\n  x: |\n    Bagian pembuka.\n    ---\n    Bagian penutup.\n---\n"
    path.write_text(path.read_text(encoding="utf-8").replace("\n---\n", f"\n{variant}", 1), encoding="utf-8")
    text = page(checkout)
    assert re.findall(r"<span>(\w+(?:, utas \d/\d)?)</span>", text) == ["Instagram", "X, utas 1/2", "X, utas 2/2"]
    assert len(pictures(text)) == 2, "the second part has none"
    assert re.findall(r'<p class="text">(Bagian [^<#]+)', text) == ["Bagian pembuka.\n\n", "Bagian penutup."]


def test_pictures_are_shown_as_they_are_prepared(checkout: Path) -> None:
    tall = encoded(photo(900, 2400))
    (checkout / FOLDER / "media/kartu.jpg").write_bytes(tall)
    made = pictures(page(checkout))
    assert [opened(each).size for each in made] == [(1440, 1800), (900, 2400)]
    assert all(dict(opened(each).getexif()) == {} for each in made)


def test_the_page_needs_nothing_and_runs_nothing(checkout: Path) -> None:
    text = page(checkout)
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert not re.search(r'(?:src|href)="(?!data:)', text)
    assert "url(" not in text


def test_hostile_words_stay_words(checkout: Path) -> None:
    hostile = '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7*7 }} {% raw %}'
    for name, before in (("index.md", "Mengenal JDIH"), ("takarir.md", "Sudah tahu apa itu JDIH?")):
        path = checkout / FOLDER / name
        quoted = "'" + hostile.replace("'", "''") + "'" if name == "index.md" else hostile
        path.write_text(path.read_text(encoding="utf-8").replace(before, quoted), encoding="utf-8")
    path = checkout / FOLDER / "takarir.md"
    described = path.read_text(encoding="utf-8").replace("Kartu berisi", "'\"><script>x</script> Kartu berisi", 1)
    path.write_text(described.replace("latar putih.", "latar putih.'"), encoding="utf-8")
    text = page(checkout)
    assert "<script" not in text
    assert "<img src=x" not in text
    assert hostile in unescape(text)


def test_what_does_not_fit_is_marked_where_the_platform_stops(checkout: Path) -> None:
    path = checkout / FOLDER / "takarir.md"
    words = "kata " * 80
    path.write_text(path.read_text(encoding="utf-8").replace("Sudah tahu", words + "Sudah tahu"), encoding="utf-8")
    text = page(checkout)
    [over] = re.findall(r'<mark class="over">(.*?)</mark>', text, re.DOTALL)
    kept = re.findall(r'<p class="text">(.*?)<mark', text, re.DOTALL)[-1]
    kept = kept.rpartition('<p class="text">')[2] or kept
    assert len(kept) == 280, "plain letters count one each"
    assert over.startswith(("kata", "ata", "ta", "a", " "))
    assert "yang merah tidak muat" in text


def test_what_cannot_be_prepared_is_said_in_its_place(checkout: Path) -> None:
    (checkout / FOLDER / "media/kartu.jpg").write_bytes(b"\xff\xd8\xffbukan gambar")
    assert page(checkout).count("media/kartu.jpg rusak atau terpotong: simpan ulang dari aslinya") == 2


def test_a_missing_picture_is_one_line(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / FOLDER / "media/kartu.jpg").unlink()
    assert main(["preview", ITEM]) == 2
    assert "media/kartu.jpg tidak ada di folder butir" in capsys.readouterr().err


def test_a_video_is_shown_as_it_is(checkout: Path) -> None:
    data = film()
    (checkout / FOLDER / "media/rapat.mp4").write_bytes(data)
    path = checkout / FOLDER / "takarir.md"
    path.write_text(path.read_text(encoding="utf-8").replace("kartu.jpg", "rapat.mp4"), encoding="utf-8")
    found = re.findall(r'<video controls src="data:video/mp4;base64,([^"]+)"', page(checkout))
    assert [b64decode(each) for each in found] == [data, data]


def test_nothing_to_show_is_one_line(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / FOLDER / "index.md").unlink()
    assert main(["preview", FOLDER]) == 2
    assert "bukan konten yang sudah ditulis" in capsys.readouterr().err


def test_the_page_goes_where_it_is_asked_for(checkout: Path, tmp_path: Path) -> None:
    assert main(["preview", f"{FOLDER}/takarir.md", "--out", str(tmp_path / "hasil")]) == 0
    assert (tmp_path / f"hasil/{ITEM}.html").is_file()
    assert not (checkout / ".jdih/pratinjau").exists()


def test_without_a_browser_the_page_stays_and_the_reason_is_said(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["preview", ITEM, "--png"]) == 2
    assert "Chromium tidak ada di komputer ini" in capsys.readouterr().err
    assert (checkout / PAGE).is_file()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium tidak ada: apt-get install chromium")
def test_a_picture_of_the_page_is_made_for_the_pull_request(checkout: Path) -> None:
    assert main(["preview", ITEM, "--png"]) == 0
    picture = opened((checkout / PAGE).with_suffix(".png").read_bytes())
    assert picture.width == 1280
    assert 400 < picture.height < 3000, "the empty ground below is cut off"
    assert [path.name for path in (checkout / PAGE).parent.iterdir() if "mentah" in path.name] == []


# -- what a platform is not told, and what it is told besides


NOT_SENT = "Teks alternatif tidak dikirim: API-nya tidak menerimanya"
SAID = "Kartu berisi penjelasan singkat tentang JDIH di atas latar putih."


def captions(root: Path) -> dict[str, str]:
    """Return platform -> what stands below its picture or video."""
    cards = page(root).split('<article class="card ')[1:]
    return {card.partition('"')[0]: re.findall(r"<figcaption>(.*?)</figcaption>", card, re.DOTALL)[0] for card in cards}


def test_words_for_a_picture_are_shown_only_where_they_are_sent(checkout: Path) -> None:
    joined(checkout, "telegram", "youtube", "tiktok", "mastodon")
    found = captions(checkout)
    assert {name: NOT_SENT in shown for name, shown in found.items()} == {
        "instagram": False, "x": False, "mastodon": False, "telegram": True, "youtube": True, "tiktok": True
    }  # fmt: skip
    assert {name for name, shown in found.items() if SAID in shown} == {"instagram", "x", "mastodon"}


def test_words_for_a_video_are_shown_only_where_they_are_sent(checkout: Path) -> None:
    joined(checkout, "facebook", "threads", "telegram", "mastodon")
    (checkout / FOLDER / "media/rapat.mp4").write_bytes(film())
    path = checkout / FOLDER / "takarir.md"
    path.write_text(path.read_text(encoding="utf-8").replace("kartu.jpg", "rapat.mp4"), encoding="utf-8")
    found = captions(checkout)
    assert {name for name, shown in found.items() if SAID in shown} == {"threads", "mastodon"}
    assert {name for name, shown in found.items() if NOT_SENT in shown} == {"instagram", "x", "facebook", "telegram"}


def test_a_title_that_is_sent_is_shown(checkout: Path) -> None:
    joined(checkout, "youtube", "tiktok")
    path = checkout / FOLDER / "takarir.md"
    long = "Sudah tahu apa itu JDIH dan siapa saja yang mengelolanya di kantor ini sejak tahun yang lalu hingga kini?"
    path.write_text(path.read_text(encoding="utf-8").replace("Sudah tahu apa itu JDIH?", f"{long}\n"), encoding="utf-8")
    titles = re.findall(r"<dt>Judul</dt><dd>(.*?)</dd>", page(checkout))
    assert titles == [
        "Sudah tahu apa itu JDIH dan siapa saja yang mengelolanya di kantor ini sejak tahun yang lalu…",
        "Sudah tahu apa itu JDIH dan siapa saja yang mengelolanya di kantor ini sejak tahun yang…",
    ]


# -- the browser


def at_a_terminal(root: Path, *more: str, **environment: str) -> tuple[int, str]:
    """Run `jdih preview` with a terminal as its standard output; return its exit code and what the terminal shows."""
    mine, its = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"}}
    command = [sys.executable, "-m", "pipeline", "preview", ITEM, *more]
    env = {**clean, "PYTHONPATH": str(HERE.parent), **environment}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=its, stderr=its, cwd=root, env=env, check=False)
    os.close(its)
    shown = b""
    try:
        while part := os.read(mine, 65536):
            shown += part
    except OSError:  # the other side is closed: how a terminal ends on Linux
        os.close(mine)
    return done.returncode, shown.decode().replace("\r\n", "\n")


@pytest.fixture
def browser(tmp_path: Path) -> tuple[str, Path]:
    """Return a browser, as the environment names one, and where it writes the address it was given."""
    program, seen = tmp_path / "peramban", tmp_path / "alamat"
    program.write_text(f'#!/bin/sh\necho "$1" >> {seen}\n', encoding="utf-8")
    program.chmod(0o755)
    return f"{program} %s", seen


def test_at_a_terminal_the_page_opens_in_the_browser(checkout: Path, browser: tuple[str, Path]) -> None:
    named, seen = browser
    assert at_a_terminal(checkout, BROWSER=named) == (0, f"pratinjau: {checkout / PAGE}\n")
    assert seen.read_text(encoding="utf-8") == f"{(checkout / PAGE).as_uri()}\n"


def test_the_page_stays_closed_where_it_is_asked_to_or_nobody_looks(
    checkout: Path, browser: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    named, seen = browser
    assert at_a_terminal(checkout, "--no-open", BROWSER=named)[0] == 0
    monkeypatch.setenv("BROWSER", named)
    page(checkout)  # standard output is a file
    assert not seen.exists()


@pytest.mark.parametrize("environment", [{}, {"BROWSER": "tidak-ada-program-ini"}], ids=["no display", "no browser"])
def test_a_machine_without_a_browser_says_where_the_page_is(checkout: Path, environment: dict[str, str]) -> None:
    code, shown = at_a_terminal(checkout, **environment)
    assert code == 0
    assert shown == f"pratinjau: {checkout / PAGE} (tidak ada peramban di sini: buka sendiri)\n"
