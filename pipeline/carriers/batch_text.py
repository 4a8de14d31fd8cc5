"""Many blobs at once: what `git cat-file --batch` prints, and what `git fast-import` is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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


def tree(base: str, changes: Mapping[str, bytes | None]) -> bytes:
    """Return what makes `git fast-import` store the tree *base* ('': empty) with *changes* (None deletes a path).

    It prints `<mode> tree <id>`. A tree is made as a commit's only, on a branch that is given up: no ref is moved.
    """
    lines = [b"commit refs/jdih/pohon\ncommitter <> 0 +0000\ndata 0\n"]
    lines += [b"M 040000 %b \n" % base.encode()] if base else []
    # Deleted first: a file may take the place of a folder.
    lines += [b"D %b\n" % _quoted(path) for path, data in changes.items() if data is None]
    for path, data in changes.items():
        if data is not None:
            lines.append(b"M 100644 inline %b\ndata %d\n%b\n" % (_quoted(path), len(data), data))
    return b"".join([*lines, b'ls ""\nreset refs/jdih/pohon\n\n'])


def _quoted(path: str) -> bytes:
    plain = path.encode("utf-8", "surrogateescape")
    return b'"%b"' % plain.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
