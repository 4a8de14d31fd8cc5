"""Real pictures and videos, made when a test needs them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import av
from PIL import Image, ImageCms, ImageDraw

if TYPE_CHECKING:
    from typing import Any

TURNED, PLACED = 0x0112, 0x8825


def photo(width: int = 1200, height: int = 900, *, mode: str = "RGB") -> Image.Image:
    """Return a picture whose corners tell which way is up: red, green, blue, white from the upper left."""
    image = Image.new("RGB", (width, height), "#808080")
    pen, w, h = ImageDraw.Draw(image), width // 3, height // 3
    corners = {(0, 0): "red", (width - w, 0): "lime", (0, height - h): "blue", (width - w, height - h): "white"}
    for (left, top), colour in corners.items():
        pen.rectangle((left, top, left + w, top + h), fill=colour)
    return image.convert(mode)


def encoded(image: Image.Image, form: str = "JPEG", **more: Any) -> bytes:  # noqa: ANN401 - Pillow's own options
    buffer = io.BytesIO()
    image.save(buffer, form, **more)
    return buffer.getvalue()


def taken(turn: int = 6) -> bytes:
    """Return a photo as a telephone stores it: lying, with the place, a comment and a profile of its own."""
    exif = Image.Exif()
    exif[TURNED] = turn
    exif[PLACED] = {1: "S", 2: (7.0, 30.0, 0.0), 3: "E", 4: (110.0, 13.0, 0.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(photo(), exif=exif, comment=b"rahasia", icc_profile=profile)


def turned_wrongly(tag: int, kind: int, value: bytes) -> bytes:
    """Return a photo of 60 by 40 that lies, with one more EXIF tag of four bytes whose type may be wrong."""
    lying = struct.pack(">HHIHH", TURNED, 3, 1, 6, 0)
    entries = sorted([lying, struct.pack(">HHI", tag, kind, 4 if kind == 2 else 1) + value])
    body = b"MM\0*\0\0\0\x08\0\x02" + b"".join(entries) + b"\0\0\0\0"
    return encoded(Image.new("RGB", (60, 40), "red"), exif=b"Exif\0\0" + body)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose header claims a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def film(  # noqa: PLR0913 - what a video can be
    *,
    codec: str = "libx264",
    seconds: float = 2.0,
    rate: int = 24,
    size: tuple[int, int] = (160, 120),
    sound: str = "",
    place: str = "",
    form: str = "mp4",
    colours: str = "yuv420p",
) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=form) as container:
        if place:
            container.metadata["location"] = place
        picture: Any = container.add_stream(codec, rate=rate)
        picture.width, picture.height = size
        picture.pix_fmt = colours
        noise: Any = container.add_stream(sound, rate=44100) if sound else None
        for number in range(int(seconds * rate)):
            frame = av.VideoFrame(*size, colours)
            for plane in frame.planes:
                plane.update(bytes([128]) * plane.buffer_size)
            frame.pts = number
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        if noise is not None:
            silence: Any = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
            silence.sample_rate, silence.pts = 44100, 0
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            container.mux(noise.encode(silence))
            container.mux(noise.encode(None))
    return buffer.getvalue()


def held_upright(data: bytes) -> bytes:
    """Return a lying video as a telephone stores an upright one: the same frames, a matrix that turns them."""
    start = data.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    return data[:start] + matrix + data[start + len(matrix) :]
