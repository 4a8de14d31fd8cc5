"""Take the pictures of the guides: `python -m tests.panduan.pictures` writes them beside the pages.

Every picture is a real page: the fake forge's while an item runs on it, the site built from what was merged there, and
what `jdih preview` shows. 900 points wide, four pixels to three points: 1200 pixels.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from pipeline import web
from tests.forge.e2e.kantor import ROOT, Kantor
from tests.panduan import story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.forge.e2e.playing import Play

FOLDER = ROOT / "content/halaman/panduan/gambar"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
WIDTH, SCALE, MARGIN = 900, 4 / 3, 12
HEAVIEST = 80_000
"""Bytes of one picture."""
LOSSLESS = 100
QUALITIES = (LOSSLESS, 86, 78, 70, 60, 50, 40)


@dataclass(frozen=True)
class Camera:
    """A browser, and where its pictures go."""

    browser: Any
    folder: Path

    def take(self, name: str, url: str, top: str = "body", height: int = 0) -> None:
        """Picture the page at *url* from the element *top* on: that element, or *height* points."""
        page = self.browser.new_page(viewport={"width": WIDTH, "height": 900}, device_scale_factor=SCALE)
        page.goto(url)
        page.wait_for_load_state("networkidle")
        box = page.locator(top).first.bounding_box()
        above = min(box["y"], MARGIN)
        clip = {"x": 0, "y": box["y"] - above, "width": WIDTH, "height": height or box["height"] + 2 * above}
        seen = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")
        page.close()
        (self.folder / f"{name}.webp").write_bytes(compressed(seen))


def compressed(picture: Image.Image) -> bytes:
    """Return *picture* as WebP, as good as fits into the weight."""
    tried = (_webp(picture, quality) for quality in QUALITIES)
    return next(made for made in tried if len(made) <= HEAVIEST)


def _webp(picture: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "WEBP", lossless=quality == LOSSLESS, quality=quality, method=6)
    return buffer.getvalue()


@contextmanager
def camera(folder: Path) -> Iterator[Camera]:
    """Open Chromium for the length of the block."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield Camera(browser, folder)
        browser.close()


def take_all(folder: Path, work: Path) -> None:
    """Write every picture into *folder*; *work* is a folder of our own."""
    with camera(folder) as lens, story.five_offices(work) as office:
        _on_the_forge(lens, office)
        product = story.told(office, "2-jambi-pengunggahan")
        story.finish(product, 0)
        _on_the_site(lens, office, product)


def _on_the_forge(lens: Camera, office: Kantor) -> None:
    hub = office.fake.hub.web
    number = story.fill_in(office, "kepala-biro-hukum", "disposisi", story.FORM)
    lens.take("formulir", f"{hub}/issues/{number}")
    play = story.told(office, "3-kpu-ri-medsos")
    office.comment("kepala-biro-hukum", play.pull, "/sop 1 SELESAI")
    pull = f"{hub}/pull/{play.pull}"
    story.carry(play, 1, 3)
    lens.take("pemeriksaan", pull, "h3:has-text('Pemeriksaan')", 112)
    lens.take("dikembalikan", pull, "section.buruk", 300)
    story.carry(play, 3, 6)
    lens.take("komentar-tetap", pull, "section:has(h3)", 1500)
    lens.take("ulasan", f"{pull}/files", "#review")
    story.finish(play, 7)
    lens.take("digabung", pull, "section:has-text('/sop 7')", 350)


def _on_the_site(lens: Camera, office: Kantor, product: Play) -> None:
    clone = office.witness().path
    story.jdih(clone, "build", "--out", "build/situs")
    item = story.told(office, "3-kpu-ri-medsos").place
    story.jdih(clone, "preview", item.id, "--out", "build/pratinjau")
    lens.take("pratinjau", (clone / f"build/pratinjau/{item.id}.html").as_uri(), height=860)
    with web.serving(clone / "build/situs") as address:
        lens.take("halaman-produk", f"{address}{product.place.folder.removeprefix('content/')}/", height=900)
        lens.take("jejak", f"{address}informasi/{item.office}/{item.year}/{item.slug}/", ":has(> #jejak)")
        lens.take("pencarian", f"{address}cari/?q=pengunggahan", height=980)
        lens.take("sop", f"{address}sop/kpu-ri/medsos/", "h2#langkah", 1000)


def main() -> None:
    """Renew the pictures of the guides."""
    with tempfile.TemporaryDirectory() as work:
        take_all(FOLDER, Path(work))


if __name__ == "__main__":
    main()
