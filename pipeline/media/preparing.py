"""A picture made into what a platform takes: upright, sRGB, without EXIF, within its pixels, ratio and bytes.

The same picture and target always give the same bytes (with the same Pillow).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.media import films, looking, plan
from pipeline.model.item import Fit

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from pipeline.media.plan import Shape, Target

_QUALITIES = (92, 86, 80, 72, 62)
_PAPER = "#ffffff"
"""What lies below a transparent picture."""
_FOOT = 32
"""Pixels of empty ground left below the last line of a page."""
_SAMPLE = plan.Target("image/jpeg", looking.MAX_BYTES, 64, 64, (1 / 64, 64.0), Fit.TEPI)
_DEPTH_AT, _DEEP = 24, 16
"""Where a PNG says how many bits a colour has (IHDR); more than 8 of them."""


class UnfitError(Exception):
    """A picture cannot be prepared; says why in one Indonesian line, without its name."""


class OversizeError(UnfitError):
    """A picture is too large to be decoded."""


def fault(data: bytes) -> str | None:
    """Return why *data* (JPEG or PNG) cannot be prepared for any platform; None also for a too large one (MED004)."""
    try:
        prepare(data, _SAMPLE)
    except OversizeError:
        return None
    except UnfitError as error:
        return str(error)
    return None


def prepare(data: bytes, wanted: Target) -> bytes:
    """Return *data* (JPEG or PNG) as *wanted*; raise `UnfitError` when it cannot be."""
    try:
        with looking.opened(data) as image:
            flat = _flat(image, data, wanted)
    except looking.HugeError:
        raise OversizeError("terlalu besar untuk disiapkan: perkecil gambarnya") from None
    except looking.MovingError:
        raise UnfitError("gambar bergerak: simpan satu gambar diam, atau video sebagai MP4") from None
    except looking.UnreadableError:
        raise UnfitError("rusak atau terpotong: simpan ulang dari aslinya") from None
    return _fitting(flat, wanted)


def alike(wanted: Target, leader: bytes) -> Target:
    """Return *wanted* for a picture that follows *leader*, a picture or video; raise `UnfitError` when it is broken."""
    film = films.probe(leader) if looking.type_in(leader) == looking.VIDEO_MIME else None
    seen = film or looking.look(leader)
    if not seen.width or not seen.height:
        raise UnfitError("mengikuti gambar atau video pertama yang rusak: simpan ulang yang pertama")
    return plan.alike(wanted, seen.width, seen.height)


def _flat(image: Picture, data: bytes, wanted: Target) -> Picture:
    """Return the picture upright, in sRGB and opaque, no larger than *wanted* needs it."""
    if looking.is_animated(image):
        raise looking.MovingError
    image.load()
    profile, turn = image.info.get("icc_profile"), looking.turn_of(image)
    return _in_srgb(_turned(_shrunk(_opaque(image, data), turn, wanted), turn), profile)


def _opaque(image: Picture, data: bytes) -> Picture:
    """Return 8 bits a colour in RGB, L or CMYK, what is transparent laid on white."""
    from PIL import Image

    clear = image.info.get("transparency")
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")  # 16 bits to 8
    if clear is not None and image.mode in ("1", "L", "RGB"):
        image.info["transparency"] = _in_8_bits(clear, data[_DEPTH_AT])
    if not image.has_transparency_data:
        return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")
    veiled = image if image.mode == "RGBA" else image.convert("RGBA")
    paper = Image.new("RGB", image.size, _PAPER)
    paper.paste(veiled, mask=veiled)
    return paper


def _in_8_bits(clear: int | tuple[int, ...], depth: int) -> int | tuple[int, ...]:
    """Return the transparent colour of a PNG as its pixels are read: it is stored in the file's own depth."""
    if isinstance(clear, tuple):
        return tuple(value >> 8 if depth == _DEEP else value for value in clear)
    return clear >> 8 if depth == _DEEP else clear * 255 // (2**depth - 1)


