"""Nothing is posted before everything it leads to shows what was approved (decision 0030)."""

from __future__ import annotations

import hashlib
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import requests

from pipeline import network
from pipeline.desk import building, pages, shelf, wishes
from pipeline.desk.darkroom import Darkroom
from pipeline.desk.exhibits import Exhibits
from pipeline.model.item import Konten
from pipeline.model.outcome import Result
from pipeline.model.publishing import EffectAction, Exhibit
from pipeline.model.site import SocialLink
from pipeline.reconcile import run
from pipeline.site import documents, seal
from pipeline.site.law import Register
from tests.publish.parts import X, let_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.desk.shelf import Shelf
    from pipeline.model.publishing import Action, Wanted
    from tests.publish.parts import Desk

ROOT = Path(__file__).parents[2]
ITEM = "magelang-2026-sosialisasi-keputusan-17"
OWN = "informasi/magelang/2026/sosialisasi-keputusan-17/"
PRODUCT = "produk-hukum/magelang/keputusan-sekretaris/2022/keputusan-17/"
PDF = f"{PRODUCT}salinan.pdf"
APPROVED = b"%PDF-1.7 salinan yang disetujui"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """A real site with an announcement and its product on it, served by a host that can be made to fail."""

    url: str
    held: Shelf
    wanted: Wanted
    asked: list[str] = field(default_factory=list)
    instead: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Path -> what the host answers in place of what was built."""

    def built(self, path: str) -> bytes:
        return requests.get(f"{self.url}{path}", timeout=5).content

    @contextmanager
    def answering(self, path: str, status: int, change: Callable[[bytes], bytes]) -> Iterator[None]:
        self.instead[f"/{path}"] = (status, change(self.built(path)))
        self.asked.clear()
        yield
        self.instead.clear()


def founded(root: Path) -> Shelf:
    """Found a `main` that announces a product with a document."""
    for name in ("content", "site_config"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mkdocs.yml", root)
    product = root / "content" / PRODUCT
    index = (product / "index.md").read_text(encoding="utf-8")
    paper = "berkas:\n  - berkas: salinan.pdf\n    jenis: salinan\n"
    (product / "index.md").write_text(index.replace("berkas: []\n", paper), encoding="utf-8")
    (product / "salinan.pdf").write_bytes(APPROVED)
    item = root / "content/konten/magelang/2026/sosialisasi-keputusan-17"
    shutil.copytree(ROOT / "docs/peragaan/1-magelang-pengumuman", item)
    text = (item / "index.md").read_text(encoding="utf-8")
    (item / "index.md").write_text(text.replace("$tahun", "2026").replace("$tanggal", "2026-11-20"), encoding="utf-8")
    (item / "catatan").mkdir()
    (item / "catatan/0001-unggah.yaml").write_text(let_out(ITEM, "magelang/pengumuman", 5, "SELESAI"), encoding="utf-8")
    return shelf.read(root)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    root, out = tmp_path_factory.mktemp("main"), tmp_path_factory.mktemp("situs")
    asked: list[str] = []
    instead: dict[str, tuple[int, bytes]] = {}

    class Host(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if self.path not in instead:
                super().do_GET()
                return
            status, body = instead[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(out))) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        held, darkroom = founded(root), Darkroom(root / "kamar-gelap")
        building.build(pages.site_data(held, darkroom), root, out, root / "tembolok", url)
        [wanted] = [each for each in wishes.wanted(held, url, darkroom) if each.item == ITEM]
        posts = tuple(replace(each, account=X, media=()) for each in wanted.posts if each.platform == "x")
        yield Scene(url, held, replace(wanted, posts=posts, shares=()), asked, instead)
        server.shutdown()


def judged(wanted: list[Wanted], judge: Callable[[str], str]) -> list[Action]:
    """Return the plan by what *judge* says an address shows."""
    life = run.planned(wanted, {}, NOW, {})
    try:
        look = next(life)
        while True:
            look = life.send(judge(look.url))
    except StopIteration as stop:
        actions: list[Action] = stop.value
        return actions


def goes(wanted: Wanted, judge: Callable[[str], str] = network.digest_shown, *more: Wanted) -> bool:
    return {action.action for action in judged([wanted, *more], judge)} == {EffectAction.PUBLISH}


def tag_only(body: bytes) -> bytes:
    found = re.search(rb'<meta name="jdih:sidik"[^>]*>', body)
    assert found
    return b"<html>" + found[0] + b"<body>isi lain</body></html>"


def cut(share: float) -> Callable[[bytes], bytes]:
    return lambda body: body[: int(len(body) * share)]


SPOILED = [
    pytest.param(OWN, 404, bytes, id="the item's own page is not there"),
    pytest.param(OWN, 200, tag_only, id="a page that only tells the digest"),
    pytest.param(OWN, 200, cut(0.6), id="a page cut off in the middle"),
    pytest.param(OWN, 200, cut(0.99), id="a page cut off at its end"),
    pytest.param(OWN, 200, lambda body: body.replace(b"Lima alur kerja", b"Enam alur kerja"), id="other words"),
    pytest.param(OWN, 200, lambda body: body + body, id="a page twice"),
    pytest.param(PRODUCT, 404, bytes, id="the product's page is not there"),
    pytest.param(PRODUCT, 301, bytes, id="a redirect"),
    pytest.param(PRODUCT, 200, tag_only, id="a product's page that only tells the digest"),
    pytest.param(PDF, 404, bytes, id="a document that is not there"),
    pytest.param(PDF, 200, lambda body: body.replace(b"disetujui", b"diganti__"), id="a document with other bytes"),
    pytest.param(PDF, 200, cut(0.5), id="half a document"),
]


def test_what_shows_all_that_was_approved_is_posted(scene: Scene, desk: Desk) -> None:
    scene.asked.clear()
    [outcome] = desk.outcomes(scene.wanted)
    assert outcome.result is Result.PUBLISHED
    assert scene.asked == [f"/{OWN}", f"/{PRODUCT}", f"/{PDF}"], "each address once in a run"
    scene.asked.clear()
    assert desk.outcomes(scene.wanted) == []
    assert scene.asked == [], "nothing is fetched where nothing waits"


@pytest.mark.parametrize(("path", "status", "change"), SPOILED)
def test_a_post_waits_for_everything_it_leads_to_and_says_for_what(
    scene: Scene, desk: Desk, path: str, status: int, change: Callable[[bytes], bytes]
) -> None:
    with scene.answering(path, status, change):
        [outcome] = desk.outcomes(scene.wanted)
    assert (outcome.result, outcome.message) == (
        Result.WAITING,
        f"belum menampilkan isi yang disetujui: {scene.url}{path}",
    )
    assert desk.sandbox.posts() == []
    assert len(scene.asked) == len(set(scene.asked))


def test_what_a_host_adds_around_the_content_disturbs_nothing(scene: Scene) -> None:
    counter = b'<script src="https://statistik.example/hitung.js"></script>'

    def touched(body: bytes) -> bytes:
        return body.replace(b"</head>", counter + b"</head>").replace(b"</body>", counter + b"</body>")

    with scene.answering(OWN, 200, touched):
        assert goes(scene.wanted)
    with scene.answering(OWN, 200, lambda body: body.replace(b"<h1", counter + b"<h1", 1)):
        assert not goes(scene.wanted), "inside the content it is no longer what was approved"


def test_two_posts_about_one_product_fetch_its_document_once(scene: Scene) -> None:
    other = replace(scene.wanted, item="magelang-2026-lain")
    scene.asked.clear()
    assert goes(scene.wanted, network.digest_shown, other)
    assert scene.asked == [f"/{path}" for path in (OWN, PRODUCT, PDF)]


def test_a_page_shows_the_same_once_it_leads_to_its_posts(scene: Scene) -> None:
    data = pages.site_data(scene.held, None)
    [post] = [each for each in data.posts if each.id == ITEM]
    live = replace(post, links=(SocialLink(platform="x", url="https://x.com/i/status/1"),))
    bare, linked = (documents.post_page(each, data, Register(data)).content for each in (post, live))
    assert "https://x.com/i/status/1" in linked
    assert bare != linked
    assert seal.of_content(bare) == seal.of_content(linked)


def test_what_an_item_announces_before_it_is_out_is_never_there(scene: Scene) -> None:
    """A product that its SOP has not let out has no page, whatever answers at its address."""
    held = scene.held
    product = held.items["magelang-2022-keputusan-17"]
    begun = replace(product, item=replace(product.item, sop="magelang/pengumuman"))
    early = replace(held, items={**held.items, product.place.id: begun})
    wanted = next(each for each in wishes.wanted(early, scene.url, Darkroom(Path())) if each.item == ITEM)
    judged_by_url = {each.url: each.digest() for each in wanted.shows}
    assert judged_by_url[f"{scene.url}{PRODUCT}"] == ""
    assert not goes(replace(wanted, posts=scene.wanted.posts))


def test_a_video_is_looked_at_for_it_keeps_its_name(scene: Scene) -> None:
    own = scene.held.items[ITEM]
    item = own.item
    assert isinstance(item, Konten)
    assert item.caption
    film = replace(item.caption.media[0], file="media/film.mp4")
    filmed = replace(
        own,
        item=replace(item, caption=replace(item.caption, media=(*item.caption.media, film))),
        files={**own.files, "media/film.mp4": b"film"},
    )
    found = {each.url: each.digest() for each in Exhibits(scene.held, scene.url).of(filmed)}
    assert found[f"{scene.url}{OWN}media/film.mp4"] == hashlib.sha256(b"film").hexdigest()
    assert list(found)[:2] == [f"{scene.url}{OWN}", f"{scene.url}{PRODUCT}"]


# -- a judge that believes what a page tells of itself is found


def told(url: str) -> str:
    """Return the digest a page tells: the judge this project had."""
    reply = requests.get(url, timeout=5, allow_redirects=False)
    found = re.search(r'<meta name="jdih:sidik" content="([0-9a-f]*)"', reply.text)
    return found[1] if found and reply.ok else ""


def test_a_judge_that_reads_the_tag_alone_is_found(scene: Scene) -> None:
    naive = replace(scene.wanted, shows=(Exhibit(url=f"{scene.url}{OWN}", digest=lambda: scene.wanted.digest),))
    assert goes(naive, told)
    fooled = set()
    for case in SPOILED:
        path, status, change = case.values
        with scene.answering(path, status, change):  # type: ignore[arg-type]
            assert not goes(scene.wanted)
            fooled |= {case.id} if goes(naive, told) else set()
    assert len(fooled) == len(SPOILED) - 1, "only a missing own page stops it"
