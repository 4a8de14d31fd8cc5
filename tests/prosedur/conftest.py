"""The real offices on a real server: their own SOPs, people and products, and every scenario's papers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from PIL import Image

from pipeline import items, settings, store
from pipeline.carriers import history
from pipeline.carriers.repository import Repository
from pipeline.desk import cases, opening, rehearsal, server

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PAPERS = HERE / "berkas"
MENDED = "\nDiperbaiki menurut catatan.\n"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """A server with all five offices, and the clones of their people."""

    root: Path

    @property
    def stage(self) -> rehearsal.Stage:
        return rehearsal.Stage(self.root / "kantor.git", self.root / "kunci", self.root / "kerja", now)

    @property
    def repository(self) -> Repository:
        return Repository(self.stage.server)

    def prepare(self, name: str) -> tuple[rehearsal.Scenario, items.Place]:
        """Lay a scenario's papers out below the house and return it with its item's place."""
        scenario = rehearsal.read(Path(shutil.copy(HERE / f"{name}.yaml", self.root)))
        clone = self.stage.clone(scenario.visits[0].person)
        place = opening.place_for(clone, scenario.sop, scenario.name, now())
        lay_papers(name, scenario, place, cases.policy(clone).offices[place.office].hashtags)
        return scenario, place


def lay_papers(name: str, scenario: rehearsal.Scenario, place: items.Place, hashtags: Sequence[str]) -> None:
    """Write the papers of the scenario *name* into its folder."""
    values = {
        "id": place.id,
        "sop": scenario.sop,
        "judul": place.slug.replace("-", " ").capitalize(),
        "tagar": "[{}]".format(", ".join(f'"{tag}"' for tag in hashtags)),
    }
    sources = {source for visit in scenario.visits for source in visit.files.values()}
    for source in sorted(sources, key=lambda source: source.endswith(".md")):
        store.write(scenario.folder / source, _paper(name, source, values | _copy(scenario.folder, source)))


def _paper(scenario: str, source: str, values: dict[str, str]) -> bytes:
    """Return a paper: the scenario's own or everybody's; a later edition `nama-2.md` is one sentence longer."""
    path = Path(source)
    if path.suffix in {".jpg", ".pdf"}:
        return picture(path)
    stem, _, edition = path.stem.rpartition("-")
    name = f"{stem}{path.suffix}" if edition.isdigit() else source
    found = next(each / name for each in (PAPERS / scenario, PAPERS / "bersama") if (each / name).exists())
    text = Template(found.read_text(encoding="utf-8")).safe_substitute(values)
    return (text + (MENDED * int(edition) if edition.isdigit() else "")).encode()


def _copy(folder: Path, source: str) -> dict[str, str]:
    """Return what a paper attests: the copy of its own edition (`kesesuaian-2.md`: `salinan-2.pdf`)."""
    copy = folder / f"salinan{source.removesuffix('.md').removeprefix('kesesuaian')}.pdf"
    return {"sha256": sha256(copy.read_bytes()).hexdigest()} if copy.is_file() else {}


def picture(path: Path) -> bytes:
    """Return a picture, or a page holding one; every name has its own colour."""
    buffer = BytesIO()
    colour = crc32(path.name.encode()) & 0xFFFFFF
    Image.new("RGB", (1080, 1080), f"#{colour:06x}").save(buffer, "JPEG" if path.suffix == ".jpg" else "PDF")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def founded_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Found the server once; tests copy it."""
    house = House(tmp_path_factory.mktemp("kantor-kantor"))
    source = house.root / "asal"
    for name in ("content", "site_config"):
        shutil.copytree(ROOT / name, source / name)
    shutil.copy(ROOT / "mkdocs.yml", source)
    server.init_server(house.stage.server, source, house.stage.keys)
    return house


@pytest.fixture
def house(founded_house: House, tmp_path: Path) -> House:
    """All five offices, where nothing has happened yet."""
    copy = House(tmp_path)
    shutil.copytree(founded_house.stage.server, copy.stage.server)
    shutil.copytree(founded_house.stage.keys, copy.stage.keys)
    return copy


@pytest.fixture
def unguarded(house: House) -> House:
    """The same without hooks: a quick way to states that the guarded scenarios prove can be reached."""
    for hook in (house.stage.server / "hooks").iterdir():
        hook.unlink()
    return house


@pytest.fixture(scope="session")
def registered() -> history.Policy:
    """People and offices as the project registers them."""
    offices = store.read_folder(ROOT / history.OFFICES)
    return history.Policy(
        "main",
        settings.people((ROOT / history.PEOPLE).read_bytes()),
        settings.offices({f"{history.OFFICES}/{name}": data for name, data in offices.items()}),
    )
