"""A small office of its own: a real server with real hooks, and a real clone for every person."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from pipeline import settings
from pipeline.carriers.repository import Repository
from pipeline.desk import cases, clones, recording, server, workbench

if TYPE_CHECKING:
    from pipeline.carriers.repository import Identity
    from pipeline.model.history import Progress

# Machines are noisy: how long an example takes is no property of the code (benchmarks are in bench/).
hypothesis.settings.register_profile("desk", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("desk")

HERE = Path(__file__).parent
ITEM = "kota-2026-contoh"
FOLDER = "content/konten/kota/2026/contoh"
INDEX = """---
id: kota-2026-contoh
sop: kota/medsos
judul: Mengenal JDIH
kategori: edukasi
tanggal: 2026-11-20
ringkasan: Apa itu JDIH dan siapa yang mengelolanya.
tujuan: [instagram, x]
---

JDIH menghimpun produk hukum agar mudah ditemukan siapa saja.
"""
DISPOSITION = """---
sop: kota/medsos
perihal: Kartu tentang JDIH
---

Buat satu kartu.
"""
CAPTION = """---
tagar: ["#JDIHKPU"]
media:
  - berkas: media/kartu.jpg
    teks_alt: Kartu berisi penjelasan singkat tentang JDIH di atas latar putih.
---

Sudah tahu apa itu JDIH? Baca selengkapnya di {tautan}
"""


class Office:
    """A server folder and the clones of its people."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "office.git"
        self.keys = root / "keys"
        self._clones: dict[str, Repository] = {}

    def who(self, person: str) -> Identity:
        people = settings.people((HERE / "kantor/site_config/people.yaml").read_bytes())
        return server.identity_of(people.by_id[person], self.keys)

    def clone(self, person: str) -> Repository:
        if person not in self._clones:
            self._clones[person] = clones.make_clone(str(self.path), self.root / "kerja" / person, self.who(person))
        clone = self._clones[person]
        clone.fetch("origin")
        return clone

    def draft(self, person: str, *, item: str = ITEM, push: bool = False, **files: str | bytes) -> None:
        """Write files into the item's folder of a person's clone and save them as a signed draft."""
        clone = self.clone(person)
        if clone.resolve(f"refs/heads/usul/{item}") is None:
            start = f"refs/remotes/origin/usul/{item}"
            clone.git(
                "switch",
                "--quiet",
                "--no-track",
                "-c",
                f"usul/{item}",
                start if clone.resolve(start) else "origin/main",
            )
        elif clone.resolve(f"refs/remotes/origin/usul/{item}"):
            clone.git("switch", "--quiet", f"usul/{item}")
            clone.git("merge", "--quiet", "--ff-only", f"origin/usul/{item}")
        for name, content in files.items():
            path = clone.path / FOLDER / name.replace("__", "/").replace("_md", ".md").replace("_jpg", ".jpg")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        workbench.save(clone, item, self.who(person))
        if push:
            clone.push("origin", f"usul/{item}")

    def record(
        self, person: str, step: int, word: str | None = None, note: str = "", item: str = ITEM
    ) -> list[str] | str:
        clone = self.clone(person)
        entry = recording.Entry(step, word, note)
        return workbench.record(clone, item, entry, self.who(person), datetime.now(UTC))

    def dress(self) -> None:
        """Put what the site is built with on `main`, behind the hooks' back: theme, configuration, pages."""
        repository = Repository(self.path)
        main = repository.resolve("refs/heads/main") or ""
        files: dict[str, bytes | None] = {"mkdocs.yml": (HERE.parent / "mkdocs.yml").read_bytes()}
        for folder in ("site_config/theme", "content/halaman"):
            for path in (HERE.parent / folder).rglob("*"):
                if path.is_file():
                    files[path.relative_to(HERE.parent).as_posix()] = path.read_bytes()
        repository.update_ref("refs/heads/main", repository.commit([main], main, files, "tema", self.who("pengelola")))

    def merge(self, person: str, item: str = ITEM) -> list[str]:
        return workbench.merge(self.clone(person), item, self.who(person))

    def progress(self, item: str = ITEM) -> Progress:
        found = cases.open_case(self.clone("admin"), item).progress
        assert found is not None
        return found

    def tip(self, ref: str = f"refs/heads/usul/{ITEM}") -> str | None:
        return self.clone("admin").resolve(ref.replace("refs/heads/", "refs/remotes/origin/"))


def picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (1080, 1080), "#7a1f2b").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Found an office once; tests copy it."""
    root = tmp_path_factory.mktemp("kantor")
    source = root / "asal"
    shutil.copytree(HERE / "kantor", source)
    (source / "content/halaman").mkdir(parents=True)
    (source / "content/halaman/index.md").write_text("# Beranda\n", encoding="utf-8")
    office = Office(root)
    server.init_server(office.path, source, office.keys)
    return office


def approve(office: Office) -> None:
    """Walk the item from its disposition up to the approval."""
    office.draft("kepala", disposisi_md=DISPOSITION)
    assert isinstance(office.record("kepala", 1), list)
    office.draft("penulis", index_md=INDEX)
    assert isinstance(office.record("penulis", 2), list)
    assert isinstance(office.record("kepala", 3, "TIDAK"), list)
    office.draft("desainer", takarir_md=CAPTION, media__kartu_jpg=picture())
    assert isinstance(office.record("desainer", 4), list)
    assert isinstance(office.record("kepala", 5, "YA"), list)


@pytest.fixture(scope="session")
def approved(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Walk one item up to the approval; tests copy it."""
    office = _copy(founded, tmp_path_factory.mktemp("disetujui"))
    approve(office)
    return office


def _copy(office: Office, root: Path) -> Office:
    shutil.copytree(office.path, root / "office.git")
    shutil.copytree(office.keys, root / "keys")
    return Office(root)


@pytest.fixture
def office(founded: Office, tmp_path: Path) -> Office:
    """An office where nothing has happened yet."""
    return _copy(founded, tmp_path)


@pytest.fixture
def ready(approved: Office, tmp_path: Path) -> Office:
    """An office with one approved item that waits for the order to upload."""
    return _copy(approved, tmp_path)
