"""Every step of every procedure is refused to whoever may not do it, and to everybody while its papers are missing."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import digests, records, sop
from pipeline.carriers import history
from pipeline.carriers.repository import PushRefused, Repository
from pipeline.desk import merging, opening, rehearsal, server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.carriers.history import Policy
    from pipeline.items import Place
    from pipeline.model.history import Record
    from pipeline.model.people import Person
    from pipeline.model.procedure import Procedure, Step
    from tests.prosedur.conftest import House

ROOT = Path(__file__).parents[2]
NOTHING = (
    None,
    b"",
    b" \n\t\n",
    b"---\ntanggal: 2026-11-20\nperihal: Tanpa isi\n---\n\n",
    b"---\ntanggal: 2026-11-20\n---\n\n## Petunjuk\n\n## Bahan\n",
    (ROOT / opening.TEMPLATES / "disposisi.md").read_bytes(),
)
"""No paper at all, an empty one, blanks, metadata alone, headings alone, a template as it was laid."""
FOLDERS = {"media/**": "folder media", "dokumentasi/**": "folder dokumentasi"}


@dataclass(frozen=True)
class State:
    """The item just before one of its records."""

    record: Record
    parent: str


class Insistence:
    """Pushes what the desk itself would not, onto a copy of the server set back to each state the item was in."""

    def __init__(self, house: House, place: Place, registered: Policy, procedure: Procedure) -> None:
        self.house, self.place, self.registered, self.procedure = house, place, registered, procedure
        self.branch = f"refs/heads/usul/{place.id}"
        copy = house.root / f"{place.id}.git"
        shutil.copytree(house.stage.server, copy)
        server.init_server(copy, ROOT)  # its hooks, anew
        self.server = Repository(copy)
        self.clone = house.stage.clone(self.somebody_without("").id)
        self.clone.git("remote", "add", place.id, str(copy))
        self.states = list(self._states())

    def _states(self) -> Iterator[State]:
        """Yield the state before the first record of every act."""
        seen = set()
        for commit in self.clone.log("--reverse", f"refs/remotes/origin/usul/{self.place.id}", "--", self.place.folder):
            change = commit.changes[0]
            if not records.is_record_path(change.path.removeprefix(f"{self.place.folder}/")):
                continue
            record = records.parse(self.clone.blob(change.blob))
            if (record.step, record.role) not in seen:
                seen.add((record.step, record.role))
                yield State(record, commit.parents[0])

    def step(self, state: State) -> Step:
        return next(each for each in self.procedure.steps if each.id == state.record.step_id)

    def somebody_without(self, role: str) -> Person:
        """Return somebody of the same office who does not hold *role*."""
        return next(
            person
            for person in self.registered.people.by_id.values()
            if any(held.office == self.place.office for held in person.assignments)
            and not person.holds(self.place.office, role, moment())
        )

    def refused(self, state: State, record: Record, parent: str) -> str:
        """Push *record* on top of *parent*, signed by its person; return the reason it is refused for."""
        who = server.identity_of(self.registered.people.by_id[record.person], self.house.stage.keys)
        tip = merging.commit_record(self.clone, self.place, record, parent, who)
        self.server.update_ref(self.branch, state.parent)
        with pytest.raises(PushRefused) as caught:
            self.clone.push(self.place.id, f"{tip}:{self.branch}")
        assert self.server.resolve(self.branch) == state.parent
        return str(caught.value).removeprefix("DITOLAK: ")

    def by_somebody_else(self, state: State) -> None:
        person = self.somebody_without(state.record.role)
        reason = self.refused(state, replace(state.record, person=person.id, at=moment()), state.parent)
        assert reason == f"{person.name} tidak memegang peran {self.procedure.roles[state.record.role]}"

    def without_papers(self, state: State) -> None:
        """Take the step's papers away, or leave nothing written in them: it is refused by their names and files.

        At once, or, where an approval fell with them, as soon as that approval is to be given anew.
        """
        tree = self.clone.tree(state.parent, self.place.folder)
        files = {path: " ".join(entry) for path, entry in tree.items() if not records.is_record_path(path)}
        gone = digests.covered(files, self.step(state).papers)
        nothing = NOTHING[state.record.sequence % len(NOTHING)]
        put = {path: nothing if path.endswith(".md") or not nothing else b"" for path in gone}
        left = {path: entry for path, entry in files.items() if path not in gone}
        left |= {path: f"100644 {sop.version_of(data)}" for path, data in put.items() if data is not None}
        who = server.identity_of(self.registered.people.by_id[state.record.person], self.house.stage.keys)
        taken = {f"{self.place.folder}/{path}": data for path, data in put.items()}
        bare = self.clone.commit([state.parent], state.parent, taken, "Kelengkapan diambil\n", who)

        asked = state
        reason = self.refused(state, self.without(state, asked, left), bare)
        if fallen := re.search(r"belum gilirannya: yang ditunggu langkah (\d+)", reason):
            asked = next(each for each in self.states if each.record.step == int(fallen[1]))
            assert self.step(asked).number < self.step(state).number
            reason = self.refused(state, self.without(state, asked, left), bare)
        names = [
            f"{each.name} ({FOLDERS.get(each.file, each.file)})"
            for each in self.step(asked).requirements
            if each.file and digests.covered(gone, [each.file])
        ]
        assert names
        assert reason == f"kelengkapan belum ada atau kosong: {', '.join(names)}"

    def without(self, state: State, asked: State, left: dict[str, str]) -> Record:
        """Return the record of *asked*, made now, in *state*, over the files *left*."""
        return replace(
            asked.record,
            sequence=state.record.sequence,
            round=state.record.round,
            digest=digests.digest(left, self.step(asked).covers),
            attachments=(),
            at=moment(),
        )


def moment() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in Path(__file__).parent.glob("*.yaml")))
def test_no_step_is_done_by_somebody_else_or_without_its_papers(
    name: str, unguarded: House, registered: Policy, subtests: pytest.Subtests
) -> None:
    scenario, place = unguarded.prepare(name)
    lawful = tuple(visit for visit in scenario.visits if not visit.refused)
    list(rehearsal.play(replace(scenario, visits=lawful), unguarded.stage))
    procedure = history.current_procedure(unguarded.repository, "refs/heads/main", scenario.sop)
    insistence = Insistence(unguarded, place, registered, procedure)
    assert {(state.record.step, state.record.role) for state in insistence.states} == {
        (step.number, act.role) for step in insistence.procedure.steps for act in step.acts
    }
    for state in insistence.states:
        where = {"langkah": state.record.step, "peran": state.record.role}
        with subtests.test("peran", **where):
            insistence.by_somebody_else(state)
        if insistence.step(state).papers:
            with subtests.test("kelengkapan", **where):
                insistence.without_papers(state)
