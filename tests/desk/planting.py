"""Items put on a server behind the hooks' back, at moments a test chooses: their history is told here, not judged."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline import digests, records, sop
from pipeline.carriers.repository import Identity, Repository
from pipeline.model.history import Record

if TYPE_CHECKING:
    from tests.conftest import Office

MAIN = "refs/heads/main"
SOP = "site_config/sop/kota/medsos.yaml"
LETTER = b"---\nsop: kota/medsos\nperihal: Kartu\n---\n\nBuat satu kartu.\n"


def moment(text: str, zone: str = "Asia/Jakarta") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def put(office: Office, path: str, old: str, new: str) -> None:
    """Change a file of `main`, all of it when *old* is ''."""
    server = Repository(office.path)
    main = server.resolve(MAIN) or ""
    text = (server.read(main, path) or b"").decode()
    assert old in text
    changed = text.replace(old, new) if old else new
    server.update_ref(MAIN, server.commit([main], main, {path: changed.encode()}, "ubah", office.who("pengelola")))


class Item:
    """One item that grows on the server."""

    def __init__(self, office: Office, slug: str, zone: str = "Asia/Jakarta") -> None:
        self.server, self.zone = Repository(office.path), zone
        self.id, self.folder = f"kota-2026-{slug}", f"content/konten/kota/2026/{slug}"
        self.files: dict[str, str] = {}
        self.sequence = 0

    @property
    def branch(self) -> str:
        return f"refs/heads/usul/{self.id}"

    def draft(self, person: str, at: str, **files: str | bytes) -> Item:
        data = {
            name.replace("_md", ".md"): text if isinstance(text, bytes) else text.encode()
            for name, text in files.items()
        }
        self.files |= {name: f"100644 {sop.version_of(text)}" for name, text in data.items()}
        return self.commit(person, at, **data)

    def commit(self, person: str, at: str, /, **data: bytes) -> Item:
        """Add one unsigned commit to the item's branch."""
        parent = self.server.resolve(self.branch) or self.server.resolve(MAIN) or ""
        paths = {f"{self.folder}/{name}": text for name, text in data.items()}
        who = Identity(person, f"{person}@kota.example")
        made = self.server.commit([parent], parent, paths, "ubah", who, moment(at, self.zone))
        self.server.update_ref(self.branch, made)
        return self

    def record(self, person: str, step: int, at: str, word: str | None = None, act: int = 0) -> Item:
        """Add a record of *step* as the SOP on `main` has it."""
        data = self.server.read(MAIN, SOP) or b""
        procedure = sop.parse(data, SOP, sop.version_of(data))
        row = procedure.steps[step - 1]
        self.sequence += 1
        written = Record(
            sequence=self.sequence,
            item=self.id,
            sop=procedure.id,
            version=procedure.version,
            step=step,
            step_id=row.id,
            word=word or row.acts[act].outcomes[0].word,
            effects=row.acts[act].effects,
            role=row.acts[act].role,
            person=person,
            round=1,
            digest=digests.digest(self.files, row.covers),
            attachments=(),
            note="catatan",
            at=moment(at, self.zone),
            source="ssh",
        )
        return self.commit(person, at, **{records.file_name(written): records.dump(written)})


def begun(office: Office, slug: str, at: str, zone: str = "Asia/Jakarta") -> Item:
    """Return an item whose first step was done *at* then: it waits for step 2, two working days."""
    return Item(office, slug, zone).draft("kepala", at, disposisi_md=LETTER).record("kepala", 1, at)