def _shrunk(image: Picture, turn: int, wanted: Target) -> Picture:
    """Return the picture at the size it will have, so that no copy of a large one is made after this."""
    from PIL import Image

    width, height = image.size[::-1] if turn in looking.LYING else image.size
    shape = plan.shape(width, height, wanted)
    scale = max(shape.inner[0] / (shape.box[2] - shape.box[0]), shape.inner[1] / (shape.box[3] - shape.box[1]))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image if scale >= 1 else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _turned(image: Picture, turn: int) -> Picture:
    """Return the picture upright (EXIF 2.32, 4.6.4)."""
    from PIL import Image

    ways = Image.Transpose
    known = {
        2: ways.FLIP_LEFT_RIGHT,
        3: ways.ROTATE_180,
        4: ways.FLIP_TOP_BOTTOM,
        5: ways.TRANSPOSE,
        6: ways.ROTATE_270,
        7: ways.TRANSVERSE,
        8: ways.ROTATE_90,
    }
    return image.transpose(known[turn]) if turn in known else image


def _in_srgb(image: Picture, profile: bytes | None) -> Picture:
    """Return RGB colours as sRGB; a profile that is broken, or of another kind of picture, says nothing."""
    from PIL import ImageCms

    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            return image.convert("RGB")
        if made is not None:
            return made
    return image.convert("RGB")


def _fitting(image: Picture, wanted: Target) -> bytes:
    """Return the file: quality goes down in steps, then the size."""
    target = wanted
    while True:
        shape = plan.shape(*image.size, target)
        made = _shaped(image, shape)
        for quality in _QUALITIES:
            data = _encoded(made, wanted.mime, quality)
            if len(data) <= wanted.size:
                return data
            if wanted.mime == "image/png":
                break
        if max(shape.canvas) == 1:
            raise UnfitError(f"tidak muat dalam {wanted.size} bita")
        target = plan.smaller(target, shape.canvas)


def _shaped(image: Picture, shape: Shape) -> Picture:
    from PIL import Image

    inner = image.resize(shape.inner, Image.Resampling.LANCZOS, box=shape.box, reducing_gap=3.0)
    inner.info.clear()  # Pillow would write comments and profiles of the original again
    if shape.inner == shape.canvas:
        return inner
    canvas = Image.new("RGB", shape.canvas, _margin(inner, shape))
    left, top = ((outer - own) // 2 for outer, own in zip(shape.canvas, shape.inner, strict=True))
    canvas.paste(inner, (left, top))
    return canvas


def _margin(image: Picture, shape: Shape) -> tuple[int, ...]:
    """Return the mean colour of the two sides that margins are laid along."""
    from PIL import Image, ImageStat

    width, height = image.size
    if shape.canvas[0] > width:
        sides = (0, 0, 1, height), (width - 1, 0, width, height)
    else:
        sides = (0, 0, width, 1), (0, height - 1, width, height)
    strip = Image.new("RGB", (2, max(width, height)))
    for column, side in enumerate(sides):
        part = image.crop(side)
        strip.paste(part.resize((1, strip.height), Image.Resampling.BOX), (column, 0))
    return tuple(round(value) for value in ImageStat.Stat(strip).mean)


def _encoded(image: Picture, mime: str, quality: int) -> bytes:
    buffer = BytesIO()
    if mime == "image/jpeg":
        image.save(buffer, "JPEG", quality=quality, subsampling="4:4:4")
    else:
        image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def trimmed(data: bytes) -> bytes:
    """Return a picture of a page (PNG) without the empty ground below its last line."""
    from PIL import Image, ImageChops

    with looking.opened(data) as image:
        flat = image.convert("RGB")
    ground = Image.new("RGB", flat.size, flat.getpixel((0, flat.height - 1)))
    box = ImageChops.difference(flat, ground).getbbox()
    height = min(flat.height, box[3] + _FOOT) if box else flat.height
    return _encoded(flat.crop((0, 0, flat.width, height)), "image/png", 0)
