"""Nothing anyone writes can act in a reader's browser: twenty attacks in every text of the site."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.site.assembly import Written, assemble

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model.site import SiteData

SITE_URL = "https://jdih.example/"
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "[klik](javascript:alert(1))",
    "![x](javascript:alert(1))",
    "[klik](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>*{background:url(//jahat.example)}</style>",
    "<p style='position:fixed'>x</p>",
    "<form action=//jahat.example><input name=q></form>",
    "<base href=//jahat.example/>",
    "<meta http-equiv=refresh content='0;url=//jahat.example'>",
    "</script><script>alert(1)</script>",
    "<!--JDIHKATAKHIR--><!-- </title><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}<object data=x></object>",
    "<div data-jd-salin data-pagefind-filter='jenis:palsu' class=jd-atas id=menu>x</div>",
]
ADDRESSING = {"id", "office", "slug", "kind", "path", "address", "version", "target", "timezone", "area_code"}
"""Fields that make addresses: refused when hostile (test_shell), so left alone here."""
OWN_SCRIPT = re.compile(r"(?:(?:\.\./)*|\./|/)assets/jdih/(?:tema|jdih)\.js")
ACTIVE = {"iframe", "object", "embed", "base", "style", "frame", "applet"}


class Judge(HTMLParser):
    """Collects everything that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.data: list[str] = []
        self._ld = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._ld = values.get("type") == "application/ld+json"
        own_script = (values.get("src") or "").split("?")[0].endswith((".js",)) and "assets/jdih/" in (
            values["src"] or ""
        )
        if tag in ACTIVE or (tag == "script" and not self._ld and not own_script):
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            target = (value or "").replace("\t", "").replace("\n", "").strip().lower()
            active = name in {"href", "src", "action"} and target.startswith(
                ("javascript:", "data:", "//", "vbscript:")
            )
            if name.startswith("on") or name in {"style", "srcdoc"} or active:
                self.faults.append(f"<{tag} {name}={value}>")
        if values.get("http-equiv", "").lower() == "refresh":  # type: ignore[union-attr]
            self.faults.append("<meta refresh>")
        if values.get("data-pagefind-filter", "").endswith("palsu"):  # type: ignore[union-attr]
            self.faults.append("false facet")

    def handle_data(self, data: str) -> None:
        if self._ld:
            json.loads(data)
            self._ld = False


def poisoned(value: Any, payload: str, name: str = "") -> Any:  # noqa: ANN401 - any value of the site
    """Put *payload* behind every text of a value, addresses excepted."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value if name.rpartition(".")[2] in ADDRESSING or name == "Act.role" else f"{value}{payload}"
    if isinstance(value, tuple):
        return tuple(poisoned(each, payload, name) for each in value)
    if isinstance(value, dict):
        return {key: poisoned(each, payload, name) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                each.name: poisoned(getattr(value, each.name), payload, f"{type(value).__name__}.{each.name}")
                for each in fields(value)
            },
        )
    return value


def faults(html: bytes) -> list[str]:
    judge = Judge()
    judge.feed(html.decode())
    return judge.faults


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_text_stays_text_everywhere(site: Callable[..., SiteData], written: Written, payload: str) -> None:
    files = assemble(poisoned(site(), payload), written, SITE_URL)
    acting = {path: found for path, data in files.items() if path.endswith(".html") and (found := faults(data))}
    assert acting == {}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_hand_written_page_is_cleaned(site: Callable[..., SiteData], written: Written, payload: str) -> None:
    name = "profil/index.html"
    bad = written.engine[name].replace(b"<h2", f"<div>{payload}</div><h2".encode(), 1)
    files = assemble(site(), Written(written.sources, {**written.engine, name: bad}), SITE_URL)
    assert faults(files[name]) == []


def test_the_judge_sees_what_it_must() -> None:
    for attack in (b"<script>x</script>", b"<img onerror=x>", b"<a href=javascript:x>", b"<p style=x>", b"<iframe>"):
        assert faults(attack), attack


def test_shipped_pages_need_no_inline_script(written: Written) -> None:
    for path, data in written.engine.items():
        if path.endswith(".html"):
            assert faults(data) == [], path
