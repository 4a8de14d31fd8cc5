"""From what was said on a forge to the records it amounts to. Pure.

Utterances are taken in the order the forge received them, each after the drafts it is about. What the SOP does
not let count changes nothing and stays a remark with its reason: out of turn, by somebody without the role, about
a text that has changed since (git-workflow notes, b.1). The same utterances give the same records, however often
they are heard: a record that was written is never written again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from pipeline import grounds
from pipeline.desk import recording
from pipeline.desk.forge.said import HOW, rank
from pipeline.digests import digest
from pipeline.model.forge import Verdict
from pipeline.model.history import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pipeline.desk.forge.said import Said
    from pipeline.desk.recording import Papers
    from pipeline.model.history import Progress, Record
    from pipeline.model.people import People
    from pipeline.model.procedure import Act, Procedure, Step


class Replay(Protocol):
    """Replays events under the versions the item began with and restarted on."""

    def __call__(self, events: Sequence[Draft | Record], moment: datetime | None = None) -> Progress:
        """Before any record the version is the one of *moment*; None: of now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """What an item's branch holds and under which rules it is heard."""

    item: str
    current: Callable[[datetime], Procedure]
    """The item's SOP as `main` had it at a moment: what is begun, or begun anew, then runs on that version."""
    replay: Replay
    events: tuple[Draft | Record, ...]
    """Drafts and written records in the order of the branch."""
    order: Mapping[str, int]
    """Commit id -> position, for every commit of the branch that `main` does not have."""
    people: People
    forge: str
    papers: Papers
    veto: Callable[[Record, Said, Progress], str | None]
    """Says what only the repository can tell against a record: its SOP has been voided, its number is taken, what it
    proves is no task."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unheard:
    """An utterance that does not count, with the reason."""

    said: Said
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """What the utterances amount to."""

    events: tuple[Draft | Record, ...]
    fresh: tuple[Record, ...]
    """Records that are not written yet, oldest first."""
    progress: Progress
    unheard: tuple[Unheard, ...]


def hear(matter: Matter, utterances: Sequence[Said]) -> Hearing:
    """Return the records *utterances*, oldest first, amount to, and how far they carry the item."""
    session = _Session(matter)
    for said in utterances:
        session.take(said)
    return session.close()


@dataclass(slots=True)
class _Session:
    matter: Matter
    events: list[Draft | Record] = field(init=False)
    waiting: list[Draft] = field(init=False)
    """Drafts nobody has spoken about yet."""
    fresh: list[Record] = field(default_factory=list)
    unheard: list[Unheard] = field(default_factory=list)

    def __post_init__(self) -> None:
        events = self.matter.events
        written = [index for index, event in enumerate(events) if not isinstance(event, Draft)]
        end = written[-1] + 1 if written else 0
        self.events = list(events[:end])
        self.waiting = [event for event in events[end:] if isinstance(event, Draft)]

    def take(self, said: Said) -> None:
        if any(not isinstance(event, Draft) and event.source == said.source for event in self.matter.events):
            return
        heard = said.doubt or self._too_late(said) or self._hear(said)
        if isinstance(heard, str):
            self.unheard.append(Unheard(said=said, reason=heard))
        else:
            self.fresh.append(heard)
            self.events.append(heard)

    def close(self) -> Hearing:
        self.events.extend(self.waiting)
        return Hearing(
            events=tuple(self.events),
            fresh=tuple(self.fresh),
            progress=self._progress(),
            unheard=tuple(self.unheard),
        )

    def _too_late(self, said: Said) -> str:
        """Say that records were written since: what did not count then, or was not seen, is not put before them."""
        written = [event for event in self.matter.events if not isinstance(event, Draft)]
        if not written or rank(said.at, said.source) > rank(written[-1].at, written[-1].source):
            return ""
        return f"diucapkan sebelum catatan {written[-1].sequence} ditulis: bila masih perlu, ucapkan sekali lagi"

    def _hear(self, said: Said) -> Record | str:
        matter = self.matter
        person = matter.people.by_login(matter.forge, said.author)
        if person is None:
            return f"akun {said.author} belum terdaftar: minta pengelola sistem mendaftarkannya"
        position = matter.order.get(said.commit or "")
        if position is None:
            return "naskah yang dibicarakan sudah tidak ada pada cabang ini: beri ulasan baru"
        self._catch_up(position)
        progress = self._progress(said.at)
        entry = _entry(said, progress)
        if isinstance(entry, str):
            return entry
        replay = partial(matter.replay, moment=said.at)
        current = matter.current(said.at)
        subject = recording.Subject(matter.item, tuple(self.events), current, matter.papers, replay)
        record = recording.compose(subject, progress, entry, recording.Signer(person, said.at, said.source))
        if isinstance(record, str):
            return record
        step = progress.step
        if step and step.id == record.step_id and self._digest_at(position, step) != record.digest:
            return grounds.STALE
        about = next((event.commit for event in reversed(self.events) if isinstance(event, Draft)), "")
        return matter.veto(record, said, progress) or replace(record, draft=about)

    def _catch_up(self, position: int) -> None:
        """Let the drafts up to *position* happen first."""
        while self.waiting and self.matter.order.get(self.waiting[0].commit, -1) <= position:
            self.events.append(self.waiting.pop(0))

    def _digest_at(self, position: int, step: Step) -> str:
        """Return the digest of what *step* covers as it was at *position*: the talk may be of later drafts by now."""
        order = self.matter.order
        drafts = (event for event in reversed(self.events) if isinstance(event, Draft))
        seen = next((each.files for each in drafts if order.get(each.commit, -1) <= position), {})
        return digest(seen, step.covers)

    def _progress(self, moment: datetime | None = None) -> Progress:
        return self.matter.replay(self.events, moment)


def _entry(said: Said, progress: Progress) -> recording.Entry | str:
    if said.verdict is None:
        return recording.Entry(said.step, said.word, said.note)
    if progress.step is None or progress.act is None:
        return "seluruh langkah SOP ini sudah selesai"
    step, act = progress.step, progress.act
    if not act.kind.decides:
        words = " atau ".join(outcome.word for outcome in act.outcomes)
        return f"langkah {step.number} bukan koreksi atau persetujuan: tulis /sop {step.number} {words}"
    meant = _words(said.verdict, step, act, progress.procedure)
    if len(meant) != 1:
        return f"ulasan ini tidak menunjuk satu putusan pada langkah {step.number}: {HOW}"
    return recording.Entry(step.number, meant[0], said.note)


def _words(verdict: Verdict, step: Step, act: Act, procedure: Procedure) -> list[str]:
    """Return the decision words a verdict may mean: approval leads forward, a request for changes back.

    What a word means is the step's own: TIDAK is forward where it says 'no corrections', back where it refuses.
    """
    position = {each.id: index for index, each in enumerate(procedure.steps)}
    forward = verdict is Verdict.APPROVED
    return [
        outcome.word
        for outcome in act.outcomes
        if (outcome.target is None or position[outcome.target] > position[step.id]) is forward
    ]
