"""What a public page shows of itself: the digest of the content it was approved with."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import islice

import requests

from pipeline.network import exchange

_CHUNK, _CHUNKS = 64 * 1024, 64  # no more than this is read


class _Digest(HTMLParser):
    """Find `<meta name="jdih:sidik" content="...">`."""

    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        values = dict(attrs)
        if tag == "meta" and values.get("name") == "jdih:sidik":
            self.found = self.found or values.get("content") or ""


def digest_shown(url: str) -> str:
    """Return the approved digest the public page *url* carries; '' when it does not answer 200 with one.

    No redirect counts as an answer: what is posted must be the page's own address.
    """
    try:
        with exchange.session() as one:
            reply = one.get(url, timeout=exchange.TIMEOUT, allow_redirects=False, stream=True)
            if reply.status_code != requests.codes.ok:
                return ""
            body = b"".join(islice(reply.iter_content(_CHUNK), _CHUNKS))
    except (requests.RequestException, OSError):
        return ""
    page = _Digest()
    page.feed(body.decode("utf-8", "replace"))
    return page.found
