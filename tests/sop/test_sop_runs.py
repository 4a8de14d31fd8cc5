"""All eleven SOPs can be lived: written, sent back once at every decision, mended, carried out; nobody is refused."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import digests, settings, sop, workflow
from pipeline.model.history import Attachment, Attestation, Draft, Paper, Record
from pipeline.model.people import People
from pipeline.model.procedure import Act, ActKind, Procedure, Step

ROOT = Path(__file__).parents[2]
PAPERS = (
    "disposisi.md",
    "dokumentasi/rapat.jpg",
    "index.md",
    "kesesuaian.md",
    "laporan.md",
    "media/satu.jpg",
    "nota-dinas.md",
    "notula.md",
    "rangkuman.md",
    "salinan.pdf",
    "takarir.md",
)


@dataclass
class Item:
    """An item under way: every draft gives its files new content, every record names the right digest."""

    procedure: Procedure
    people: People
    events: list[Draft | Record] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    at: datetime = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    edits: int = 0
    records: int = 0

    def holder(self, role: str) -> str:
        return self.people.holders(self.procedure.office, role, self.at)[0].id

    def draft(self, person: str, *patterns: str) -> None:
        self.edits += 1
        new = {path: f"100644 {self.edits:040x}" for path in PAPERS if digests.covered({path: ""}, patterns)}
        self.files |= new
        attesting = [each for step in self.procedure.steps for each in step.requirements if each.attests]
        papers = {each.file: self.attesting(each.attests) for each in attesting if each.file and each.attests}
        self.events.append(
            Draft(commit=str(self.edits), people=frozenset({person}), at=self.at, files=dict(self.files), papers=papers)
        )

    def attesting(self, copy: str) -> Paper:
        """Return a paper that attests *copy* as it is now."""
        said = Attestation(result="sesuai", file=copy, sha256=self.sha256(copy), checked_by="Staf", day=self.at.date())
        return Paper(written=True, attestation=said)

    def sha256(self, name: str) -> str:
        return hashlib.sha256(self.files.get(name, "").encode()).hexdigest()

    def record(self, step: Step, act: Act, word: str, round_: int) -> None:
        self.records += 1
        self.at += timedelta(minutes=5)
        self.events.append(
            Record(
                sequence=self.records,
                item="contoh",
                sop=self.procedure.id,
                version=self.procedure.version,
                step=step.number,
                step_id=step.id,
                word=word,
                effects=act.effects,
                role=act.role,
                person=self.holder(act.role),
                round=round_,
                digest=digests.digest(self.files, step.covers),
                attachments=tuple(Attachment(file=name, sha256=self.sha256(name)) for name in step.attested),
                note="Perbaiki.",
                at=self.at,
                source="ssh",
            )
        )


def write(item: Item, step: Step, act: Act) -> None:
    """Let the step's actor edit what is theirs, and the first writer add the papers still lacking."""
    if step.edits and not act.kind.decides and act.kind is not ActKind.SERAH:
        item.draft(item.holder(act.role), *step.edits)
    writers = [each for step in item.procedure.steps for each in step.acts if each.kind is ActKind.SUSUN]
    lacking = [each.file for each in step.requirements if each.file and not digests.covered(item.files, (each.file,))]
    if lacking:
        item.draft(item.holder((writers or [act])[0].role), *lacking)


@pytest.mark.parametrize("file", sorted((ROOT / "site_config/sop").rglob("*.yaml")), ids=lambda file: file.stem)
def test_an_sop_runs_to_its_end_with_a_loop_at_every_decision(file: Path) -> None:
    data = file.read_bytes()
    procedure = sop.parse(data, file.relative_to(ROOT).as_posix(), sop.version_of(data))
    item = Item(procedure, settings.people((ROOT / "site_config/people.yaml").read_bytes()))
    write(item, procedure.steps[0], procedure.steps[0].acts[0])
    sent_back: set[str] = set()
    while (progress := workflow.replay(procedure, item.events, item.people, UTC)).step and progress.act:
        step, act = progress.step, progress.act
        write(item, step, act)
        words = {outcome.note_required: outcome.word for outcome in act.outcomes}
        returns = True in words and step.id not in sent_back
        sent_back |= {step.id} if returns else set()
        item.record(step, act, words[returns], progress.round)
        assert workflow.replay(procedure, item.events, item.people, UTC).refusals == ()

    assert progress.complete
    assert progress.round == 1 + len(sent_back)
    assert len(progress.done) == sum(len(step.acts) for step in procedure.steps)
