"""A checkout with one item that is being written."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.conftest import CAPTION, FOLDER, HERE, INDEX
from tests.media.pictures import encoded, photo, taken

if TYPE_CHECKING:
    from pathlib import Path


IDS = {
    "facebook": "1000000000000001",
    "threads": "26000000000000001",
    "youtube": "UCkenari0000000000000001",
    "tiktok": "kenari-tiktok",
    "telegram": "@jdihuji",
    "bluesky": "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
    "mastodon": "114000000000000001",
    "pinterest": "5",
}
HANDLES = {"bluesky": "jdihuji.example", "mastodon": "jdihuji@sosial.example"}


def joined(root: Path, *platforms: str) -> None:
    """Give the office an account on each of *platforms*, and have the item meant for them as well."""
    path = root / "site_config/offices/kota.yaml"
    accounts = "".join(
        f"  - platform: {name}\n    id: '{IDS[name]}'\n    nama: {HANDLES.get(name, 'jdihuji')}\n" for name in platforms
    )
    text = path.read_text(encoding="utf-8").replace("tagar_wajib:", f"{accounts}tagar_wajib:")
    path.write_text(text, encoding="utf-8")
    index = root / FOLDER / "index.md"
    targets = f"tujuan: [instagram, x, {', '.join(platforms)}]"
    index.write_text(index.read_text(encoding="utf-8").replace("tujuan: [instagram, x]", targets), encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the root of a checkout with the item `kota-2026-contoh`, and stand in it."""
    root = tmp_path / "kantor"
    shutil.copytree(HERE / "kantor/site_config", root / "site_config")
    shutil.copytree(HERE.parent / "site_config/kartu", root / "site_config/kartu")
    shutil.copy(HERE.parent / "mkdocs.yml", root / "mkdocs.yml")
    folder = root / FOLDER
    (folder / "media").mkdir(parents=True)
    (folder / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "takarir.md").write_text(CAPTION, encoding="utf-8")
    (folder / "media/kartu.jpg").write_bytes(taken())
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def carousel() -> dict[str, bytes]:
    """Return three pictures of three ratios."""
    return {
        "media/satu.jpg": encoded(photo(1000, 1000)),
        "media/dua.png": encoded(photo(1600, 900), "PNG"),
        "media/tiga.jpg": encoded(photo(900, 1600)),
    }
