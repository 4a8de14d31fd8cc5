"""Replay an item's drafts and records against its SOP.

`replay` knows no clock, no Git and no network: the hook, the command line, the site and a forge's
controller all call this one, so that a step is done, or not, for one reason only.

Four ideas carry it:

- A decision is bound to a **digest of the files its step covers**, not to a commit and not to a
  time. It survives rebases and falls the moment a covered file changes, unless the change is one
  the SOP itself foresees in a later step's turn (`menyunting`), where a later decision covers it.
- An act with an effect is bound the same way: what is uploaded is what was there when it was ordered.
- **Four eyes**: who decides has not edited what is decided.
- **Force majeure** (keadaan kahar): a role the SOP names may pass over an act, with a reason; it stays
  flagged for good and is reviewed afterwards by somebody else.

An item keeps the SOP version it began with, until a **restart** on record takes it to a later version that
voids the old one (`amendment`). Then nothing stands any more; files, editors and history stay. An item that is
**abandoned** keeps everything as it stands, and takes no other step before it is taken up again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import grounds
from pipeline.digests import covered, digest, missing
from pipeline.model.history import (
    ABANDON,
    AFTERWARDS,
    OVERRIDE,
    PAUSES,
    RESTART,
    RESUME,
    REVIEW,
    Done,
    Draft,
    Progress,
    Record,
    Refusal,
)
from pipeline.papers import unattested

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime, tzinfo

    from pipeline.model.history import Files, Paper
    from pipeline.model.people import People
    from pipeline.model.procedure import Act, Procedure, Step


def replay(
    procedure: Procedure,
    events: Iterable[Draft | Record],
    people: People,
    zone: tzinfo,
    later: Iterable[Procedure] = (),
) -> Progress:
    """Return how far *events*, oldest first, carried an item that began under *procedure*.

    Days are counted in *zone*, those a role is held on among them; *later* are the versions of the SOP that
    restarts among the events name.

    A record that breaks the SOP changes nothing and stands in `Progress.refusals` with its reason:
    a carrier that can refuse it (the hook) does, one that cannot (a forge) keeps it as a remark.
    """
    run = _Run(procedure, people, zone, {each.version: each for each in later})
    for event in (replace(each, at=each.at.astimezone(zone)) for each in events):
        if isinstance(event, Draft):
            run.edit(event)
        elif reason := run.objection(event):
            run.refusals.append(Refusal(record=event, reason=reason))
        else:
            run.accept(event)
    return run.progress()


@dataclass(frozen=True, slots=True)
class _Standing:
    """An act that stands, and the files it is bound to."""

    done: Done
    bound: Files
    excused: set[str]


@dataclass(slots=True)
class _Run:
    procedure: Procedure
    people: People
    zone: tzinfo
    later: Mapping[str, Procedure]
    files: dict[str, str] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    editors: dict[str, set[str]] = field(default_factory=dict)
    standing: list[_Standing] = field(default_factory=list)
    history: list[Done] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    reviewed: set[int] = field(default_factory=set)
    round: int = 1
    day: date | None = None
    last: datetime | None = None
    abandoned: Record | None = None
    acts: list[tuple[Step, Act]] = field(init=False)

    def __post_init__(self) -> None:
        self.acts = _acts(self.procedure)

    # -- drafts

    def edit(self, draft: Draft) -> None:
        """Take over the files of *draft*; excuse what the current step may change."""
        changed = {
            path for path in self.files.keys() | draft.files.keys() if self.files.get(path) != draft.files.get(path)
        }
        foreseen = self._foreseen(draft, changed)
        for standing in self.standing:
            standing.excused.update(foreseen)
        for path in changed:
            self.editors.setdefault(path, set()).update(draft.people)
        self.files, self.papers = dict(draft.files), draft.papers
        self.day = draft.day or self.day
        self.last = self.last or draft.at

    def _foreseen(self, draft: Draft, changed: set[str]) -> set[str]:
        position = self.position()
        if position == len(self.acts):
            return set()
        step, _ = self.acts[position]
        if not step.edits or not all(self._may_act(person, step, draft.at) for person in draft.people):
            return set()
        return set(covered(dict.fromkeys(changed, ""), step.edits))

    def _may_act(self, person_id: str, step: Step, at: datetime) -> bool:
        person = self.people.by_id.get(person_id)
        return person is not None and any(person.holds(self.procedure.office, act.role, at) for act in step.acts)

    # -- records

    def position(self) -> int:
        """Return the index of the act waited for: the first fallen decision or effect, else the next act."""
        for index, standing in enumerate(self.standing):
            if self._fallen(standing):
                return index
        return len(self.standing)

    def _fallen(self, standing: _Standing) -> bool:
        now = self._bound(standing.done.step, standing.done.act)
        paths = (now.keys() | standing.bound.keys()) - standing.excused
        return any(now.get(path) != standing.bound.get(path) for path in paths)

    def _bound(self, step: Step, act: Act) -> Files:
        """Return the files an act done now is bound to: what it decides or makes happen, and what it attests."""
        decided = covered(self.files, step.covers) if act.kind.decides or act.effects else {}
        return decided | (covered(self.files, step.attested) if step.attested else {})

    def objection(self, record: Record) -> str | None:
        """Return why *record* does not count, in the words of the SOP, or None."""
        position = self.position()
        if record.word in AFTERWARDS:
            return self._wrong_run(record) or self._wrong_afterwards(record)
        if position == len(self.acts):
            return "seluruh langkah SOP ini sudah selesai"
        if record.word == RESTART and not self.abandoned:
            return self._wrong_count(record) or self._wrong_restart(record)
        return self._wrong_act(record, *self.acts[position])

    def _wrong_act(self, record: Record, step: Step, act: Act) -> str | None:
        if self.abandoned and record.word != RESUME:
            return grounds.given_up(step)
        wrong = self._wrong_run(record) or grounds.wrong_turn(record, step, act, self.procedure)
        if record.word in PAUSES:
            wrong = wrong or grounds.wrong_pause(record, self.abandoned, self.history, self.procedure, self.people)
            return wrong or self._stale(record, step)
        if record.word == OVERRIDE:
            wrong = wrong or grounds.wrong_override(record, step, act, self.procedure, self.people)
            return wrong or self._stale(record, step)
        return (
            wrong
            or grounds.wrong_person(record, act, self.procedure, self.people)
            or grounds.wrong_word(record, step, act)
            or self._wrong_state(record, step, act)
            or grounds.wrong_day(record, step, self.day, self.zone, self.procedure)
        )

    def _wrong_run(self, record: Record) -> str | None:
        procedure = self.procedure
        if (record.sop, record.version) != (procedure.id, procedure.version):
            return (
                f"butir ini berjalan menurut SOP {procedure.id} versi {procedure.version[:12]}, "
                f"bukan {record.sop} versi {record.version[:12]}"
            )
        return self._wrong_count(record)

    def _wrong_count(self, record: Record) -> str | None:
        if record.sequence != len(self.history) + len(self.refusals) + 1:
            return f"nomor urut catatan {record.sequence}, seharusnya {len(self.history) + len(self.refusals) + 1}"
        if record.round != self.round:
            return f"putaran {record.round}, seharusnya {self.round}"
        return None

    def _stale(self, record: Record, step: Step) -> str | None:
        return grounds.STALE if record.digest != digest(self.files, step.covers) else None

    def _wrong_state(self, record: Record, step: Step, act: Act) -> str | None:
        if stale := self._stale(record, step):
            return stale
        if lacking := missing(self.files, self.papers, step):
            return f"kelengkapan belum ada atau kosong: {', '.join(lacking)}"
        if fault := unattested(step, self.papers, record):
            return fault
        return grounds.four_eyes(record, covered(self.files, step.covers), self.editors) if act.kind.decides else None

    # -- the words every SOP knows

    def _wrong_afterwards(self, record: Record) -> str | None:
        if record.word != REVIEW:
            return grounds.wrong_proof(record, self.history, self.procedure, self.people)
        return grounds.wrong_review(record, self._overrides(), self.reviewed, self.procedure, self.people)

    def _overrides(self) -> list[Done]:
        return [done for done in self.history if done.overridden]

    def _wrong_restart(self, record: Record) -> str | None:
        new = self.later.get(record.version)
        return grounds.wrong_restart(record, self.procedure, new, self.files, self.people)

    def accept(self, record: Record) -> None:
        """Let an unobjectionable *record* take effect."""
        if record.word in AFTERWARDS:
            self._look_back(record)
            return
        if record.word == RESTART:
            self._restart(record)
            return
        if record.word in PAUSES:
            self._pause(record)
            return
        position = self.position()
        del self.standing[position:]
        step, act = self.acts[position]
        done = Done(step=step, act=act, record=record, since=self.last)
        self.history.append(done)
        self.last = record.at
        self.standing.append(_Standing(done, self._bound(step, act), set()))
        outcome = act.outcome(record.word)
        if outcome and outcome.target:
            self._go(outcome.target, position)

    def _look_back(self, record: Record) -> None:
        review = record.word == REVIEW
        about = self._overrides() if review else [done for done in self.history if done.record.effects]
        found = [done for done in about if done.record.step == record.step]
        self.reviewed.update(done.record.sequence for done in found if review)
        self.history.append(replace(found[-1], record=record, since=None))

    def _restart(self, record: Record) -> None:
        self.procedure = self.later[record.version]
        self.acts = _acts(self.procedure)
        self.standing.clear()
        self.round += 1
        self.last = record.at
        step, act = self.acts[0]
        self.history.append(Done(step=step, act=act, record=record, since=None))

    def _pause(self, record: Record) -> None:
        self.abandoned = record if record.word == ABANDON else None
        self.last = record.at
        step, act = self.acts[self.position()]
        self.history.append(Done(step=step, act=act, record=record, since=None))

    def _go(self, target: str, position: int) -> None:
        index = next(at for at, (step, _) in enumerate(self.acts) if step.id == target)
        if index <= position:
            del self.standing[index:]
            self.round += 1
        # A forward jump over steps would leave acts undone; `soundness` refuses such an SOP.

    def progress(self) -> Progress:
        """Return where the run stands."""
        position = self.position()
        step, act = self.acts[position] if position < len(self.acts) else (None, None)
        return Progress(
            procedure=self.procedure,
            done=tuple(standing.done for standing in self.standing[:position]),
            history=tuple(self.history),
            step=step,
            act=act,
            round=self.round,
            voided=tuple(standing.done.step for standing in self.standing if self._fallen(standing)),
            missing=missing(self.files, self.papers, step) if step else (),
            refusals=tuple(self.refusals),
            reviewed=frozenset(self.reviewed),
            abandoned=self.abandoned,
        )


def _acts(procedure: Procedure) -> list[tuple[Step, Act]]:
    return [(step, act) for step in procedure.steps for act in step.acts]
