"""Fifty legal products and the posts that announce them on six platforms, fifty orders to take them down, and a judge.

Everything stands on one real server with its hooks. One product, its announcement and its order go their SOPs' whole
way by signed pushes; the others are set beside them on `main` with the same papers under names of their own.
"""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from pipeline import sandbox, settings, store
from pipeline.carriers import history
from pipeline.carriers.ledger import Ledger
from pipeline.desk import aftermath, rehearsal, server, shelf, wishes
from pipeline.model.publishing import EffectAction, State
from tests.prosedur.conftest import House

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.carriers.repository import Repository
    from pipeline.desk.sending import Edges
    from pipeline.items import Place
    from pipeline.model.outcome import Outcome
    from pipeline.model.publishing import Entry, Wanted

ROOT = Path(__file__).parents[2]
MAIN = "refs/heads/main"
OFFICE = "jambi"
PLATFORMS = ("instagram", "x", "bluesky", "mastodon", "facebook", "threads")
YEAR = datetime.now(UTC).year
PLAYED = "22"
"""What the scenarios of tests/prosedur call their product."""
NUMBERS = (PLAYED, *(str(number) for number in range(101, 150)))


def mark(number: str) -> str:
    """Return the word that stands in everything said about product *number*, and nowhere else."""
    return f"penanda{number}"


@dataclass(frozen=True)
class Scene:
    """The server, what it serves, and the platforms' stand-in."""

    house: House
    site: Path
    site_url: str
    play: sandbox.Sandbox

    @property
    def repository(self) -> Repository:
        return self.house.repository

    @property
    def ledger(self) -> Ledger:
        path = self.house.stage.server
        return Ledger(self.repository, path, server.settings_of(path).identity)

    def edges(self, ledger: Ledger) -> Edges:
        folder = self.house.stage.server
        made = aftermath.edges_of(folder, server.settings_of(folder), now, print)
        return replace(made, ledger=ledger)

    def follow_up(self) -> list[Outcome]:
        """Do what follows a merge."""
        return aftermath.follow_up(self.house.stage.server, now, lambda _: None)

    def wanted(self) -> list[Wanted]:
        folder = self.house.stage.server
        held = shelf.read(server.export_main(folder))
        return wishes.wanted(held, self.site_url, aftermath.darkroom_of(folder))

    def addresses(self, number: str) -> tuple[str, str]:
        """Return the addresses of a product's page and of its announcement's."""
        product = f"produk-hukum/{OFFICE}/keputusan-sekretaris/{YEAR}/keputusan-{number}/"
        return product, f"informasi/{OFFICE}/{YEAR}/pengumuman-keputusan-{number}/"


def now() -> datetime:
    return datetime.now(UTC)


# -- the scene


def found(root: Path) -> House:
    """Found the offices of the project; the one that takes down has an account on every platform."""
    house, source = House(root), root / "asal"
    for name in ("content", "site_config"):
        shutil.copytree(ROOT / name, source / name)
    shutil.copy(ROOT / "mkdocs.yml", source)
    path = source / f"site_config/offices/{OFFICE}.yaml"
    head, _, rest = path.read_text(encoding="utf-8").partition("akun:\n")
    rest = rest[rest.index("tagar_wajib:") :]
    rows = "".join(
        f"  - platform: {name}\n    id: '1784140000001500{place}'\n    nama: {handle(name)}\n"
        for place, name in enumerate(PLATFORMS)
    )
    path.write_text(f"{head}akun:\n{rows}{rest}", encoding="utf-8")
    server.init_server(house.stage.server, source, house.stage.keys)
    return house


def handle(platform: str) -> str:
    return "jdih@sosial.example" if platform == "mastodon" else "jdih_uji"


def open_doors(house: House, site_url: str, site: Path, endpoints: dict[str, str]) -> None:
    """Tell the server where its site and the platforms are."""
    secrets = house.root / "rahasia.yaml"
    secrets.write_text("".join(f"{name}:{handle(name)}: kunci-{name}\n" for name in PLATFORMS), encoding="utf-8")
    secrets.chmod(0o600)
    server.configure(
        house.stage.server,
        site_out=site,
        site_url=site_url,
        robot_key=house.stage.keys / "penerbit",
        endpoints=endpoints,
        secrets=secrets,
    )


def prepare(house: House, name: str) -> tuple[rehearsal.Scenario, Place]:
    """Lay out the papers of a scenario of tests/prosedur; its visits are the straight way to the first merge."""
    scenario, place = house.prepare(name)
    index = scenario.folder / "index.md"
    text = index.read_text(encoding="utf-8").replace("[instagram, x]", f"[{', '.join(PLATFORMS)}]")
    said = "" if "sasaran: " in text else mark(PLAYED)  # what an order says stands on the tombstone
    index.write_text(f"{text.rstrip()} {said}\n", encoding="utf-8")
    caption = scenario.folder / "takarir.md"
    if caption.exists():
        said = caption.read_text(encoding="utf-8").replace("Sudah tahu?", f"Sudah tahu? {mark(PLAYED)}")
        caption.write_text(said, encoding="utf-8")
    return replace(scenario, visits=tuple(_straight(scenario.visits))), place


