"""Naskah memuat HTML, program, atau tautan yang tidak biasa.

Mengapa: naskah ditayangkan di situs resmi; tag HTML dan tautan selain https dapat menjalankan program di peramban
pembaca.
Salah: `<script>`, `<img onerror=...>`, `[klik](javascript:...)`, `--8<-- "berkas"`.
Benar: Markdown biasa; tautan `https://`, `mailto:`, atau alamat di situs ini.
Dasar: Python-Markdown tidak membersihkan HTML (python-markdown.github.io/sanitization).
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from pipeline.model.item import Konten, Perintah, ProdukHukum, Tanggapan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.item import Item
    from pipeline.rules._context import Context, Place

CODE = "KEA002"
KINDS = (Konten, ProdukHukum, Tanggapan, Perintah)
TAG = re.compile(r"<[A-Za-z/!?][^>\n]*>?")
AUTOLINK = re.compile(r"<(?:https?://[^\s<>]+|[\w.+-]+@[\w.-]+)>")
LINK = re.compile(r"\]\(\s*<?([^)]*)|^\s{0,3}\[[^\]]+\]:\s*<?(\S+)")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
ALLOWED = frozenset({"https", "http", "mailto"})
ATTRIBUTE = re.compile(r"\{:?[^{}]{0,500}\bon\w{1,30}\s{0,20}=", re.IGNORECASE)
SNIPPET = "-8<-"


def check(_item: Item, context: Context, /) -> Iterator[Place]:
    """Look at every line for tags, link targets, event attributes and snippets."""
    for file, line, text in context.prose():
        if fault := _fault(text):
            yield file, line, fault


def _fault(text: str) -> str | None:
    for match in TAG.finditer(text):
        if not AUTOLINK.fullmatch(match[0]):
            return f"tag HTML '{match[0][:20]}' tidak dipakai: tulis dengan Markdown"
    for match in LINK.finditer(text):
        target = "".join(html.unescape(match[1] or match[2]).split())
        scheme = SCHEME.match("".join(filter(str.isprintable, target)))
        if scheme and scheme[1].casefold() not in ALLOWED:
            return f"tautan '{scheme[1]}:' tidak diterima: pakai https:// atau mailto:"
    if ATTRIBUTE.search(text) or SNIPPET in text:
        return "perintah Markdown ini tidak dipakai: tulis isinya langsung"
    return None
