"""Looking at videos: container, codecs, size, length. Nothing is decoded, nothing is changed.

PyAV is imported only here and only when there is a video. The demuxer is named, so that a text which calls
itself a video cannot make FFmpeg follow a playlist to other files or hosts.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

    from pipeline.model.platform import Videos

_PLACES = ("location", "com.apple.quicktime.location.ISO6709")
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """What the headers of a video say."""

    codec: str
    sound: str
    """'' for a silent one."""
    width: int
    height: int
    rate: float
    """Pictures a second."""
    seconds: float
    located: bool
    """Whether it says where it was taken."""


def probe(data: bytes) -> Film | None:
    """Return what *data* (MP4) is, or None when no player would make a picture of it."""
    import av

    try:
        with av.open(BytesIO(data), mode="r", format="mov") as container:
            return _film(container)
    except (av.FFmpegError, ValueError):
        return None


def _film(container: InputContainer) -> Film | None:
    if not container.streams.video or not container.duration:
        return None
    picture = container.streams.video[0]
    return Film(
        codec=picture.codec_context.name,
        sound=container.streams.audio[0].codec_context.name if container.streams.audio else "",
        width=picture.codec_context.width,
        height=picture.codec_context.height,
        rate=float(picture.average_rate or 0),
        seconds=container.duration / _MICROSECONDS,
        located=any(container.metadata.get(place) for place in _PLACES),
    )


def faults(film: Film, size: int, accepted: Videos) -> Iterator[str]:
    """Say why a platform would refuse *film* of *size* bytes, each with what it takes instead."""
    if size > accepted.size:
        yield f"{_megabytes(size)} MB, paling banyak {_megabytes(accepted.size)} MB"
    if not accepted.shortest <= film.seconds <= accepted.seconds:
        yield f"{film.seconds:.1f} detik, yang diterima {accepted.shortest} sampai {accepted.seconds} detik"
    if film.codec not in accepted.codecs:
        yield f"gambarnya {film.codec}, yang diterima {' atau '.join(accepted.codecs)}"
    if film.sound and film.sound not in accepted.sounds:
        yield f"suaranya {film.sound}, yang diterima {' atau '.join(accepted.sounds)}"
    if max(film.width, film.height) > accepted.edge:
        yield f"{film.width}x{film.height} piksel, sisi terpanjang paling banyak {accepted.edge}"
    least, most = accepted.rates
    if not least <= film.rate <= most:
        yield f"{film.rate:.0f} gambar per detik, yang diterima {least:.0f} sampai {most:.0f}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0").replace(".", ",")
