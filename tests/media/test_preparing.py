"""Pictures made into what a platform takes: real files in, real files out."""

from __future__ import annotations

import random
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from pipeline.media import looking, plan, preparing
from pipeline.model.item import Fit
from pipeline.model.platform import Images
from pipeline.platforms import PLATFORMS
from tests.media.pictures import PLACED, claiming, encoded, opened, photo, taken

ANY = plan.Target("image/jpeg", 8_000_000, 4096, 4096, (0.05, 20.0), Fit.TEPI)
INSTAGRAM = PLATFORMS["instagram"].IMAGES


def corners(image: Image.Image) -> list[str]:
    """Name the colours in the corners, from the upper left."""
    names = {(1, 0, 0): "red", (0, 1, 0): "lime", (0, 0, 1): "blue", (1, 1, 1): "white"}
    width, height = image.size
    places = [(9, 9), (width - 9, 9), (9, height - 9), (width - 9, height - 9)]
    found = [image.convert("RGB").getpixel(place) for place in places]
    return [
        names.get((round(each[0] / 255), round(each[1] / 255), round(each[2] / 255)), "?")
        for each in found
        if isinstance(each, tuple)
    ]


def test_a_photo_keeps_its_picture_and_loses_all_it_tells_besides() -> None:
    source = taken()
    assert b"rahasia" in source
    assert looking.look(source).located
    made = preparing.prepare(source, ANY)
    image = opened(made)
    assert image.size == (900, 1200), "the camera's turn is applied"
    assert corners(image) == ["blue", "red", "white", "lime"]
    assert dict(image.getexif()) == {}
    assert not image.getexif().get_ifd(PLACED)
    assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & set(image.info)
    assert b"rahasia" not in made


@pytest.mark.parametrize(
    ("mode", "form"),
    [(mode, "JPEG") for mode in ("RGB", "L", "CMYK")]
    + [(mode, "PNG") for mode in ("RGB", "L", "P", "RGBA", "LA", "1")],
)
def test_every_kind_of_picture_becomes_rgb_with_the_same_corners(mode: str, form: str) -> None:
    made = opened(preparing.prepare(encoded(photo(300, 200, mode=mode), form), ANY))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (300, 200))
    if mode in {"RGB", "CMYK", "P", "RGBA"}:
        assert corners(made) == ["red", "lime", "blue", "white"]


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    made = opened(preparing.prepare(encoded(Image.new("I;16", (60, 60), 40_000), "PNG"), ANY))
    assert made.getpixel((20, 20)) == pytest.approx((156, 156, 156), abs=3)


def test_what_is_transparent_lies_on_white() -> None:
    image = Image.new("RGBA", (80, 80), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 40, 80))
    made = opened(preparing.prepare(encoded(image, "PNG"), ANY))
    assert made.getpixel((70, 40)) == pytest.approx((255, 255, 255), abs=4)
    assert made.getpixel((10, 40)) == pytest.approx((0, 0, 255), abs=4)
    palette = photo(80, 80, mode="P")
    made = opened(preparing.prepare(encoded(palette, "PNG", transparency=palette.getpixel((40, 40))), ANY))
    assert made.getpixel((40, 40)) == pytest.approx((255, 255, 255), abs=8)


def test_another_colour_space_is_converted_and_a_broken_profile_says_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = profile.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")
    made = opened(preparing.prepare(encoded(photo(90, 90), icc_profile=exchanged), ANY))
    assert corners(made) == ["blue", "lime", "red", "white"], "red is what the profile calls red"
    broken = preparing.prepare(encoded(photo(90, 90), icc_profile=b"bukan profil" * 20), ANY)
    assert corners(opened(broken)) == ["red", "lime", "blue", "white"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(claiming(30_000, 30_000), "terlalu besar", id="a few bytes claim 900 megapixels"),
        pytest.param(claiming(7_100, 7_100), "terlalu besar", id="just beyond the limit"),
        pytest.param(b"\xff\xd8\xff" + bytes(looking.MAX_BYTES), "terlalu besar|rusak", id="too many bytes"),
        pytest.param(encoded(photo())[:4000], "rusak atau terpotong", id="cut short"),
        pytest.param(claiming(100, 100), "rusak atau terpotong", id="a header alone"),
        pytest.param(b"<svg/>", "rusak atau terpotong", id="no picture at all"),
    ],
)
def test_what_cannot_be_prepared_is_refused_quickly_with_the_reason(data: bytes, why: str) -> None:
    start = perf_counter()
    with pytest.raises(preparing.UnfitError, match=why):
        preparing.prepare(data, ANY)
    assert perf_counter() - start < 1


def test_a_moving_picture_is_refused() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    moving = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(preparing.UnfitError, match="gambar bergerak"):
        preparing.prepare(moving, ANY)


