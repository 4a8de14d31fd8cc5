"""Videos are probed, never believed and never changed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.media import films, looking
from pipeline.model.platform import Videos
from tests.media.pictures import film

ACCEPTED = Videos(most=1, formats=("video/mp4",), size=1_000_000, seconds=60, shortest=1, rates=(10.0, 60.0))
GOOD = films.Film(codec="h264", sound="aac", width=1080, height=1920, rate=30.0, seconds=10.0, located=False)


def test_a_video_says_what_it_is() -> None:
    found = films.probe(film(sound="aac", seconds=1.5))
    assert found is not None
    assert (found.codec, found.sound, found.width, found.height, found.rate) == ("h264", "aac", 160, 120, 24.0)
    assert found.seconds == pytest.approx(1.5, abs=0.1)
    assert not found.located
    silent = films.probe(film(codec="mpeg4"))
    assert silent is not None
    assert (silent.codec, silent.sound) == ("mpeg4", "")


def test_a_video_that_names_its_place_is_recognised() -> None:
    found = films.probe(film(place="-07.5012+110.2203/"))
    assert found is not None
    assert found.located


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0\0\0\x18ftypisom" + bytes(200), id="only the mark of a video"),
        pytest.param(film()[:900], id="cut short"),
        pytest.param(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", id="a playlist that points at a file"),
        pytest.param(b"ffconcat version 1.0\nfile /etc/hostname\n", id="a list of other files"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="a drawing"),
    ],
)
def test_what_no_player_shows_is_no_video(data: bytes) -> None:
    assert films.probe(data) is None


def test_the_first_bytes_tell_mp4_from_quicktime() -> None:
    assert looking.type_in(film()) == "video/mp4"
    assert looking.type_in(film(form="mov")) == "video/quicktime"


@pytest.mark.parametrize(
    ("changed", "size", "said"),
    [
        ({}, 2_500_000, "2,5 MB, paling banyak 1 MB"),
        ({"seconds": 61.0}, 1000, "61.0 detik, yang diterima 1 sampai 60 detik"),
        ({"seconds": 0.4}, 1000, "0.4 detik, yang diterima 1 sampai 60 detik"),
        ({"codec": "vp9"}, 1000, "gambarnya vp9, yang diterima h264"),
        ({"sound": "mp3"}, 1000, "suaranya mp3, yang diterima aac"),
        ({"height": 3840}, 1000, "1080x3840 piksel, sisi terpanjang paling banyak 1920"),
        ({"rate": 120.0}, 1000, "120 gambar per detik, yang diterima 10 sampai 60"),
    ],
)
def test_every_limit_is_held_and_named(changed: dict[str, float], size: int, said: str) -> None:
    assert list(films.faults(GOOD, 1000, ACCEPTED)) == []
    assert list(films.faults(replace(GOOD, sound=""), 1000, ACCEPTED)) == [], "silence is taken"
    assert list(films.faults(replace(GOOD, **changed), size, ACCEPTED)) == [said]  # type: ignore[arg-type]


def test_items_without_video_do_not_load_the_video_library() -> None:
    example = Path(__file__).parents[1] / "rules/MED006/baik"
    code = (
        "import sys; from tests.rules.test_rules import found_in; from pathlib import Path\n"
        f"assert found_in(Path({str(example)!r})) == []\n"
        "sys.exit('av' in sys.modules or 'resvg_py' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0
