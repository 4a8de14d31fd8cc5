"""The built folder: deterministic, without leftovers, complete in its links."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from pipeline import store
from pipeline.desk import building
from pipeline.model.base import JdihError
from pipeline.model.site import PublicFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.model.site import PublicProduct, SiteData, Tombstone

SITE_URL = "https://jdih.example/"


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        named = (values.get(name) for name in ("href", "src", "action"))
        if values.get("rel") != "canonical":
            self.found += [value for value in named if value is not None]


def parsed(path: Path) -> Links:
    parser = Links()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def contents(out: Path) -> dict[str, bytes]:
    """Every file, unpacked where the search index packs it."""
    return {
        path: gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        for path, data in store.read_folder(out).items()
    }


def test_every_link_inside_the_site_leads_somewhere(built: Path) -> None:
    pages = {path.relative_to(built).as_posix(): parsed(path) for path in built.rglob("*.html")}
    broken = []
    for name, page in pages.items():
        for link in page.found:
            target, anchor = urldefrag(link)
            where = urlsplit(urljoin(f"https://sini.example/{name}", target))
            if where.hostname != "sini.example":
                continue
            path = unquote(where.path).lstrip("/")
            path = f"{path}index.html" if not path or path.endswith("/") else path
            known_anchor = not anchor or path not in pages or anchor in pages[path].ids
            if not (built / path).is_file() or not known_anchor:
                broken.append(f"{name}: {link}")
    assert broken == []
    assert len(pages) > 25


def test_only_404_knows_where_the_site_lives(built: Path) -> None:
    for path in built.rglob("*.html"):
        absolute = [link for link in parsed(path).found if link.startswith(("/", SITE_URL))]
        assert not absolute or path.name == "404.html", path


def test_two_builds_are_the_same_to_the_byte(
    root: Path, tmp_path: Path, built: Path, site: Callable[..., SiteData]
) -> None:
    building.build(site(), root, tmp_path / "lain", tmp_path / "tembolok", SITE_URL)
    assert store.read_folder(tmp_path / "lain") == store.read_folder(built)


def test_nothing_is_written_twice(root: Path, tmp_path: Path, cache: Path, site: Callable[..., SiteData]) -> None:
    first = building.build(site(), root, tmp_path, cache, SITE_URL)
    again = building.build(site(), root, tmp_path, cache, SITE_URL)
    assert first.written > 60
    assert (again.written, again.removed) == (0, 0)
    assert again.seconds < 5


def test_a_page_that_is_no_longer_public_goes_and_a_stranger_stays(
    build_site: Callable[[SiteData], Path], site: Callable[..., SiteData]
) -> None:
    out = build_site(site())
    gone = out / "produk-hukum/kota/keputusan/2022/keputusan-5"
    (out / "milik-orang-lain.txt").write_text("tetap")
    assert (gone / "salinan.pdf").is_file()
    data = site()
    build_site(replace(data, products=data.products[:1]))
    assert not gone.exists()
    assert not (out / "katalog/tahun/2022").exists()
    assert (out / "milik-orang-lain.txt").read_text() == "tetap"
    assert set(json.loads((out / store.MANIFEST).read_bytes())) == set(store.read_folder(out)) - {
        store.MANIFEST,
        "milik-orang-lain.txt",
    }


def test_a_takedown_leaves_no_word_anywhere(
    build_site: Callable[[SiteData], Path],
    site: Callable[..., SiteData],
    product: Callable[..., PublicProduct],
    tombstone: Callable[..., Tombstone],
) -> None:
    canary = "kenarirahasia"
    doomed = product(
        2025,
        3,
        title=f"Keputusan tentang {canary}",
        body=f"Isi {canary}.",
        subjects=(canary,),
        files=(PublicFile.of(f"{canary}.pdf", canary.encode(), note=canary),),
    )
    data = site()
    out = build_site(replace(data, products=(*data.products, doomed), tombstones=()))
    before = [path for path, text in contents(out).items() if canary.encode() in text]
    assert any(path.startswith("pagefind/fragment/") for path in before)
    assert f"{doomed.address}{canary}.pdf" in before

    build_site(replace(data, tombstones=(tombstone(),)))
    assert [path for path, text in contents(out).items() if canary.encode() in text or canary in path] == []
    page = (out / doomed.address / "index.html").read_text()
    for word in ("sedang diperbaiki", "10 November 2026", "4/ND/2026", "Sekretaris KPU Kota Contoh", "noindex"):
        assert word in page
    assert 'name="jdih:sidik" content="sha256-perintah"' in page
    elsewhere = {"katalog/index.html", "sitemap.xml", "feed.xml"}
    assert not any(doomed.address in contents(out)[path].decode() for path in elsewhere)
    indexed = [text for path, text in contents(out).items() if path.startswith("pagefind/fragment/")]
    assert not any(doomed.address.encode() in text for text in indexed)


def test_pages_stay_light(built: Path) -> None:
    heavy = {path.name: path.stat().st_size for path in built.rglob("*.html") if path.stat().st_size > 30_000}
    assert heavy == {}
    first_visit = ["assets/jdih/jdih.css", "assets/jdih/jdih.js", "assets/jdih/tema.js", "assets/jdih/kawung.svg"]
    assert sum(len(gzip.compress((built / path).read_bytes())) for path in first_visit) < 12_000


@pytest.mark.parametrize("url", ["jdih.example", "https://jdih.example", "file:///x/"])
def test_a_site_address_that_is_none_is_refused(
    root: Path, tmp_path: Path, site: Callable[..., SiteData], url: str
) -> None:
    with pytest.raises(JdihError, match="alamat situs"):
        building.build(site(), root, tmp_path / "o", tmp_path / "c", url)


def test_outside_a_checkout_the_fault_is_one_line(tmp_path: Path, site: Callable[..., SiteData]) -> None:
    with pytest.raises(JdihError, match=r"mkdocs\.yml tidak ada"):
        building.build(site(), tmp_path, tmp_path / "o", tmp_path / "c", SITE_URL)


def test_the_address_of_the_site_stands_in_one_place(root: Path, tmp_path: Path) -> None:
    assert building.site_url(root) == SITE_URL
    (tmp_path / "mkdocs.yml").write_text("a: &x 1\n")
    with pytest.raises(JdihError, match=r"mkdocs\.yml:1: jangkar"):
        building.site_url(tmp_path)


def test_an_interrupted_engine_is_run_again(root: Path, tmp_path: Path, site: Callable[..., SiteData]) -> None:
    (tmp_path / "c/mesin/hasil").mkdir(parents=True)
    report = building.build(site(), root, tmp_path / "o", tmp_path / "c", SITE_URL)
    assert report.pages > 25
