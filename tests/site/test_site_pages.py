"""What the pages say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from pipeline.desk import shelf
from pipeline.model.base import JdihError
from pipeline.model.item import Relation, RelationKind
from pipeline.model.site import PublicFile
from pipeline.site import prose, wording
from pipeline.site.assembly import assemble, attachments
from pipeline.site.law import Force, Register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.model.site import PublicProduct, SiteData
    from pipeline.site.assembly import Written

SITE_URL = "https://jdih.example/"
PRODUCT = "produk-hukum/kota/keputusan/2026/keputusan-7/index.html"
KPU_ORDER = [
    "Tipe Dokumen",
    "Jenis Dokumen",
    "Singkatan Jenis",
    "Nomor",
    "Tahun Terbit",
    "T.E.U. Badan/Pengarang",
    "Tanggal Penetapan",
    "Tanggal Pengundangan",
    "Tempat Penetapan",
    "Penandatangan",
    "Sumber",
    "Subjek",
    "Bidang Hukum",
    "Bahasa",
    "Asal/Lokasi",
    "Keterangan Status",
]


@pytest.fixture
def pages(site: Callable[..., SiteData], written: Written) -> dict[str, str]:
    files = assemble(site(), written, SITE_URL)
    return {path: data.decode() for path, data in files.items() if path.endswith((".html", ".xml", ".txt"))}


def test_fields_stand_in_the_order_of_kpu(pages: dict[str, str]) -> None:
    assert re.findall(r'<th scope="row">([^<]*)</th>', pages[PRODUCT])[:16] == KPU_ORDER


def test_product_page_tells_what_can_be_checked(pages: dict[str, str]) -> None:
    page = pages[PRODUCT]
    assert '<meta name="jdih:butir" content="kota-2026-keputusan-7">' in page
    assert '<meta name="jdih:sidik" content="sha256-2026-7">' in page
    assert f'<link rel="canonical" href="{SITE_URL}{PRODUCT.removesuffix("index.html")}">' in page
    for word in ("32,0 kB", "70 Tahun 2026", "Pada saat ini, Keputusan 5 dicabut.", "Jejak SOP", "Kepala Bagian"):
        assert word in page
    assert "Ringkasan</h3>" in page
    ld = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert ld
    described = json.loads(ld[1])
    assert described["legislationLegalForce"].endswith("InForce")
    assert described["legislationRepeals"] == [f"{SITE_URL}produk-hukum/kota/keputusan/2022/keputusan-5/"]


def test_legal_status_is_derived_and_both_ends_tell_it(site: Callable[..., SiteData]) -> None:
    data = site()
    new, old = data.products
    register = Register(data)
    assert register.standing(new).force is Force.BERLAKU
    assert register.standing(old).force is Force.TIDAK_BERLAKU
    assert [(edge.verb, edge.address) for edge in register.standing(old).edges] == [("Dicabut dengan", new.address)]


def test_being_amended_is_not_being_repealed(
    site: Callable[..., SiteData], product: Callable[..., PublicProduct]
) -> None:
    old = product(2020, 1)
    amending = product(relations=(Relation(kind=RelationKind.MENGUBAH, target=old.id, quote=""),))
    register = Register(site(products=(old, amending)))
    assert register.standing(old).force is Force.BERLAKU
    assert [edge.verb for edge in register.standing(old).notes] == ["Diubah dengan"]


def test_every_step_of_every_sop_is_on_its_page(root: Path, site: Callable[..., SiteData], written: Written) -> None:
    held = shelf.read(root)
    files = assemble(
        site(offices=held.offices, procedures=held.procedures, products=(), posts=(), tombstones=()), written, SITE_URL
    )
    assert len(held.procedures) == 11
    for procedure in held.procedures.values():
        page = files[f"sop/{procedure.id}/index.html"].decode()
        shown = re.findall(r'<tr id="langkah-(\d+)">', page)
        assert shown == [str(step.number) for step in procedure.steps]
        assert page.count(">ditafsirkan</a>") == sum(not step.actor_stated for step in procedure.steps)


def test_sop_page_shows_loops_effects_and_handovers(pages: dict[str, str]) -> None:
    page = pages["sop/kota/unggah/index.html"]
    for word in (
        "TIDAK: kembali ke langkah 2, dengan catatan",
        "Akibat: terbit di situs dan media sosial",
        "Pada hari yang sama",
        "Kepala Bagian → Pengelola JDIH",
        "1-2 hari",
        "13 Tahun 2028",
    ):
        assert word in page


def test_post_page_has_media_and_links(pages: dict[str, str]) -> None:
    page = pages["informasi/kota/2026/kenal/index.html"]
    assert '<img src="media/kartu.png" alt="Kartu merah berisi judul keputusan.">' in page
    assert "https://x.com/contoh/status/1" in page
    assert "../../../../produk-hukum/kota/keputusan/2026/keputusan-7/" in page


def test_a_long_list_is_cut_into_pages_of_a_hundred(
    site: Callable[..., SiteData], product: Callable[..., PublicProduct], written: Written
) -> None:
    many = tuple(product(2024, number) for number in range(1, 202))
    files = assemble(site(products=many, posts=()), written, SITE_URL)
    rows = [files[f"katalog/tahun/2024/{page}index.html"].count(b'class="jd-butir"') for page in ("", "2/", "3/")]
    assert rows == [100, 100, 1]


def test_machine_files_have_dates_of_documents(pages: dict[str, str]) -> None:
    sitemap = ET.fromstring(pages["sitemap.xml"])  # noqa: S314 - our own file
    found = {entry[0].text: entry[1].text for entry in sitemap}
    assert found[f"{SITE_URL}{PRODUCT.removesuffix('index.html')}"] == "2026-11-04"
    assert not any("keputusan-3/" in (url or "") for url in found)
    feed = ET.fromstring(pages["feed.xml"])  # noqa: S314 - our own file
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == 2


def test_two_things_at_one_address_are_refused(
    site: Callable[..., SiteData], product: Callable[..., PublicProduct], written: Written
) -> None:
    with pytest.raises(JdihError, match="alamat yang sama"):
        assemble(site(products=(product(), product(id="kota-2026-lain"))), written, SITE_URL)


@pytest.mark.parametrize("strange", [{"kind": "lain"}, {"office": "lain"}])
def test_a_product_nobody_knows_the_type_or_office_of_is_named(
    site: Callable[..., SiteData], product: Callable[..., PublicProduct], written: Written, strange: dict[str, str]
) -> None:
    with pytest.raises(JdihError, match=r"kota-2026-keputusan-7: .* lain tidak ada"):
        assemble(site(products=(product(**strange),)), written, SITE_URL)


@pytest.mark.parametrize("path", ["jahat.html", "gambar.svg", "kode.js", "index.html", "tanpa-akhiran"])
def test_a_file_a_browser_would_run_is_not_served(
    site: Callable[..., SiteData], product: Callable[..., PublicProduct], path: str
) -> None:
    with pytest.raises(JdihError, match="tidak ditayangkan"):
        list(attachments(site(products=(product(files=(PublicFile.of(path, b"x"),)),))))


def test_an_answer_without_a_page_has_no_tombstone(site: Callable[..., SiteData], written: Written) -> None:
    data = site()
    gone = replace(data.tombstones[0], address="")
    files = assemble(replace(data, tombstones=(gone,)), written, SITE_URL)
    assert b"Hukum pemilu" in files["index.html"]


def test_markdown_headings_stand_below_the_page_title() -> None:
    for markdown in ("# A\n\n## B", "## A\n\n### B", "### A\n\n#### B"):
        assert prose.render(markdown) == '<h2 id="a">A</h2>\n<h3 id="b">B</h3>'


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 bita"), (999, "999 bita"), (1234, "1,2 kB"), (5_300_000, "5,3 MB"), (250_000, "250 kB")]
)
def test_sizes_are_said_in_indonesian(count: int, said: str) -> None:
    assert wording.size(count) == said
