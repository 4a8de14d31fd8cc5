"""The search bundle, settled: the same pages give the same bytes.

Pagefind 1.5 writes a facet's values, and the list of facets, in the order of a hash map:
every run differs. We sort both and name the files after their new content. Its files are
gzip around a magic word and CBOR (RFC 8949), of which it uses numbers, texts and lists.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING

from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Value = int | str | list["Value"]

_PARTS = ("pagefind.js", "pagefind-worker.js", "wasm.", "index/", "fragment/")
"""What readers need unchanged; the user interfaces that come with Pagefind are left out."""
_MAGIC = b"pagefind_dcd"
_ENTRY = "pagefind-entry.json"
_NUMBER, _TEXT, _LIST = 0, 3, 4
_SHORT = 24
_LENGTHS = {24: 1, 25: 2, 26: 4, 27: 8}
_FACETS = 3
"""Where the list of facets stands in the metadata: version, pages, index, facets, sorts, fields."""


def settle(bundle: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of *bundle* that readers need, in an order that depends on the pages only."""
    try:
        return _settled(bundle)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise JdihError("susunan indeks pagefind tidak dikenal: pakai versi di requirements.lock") from error


def _settled(bundle: Mapping[str, bytes]) -> dict[str, bytes]:
    files = {path: data for path, data in bundle.items() if path.startswith(_PARTS)}
    entry = json.loads(bundle[_ENTRY])
    for language, about in entry["languages"].items():
        meta = _read(bundle[f"pagefind.{about['hash']}.pf_meta"])
        facets: list[Value] = []
        for name, old in map(_list, _list(meta[_FACETS])):
            _, values = _read(bundle[f"filter/{old}.pf_filter"])
            data, new = _written([name, sorted(_list(values), key=encode)], language)
            files[f"filter/{new}.pf_filter"] = data
            facets.append([name, new])
        meta[_FACETS] = sorted(facets, key=encode)
        data, about["hash"] = _written(meta, language)
        files[f"pagefind.{about['hash']}.pf_meta"] = data
    files[_ENTRY] = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()
    return files


def _written(value: Value, language: str) -> tuple[bytes, str]:
    plain = _MAGIC + encode(value)
    name = f"{language}_{hashlib.sha256(plain).hexdigest()[:10]}"
    return gzip.compress(plain, mtime=0), name


def _read(packed: bytes) -> list[Value]:
    plain = gzip.decompress(packed)
    if not plain.startswith(_MAGIC):
        raise ValueError("no magic word")
    return _list(decode(plain.removeprefix(_MAGIC)))


def _list(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def encode(value: Value) -> bytes:
    """Return *value* as CBOR."""
    if isinstance(value, int):
        return _head(_NUMBER, value)
    if isinstance(value, str):
        text = value.encode()
        return _head(_TEXT, len(text)) + text
    return _head(_LIST, len(value)) + b"".join(map(encode, value))


def _head(kind: int, amount: int) -> bytes:
    if amount < _SHORT:
        return bytes([kind << 5 | amount])
    code, size = next((code, size) for code, size in _LENGTHS.items() if amount < 1 << 8 * size)
    return bytes([kind << 5 | code]) + amount.to_bytes(size, "big")


def decode(data: bytes) -> Value:
    """Return the one value in *data*; raise `ValueError` for what Pagefind does not use."""
    value, end = _decode(data, 0)
    if end != len(data):
        raise ValueError("more than one value")
    return value


def _decode(data: bytes, at: int) -> tuple[Value, int]:
    kind, amount = data[at] >> 5, data[at] & 31
    at += 1
    if amount >= _SHORT:
        size = _LENGTHS[amount]
        amount, at = int.from_bytes(data[at : at + size], "big"), at + size
    if kind == _NUMBER:
        return amount, at
    if kind == _TEXT:
        return data[at : at + amount].decode(), at + amount
    if kind != _LIST:
        raise ValueError(f"kind {kind}")
    found = []
    for _ in range(amount):
        value, at = _decode(data, at)
        found.append(value)
    return found, at
