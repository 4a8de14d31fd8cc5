"""Looking at pictures without believing their names, and without decoding what is too large."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
_MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_GPS = 0x8825  # EXIF tag of the GPS directory


@dataclass(frozen=True, slots=True)
class Look:
    """What the bytes of a picture say."""

    readable: bool
    pixels: int
    located: bool
    """Whether EXIF holds GPS data."""


def type_of(name: str) -> str | None:
    """Return the MIME type a file name claims, None when it is no picture we take."""
    return TYPES.get(PurePosixPath(name).suffix.lower())


def type_in(data: bytes) -> str | None:
    """Return the MIME type the first bytes prove."""
    return next((found for found, magic in _MAGIC.items() if data.startswith(magic)), None)


def look(data: bytes) -> Look:
    """Open a picture; pixels are decoded only within the limits (a 10 KB file may claim 900 megapixels)."""
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
                pixels = image.width * image.height
                if pixels > MAX_PIXELS or len(data) > MAX_BYTES:
                    return Look(readable=True, pixels=pixels, located=False)  # asking a PNG for EXIF would decode it
                image.load()
                return Look(readable=True, pixels=pixels, located=bool(image.getexif().get_ifd(_GPS)))
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            return Look(readable=True, pixels=MAX_PIXELS + 1, located=False)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
            return Look(readable=False, pixels=0, located=False)
