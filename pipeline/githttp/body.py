"""The body of a request: unpacked piece by piece into a file, never into memory, and never more than the limit."""

from __future__ import annotations

import re
import zlib
from http import HTTPStatus
from typing import IO, TYPE_CHECKING

from pipeline.githttp.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import WSGIEnvironment

PIECE = 64 * 1024
LINE = 1024
HEADERS = 64


def keep(environ: WSGIEnvironment, target: IO[bytes], limit: int) -> int:
    """Write the request's body into *target* and return its size; raise `Refused` beyond *limit* bytes."""
    size = 0
    for piece in _body(environ):
        size += len(piece)
        if size > limit:
            text = f"kiriman lebih besar dari {limit // 2**20} MB: bagi menjadi beberapa kiriman"
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
        target.write(piece)
    target.seek(0)
    return size


def _body(environ: WSGIEnvironment) -> Iterator[bytes]:
    """Return a request's body without the transport's and the client's packing."""
    stream, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH", "")
    transfer, packing = environ.get("HTTP_TRANSFER_ENCODING", ""), environ.get("HTTP_CONTENT_ENCODING", "")
    if transfer.lower() == "chunked" and not length:
        pieces = _chunked(stream)
    elif re.fullmatch("[0-9]{1,15}", length) and not transfer:
        pieces = _exactly(stream, int(length))
    else:
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "panjang kiriman tidak jelas")
    if packing.lower() not in {"", "identity", "gzip", "x-gzip"}:
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "cara memampatkan kiriman ini tidak dikenal")
    return _unpacked(pieces) if packing.lower().endswith("gzip") else pieces


def _exactly(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        piece = stream.read(min(size, PIECE))
        if not piece:
            raise Refused(HTTPStatus.BAD_REQUEST, "kiriman terputus: ulangi")
        size -= len(piece)
        yield piece


def _chunked(stream: IO[bytes]) -> Iterator[bytes]:
    """Undo `Transfer-Encoding: chunked` (RFC 9112, section 7.1)."""
    while left := _chunk_size(stream):
        yield from _exactly(stream, left)
        if stream.readline(3) != b"\r\n":
            raise _broken()
    for _ in range(HEADERS):
        if stream.readline(LINE) == b"\r\n":
            return
    raise _broken()


def _chunk_size(stream: IO[bytes]) -> int:
    size = re.fullmatch(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n", stream.readline(LINE))
    if size is None:
        raise _broken()
    return int(size[1], 16)


def _broken() -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "kiriman terputus atau rusak: ulangi")


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Undo gzip a piece at a time, so that a small body that unpacks to a huge one stops at the limit."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            data, some = piece, b"."
            while some and not unpacker.eof:
                yield (some := unpacker.decompress(data, PIECE))
                data = unpacker.unconsumed_tail
    except zlib.error as error:
        raise _broken() from error
    if not unpacker.eof:
        raise _broken()
