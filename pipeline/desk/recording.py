"""From what a person wants to record to the record itself, whatever carries it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from pipeline import digests, items
from pipeline.model.history import ASIDE, OVERRIDE, PAUSES, PROOF, RESTART, REVIEW, Attachment, Draft, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pipeline.carriers.repository import Repository
    from pipeline.model.history import Progress
    from pipeline.model.people import Person
    from pipeline.model.procedure import Act, Procedure, Step


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person wants to record."""

    step: int
    word: str | None
    """None: the step knows only one word."""
    note: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who records, when, and how that is known (`Record.source`)."""

    person: Person
    at: datetime
    source: str
    option: str = ""
    """What the person writes before a decision word."""


@dataclass(frozen=True, slots=True)
class Papers:
    """What an item's files say, read from a repository."""

    repository: Repository

    def attachments(self, files: Mapping[str, str], step: Step) -> tuple[Attachment, ...]:
        """Return the papers *step* requires as they are now, by content."""
        papers = digests.covered(files, step.papers) if step.papers else {}
        return tuple(
            Attachment(file=path, sha256=hashlib.sha256(self._read(entry)).hexdigest())
            for path, entry in sorted(papers.items())
        )

    def unfilled(self, files: Mapping[str, str], step: Step) -> str | None:
        """Return the first text of the step in which a template's mark still stands, with its line."""
        patterns = (*step.papers, *step.edits, *step.covers)
        for path, entry in sorted(digests.covered(files, patterns).items() if patterns else ()):
            if path.endswith(".md"):
                lines = self._read(entry).decode("utf-8", "replace").splitlines()
                if found := next((number for number, text in enumerate(lines, 1) if items.UNFILLED.search(text)), None):
                    return f"{path} baris {found}"
        return None

    def _read(self, entry: str) -> bytes:
        return self.repository.blob(entry.split(" ")[1])


@dataclass(frozen=True, slots=True)
class Subject:
    """The item a record is about."""

    item: str
    events: Sequence[Draft | Record]
    current: Procedure
    """The SOP as `main` has it today: what a restart begins on."""
    papers: Papers
    replay: Callable[[Sequence[Draft | Record]], Progress]

    @property
    def files(self) -> Mapping[str, str]:
        """The files of the newest draft."""
        return next((event.files for event in reversed(self.events) if isinstance(event, Draft)), {})


def compose(subject: Subject, progress: Progress, entry: Entry, signer: Signer) -> Record | str:
    """Return the record of *entry*, or why the SOP does not let it count; *progress* is of the subject's events."""
    procedure = subject.current if entry.word == RESTART else progress.procedure
    step = _step(procedure, progress, entry)
    if step is None:
        return f"SOP {procedure.id} tidak punya langkah {entry.step}"
    act = progress.act if progress.step is step and progress.act else step.acts[0]
    files = subject.files
    if entry.word not in {OVERRIDE, *ASIDE} and (left := subject.papers.unfilled(files, step)):
        return f"bagian templat bertanda ISI belum diisi: {left}"
    if entry.word is None and len(act.outcomes) > 1:
        return f"langkah {entry.step} perlu putusan: {signer.option}{' atau '.join(each.word for each in act.outcomes)}"
    record = Record(
        sequence=len(progress.history) + len(progress.refusals) + 1,
        item=subject.item,
        sop=procedure.id,
        version=procedure.version,
        step=step.number,
        step_id=step.id,
        word=entry.word or act.outcomes[0].word,
        effects=() if entry.word in ASIDE else act.effects,
        role=_role(procedure, act, entry, signer),
        person=signer.person.id,
        round=progress.round,
        digest=digests.digest(files, step.covers),
        attachments=() if entry.word == RESTART else subject.papers.attachments(files, step),
        note=entry.note,
        at=signer.at.astimezone(UTC).replace(microsecond=0),
        source=signer.source,
    )
    refusals = subject.replay([*subject.events, record]).refusals
    return next((refusal.reason for refusal in refusals if refusal.record == record), record)


def _step(procedure: Procedure, progress: Progress, entry: Entry) -> Step | None:
    """Return the step an entry speaks of: of the SOP in force, or as it was when it was passed over."""
    passed = [done.step for done in progress.overrides if entry.word == REVIEW and done.record.step == entry.step]
    return next((step for step in (*passed, *procedure.steps) if step.number == entry.step), None)


def _role(procedure: Procedure, act: Act, entry: Entry, signer: Signer) -> str:
    """Return the role a person records in: the act's own, save for force majeure, its review, a proof, giving up."""
    if entry.word in PAUSES:
        return procedure.steps[0].acts[0].role
    if entry.word not in {OVERRIDE, REVIEW, PROOF}:
        return act.role
    doing = [each.role for step in procedure.steps if step.number == entry.step for each in step.acts]
    deciding = [each.role for step in procedure.steps for each in step.acts if each.kind.decides]
    roles = doing if entry.word == PROOF else [*procedure.overriders, *(deciding if entry.word == REVIEW else ())]
    return next((role for role in roles if signer.person.holds(procedure.office, role, signer.at)), act.role)
