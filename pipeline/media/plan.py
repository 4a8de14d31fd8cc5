"""What has to be done to a picture so that a platform takes it. Pure: sizes in, sizes out."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.model.item import Fit

if TYPE_CHECKING:
    from pipeline.model.platform import Images

RECIPE = "2"
"""Raised when the same picture and target shall give other bytes than before: names of prepared files follow."""
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Target:
    """What is wanted of one picture."""

    mime: str
    size: int
    """Most bytes."""
    width: int
    height: int
    """Most pixels."""
    ratios: tuple[float, float]
    """Least and most width by height."""
    fit: Fit

    def name(self, source: bytes, leader: bytes) -> str:
        """Return 20 hex digits that stand for what this target makes of *source* in a post led by *leader* (or b'')."""
        digests = "|".join(hashlib.sha256(data).hexdigest() for data in (source, leader))
        return hashlib.sha256(f"{RECIPE}|{digests}|{self!r}".encode()).hexdigest()[:20]

    @property
    def suffix(self) -> str:
        """Return the ending of the file made."""
        return ".jpg" if self.mime == "image/jpeg" else ".png"


@dataclass(frozen=True, slots=True)
class Shape:
    """The operation: cut *box* out of the picture, scale it to *inner*, lay it in the middle of *canvas*."""

    box: tuple[int, int, int, int]
    inner: tuple[int, int]
    canvas: tuple[int, int]


def target(accepted: Images, fit: Fit) -> Target:
    """Return what a platform wants of a picture. JPEG wherever it is taken: every platform makes JPEG of it anyway."""
    mime = "image/jpeg" if "image/jpeg" in accepted.formats else "image/png"
    return Target(mime, accepted.size, accepted.width, accepted.height, accepted.ratios, fit)


def alike(wanted: Target, width: int, height: int) -> Target:
    """Return *wanted* for the pictures that follow one of *width* by *height* in a post of one ratio."""
    ratio = _between(width / height, wanted.ratios)
    return replace(wanted, ratios=(ratio, ratio))


def shape(width: int, height: int, wanted: Target) -> Shape:
    """Decide what is done to a picture of *width* by *height* pixels; nothing is ever enlarged."""
    ratio = _between(width / height, wanted.ratios)
    box = _cut(width, height, ratio) if wanted.fit is Fit.POTONG else (0, 0, width, height)
    wide, high = box[2] - box[0], box[3] - box[1]
    frame = max(wide, high * ratio), max(high, wide / ratio)
    scale = min(1.0, wanted.width / frame[0], wanted.height / frame[1])
    canvas = _within(max(1, round(frame[0] * scale)), max(1, round(frame[1] * scale)), wanted)
    inner = min(canvas[0], max(1, round(wide * scale))), min(canvas[1], max(1, round(high * scale)))
    return Shape(box, inner, canvas)


def smaller(wanted: Target, canvas: tuple[int, int]) -> Target:
    """Return *wanted* with a fifth less on either side than *canvas*: the bytes are still too many."""
    return replace(wanted, width=max(1, canvas[0] * 4 // 5), height=max(1, canvas[1] * 4 // 5))


def _between(ratio: float, ratios: tuple[float, float]) -> float:
    return min(max(ratio, ratios[0]), ratios[1])


def _cut(width: int, height: int, ratio: float) -> tuple[int, int, int, int]:
    """Return the middle of a picture at *ratio*, as left, top, right, bottom."""
    wide, high = max(1, min(width, round(height * ratio))), max(1, min(height, round(width / ratio)))
    left, top = (width - wide) // 2, (height - high) // 2
    return left, top, left + wide, top + high


def _within(width: int, height: int, wanted: Target) -> tuple[int, int]:
    """Take off the pixel by which rounding left the limits: platforms compare exactly."""
    least, most = wanted.ratios
    height = max(1, min(height, math.floor(width / least + _SLACK)))
    return max(1, min(width, math.floor(height * most + _SLACK))), height
