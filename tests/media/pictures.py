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
) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=form) as container:
        if place:
            container.metadata["location"] = place
        picture: Any = container.add_stream(codec, rate=rate)
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p"
        noise: Any = container.add_stream(sound, rate=44100) if sound else None
        for number in range(int(seconds * rate)):
            frame = av.VideoFrame(*size, "yuv420p")
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
