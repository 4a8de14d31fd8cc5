"""Looking at pictures without believing their names, and without decoding what is too large."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image as Picture

MAX_BYTES = 20_000_000
MAX_VIDEO_BYTES = 100_000_000
"""Git keeps every version for good: longer films belong on the platform's own page."""
MAX_PIXELS = 50_000_000
TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
VIDEO_MIME = "video/mp4"
VIDEO_TYPES = {".mp4": VIDEO_MIME}
"""Every platform takes MP4 and every browser shows it on the page; of QuickTime neither can be said."""
LYING = frozenset({5, 6, 7, 8})
"""EXIF: the turns that exchange width and height."""
_MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_GPS, _ORIENTATION = 0x8825, 0x0112  # EXIF tags
_UPRIGHT = 1
_PLACES = (b"GPSLatitude", b"GPSLongitude")  # XMP: exif:GPSLatitude (CIPA DC-010)


class UnreadableError(Exception):
    """A picture cannot be decoded."""


class HugeError(UnreadableError):
    """A picture claims more pixels than anybody should decode."""


class MovingError(UnreadableError):
    """A picture moves, where a still one is wanted."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the bytes of a picture say."""

    readable: bool
    width: int = 0
    height: int = 0
    """As people see it, the camera's turn applied."""
    located: bool = False
    """Whether EXIF or XMP holds GPS data."""
    animated: bool = False

    @property
    def pixels(self) -> int:
        """Return how many there are."""
        return self.width * self.height


def type_of(name: str) -> str | None:
    """Return the MIME type a file name claims, None when it is no picture or video we take."""
    return (TYPES | VIDEO_TYPES).get(PurePosixPath(name).suffix.lower())


def type_in(data: bytes) -> str | None:
    """Return the MIME type the first bytes prove."""
    if data[4:8] == b"ftyp":
        return "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    return next((found for found, magic in _MAGIC.items() if data.startswith(magic)), None)


def is_video(name: str) -> bool:
    """Whether a file name claims to be a video."""
    return PurePosixPath(name).suffix.lower() in VIDEO_TYPES


def most_bytes(name: str) -> int:
    """Return how large a file of this name may be."""
    return MAX_VIDEO_BYTES if is_video(name) else MAX_BYTES


def look(data: bytes) -> Look:
    """Open a picture; pixels are decoded only within the limits (a 10 KB file may claim 900 megapixels)."""
    try:
        with opened(data) as image:
            image.load()
            width, height = image.size[::-1] if turn_of(image) in LYING else image.size
            located = _is_located(image) or any(place in data for place in _PLACES)
            return Look(readable=True, width=width, height=height, located=located, animated=is_animated(image))
    except HugeError:
        return Look(readable=True, width=MAX_PIXELS + 1, height=1)
    except UnreadableError:
        return Look(readable=False)


@contextmanager
def opened(data: bytes) -> Iterator[Picture]:
    """Open a picture for the block; whatever Pillow raises in it becomes `UnreadableError`.

    Beyond the limits it is `HugeError`, raised before anything is decoded.
    """
    from PIL import Image

    if len(data) > MAX_BYTES:
        raise HugeError
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of broken metadata: it says nothing, the picture stays
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
                yield _bounded(image)
        except UnreadableError:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise HugeError from error
        except Exception as error:  # decoders raise what they stumble over: struct.error, TypeError, zlib.error ...
            raise UnreadableError from error


def _bounded(image: Picture) -> Picture:
    if image.width * image.height > MAX_PIXELS:
        raise HugeError
    return image


def turn_of(image: Picture) -> int:
    """Return how the camera was held, 1 (upright) to 8 (EXIF 2.32, 4.6.4); broken EXIF says nothing."""
    try:
        turn = image.getexif().get(_ORIENTATION, _UPRIGHT)
    except Exception:  # noqa: BLE001 - Pillow reads it unguarded
        return _UPRIGHT
    return turn if isinstance(turn, int) else _UPRIGHT


def _is_located(image: Picture) -> bool:
    """Whether EXIF or XMP, which PNG may pack, tells the place; what cannot be read tells none."""
    packed = image.info.get("xmp") or b""
    try:
        return any(place in packed for place in _PLACES) or bool(image.getexif().get_ifd(_GPS))
    except Exception:  # noqa: BLE001 - Pillow reads it unguarded
        return False


def is_animated(image: Picture) -> bool:
    """Whether it moves: an animated PNG does, the second picture a telephone hides in a JPEG does not."""
    return image.format == "PNG" and bool(getattr(image, "is_animated", False))
