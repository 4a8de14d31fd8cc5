"""A picture made into what a platform takes: upright, sRGB, without EXIF, within its pixels, ratio and bytes.

The same picture and target always give the same bytes (with the same Pillow).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.media import looking, plan

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from pipeline.media.plan import Shape, Target

_QUALITIES = (92, 86, 80, 72, 62)
_PAPER = "#ffffff"
"""What lies below a transparent picture."""
_FOOT = 32
"""Pixels of empty ground left below the last line of a page."""


class UnfitError(Exception):
    """A picture cannot be prepared; says why in one Indonesian line, without its name."""


def prepare(data: bytes, wanted: Target) -> bytes:
    """Return *data* (JPEG or PNG) as *wanted*; raise `UnfitError` when it cannot be."""
    try:
        with looking.opened(data) as image:
            flat = _flat(image)
    except looking.HugeError:
        raise UnfitError("terlalu besar untuk disiapkan: perkecil gambarnya") from None
    except looking.UnreadableError:
        raise UnfitError("rusak atau terpotong: simpan ulang dari aslinya") from None
    return _fitting(flat, wanted)


def alike(wanted: Target, leader: bytes) -> Target:
    """Return *wanted* for a picture that follows *leader* in a post; raise `UnfitError` when that is no picture."""
    seen = looking.look(leader)
    if not seen.readable:
        raise UnfitError("mengikuti gambar pertama yang rusak: simpan ulang gambar pertama")
    return plan.alike(wanted, seen.width, seen.height)


def _flat(image: Picture) -> Picture:
    """Return the picture upright, in sRGB and opaque."""
    from PIL import Image, ImageOps

    if looking.is_animated(image):
        raise UnfitError("gambar bergerak: simpan sebagai satu gambar diam")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")  # 16 bits to 8
    if upright.mode in ("P", "PA"):
        upright = upright.convert("RGBA")
    veil = upright.convert("RGBA").getchannel("A") if upright.has_transparency_data else None
    colours = _in_srgb(upright if upright.mode in ("RGB", "L", "CMYK") else upright.convert("RGB"))
    if veil is None:
        return colours
    paper = Image.new("RGB", colours.size, _PAPER)
    paper.paste(colours, mask=veil)
    return paper


def _in_srgb(image: Picture) -> Picture:
    """Return RGB colours as sRGB; a profile that is broken, or of another kind of picture, says nothing."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
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
