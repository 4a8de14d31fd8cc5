"""A small office that answers comments by the real SOP table, with an account on every platform of the sandbox."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline import frontmatter
from pipeline.carriers import history
from pipeline.carriers.ledger import Ledger
from pipeline.carriers.repository import Repository
from pipeline.desk import listening, publishing, server
from pipeline.desk.sending import Edges
from pipeline.model.publishing import State, Wanted
from pipeline.sandbox import Sandbox
from pipeline.sandbox.server import endpoints
from tests.conftest import FOLDER, HERE, INDEX, ITEM, Office
from tests.publish.parts import DIGEST, picture, post
from tests.publish.test_youtube import FILM, film

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.desk.listening import Waiting
    from pipeline.model.people import Account
    from pipeline.model.publishing import Media

ROOT = HERE.parent
SOP = "kota/tanggapan"
_OTHERS = (
    ("facebook", "100000000000001", "jdih_kpu_contoh"),
    ("threads", "26000000000000001", "jdih_kpu_contoh"),
    ("bluesky", "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "jdihuji.example"),
    ("mastodon", "117020565966271181", "jdihuji@sosial.example"),
    ("telegram", "@jdih_kpu_contoh", "jdih_kpu_contoh"),
    ("youtube", "UCkanaluji", "jdih_kpu_contoh"),
    ("tiktok", "_000openid", "jdih_kpu_contoh"),
    ("lain", "1", "jdih_kpu_contoh"),
)
LISTENED = ("instagram", "x", *(name for name, _, _ in _OTHERS if name not in {"tiktok", "lain"}))
_ROLES = {"magelang": "kota", "pimpinan_redaksi": "kepala", "pelaksana_redaksi": "penulis"}


def lay(source: Path) -> Path:
    """Lay out the small office with the SOP for comments, what the site is built with, and all accounts."""
    shutil.copytree(HERE / "kantor", source)
    for folder in ("site_config/templat", "site_config/theme", "content/halaman"):
        shutil.copytree(ROOT / folder, source / folder, dirs_exist_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", source)
    (source / FOLDER).mkdir(parents=True)
    (source / FOLDER / "index.md").write_text(INDEX, encoding="utf-8")
    sop = (ROOT / "site_config/sop/magelang/tanggapan.yaml").read_text(encoding="utf-8")
    for theirs, ours in _ROLES.items():
        sop = re.sub(rf"\b{theirs}\b(?=[/:,\]\n])", ours, sop)
    (source / f"site_config/sop/{SOP}.yaml").write_text(sop, encoding="utf-8")
    path = source / "site_config/offices/kota.yaml"
    accounts = "".join(f"  - {{platform: {name}, id: '{id_}', nama: {handle}}}\n" for name, id_, handle in _OTHERS)
    text = path.read_text(encoding="utf-8").replace("tagar_wajib:\n", f"{accounts}tagar_wajib:\n")
    path.write_text(text.replace("  - kota/medsos\n", f"  - kota/medsos\n  - {SOP}\n"), encoding="utf-8")
    return source


def found(root: Path) -> Office:
    """Make the server of that office."""
    office = Office(root)
    server.init_server(office.path, lay(root / "asal"), office.keys)
    return office


@dataclass
class Street:
    """The office, the platforms where people write to it, and one post of ours on each."""

    office: Office
    sandbox: Sandbox
    address: str
    accounts: dict[str, Account]
    secrets: dict[str, str]
    said: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.office.path

    @property
    def edges(self) -> Edges:
        ledger = Ledger(Repository(self.path), self.path, self.office.who("penerbit"))
        places, clock = endpoints(self.address), lambda: datetime.now(UTC)
        return Edges(ledger=ledger, endpoints=places, secrets=self.secrets, clock=clock, write=self.said.append)

    def unguard(self) -> None:
        """Take the hooks away: a quick way to states that others prove can be reached."""
        for hook in (self.path / "hooks").iterdir():
            hook.unlink()

    def configure(self) -> None:
        """Write the server's settings, so that the verbs work."""
        secrets = self.office.root / "rahasia.yaml"
        secrets.touch(mode=0o600)
        secrets.write_text(frontmatter.dump(self.secrets), encoding="utf-8")
        server.configure(
            self.path,
            site_out=self.office.root / "situs",
            site_url="http://127.0.0.1:9/",
            robot_key=self.office.keys / "penerbit",
            endpoints=endpoints(self.address),
            secrets=secrets,
        )

    def publish(self, site: str, *platforms: str) -> dict[str, str]:
        """Publish one post on each of *platforms* and return platform -> its remote id."""
        posts = tuple(post(self.accounts[name], _media(site, name), item=ITEM) for name in platforms)
        publishing.publish([Wanted(item=ITEM, digest=DIGEST, page_url=f"{site}/butir/", posts=posts)], self.edges)
        live = [entry for entry in self.edges.ledger.entries().values() if entry.state is State.DONE and entry.receipt]
        return {entry.platform: entry.receipt.remote_id for entry in live if entry.receipt}


def _media(site: str, platform: str) -> tuple[Media, ...]:
    return (film(FILM),) if platform == "youtube" else (picture(site),) if platform == "instagram" else ()


def street(office: Office, sandbox_folder: Path) -> Street:
    """Return the office among its platforms; the sandbox is not served yet."""
    known = history.policy(Repository(office.path), "refs/heads/main")
    accounts = {each.platform: each for each in known.offices["kota"].accounts}
    secrets = {each.ref: f"kenari-{each.platform}:rahasia" for each in accounts.values()}
    names = {secrets[each.ref]: each.handle for each in accounts.values()}
    names |= {each.id: each.handle for each in accounts.values()}
    return Street(office, Sandbox(sandbox_folder, lambda: datetime.now(UTC), names), "", accounts, secrets)


@contextmanager
def unguarded(founded: Office, folder: Path) -> Iterator[Street]:
    """Yield a copy of the *founded* office below *folder*, its hooks taken away, among its platforms."""
    for name in ("office.git", "keys"):
        shutil.copytree(founded.root / name, folder / name)
    there = street(Office(folder), folder / "sandbox")
    there.unguard()
    with there.sandbox.running() as there.address:
        yield there


def waiting(among: Street) -> list[Waiting]:
    """Return what wants an answer."""
    return listening.waiting(among.path, among.edges.ledger.entries().values())


def said(among: Street, site: str, text: str = "Kapan terbit?") -> Waiting:
    """Let somebody write below our post on Instagram, and return what is listed."""
    among.sandbox.remark("instagram", among.publish(site, "instagram")["instagram"], "warga.uji", text)
    listening.collect(among.path, among.edges, datetime.now(UTC))
    [found] = waiting(among)
    return found
