"""Pictures whose metadata is not what it says: what a check passes can be prepared, whatever the bytes."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from pipeline.desk.darkroom import Darkroom
from pipeline.media import looking, plan, postcards, preparing
from pipeline.model.item import Caption, Fit, MediaFile
from tests.media.pictures import PLACED, TURNED, encoded, opened, photo, turned_wrongly

ANY = plan.Target("image/jpeg", 8_000_000, 4096, 4096, (0.05, 20.0), Fit.TEPI)
EXIF_TEXT, EXIF_SHORT = 2, 3
MISTYPED = [
    pytest.param(0x0100, EXIF_TEXT, b"abc\0", id="ImageWidth as text"),
    pytest.param(0x011A, EXIF_TEXT, b"72\0\0", id="XResolution as text"),
    pytest.param(0x011A, EXIF_SHORT, b"\0\x48\0\0", id="XResolution as a short"),
    pytest.param(0x0128, EXIF_TEXT, b"2\0\0\0", id="ResolutionUnit as text"),
    pytest.param(0x0213, EXIF_TEXT, b"1\0\0\0", id="YCbCrPositioning as text"),
    pytest.param(0x010F, EXIF_SHORT, b"\0\5\0\0", id="Make as a number"),
]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(colours: int, depth: int, row: bytes, *extra: bytes, height: int = 8, width: int = 8) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + row) * height))
    return b"".join((b"\x89PNG\r\n\x1a\n", header, *extra, pixels, chunk(b"IEND", b"")))


def red_png(*extra: bytes) -> bytes:
    return png(2, 8, b"\xff\0\0" * 8, *extra)


def agree(data: bytes) -> bool:
    """Whether the picture can be prepared; the look and the check must say the same, and none may raise."""
    seen = looking.look(data)
    passed = preparing.fault(data) is None
    try:
        made = opened(preparing.prepare(data, ANY)).size
    except preparing.UnfitError:
        assert not passed or seen.pixels > looking.MAX_PIXELS, "what cannot be prepared is a finding"
        return False
    assert passed
    assert seen.readable
    assert max(seen.width, seen.height) > 160 or made == (seen.width, seen.height)
    return True


@pytest.mark.parametrize(("tag", "kind", "value"), MISTYPED)
def test_a_photo_with_a_mistyped_tag_is_turned_and_prepared(tag: int, kind: int, value: bytes) -> None:
    data = turned_wrongly(tag, kind, value)
    assert agree(data)
    assert opened(preparing.prepare(data, ANY)).size == (40, 60)


@pytest.mark.parametrize("body", [b"", b"MM\0*", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08"])
def test_broken_exif_says_nothing_and_the_picture_stays(body: bytes) -> None:
    assert agree(red_png(chunk(b"eXIf", body)))
    plain = encoded(Image.new("RGB", (60, 40)))
    segment = b"Exif\0\0" + body
    assert agree(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:])


@pytest.mark.parametrize("turn", range(10))
def test_all_eight_turns_show_what_the_camera_saw(turn: int) -> None:
    exif = Image.Exif()
    exif[TURNED] = turn
    made = opened(preparing.prepare(encoded(photo(120, 90), exif=exif), ANY))
    assert made.size == ((90, 120) if turn in {5, 6, 7, 8} else (120, 90))
    upper_left = made.getpixel((5, 5))
    expected = {2: (0, 255, 0), 3: (255, 255, 255), 4: (0, 0, 255), 6: (0, 0, 255), 7: (255, 255, 255), 8: (0, 255, 0)}
    assert upper_left == pytest.approx(expected.get(turn, (255, 0, 0)), abs=12)


def test_no_exif_however_broken_makes_look_check_and_preparation_disagree() -> None:
    chance = random.Random(20261122)  # noqa: S311 - noise, no secret
    exif = Image.Exif()
    exif[TURNED], exif[PLACED], exif[0x010F] = 6, {1: "S", 2: (7.0, 30.0, 0.0)}, "abc"
    whole = exif.tobytes()[6:]
    plain = encoded(Image.new("RGB", (8, 8)))
    for _ in range(500):
        body = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            body[chance.randrange(len(body))] = chance.choice([0, 1, 2, 3, 5, 10, 12, 255, chance.randrange(256)])
        if chance.random() < 0.4:
            del body[chance.randrange(len(body) + 1) :]
        segment = b"Exif\0\0" + body
        assert agree(red_png(chunk(b"eXIf", bytes(body))))
        assert agree(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:])


def test_no_damage_anywhere_makes_look_check_and_preparation_disagree() -> None:
    chance = random.Random(5)  # noqa: S311 - noise, no secret
    seeds = [
        encoded(photo(60, 40, mode="CMYK")),
        encoded(photo(60, 40, mode="P"), "PNG", transparency=0),
        encoded(photo(60, 40), icc_profile=b"bukan profil" * 20),
        encoded(photo(60, 40, mode="RGBA"), "PNG", pnginfo=None),
        png(0, 16, struct.pack(">H", 40_000) * 8, chunk(b"tRNS", struct.pack(">H", 40_000))),
        turned_wrongly(0x0100, EXIF_TEXT, b"abc\0"),
    ]
    outcomes = set()
    for _ in range(900):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(min(len(data), 2500))] = chance.randrange(256)
        outcomes.add(agree(bytes(data)))
    assert outcomes == {True, False}


def test_no_picture_stops_the_pages_or_the_drawing(tmp_path: Path) -> None:
    files = {
        "media/salah.jpg": turned_wrongly(0x0100, EXIF_TEXT, b"abc\0"),
        "media/rusak.png": red_png(chunk(b"eXIf", b"MM\0*"))[:70],
        "media/baik.jpg": encoded(photo()),
    }
    post = Caption(text="a", hashtags=(), media=tuple(MediaFile(file=name, alt="b") for name in files), variants={})
    served = [each.path for each in Darkroom(tmp_path).fetched(post, files, "threads")]
    assert [path[:10] for path in served] == ["media/sala", "media/baik"]
    fonts = sorted((Path(__file__).parents[2] / "site_config/kartu/huruf").glob("*.ttf"))
    pieces = tuple(postcards.Piece(data=data, alt="b", said=name) for name, data in files.items())
    drawn = postcards.draw(postcards.Postcard(head="x", text="a", over="", count="1", pieces=pieces), fonts)
    assert opened(drawn).width == postcards.WIDTH


@pytest.mark.parametrize(
    ("colours", "depth", "row", "transparent"),
    [
        pytest.param(0, 1, b"\0", struct.pack(">H", 0), id="grey, 1 bit, black"),
        pytest.param(0, 2, b"\x55\x55", struct.pack(">H", 1), id="grey, 2 bits"),
        pytest.param(0, 4, b"\x55" * 4, struct.pack(">H", 5), id="grey, 4 bits"),
        pytest.param(0, 8, b"\x50" * 8, struct.pack(">H", 0x50), id="grey, 8 bits"),
        pytest.param(0, 16, b"\x50\x11" * 8, b"\x50\x11", id="grey, 16 bits"),
        pytest.param(2, 8, b"\x50\0\0" * 8, b"\0\x50\0\0\0\0", id="colour, 8 bits"),
        pytest.param(2, 16, b"\x50\x11\0\0\0\0" * 8, b"\x50\x11\0\0\0\0", id="colour, 16 bits"),
    ],
)
def test_one_transparent_colour_lies_on_white_at_every_depth(
    colours: int, depth: int, row: bytes, transparent: bytes
) -> None:
    made = opened(preparing.prepare(png(colours, depth, row, chunk(b"tRNS", transparent)), ANY))
    assert made.getpixel((4, 4)) == (255, 255, 255)
    seen = opened(preparing.prepare(png(colours, depth, row), ANY)).getpixel((4, 4))
    assert seen != (255, 255, 255)


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/"%s/></rdf:RDF></x:xmpmeta>'
)


def test_coordinates_in_xmp_are_seen_packed_or_not() -> None:
    placed, silent = XMP % b' exif:GPSLatitude="7,30.07S" exif:GPSLongitude="110,13.2E"', XMP % b""
    packed = chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(placed))
    assert looking.look(encoded(photo(60, 40), xmp=placed)).located
    assert looking.look(red_png(packed)).located
    assert b"GPSLatitude" not in packed
    assert not looking.look(encoded(photo(60, 40), xmp=silent)).located
    assert not looking.look(red_png()).located
