"""Play scenarios on a real server: every visit by the clone, the key and the push of its own person.

A scenario is a YAML file that reads like the SOP's table (`docs/peragaan/`). Playing is re-entrant:
what an earlier run recorded is passed over, what it left undone is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.carriers import history
from pipeline.carriers.repository import PushRefused, Repository
from pipeline.desk import cases, clones, opening, recording, server, workbench
from pipeline.fields import Sheet
from pipeline.model.base import JdihError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.fields import Fields
    from pipeline.items import Place

AREA = "GLA"
MERGE = "gabung"
_VISIT = ("tulis", "catat", "putusan", "catatan", MERGE, "coba", "ditolak")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One person's visit to the desk."""

    person: str
    files: Mapping[str, str]
    """Target in the item's folder -> source in the scenario's folder."""
    step: int | None
    word: str | None
    note: str
    merges: bool
    refused: str
    """What the server must answer; '' when the visit is lawful."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """One item's way through its SOP."""

    folder: Path
    sop: str
    name: str
    story: str
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where scenarios are played: the server, everybody's keys, everybody's clones."""

    server: Path
    keys: Path
    clones: Path
    clock: Callable[[], datetime]

    def clone(self, person: str) -> Repository:
        """Return a person's clone, fresh from the server."""
        people = history.policy(Repository(self.server), "refs/heads/main").people.by_id
        if person not in people:
            raise JdihError(f"{person} tidak terdaftar di {history.PEOPLE}")
        identity = server.identity_of(people[person], self.keys)
        clone = clones.make_clone(str(self.server.resolve()), self.clones / person, identity)
        clone.fetch("origin")
        return clone


def read(path: Path) -> Scenario:
    """Read a scenario; raise `FaultyError` with every line that cannot be read."""
    sheet = Sheet(path.read_bytes(), str(path), AREA)
    top = sheet.top(("sop", "nama", "cerita", "langkah"))
    scenario = Scenario(
        folder=path.with_suffix(""),
        sop=top.text("sop"),
        name=top.text("nama"),
        story=top.text("cerita"),
        visits=tuple(_visit(fields) for fields in top.each("langkah", ("oleh",), _VISIT)),
    )
    sheet.finish()
    return scenario


def _visit(fields: Fields) -> Visit:
    written = fields.values.get("tulis") or []
    files = written if isinstance(written, dict) else {str(name): str(name) for name in written}
    return Visit(
        person=fields.text("oleh"),
        files={target: str(source) for target, source in files.items()},
        step=fields.whole("catat"),
        word=fields.text("putusan") or None,
        note=fields.text("catatan"),
        merges=fields.flag(MERGE) or fields.text("coba") == MERGE,
        refused=fields.text("ditolak"),
    )


def play(scenario: Scenario, stage: Stage) -> Iterator[str]:
    """Play what is not played yet; yield each thing that happened, in Indonesian."""
    place = opening.place_for(stage.clone(scenario.visits[0].person), scenario.sop, scenario.name, stage.clock())
    recorded = _recorded(stage, place)
    for visit in scenario.visits:
        if visit.refused:
            if not recorded:
                yield from _try(visit, stage, place)
        elif recorded:
            recorded -= visit.step is not None
        elif visit.step is not None:
            yield from _record(scenario, visit, stage, place)
        elif visit.files:
            yield from _draft(scenario, visit, stage, place)
        if visit.merges and not visit.refused:
            yield from _merge(visit, stage, place, done=bool(recorded))


def _recorded(stage: Stage, place: Place) -> int:
    """Return how many records the item has already."""
    repository = Repository(stage.server)
    if repository.resolve(cases.view(repository).branch(place.id)) is None:
        return 0
    progress = cases.open_case(repository, place.id).progress
    return len(progress.history) if progress else 0


def _record(scenario: Scenario, visit: Visit, stage: Stage, place: Place) -> Iterator[str]:
    clone = stage.clone(visit.person)
    _write(scenario, visit, stage, place, clone)
    entry = recording.Entry(visit.step or 0, visit.word, visit.note)
    said = workbench.record(clone, place.id, entry, clones.identity(clone), stage.clock())
    if isinstance(said, str):
        raise JdihError(f"{place.id}: langkah {visit.step} oleh {visit.person} tidak dapat dicatat: {said}")
    yield f"langkah {visit.step} {visit.word or 'selesai'} oleh {visit.person}"


def _draft(scenario: Scenario, visit: Visit, stage: Stage, place: Place) -> Iterator[str]:
    """Push a draft without a record: a second pair of hands, as the editor of SOP Kab. Pinrang 17/2022 step 5."""
    clone = stage.clone(visit.person)
    _write(scenario, visit, stage, place, clone)
    if workbench.save(clone, place.id, clones.identity(clone)):
        clone.push(clones.REMOTE, f"HEAD:refs/heads/usul/{place.id}")
        yield f"naskah disunting oleh {visit.person}"


def _write(scenario: Scenario, visit: Visit, stage: Stage, place: Place, clone: Repository) -> None:
    if not visit.files:
        return
    opening.switch(clone, place.id)
    now = opening.local(clone, place, stage.clock())
    for target, source in visit.files.items():
        store.write(clone.path / place.folder / target, _filled(scenario.folder / source, now))


def _try(visit: Visit, stage: Stage, place: Place) -> Iterator[str]:
    """Push what must be refused, and insist that it is."""
    clone = stage.clone(visit.person)
    try:
        workbench.merge(clone, place.id, clones.identity(clone))
    except PushRefused as error:
        if visit.refused not in str(error):
            raise
        yield f"ditolak sebagaimana mestinya ({visit.person} mencoba menggabungkan): {error}"
        return
    raise JdihError(f"{place.id}: penggabungan oleh {visit.person} seharusnya ditolak, tetapi diterima")


def _merge(visit: Visit, stage: Stage, place: Place, *, done: bool) -> Iterator[str]:
    clone = stage.clone(visit.person)
    if done or cases.open_case(clone, place.id).merged:
        return
    said = workbench.merge(clone, place.id, clones.identity(clone))
    yield f"digabung ke main oleh {visit.person}"
    yield from (f"  {line}" for line in said)


def _filled(path: Path, now: datetime) -> bytes:
    """Return a scenario's file with the day put in; what is not text stays as it is."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise JdihError(f"berkas peragaan {path} tidak ada") from error
    if path.suffix not in {".md", ".yaml"}:
        return data
    values = {"tanggal": now.date().isoformat(), "tahun": str(now.year)}
    return Template(data.decode("utf-8")).safe_substitute(values).encode()
