"""The scenarios of tests/prosedur as people play them on a forge: drafts pushed, reviews, `/sop` comments, merges."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from pipeline.carriers import history
from pipeline.desk import opening, rehearsal
from tests.prosedur.conftest import HERE, lay_papers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.desk.rehearsal import Visit
    from pipeline.items import Place
    from pipeline.model.procedure import Act, Procedure, Step
    from tests.forge.e2e.kantor import Kantor


@dataclass(frozen=True)
class Play:
    """One scenario on one forge."""

    office: Kantor
    name: str
    scenario: rehearsal.Scenario
    place: Place
    procedure: Procedure
    wake: Callable[[], list[str]] | None = None
    """Lets the desk look; None: the controller, in this process."""

    @property
    def pull(self) -> int:
        return self.office.open_pulls()[self.place.id]

    def go(self, merge: Callable[[], list[str]]) -> Iterator[Visit]:
        """Play every visit; *merge* lets the controller merge. Yield each visit that ended in a merge."""
        for visit in self.scenario.visits:
            if visit.merges and visit.refused:
                self.refused(visit)
            elif visit.merges:
                _well(merge())
                yield visit
            else:
                self.visit(visit)

    def visit(self, visit: Visit) -> None:
        """Write what a visit writes, then say what it says."""
        if visit.files:
            self.office.draft(visit.person, self.place, {name: self.paper(each) for name, each in visit.files.items()})
        if self.place.id not in self.office.open_pulls():
            _well((self.wake or self.office.control)())
        if visit.step:
            self.say(visit)

    def paper(self, source: str) -> bytes:
        path, now = self.scenario.folder / source, opening.local(self.office.server, self.place, self.office.clock())
        if path.suffix not in {".md", ".yaml"}:
            return path.read_bytes()
        values = {"tanggal": now.date().isoformat(), "tahun": str(now.year)}
        return Template(path.read_text(encoding="utf-8")).safe_substitute(values).encode()

    def say(self, visit: Visit) -> None:
        """Decide by a review, do everything else by a comment."""
        step = self.procedure.steps[(visit.step or 0) - 1]
        act = self.act(step, visit)
        if not act.kind.decides:
            self.office.comment(visit.person, self.pull, f"/sop {visit.step} {visit.word or ''} {visit.note}".strip())
            return
        place = {each.id: index for index, each in enumerate(self.procedure.steps)}
        outcome = next(each for each in act.outcomes if each.word == (visit.word or act.outcomes[0].word))
        forward = outcome.target is None or place[outcome.target] > place[step.id]
        event = "APPROVE" if forward else "REQUEST_CHANGES"
        self.office.review(visit.person, self.pull, event, visit.note)

    def act(self, step: Step, visit: Visit) -> Act:
        person, at = self.office.people.by_id[visit.person], self.office.clock()
        held = [act for act in step.acts if person.holds(self.procedure.office, act.role, at)]
        return next(act for act in held if visit.word in {None, *(each.word for each in act.outcomes)})

    def refused(self, visit: Visit) -> None:
        """Press the merge button too early: the forge itself refuses, because the gate is not open."""
        self.office.clock.tick()
        code, said = self.office.fake.person(visit.person).call(
            "PUT", f"/pulls/{self.pull}/merge", merge_method="merge"
        )
        assert code == 405, said
        assert "sop/gate" in said["message"]


def _well(troubles: list[str]) -> None:
    assert not troubles, "\n".join(troubles)


def play(office: Kantor, name: str, wake: Callable[[], list[str]] | None = None) -> Play:
    """Lay a scenario's papers out and return it, ready to go."""
    scenario = rehearsal.read(Path(shutil.copy(HERE / f"{name}.yaml", office.root)))
    server, now = office.server, office.clock()
    place = opening.place_for(server, scenario.sop, scenario.name, now)
    known = history.policy(server, "refs/heads/main")
    lay_papers(name, scenario, place, known.offices[place.office].hashtags)
    procedure = history.current_procedure(server, "refs/heads/main", scenario.sop)
    return Play(office, name, scenario, place, procedure, wake)
