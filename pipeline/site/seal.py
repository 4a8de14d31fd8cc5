"""What a page shows of its item, as a digest that whoever is served the page can take again.

The stretch between our own words counts, byte for byte. The posts a page leads to are left out of it: they come and
go with the ledger, not with an approval. What a host adds outside the stretch disturbs nothing.
"""

from __future__ import annotations

import hashlib
import re

_BEGIN, _END = "<!--jdih:isi-->", "<!--/jdih:isi-->"
_LINKS = re.compile(r"<!--jdih:tautan-->.*?<!--/jdih:tautan-->\n", re.DOTALL)
"""As the templates write them around the list of posts."""
_CLOSED = "</html>"


def framed(content: str) -> str:
    """Return *content*, HTML, between the words its digest is taken between."""
    return f"{_BEGIN}{content}{_END}"


def of_content(content: str) -> str:
    """Return the digest of what a page shows whose framed content is *content*."""
    inner = content.removeprefix(_BEGIN).removesuffix(_END)
    return hashlib.sha256(_LINKS.sub("", inner).encode()).hexdigest()


def of_page(body: bytes) -> str:
    """Return the digest of what the page *body* shows; '' when it is no page of ours, or not whole."""
    text = body.decode("utf-8", "replace")
    _, begun, rest = text.partition(_BEGIN)
    content, ended, rest = rest.partition(_END)
    if not begun or not ended or _CLOSED not in rest or text.count(_BEGIN) != 1 or text.count(_END) != 1:
        return ""
    return of_content(content)
