"""Looking at videos: container, codecs, size, length. Nothing is decoded, nothing is changed.

PyAV is imported only here and only when there is a video. The demuxer is named, so that a text which calls
itself a video cannot make FFmpeg follow a playlist to other files or hosts.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

    from pipeline.model.platform import Videos

_PLACE = "location"  # `location`, `location-eng`, `com.apple.quicktime.location.ISO6709` ...
_UNKNOWN = "tak dikenal"
_MATRIX_AT = (40, 52)  # in a box `tkhd` of version 0, 1 (ISO/IEC 14496-12, 8.3.2)
_HEAD, _LONG_HEAD = 8, 16  # bytes of length and name before what a box holds
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """What the headers of a video say."""

    codec: str
    sound: str
    """'' for a silent one."""
    colours: str
    """Pixel format as FFmpeg calls it; '' where it is not known."""
    width: int
    height: int
    """As people see it, the camera's turn applied."""
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
            return _film(container, lies=_lies(data))
    except Exception:  # noqa: BLE001 - untrusted bytes: no fault of a demuxer's may end a check of everything else
        return None


def _film(container: InputContainer, *, lies: bool) -> Film | None:
    if not container.streams.video or not container.duration:
        return None
    picture: Any = container.streams.video[0].codec_context  # None where FFmpeg does not know the codec
    if picture is None or not picture.width or not picture.height:
        return None
    size = picture.width, picture.height
    return Film(
        codec=picture.name,
        sound=_sound(container),
        colours=picture.pix_fmt or "",
        width=size[lies],
        height=size[not lies],
        rate=float(container.streams.video[0].average_rate or 0),
        seconds=container.duration / _MICROSECONDS,
        located=any(value for name, value in container.metadata.items() if _PLACE in name),
    )


def _sound(container: InputContainer) -> str:
    if not container.streams.audio:
        return ""
    codec: Any = container.streams.audio[0].codec_context
    return codec.name if codec else _UNKNOWN


def _lies(data: bytes) -> bool:
    """Whether the first video track is shown turned by a quarter: its matrix says so, and PyAV only of a decoded one.

    ISO/IEC 14496-12: the track header (`tkhd`) holds nine numbers, the first row a, b, u; a quarter has b alone.
    """
    for track in _boxes(memoryview(data), b"moov", b"trak"):
        if any(bytes(kind[8:12]) == b"vide" for kind in _boxes(track, b"mdia", b"hdlr")):
            for head in _boxes(track, b"tkhd"):
                across, down = struct.unpack_from(">ii", head, _MATRIX_AT[head[0] == 1])
                return bool(abs(down) > abs(across))
    return False


def _boxes(data: memoryview, *path: bytes) -> Iterator[memoryview]:
    """Yield what the boxes at *path* hold; a broken length ends the walk."""
    while len(data) >= _HEAD and path:
        size, name, start = int.from_bytes(data[:4], "big"), data[4:8], _HEAD
        if size == 1:
            size, start = int.from_bytes(data[8:16], "big"), _LONG_HEAD
        size = size or len(data)
        if size < start:
            return
        if name == path[0]:
            yield from _boxes(data[start:size], *path[1:]) if path[1:] else (data[start:size],)
        data = data[size:]


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
    if film.colours and accepted.colours and film.colours not in accepted.colours:
        yield f"warnanya {film.colours}, yang diterima {' atau '.join(accepted.colours)}"
    yield from _misshapen(film, accepted)
    least, most = accepted.rates
    if not least <= film.rate <= most:
        yield f"{film.rate:.0f} gambar per detik, yang diterima {least:.0f} sampai {most:.0f}"


def _misshapen(film: Film, accepted: Videos) -> Iterator[str]:
    size, (narrow, wide) = f"{film.width}x{film.height} piksel", accepted.ratios
    if max(film.width, film.height) > accepted.edge:
        yield f"{size}, sisi terpanjang paling banyak {accepted.edge}"
    if min(film.width, film.height) < accepted.least:
        yield f"{size}, sisi terpendek paling sedikit {accepted.least}"
    if not narrow <= film.width / film.height <= wide:
        yield f"{size}, lebarnya harus {_number(narrow)} sampai {_number(wide)} kali tingginya"


def _number(value: float) -> str:
    return f"{value:.2g}".replace(".", ",")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0").replace(".", ",")
