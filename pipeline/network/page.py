"""What the public is shown at an address of the site, as a digest to be held against what was approved."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import requests

from pipeline.hygiene import LARGEST_FILE
from pipeline.network import exchange
from pipeline.site import seal

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 64 * 1024
LARGEST_PAGE = 4 * 2**20
"""Bytes, unpacked."""
_FAULTS = (requests.RequestException, OSError)


def digest_shown(url: str) -> str:
    """Return the digest of what *url* shows: of a page (its address ends in /) what it says, of a file all its bytes.

    '' when it does not answer 200 with all of it. No redirect counts as an answer: what is linked to must be there.
    Nothing is believed that is merely told: a page is measured anew (`pipeline.site.seal`).
    """
    is_page = url.endswith("/")
    try:
        with exchange.session(0 if is_page else LARGEST_FILE) as one:
            reply = one.get(url, timeout=exchange.TIMEOUT, allow_redirects=False, stream=True)
            if reply.status_code != requests.codes.ok:
                return ""
            return _page(reply) if is_page else _file(reply)
    except _FAULTS:
        return ""


def _page(reply: requests.Response) -> str:
    return seal.of_page(b"".join(_chunks(reply, LARGEST_PAGE)))


def _file(reply: requests.Response) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(reply, LARGEST_FILE):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(reply: requests.Response, most: int) -> Iterator[bytes]:
    """Yield the body; raise `OSError` for one of more than *most* bytes."""
    size = 0
    for chunk in reply.iter_content(_CHUNK):
        size += len(chunk)
        if size > most:
            raise OSError("larger than anything the site serves")
        yield chunk
