"""Videos are probed, never believed and never changed."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.media import films, looking
from pipeline.model.platform import Videos
from pipeline.model.publishing import Media
from pipeline.platforms import PLATFORMS, _facebook_reel
from tests.media.pictures import film, held_upright

ACCEPTED = Videos(
    most=1,
    formats=("video/mp4",),
    size=1_000_000,
    seconds=60,
    shortest=1,
    least=360,
    ratios=(0.5, 2.0),
    rates=(10.0, 60.0),
    colours=("yuv420p",),
)
GOOD = films.Film(
    codec="h264", sound="aac", colours="yuv420p", width=1080, height=1920, rate=30.0, seconds=10.0, located=False
)


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


@pytest.mark.parametrize("version", [0, 1])
def test_a_video_held_upright_is_as_tall_as_people_see_it(version: int) -> None:
    lying = film(size=(960, 540), seconds=3.2)
    upright = held_upright(lying)
    if version:
        upright = widened(upright)
    assert [(each.width, each.height) for each in map(films.probe, (lying, upright)) if each] == [
        (960, 540),
        (540, 960),
    ]
    stored_tall = held_upright(film(size=(540, 960), seconds=3.2))
    assert [_facebook_reel.fits(_sent(each)) for each in (lying, upright, stored_tall)] == [False, True, False]


def _sent(data: bytes) -> Media:
    return Media(name="a.mp4", url="", alt="", mime="video/mp4", content=lambda: data)


def widened(data: bytes) -> bytes:
    """Return a video whose first track header is of version 1, 12 bytes longer, every length above it set right."""
    at = data.index(b"tkhd")
    body = data[at + 4 :]
    wide = b"\1" + body[1:4] + bytes(16) + body[12:16] + bytes(4) + bytes(8) + body[24:84]
    longer = bytearray(data[: at + 4] + wide + data[at + 4 + 84 :])
    for name in (b"moov", b"trak", b"tkhd"):
        place = longer.index(name) - 4
        size = int.from_bytes(longer[place : place + 4], "big") + 12
        longer[place : place + 4] = size.to_bytes(4, "big")
    return bytes(longer)


def test_a_codec_nobody_knows_is_no_video_and_a_sound_nobody_knows_is_said() -> None:
    spoken = film(sound="aac")
    assert films.probe(spoken.replace(b"avc1", b"zzzz")) is None
    deaf = films.probe(spoken.replace(b"mp4a", b"zzzz").replace(b"esds", b"zzzz"))
    assert deaf is not None
    assert deaf.sound


def test_no_damage_to_a_video_raises_anything() -> None:
    chance, seed = random.Random(2), film(sound="aac", seconds=0.5)  # noqa: S311 - noise, no secret
    start, outcomes = seed.index(b"moov"), set()
    for _ in range(700):
        data = bytearray(held_upright(seed))
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(start, len(data))] = chance.randrange(256)
        outcomes.add(films.probe(bytes(data)) is None)
    for length in range(0, len(seed), 37):
        films.probe(seed[:length])
    assert outcomes == {True, False}


def test_shapes_and_colours_that_platforms_publish_are_held() -> None:
    thin = replace(GOOD, width=16, height=1280)
    deep = replace(GOOD, colours="yuv444p10le", width=720, height=1280)
    assert list(films.faults(thin, 1000, _videos("x"))) == [
        "16x1280 piksel, sisi terpendek paling sedikit 32",
        "16x1280 piksel, lebarnya harus 0,33 sampai 3 kali tingginya",
    ]
    assert list(films.faults(thin, 1000, _videos("tiktok"))) == ["16x1280 piksel, sisi terpendek paling sedikit 360"]
    for name in ("x", "instagram", "threads"):
        assert any(said.startswith("warnanya yuv444p10le") for said in films.faults(deep, 1000, _videos(name)))
    found = films.probe(film(colours="yuv444p"))
    assert found is not None
    assert found.colours == "yuv444p"
    for name in PLATFORMS:
        usual = replace(GOOD, width=720, height=1280)
        assert PLATFORMS[name].VIDEOS is None or list(films.faults(usual, 1000, _videos(name))) == []


def _videos(name: str) -> Videos:
    videos = PLATFORMS[name].VIDEOS
    assert videos is not None
    return videos


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
        ({"width": 1921}, 1000, "1921x1920 piksel, sisi terpanjang paling banyak 1920"),
        ({"width": 340, "height": 640}, 1000, "340x640 piksel, sisi terpendek paling sedikit 360"),
        ({"width": 900}, 1000, "900x1920 piksel, lebarnya harus 0,5 sampai 2 kali tingginya"),
        ({"colours": "yuv422p"}, 1000, "warnanya yuv422p, yang diterima yuv420p"),
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
