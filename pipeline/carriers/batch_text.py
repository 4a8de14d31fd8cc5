"""What `git cat-file --batch` prints, read back: a line `<id> <type> <size>`, the bytes, a line break."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def blobs(output: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield blob id and bytes; what is missing or no blob is left out."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        object_id, kind, *size = output[at:end].decode().split(" ")
        at = end + 1
        if size:
            at += int(size[0]) + 1
        if kind == "blob":
            yield object_id, output[end + 1 : at - 1]