def test_bytes_go_down_by_quality_and_then_by_size() -> None:
    noise = Image.frombytes("RGB", (1000, 1000), random.Random(1).randbytes(3_000_000))  # noqa: S311 - noise, no secret
    source = encoded(noise, quality=95)
    large = preparing.prepare(source, ANY)
    softer = preparing.prepare(source, plan.Target("image/jpeg", len(large) // 2, 4096, 4096, (0.05, 20.0), Fit.TEPI))
    assert len(softer) <= len(large) // 2
    assert opened(softer).size == (1000, 1000)
    small = preparing.prepare(source, plan.Target("image/jpeg", 60_000, 4096, 4096, (0.05, 20.0), Fit.TEPI))
    assert len(small) <= 60_000
    assert opened(small).width < 1000
    with pytest.raises(preparing.UnfitError, match="tidak muat"):
        preparing.prepare(source, plan.Target("image/jpeg", 100, 4096, 4096, (0.05, 20.0), Fit.TEPI))


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert preparing.prepare(taken(), ANY) == preparing.prepare(taken(), ANY)


def test_margins_take_the_colour_of_the_sides_and_lose_nothing() -> None:
    tall = Image.new("RGB", (400, 1200), "#204060")
    made = opened(preparing.prepare(encoded(tall), plan.target(INSTAGRAM, Fit.TEPI)))
    assert made.size == (960, 1200)
    assert made.getpixel((5, 600)) == pytest.approx((0x20, 0x40, 0x60), abs=4)
    two = Image.new("RGB", (400, 1200), "black")
    two.paste("white", (200, 0, 400, 1200))
    made = opened(preparing.prepare(encoded(two), plan.target(INSTAGRAM, Fit.TEPI)))
    assert made.getpixel((5, 600)) == pytest.approx((128, 128, 128), abs=6)


def test_cropping_keeps_the_middle() -> None:
    wide = photo(3000, 500)
    made = opened(preparing.prepare(encoded(wide), plan.target(INSTAGRAM, Fit.POTONG)))
    assert made.size == (955, 500)
    for place in ((9, 9), (946, 9), (9, 491), (946, 491)):
        assert made.getpixel(place) == pytest.approx((128, 128, 128), abs=3), "the coloured corners are cut away"


@given(
    width=st.integers(1, 9000),
    height=st.integers(1, 9000),
    fit=st.sampled_from(Fit),
    platform=st.sampled_from(sorted(PLATFORMS)),
)
def test_every_picture_fits_every_platform_and_none_is_enlarged(
    width: int, height: int, fit: Fit, platform: str
) -> None:
    accepted = PLATFORMS[platform].IMAGES
    shape = plan.shape(width, height, plan.target(accepted, fit))
    wide, high = shape.canvas
    assert 1 <= wide <= accepted.width
    assert 1 <= high <= accepted.height
    if min(wide, high) > 20:  # a picture of a few pixels has no exact ratio
        assert accepted.ratios[0] - 1e-9 <= wide / high <= accepted.ratios[1] + 1e-9
    left, top, right, bottom = shape.box
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert shape.inner[0] <= min(wide, right - left + 1)
    assert shape.inner[1] <= min(high, bottom - top + 1)
    if fit is Fit.TEPI:
        assert shape.box == (0, 0, width, height)
    else:
        assert shape.inner[0] >= wide - 1
        assert shape.inner[1] >= high - 1


def test_a_post_of_one_ratio_follows_its_first_picture() -> None:
    wanted = plan.target(INSTAGRAM, Fit.TEPI)
    followers = preparing.alike(wanted, encoded(photo(1000, 1000)))
    assert opened(preparing.prepare(encoded(photo(1600, 900)), followers)).size == (1440, 1440)
    assert opened(preparing.prepare(encoded(photo(500, 500)), followers)).size == (500, 500)
    with pytest.raises(preparing.UnfitError, match="pertama yang rusak"):
        preparing.alike(wanted, b"rusak")


def test_a_platform_without_jpeg_gets_png() -> None:
    wanted = plan.target(Images(least=0, most=1, formats=("image/png",), size=50_000), Fit.TEPI)
    made = preparing.prepare(encoded(photo()), wanted)
    assert opened(made).format == "PNG"
    assert len(made) <= 50_000


def test_names_follow_source_target_and_leader() -> None:
    wanted = plan.target(INSTAGRAM, Fit.TEPI)
    names = {
        wanted.name(b"satu", b""),
        wanted.name(b"dua", b""),
        wanted.name(b"satu", b"dua"),
        plan.target(INSTAGRAM, Fit.POTONG).name(b"satu", b""),
        plan.target(PLATFORMS["x"].IMAGES, Fit.TEPI).name(b"satu", b""),
    }
    assert len(names) == 5
    assert wanted.name(b"satu", b"") == wanted.name(b"satu", b"")
