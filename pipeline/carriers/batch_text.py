"""Many blobs at once: what `git cat-file --batch` prints, and what `git fast-import` is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def blobs(output: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield blob id and bytes from lines `<id> <type> <size>`, the bytes, a line break; what is no blob is left out."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        object_id, kind, *size = output[at:end].decode().split(" ")
        at = end + 1
        if size:
            at += int(size[0]) + 1
        if kind == "blob":
            yield object_id, output[end + 1 : at - 1]


def stream(contents: Iterable[bytes]) -> bytes:
    """Return what makes `git fast-import` store *contents* as blobs and print the id of each, a line each."""
    return b"".join(
        b"blob\nmark :%d\ndata %d\n%b\nget-mark :%d\n" % (mark, len(content), content, mark)
        for mark, content in enumerate(contents, 1)
    )