def _straight(visits: Iterable[rehearsal.Visit]) -> Iterator[rehearsal.Visit]:
    reached = 0
    for visit in visits:
        if visit.refused:
            continue
        if visit.merges:
            yield visit
            return
        if not visit.note and (visit.step or 0) > reached:
            reached = visit.step or 0
            yield visit


def split(scenario: rehearsal.Scenario) -> tuple[rehearsal.Scenario, rehearsal.Scenario]:
    """Return the scenario up to its merge, and whole."""
    return replace(scenario, visits=scenario.visits[:-1]), scenario


def multiply(house: House, revision: str, *places: Place, without: str = "\0") -> None:
    """Set the items at *places* of *revision* on `main` once for every other number, behind the hooks' back.

    Records of the step *without* are left out.
    """
    repository = house.repository
    main = repository.resolve(MAIN) or ""
    files: dict[str, bytes | None] = {}
    for place in places:
        for path, (_, blob) in repository.tree(revision, place.folder).items():
            data = repository.blob(blob)
            if without in path:
                continue
            for number in NUMBERS[1:]:
                files[_numbered(f"{place.folder}/{path}", number)] = (
                    _renumbered(data, number) if path.endswith((".md", ".yaml")) else data
                )
    people = settings.people(repository.read(MAIN, history.PEOPLE) or b"")
    who = server.identity_of(next(each for each in people.by_id.values() if each.authorities), house.stage.keys)
    repository.update_ref(MAIN, repository.commit([main], main, files, "Butir lain\n", who))


def _numbered(text: str, number: str) -> str:
    return text.replace(f"keputusan-{PLAYED}", f"keputusan-{number}")


def _renumbered(data: bytes, number: str) -> bytes:
    text = _numbered(data.decode(), number)
    for before in (f"Nomor {PLAYED} ", f"nomor: {PLAYED} ", f"nomor_urut: {PLAYED}\n", mark(PLAYED)):
        text = text.replace(before, before.replace(PLAYED, number))
    return text.encode()


# -- the judge


def traces(scene: Scene, entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Return product number -> every place where it, or what announces it, is still to be had."""
    left: dict[str, list[str]] = {number: [] for number in NUMBERS}
    stones = {f"{address}index.html": number for number in NUMBERS for address in scene.addresses(number)}
    for path, data in store.read_folder(scene.site).items():
        if path == store.MANIFEST:
            continue  # it names the files that are looked at here, tombstones among them
        for number in NUMBERS:
            # A tombstone's own address is its own; nothing may stand on it but why.
            found = mark(number) in text_of(data) if stones.get(path) == number else is_about(path, data, number)
            if found:
                left[number].append(path)
    for row in scene.play.posts():
        number = next((number for number in NUMBERS if mark(number) in row["teks"].split()), "")
        if number and not row["dihapus"]:
            left[number].append(row["platform"])
    for entry in entries:
        number = entry.item.rpartition("-")[2]
        if number in left and entry.action is EffectAction.PUBLISH and entry.state is not State.WITHDRAWN:
            left[number].append(f"terbitan/{entry.platform}")
    return {number: places for number, places in left.items() if places}


def is_about(path: str, data: bytes, number: str) -> bool:
    """Whether a file of the site is about product *number*, or leads to it."""
    text = f"{path}\n{text_of(data)}"
    return mark(number) in text or f"keputusan-{number}/" in text


@cache
def text_of(data: bytes) -> str:
    """Return what can be read in a file, the search index unpacked."""
    return (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8", "replace")


def tombstones(scene: Scene, entries: Iterable[Entry]) -> list[str]:
    """Return what lacks of fifty stones in the ledger, an account each, and of two pages a product that say why."""
    faults = []
    buried = {
        (entry.item, entry.platform): entry.order
        for entry in entries
        if entry.action is EffectAction.PUBLISH and entry.state is State.WITHDRAWN
    }
    for number in NUMBERS:
        order = f"{OFFICE}-{YEAR}-penurunan-keputusan-{number}"
        post = f"{OFFICE}-{YEAR}-pengumuman-keputusan-{number}"
        faults += [f"{number}: buku terbitan, {name}" for name in PLATFORMS if buried.get((post, name)) != order]
        for address in scene.addresses(number):
            page = requests.get(scene.site_url + address, timeout=5)
            said = ("Status tayang:", order, "Sekretaris KPU Provinsi Jambi", "sedang diperbaiki", "noindex")
            if page.status_code != requests.codes.ok or not all(each in page.text for each in said):
                faults.append(f"{number}: {address}")
    return faults
