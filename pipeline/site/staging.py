"""What the engine is given: hand-written pages and sentinel pages, and a configuration on top of mkdocs.yml.

Only what we understand reaches the engine: of a page's front matter its title and its
summary, both as plain text. JSON is YAML, so no notation of our own is needed here.
"""

from __future__ import annotations

import hashlib
import json
from html import escape
from typing import TYPE_CHECKING

from pipeline import frontmatter
from pipeline.model.base import JdihError
from pipeline.site import shell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = "1"
"""Raise it when staging itself changes, so that no old shell is taken for a new one."""


def staged(pages: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the engine's input folder: *pages* (path -> bytes) made safe to cut, and every sentinel page."""
    files = {path: stage_page(path, data) if path.endswith(".md") else data for path, data in pages.items()}
    if "index.md" not in files:
        raise JdihError("content/halaman/index.md tidak ada: beranda situs memerlukannya")
    return files | dict(_sentinels())


def _sentinels() -> Iterable[tuple[str, bytes]]:
    for section in shell.SECTIONS:
        for depth in shell.DEPTHS:
            path = f"{shell.sentinel_address(section, depth)}index.md"
            yield path, _page(section, f"{shell.BEGIN}\n\n# Isi\n\n{shell.END}\n")


def stage_page(path: str, data: bytes) -> bytes:
    """Return the hand-written page at *path* as the engine shall see it."""
    title, _ = described(path, data)
    document = frontmatter.parse(data)
    section = document.fields.get("bagian", "")
    body = f"{shell.BEGIN}\n\n# {escape(title, quote=False)}\n\n{document.body}\n\n{shell.END}\n"
    return _page(section if isinstance(section, str) and section in shell.SECTIONS else "", body)


def described(path: str, data: bytes) -> tuple[str, str]:
    """Return title and summary of the hand-written page at *path*."""
    try:
        fields = frontmatter.parse(data).fields
    except frontmatter.MalformedError as error:
        raise JdihError(f"content/halaman/{path}:{error.line}: {error}") from error
    title, summary = fields.get("judul", ""), fields.get("ringkasan", "")
    if not isinstance(title, str) or not title or not isinstance(summary, str):
        raise JdihError(f"content/halaman/{path}: metadata memerlukan judul dan ringkasan berupa teks")
    return title, summary


def _page(section: str, body: str) -> bytes:
    meta = {
        "title": shell.TITLE,
        "description": shell.DESCRIPTION,
        "kepala": shell.HEAD,
        "bagian": section,
        "hide": ["navigation", "toc"],
    }
    return f"---\n{json.dumps(meta)}\n---\n{body}".encode()


def configuration(parent: str, *, docs: str, theme: str, site_url: str) -> bytes:
    """Return a configuration that inherits from the file *parent*; all paths are absolute."""
    made = {
        "INHERIT": parent,
        "docs_dir": docs,
        "site_url": site_url,
        "theme": {"name": "material", "custom_dir": theme},
        "plugins": [],
    }
    return json.dumps(made).encode()


def fingerprint(inputs: Mapping[str, bytes], *words: str) -> str:
    """Return a digest of everything the engine's result depends on."""
    digest = hashlib.sha256(json.dumps([VERSION, *words]).encode())
    for path in sorted(inputs):
        digest.update(f"{path}\0{len(inputs[path])}\0".encode())
        digest.update(inputs[path])
    return digest.hexdigest()
