"""Makes an office's repository on the fake forge out of folders: content, people with logins, the keys there are."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import frontmatter, keyring, programs
from pipeline.carriers import history
from tests.forge.e2e.kantor import ROOT, Clock, Kantor, git
from tests.forge.fake import ROBOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

SITE = "https://jdih.example/"


def found(
    root: Path,
    sources: Iterable[Path],
    site: str = SITE,
    *,
    more: Sequence[Mapping[str, object]] = (),
    signers: Sequence[str] = (),
) -> Kantor:
    """Make an office's repository below *root* out of the folders *sources*, and the robot's key; set nothing up.

    *more* people are registered, and *signers* get keys; on a forge hardly anybody needs one.
    """
    content, keys = root / "isi", root / "kunci"
    content.mkdir(parents=True)
    for source in sources:
        for name in ("site_config", "content", "mkdocs.yml"):
            if (source / name).is_dir():
                shutil.copytree(source / name, content / name, dirs_exist_ok=True)
            elif (source / name).is_file():
                shutil.copy(source / name, content / name)
    config = content / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8").replace(SITE, site), encoding="utf-8")
    keys.mkdir()
    people = content / history.PEOPLE
    listed = on_forge(people.read_bytes(), new_key(keys / "robot"), more)
    people.write_bytes(keyring.with_keys(listed, {name: new_key(keys / name) for name in signers}))
    clock = Clock()
    git(content, "init", "--quiet", "--initial-branch=main")
    git(content, "add", "--force", ".")
    git(content, "commit", "--quiet", "-m", "Isi awal", at=clock() - timedelta(days=1))
    kantor = Kantor(root, clock)
    git(content, "push", "--quiet", str(kantor.fake.path), "main")
    shutil.rmtree(content)
    return kantor


def on_forge(data: bytes, robot_key: str, more: Sequence[Mapping[str, object]] = ()) -> bytes:
    """Return people.yaml as on a forge: a login for everybody (their id), a key for the robot alone."""
    rows = frontmatter.parse_yaml(data).fields["orang"]
    assert isinstance(rows, list)
    people: list[dict[str, object]] = [dict(row) for row in (*rows, *more) if isinstance(row, Mapping)]
    for row in people:
        row.pop("kunci", None)
        held = row.get("wewenang")
        if isinstance(held, list) and "terbitan" in held:
            row |= {"wewenang": ["terbitan", "pengendali"], "kunci": [{"publik": robot_key}]}
            row["akun_forge"] = {"github": ROBOT}
        else:
            row["akun_forge"] = {"github": row["id"]}
    return frontmatter.dump({"orang": people}).encode()


def new_key(path: Path) -> str:
    """Make a key pair and return the public half as people.yaml holds it."""
    programs.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path])
    return path.with_suffix(".pub").read_text(encoding="utf-8").strip()


def registered(office: Kantor, person: str, **values: object) -> bytes:
    """Return people.yaml of `main` with other values for one person."""
    rows = frontmatter.parse_yaml(office.server.read("refs/heads/main", history.PEOPLE) or b"").fields["orang"]
    assert isinstance(rows, list)
    listed = [dict(row) for row in rows if isinstance(row, dict)]
    return frontmatter.dump({"orang": [row | values if row["id"] == person else row for row in listed]}).encode()


def dress(root: Path) -> Path:
    """Return a folder with what the small office lacks: theme, shell, templates, forms."""
    folder = root / "busana"
    for name in (
        "mkdocs.yml",
        *(f"site_config/{each}" for each in ("formulir.yaml", "kartu", "theme", "templat")),
        "content/halaman",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(ROOT / name)
    return folder
