"""What happened to an item: drafts and records in, progress out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.model.procedure import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from pipeline.model.procedure import Act, Procedure, Step

    Files = Mapping[str, str]
    """Path inside the item folder -> `mode blob-id`; the records' folder is never in it."""


OVERRIDE = "KAHAR"
"""The word that passes over an act under force majeure; every SOP that has the clause knows it."""
REVIEW = "TINJAU"
"""The word by which somebody else reviews an override afterwards."""
RESTART = "ULANG"
"""The word that begins an item anew when its SOP has changed in scope or roles; every SOP knows it."""
PROOF = "BUKTI"
"""The word by which a person proves what only a person could do outside: `kunci, then a link or what was seen`."""
ABANDON = "BATAL"
"""The word by which whoever may begin an item gives it up; its branch stays as evidence."""
RESUME = "LANJUT"
"""The word that takes an item up again where it was given up."""
AFTERWARDS = frozenset({REVIEW, PROOF})
"""Words said once the SOP is through: they turn nothing back and want no turn."""
PAUSES = frozenset({ABANDON, RESUME})
ASIDE = AFTERWARDS | PAUSES | {RESTART}
"""Words that do no act of the SOP: their records stand for good, and make nothing happen outside the item."""
EVERYWHERE = ASIDE | {OVERRIDE}
"""Words every SOP knows; no step has them as its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attestation:
    """What a paper attests of a file, as its front matter words it (SOP Prov. Jambi 15/2025, pengunggahan step 3)."""

    result: str
    """`sesuai` or `tidak sesuai`."""
    file: str
    """Path inside the item folder of the copy that was compared."""
    sha256: str
    """Of that copy, in hexadecimal."""
    checked_by: str
    """An office title."""
    day: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """What a Markdown paper of an item says, as far as a step can depend on it."""

    written: bool
    """Whether somebody wrote in it: no more than headings, or a template's mark left standing, is nothing."""
    attestation: Attestation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The item's files as one commit left them, and everybody who had a hand in it."""

    commit: str
    people: frozenset[str]
    """Ids of the signer, the author and the co-authors."""
    at: datetime
    files: Files
    day: date | None = None
    """The day the item is about (`tanggal`): what the SOPs' 'same day' counts from."""
    papers: Mapping[str, Paper] = field(default_factory=dict)
    """Path -> what that paper says; a file that is not listed says nothing, and is there unless it is empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A paper the record says was there, by content."""

    file: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One signed entry in the item's `catatan/`: who did which act, with what word."""

    sequence: int
    item: str
    sop: str
    version: str
    step: int
    step_id: str
    word: str
    effects: tuple[Effect, ...]
    """What the act makes happen; in the record, so that `main` explains itself without the SOP's old versions."""
    role: str
    person: str
    round: int
    digest: str
    attachments: tuple[Attachment, ...]
    note: str
    at: datetime
    source: str
    """How the person is known: `ssh` signature, or a forge's review id."""
    draft: str = ""
    """Commit of the draft it is about, where that need not be the last one before it: a forge's robot writes later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """An act and the record that did it."""

    step: Step
    act: Act
    record: Record
    since: datetime | None
    """When the act became possible: the record before it, or the first draft."""

    @property
    def overridden(self) -> bool:
        """Whether the act was passed over under force majeure (keadaan kahar)."""
        return self.record.word == OVERRIDE


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A record that does not count, with the reason in the words of the SOP."""

    record: Record
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far an item has come through its procedure."""

    procedure: Procedure
    done: tuple[Done, ...]
    """Acts that stand, in order; loops and voided approvals have been taken out."""
    history: tuple[Done, ...]
    """Every act that was accepted when it was recorded, voided or not."""
    step: Step | None
    """The step waited for; None when the procedure is complete."""
    act: Act | None
    round: int
    voided: tuple[Step, ...]
    """Steps whose approval fell because a covered file changed."""
    missing: tuple[str, ...]
    """Required papers the current step still lacks: name and file."""
    refusals: tuple[Refusal, ...]
    reviewed: frozenset[int] = frozenset()
    """Sequence numbers of the overrides somebody else has reviewed since."""
    abandoned: Record | None = None
    """The record by which the item was given up; None while it is worked on."""

    @property
    def overrides(self) -> tuple[Done, ...]:
        """Every override there ever was: it stays flagged for good."""
        return tuple(done for done in self.history if done.overridden)

    @property
    def unreviewed(self) -> tuple[Done, ...]:
        """Overrides nobody else has looked at afterwards."""
        return tuple(done for done in self.overrides if done.record.sequence not in self.reviewed)

    @property
    def complete(self) -> bool:
        """Whether every act of the procedure stands."""
        return self.step is None

    @property
    def effects(self) -> tuple[tuple[Done, Effect], ...]:
        """Effects of the acts that stand, in order."""
        return tuple((done, effect) for done in self.done for effect in done.act.effects)

    @property
    def mergeable(self) -> bool:
        """Whether the SOP lets the item reach `main`: an effect is due, or everything is done."""
        return self.complete or any(effect is not Effect.NOMORI for _, effect in self.effects)
