"""What is known about a platform: what it takes, how its accounts fare, what people write there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """A comment or question somebody left below one of the account's posts (SOP Kab. Magelang 17/2022, tanggapan)."""

    id: str
    """The platform's own id: what an answer replies to."""
    post: str
    """Remote id of the post it stands below; '' where the platform does not say."""
    author: str
    """Public name of who wrote it."""
    text: str
    at: datetime
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Whether an account can be used: its token, its quota."""

    usable: bool
    message: str
    """One Indonesian line for the operator."""
    quota_left: int | None = None
    """Posts the account may still make in the platform's current window."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Images:
    """How many images a post may carry, of which types, and how many bytes each."""

    least: int
    """Fewest pictures and videos together."""
    most: int
    formats: tuple[str, ...]
    """MIME types."""
    size: int
    """Most bytes."""
    width: int = 4096
    height: int = 4096
    """Largest a picture is sent, in pixels; what is larger is made smaller first."""
    ratios: tuple[float, float] = (1 / 20, 20.0)
    """Least and most width by height."""
    uniform: bool = False
    """Whether every picture of a post is shown at the ratio of the first."""
    fetched: bool = False
    """Whether the platform fetches pictures from our site instead of being sent them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Videos:
    """What a video may be: how many a post carries, its types, bytes and length in seconds."""

    most: int
    formats: tuple[str, ...]
    """MIME types."""
    size: int
    """Most bytes."""
    seconds: int
    shortest: int = 0
    edge: int = 1920
    """Most pixels on either side."""
    least: int = 1
    """Fewest pixels on either side."""
    ratios: tuple[float, float] = (0.0, math.inf)
    """Least and most width by height, as people see it."""
    rates: tuple[float, float] = (1.0, 60.0)
    """Least and most pictures a second."""
    codecs: tuple[str, ...] = ("h264",)
    sounds: tuple[str, ...] = ("aac",)
    """As FFmpeg calls them; a silent video is always taken."""
    colours: tuple[str, ...] = ()
    """Pixel formats as FFmpeg calls them; empty where the platform names none."""
    alone: bool = True
    """Whether no picture may stand beside a video; where one may, `Images.most` counts them together."""
