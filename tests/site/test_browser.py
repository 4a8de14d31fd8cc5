"""The site in a real browser: it searches Indonesian, and says nothing to the console."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = [
    "",
    "katalog/",
    "produk-hukum/kota/keputusan/2026/keputusan-7/",
    "produk-hukum/kota/keputusan/2025/keputusan-3/",
    "informasi/kota/2026/kenal/",
    "sop/kota/unggah/",
    "cari/?q=pengunggahan",
    "panduan/",
    "panduan/penulis/",
]

pytestmark = pytest.mark.slow


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium tidak ada: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    """The site below a path of its own, as it must work anywhere."""
    handler = functools.partial(_Quiet, directory=str(built.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{built.name}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:  # noqa: ANN401 - playwright is imported late
    opened = browser.new_page()
    opened.said = []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    yield opened
    opened.close()


def results(page: Any) -> list[str]:  # noqa: ANN401
    page.wait_for_selector("[data-jd-siap]")
    return [link.get_attribute("href") for link in page.query_selector_all("[data-jd-hasil] a")]


@pytest.mark.parametrize("word", ["pengunggahan", "mengunggah", "unggah", "diunggah"])
def test_an_affixed_word_finds_the_document(page: Any, address: str, word: str) -> None:  # noqa: ANN401
    page.goto(f"{address}cari/?q={word}")
    assert any("produk-hukum/kota/keputusan/2026/keputusan-7/" in href for href in results(page))
    assert page.said == []


def test_a_result_opens_its_page(page: Any, address: str) -> None:  # noqa: ANN401
    page.goto(f"{address}cari/?q=mengunggah")
    results(page)
    with page.expect_navigation():
        page.click("[data-jd-hasil] a")
    assert page.url.startswith(address)
    assert page.query_selector("h1#isi")


def test_a_facet_alone_does_not_fetch_the_whole_index(page: Any, address: str) -> None:  # noqa: ANN401
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{address}cari/?status=Tidak+Berlaku")
    assert [href.removeprefix(address) for href in results(page)] == ["produk-hukum/kota/keputusan/2022/keputusan-5/"]
    assert sum("/index/" in url for url in fetched) == 1
    assert "semuadokumen" not in page.inner_text("main")


def test_the_home_page_leads_to_results(page: Any, address: str) -> None:  # noqa: ANN401
    page.goto(address)
    page.fill("#cari-beranda", "siaran")
    with page.expect_navigation():
        page.press("#cari-beranda", "Enter")
    assert results(page)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_quiet_and_fit(page: Any, address: str, path: str, width: int) -> None:  # noqa: ANN401
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert page.said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
