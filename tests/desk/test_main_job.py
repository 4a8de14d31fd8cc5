"""The main job, end to end: an approved item is merged, and is live on the site and on both platforms, once."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import requests

from pipeline import sandbox, web
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Repository
from pipeline.cli import main
from pipeline.desk import aftermath, server
from pipeline.model.publishing import EffectAction, State
from tests.conftest import CAPTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Office

ITEM = "kota-2026-contoh"
PAGE = "informasi/kota/2026/contoh/"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def live(ready: Office) -> Iterator[tuple[Office, sandbox.Sandbox, str]]:
    """The office with site and sandbox served, and the theme put on its `main`."""
    ready.dress()
    site = ready.root / "situs"
    site.mkdir()
    secrets = ready.root / "rahasia.yaml"
    secrets.write_text(
        "instagram:jdih_kpu_contoh: kunci-rahasia-ig\nx:jdih_kpu_contoh: kunci-rahasia-x\n", encoding="utf-8"
    )
    secrets.chmod(0o600)
    play = sandbox.Sandbox(ready.root / "tiruan", now)
    with web.serving(site) as site_url, play.running() as wall:
        server.configure(
            ready.path,
            site_out=site,
            site_url=site_url,
            robot_key=ready.keys / "penerbit",
            endpoints=sandbox.endpoints(wall),
            secrets=secrets,
        )
        yield ready, play, site_url


def test_a_merge_is_live_everywhere_and_only_once(
    live: tuple[Office, sandbox.Sandbox, str], capsys: pytest.CaptureFixture[str]
) -> None:
    office, play, site_url = live
    assert requests.get(site_url + PAGE, timeout=5).status_code == 404
    assert isinstance(office.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(office.record("admin", 6, "UNGGAH"), list)
    assert play.posts() == []

    said = "\n".join(office.merge("admin"))

    assert "instagram:jdih_kpu_contoh: kota-2026-contoh terbit" in said
    assert "x:jdih_kpu_contoh: kota-2026-contoh terbit" in said
    page = requests.get(site_url + PAGE, timeout=5)
    assert page.status_code == 200
    assert "Mengenal JDIH" in page.text
    assert "kunci-rahasia" not in said + page.text
    posts = play.posts()
    assert len(posts) == 2
    assert all(site_url + PAGE in str(post) for post in posts), "the caption carries the public address"

    repository = Repository(office.path)
    ledger = Ledger(repository, office.path, server.settings_of(office.path).identity)
    entries = list(ledger.entries().values())
    assert {(entry.platform, entry.state) for entry in entries} == {("instagram", State.DONE), ("x", State.DONE)}
    assert all(entry.action is EffectAction.PUBLISH and entry.receipt for entry in entries)
    assert ledger.verify() == []

    before = repository.resolve("refs/heads/terbitan")
    assert aftermath.follow_up(office.path, now, print) == []
    capsys.readouterr()
    assert main(["publish", "--format", "json", "--repo", str(office.path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"actions": []}
    assert len(play.posts()) == 2
    assert repository.resolve("refs/heads/terbitan") == before, "a second run writes nothing"

    repository.git("update-ref", "refs/heads/terbitan", f"{before}~2")
    assert main(["publish", "--repo", str(office.path)]) == 2
    assert "buku terbitan mundur" in capsys.readouterr().err
    assert len(play.posts()) == 2, "what the ledger forgot is not sent again"


@pytest.mark.slow
def test_a_divided_caption_is_live_as_a_thread_and_the_page_leads_to_its_head(
    live: tuple[Office, sandbox.Sandbox, str],
) -> None:
    office, play, site_url = live
    variant = "varian:\n  x: |\n    Pembuka: {tautan}\n    ---\n    Penutup.\n---\n"
    office.draft("desainer", push=True, takarir_md=CAPTION.replace("\n---\n", f"\n{variant}", 1))
    assert isinstance(office.record("kepala", 5, "YA"), list)
    assert isinstance(office.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(office.record("admin", 6, "UNGGAH"), list)
    said = "\n".join(office.merge("admin"))
    assert "x:jdih_kpu_contoh utas 1/2: kota-2026-contoh terbit" in said
    assert "x:jdih_kpu_contoh utas 2/2: kota-2026-contoh terbit" in said
    head, rest = (row for row in play.posts() if row["platform"] == "x")
    assert (head["teks"].partition("\n")[0], rest["teks"]) == (f"Pembuka: {site_url}{PAGE}", "Penutup.")
    assert rest["balasan_untuk"] == head["id"]
    page = requests.get(site_url + PAGE, timeout=5).text
    assert f"/x/lihat/{head['id']}" in page
    assert f"/x/lihat/{rest['id']}" not in page


def test_the_site_is_built_even_when_the_platforms_are_gone(live: tuple[Office, sandbox.Sandbox, str]) -> None:
    office, play, site_url = live
    settings = (office.path / server.FILE).read_text(encoding="utf-8")
    (office.path / server.FILE).write_text(settings.replace("/instagram", "/tidak-ada"), encoding="utf-8")
    assert isinstance(office.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(office.record("admin", 6, "UNGGAH"), list)
    said = "\n".join(office.merge("admin"))
    assert requests.get(site_url + PAGE, timeout=5).status_code == 200
    assert "x:jdih_kpu_contoh: kota-2026-contoh terbit" in said
    assert len(play.posts()) == 1, "one platform in trouble does not stop the other"


def test_a_server_that_was_never_configured_still_takes_the_merge(ready: Office) -> None:
    assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
    assert isinstance(ready.record("admin", 6, "UNGGAH"), list)
    said = "\n".join(ready.merge("admin"))
    assert "main sudah diterima, tetapi penerbitan tertunda" in said
    assert "jdih-server.yaml" in said
    assert ready.clone("admin").resolve("origin/main:content/konten/kota/2026/contoh/index.md")


def test_secrets_that_others_can_read_are_not_used(live: tuple[Office, sandbox.Sandbox, str]) -> None:
    office, play, _ = live
    (office.root / "rahasia.yaml").chmod(0o644)
    office.record("penulis", 6, "PERINTAH")
    office.record("admin", 6, "UNGGAH")
    said = "\n".join(office.merge("admin"))
    assert "chmod 600" in said
    assert play.posts() == []
    shutil.rmtree(office.root / "tiruan", ignore_errors=True)
