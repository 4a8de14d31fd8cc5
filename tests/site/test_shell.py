"""The shell: cut at our own words only, and a stamped page is the page the engine itself would make."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from pipeline import programs, store
from pipeline.desk import building
from pipeline.model.base import JdihError
from pipeline.site import prose, shell, staging
from pipeline.site.page import Page

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.site.assembly import Written

ROOT_URL = "https://jdih.example/"
SAMPLE = """# Isi

Kalimat dengan **tebal**, `kode` dan [tautan](../../katalog/).

## Bagian

- satu
- dua

| Tahap | Waktu |
|---|---|
| Unggah | 15 menit |
"""


def squeezed(html: str | bytes) -> str:
    text = html.decode() if isinstance(html, bytes) else html
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", text)).replace(' rel="noopener"', "")


@pytest.mark.parametrize("word", [shell.TITLE, shell.DESCRIPTION, shell.HEAD, shell.BEGIN, shell.END])
def test_a_word_the_engine_lost_is_a_loud_fault(written: Written, word: str) -> None:
    address = shell.sentinel_address("katalog", 3)
    rendered = written.engine[f"{address}index.html"]
    shell.cut(rendered, "katalog", 3)
    with pytest.raises(JdihError, match="mesin situs tidak membawa"):
        shell.cut(rendered.replace(word.encode(), b""), "katalog", 3)


def test_a_page_cannot_smuggle_in_our_words(written: Written) -> None:
    rendered = written.engine["profil/index.html"].replace(b"Yang dimuat", shell.END.encode())
    with pytest.raises(JdihError, match="kata batas"):
        shell.open_page(rendered, "profil.md")


def test_stamped_page_equals_the_page_of_the_engine(root: Path, tmp_path: Path, written: Written) -> None:
    meta = {"title": "Contoh halaman", "description": "Sebuah contoh.", "bagian": "katalog"}
    docs = tmp_path / "naskah"
    for path, data in staging.staged(written.sources).items():
        store.write(docs / path, data)
    store.write(docs / "contoh/halaman.md", f"---\n{json.dumps(meta)}\n---\n{SAMPLE}".encode())
    theme, parent = str(root / building.THEME), str(root / building.CONFIG)
    config = tmp_path / "mkdocs.yml"
    store.write(config, staging.configuration(parent, docs=str(docs), theme=theme, site_url=ROOT_URL))
    programs.mkdocs(config, tmp_path / "hasil")

    page = Page(
        address="contoh/halaman/",
        section="katalog",
        title=meta["title"],
        description=meta["description"],
        content=prose.render(SAMPLE, top=1),
    )
    sentinel = written.engine[f"{shell.sentinel_address('katalog', 2)}index.html"]
    stamped = shell.cut(sentinel, "katalog", 2).stamp(page)
    assert squeezed(stamped) == squeezed((tmp_path / "hasil/contoh/halaman/index.html").read_bytes())


@pytest.mark.parametrize("address", ["../keluar/", "a//b/", "/a/", "a", "A/", "a b/", '"><script>/', "./"])
def test_an_address_that_could_mean_something_else_is_refused(address: str) -> None:
    with pytest.raises(JdihError, match="huruf kecil"):
        Page(address=address, section="katalog", title="t", description="d", content="")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(b"tanpa metadata", "metadata", id="no front matter"),
        pytest.param(b"---\njudul:\n---\nisi", "judul", id="no title"),
        pytest.param(b"---\njudul: [a]\n---\nisi", "judul", id="a title that is a list"),
    ],
)
def test_a_broken_hand_written_page_is_named(text: bytes, fault: str) -> None:
    with pytest.raises(JdihError, match=rf"content/halaman/rusak\.md.*{fault}"):
        staging.staged({"index.md": b"---\njudul: a\n---\n", "rusak.md": text})
