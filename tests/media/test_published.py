"""Prepared pictures, end to end: what the platforms hold is what was made of the approved picture."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import requests

from pipeline import sandbox, web
from pipeline.desk import aftermath, server
from pipeline.media import plan, preparing
from pipeline.model.item import Fit
from pipeline.platforms import PLATFORMS
from tests.conftest import picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Office

PAGE = "informasi/kota/2026/contoh/"
pytestmark = pytest.mark.slow


def prepared(platform: str) -> bytes:
    return preparing.prepare(picture(), plan.target(PLATFORMS[platform].IMAGES, Fit.TEPI))


@pytest.fixture
def live(ready: Office) -> Iterator[tuple[Office, sandbox.Sandbox, Path, str]]:
    """The office with site and sandbox served, one approved item ordered out."""
    ready.dress()
    site = ready.root / "situs"
    site.mkdir()
    secrets = ready.root / "rahasia.yaml"
    secrets.write_text(
        "instagram:jdih_kpu_contoh: kenari-rahasia-satu\nx:jdih_kpu_contoh: kenari-rahasia-dua\n", encoding="utf-8"
    )
    secrets.chmod(0o600)
    play = sandbox.Sandbox(ready.root / "tiruan", lambda: datetime.now(UTC))
    with web.serving(site) as site_url, play.running() as wall:
        server.configure(
            ready.path,
            site_out=site,
            site_url=site_url,
            robot_key=ready.keys / "penerbit",
            endpoints=sandbox.endpoints(wall),
            secrets=secrets,
        )
        assert isinstance(ready.record("penulis", 6, "PERINTAH"), list)
        assert isinstance(ready.record("admin", 6, "UNGGAH"), list)
        yield ready, play, site, site_url


def beside(site: Path) -> list[str]:
    return sorted(path.name for path in (site / PAGE / "media").iterdir())


def test_platforms_hold_the_prepared_picture_and_the_page_shows_the_approved_one(
    live: tuple[Office, sandbox.Sandbox, Path, str],
) -> None:
    office, play, site, site_url = live
    office.merge("admin")
    held = {
        post["platform"]: (office.root / "tiruan/media" / post["media"][0]["berkas"]).read_bytes()
        for post in play.posts()
    }
    assert held == {"instagram": prepared("instagram"), "x": prepared("x")}
    assert picture() not in held.values(), "the approved file itself was sent"
    assert requests.get(f"{site_url}{PAGE}media/kartu.jpg", timeout=5).content == picture()
    assert beside(site) == ["kartu.jpg"], "what was fetched is no longer needed"


def test_a_picture_to_be_fetched_waits_beside_the_page_until_the_post_is_out(
    live: tuple[Office, sandbox.Sandbox, Path, str],
) -> None:
    office, play, site, site_url = live
    play.trouble("instagram", sandbox.Trouble.PAUSE, times=9)
    office.merge("admin")
    assert [post["platform"] for post in play.posts()] == ["x"]
    [_, waiting] = sorted(beside(site), key=len)
    assert requests.get(f"{site_url}{PAGE}media/{waiting}", timeout=5).content == prepared("instagram")
    assert aftermath.darkroom_of(office.path).folder.is_dir()
