"""An SOP as values: identity block, roles, steps, acts. One `Procedure` is one SOP table."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class ActKind(StrEnum):
    """What a person does in an act; the YAML key `jenis` of a step."""

    ARAHAN = "arahan"
    """Gives a direction or a disposition."""
    SUSUN = "susun"
    """Writes or changes files of the item."""
    KOREKSI = "koreksi"
    """Corrects: a human decision on the files covered."""
    PERSETUJUAN = "persetujuan"
    """Approves: a human decision on the files covered."""
    SERAH = "serah"
    """Receives or hands over, changing nothing."""
    LAKSANA = "laksana"
    """Carries out an effect: upload, take down, delete, reply, number."""

    @property
    def decides(self) -> bool:
        """Whether the act is a judgement bound to a digest, under four eyes."""
        return self in (ActKind.KOREKSI, ActKind.PERSETUJUAN)


class Effect(StrEnum):
    """What a finished act makes happen outside the item."""

    TERBIT = "terbit"
    TURUN = "turun"
    HAPUS = "hapus"
    BALAS = "balas"
    BAGIKAN_TAUTAN = "bagikan_tautan"
    NOMORI = "nomori"


class Unit(StrEnum):
    """Units of the SOPs' standard times."""

    MENIT = "menit"
    JAM = "jam"
    HARI = "hari"
    """Working days of the office."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standard:
    """A standard time (mutu baku: waktu): a value, or a range when `least` < `most`."""

    least: int
    most: int
    unit: Unit

    def __str__(self) -> str:
        """Return it as the SOP writes it: `1-2 hari`."""
        amount = str(self.most) if self.least == self.most else f"{self.least}-{self.most}"
        return f"{amount} {self.unit}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One decision word of an act and where it leads."""

    word: str
    target: str | None = None
    """Id of the step it leads to; None: the next act."""
    note_required: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What one role does in a step. Most steps have one act; a handover has two."""

    role: str
    kind: ActKind
    outcomes: tuple[Outcome, ...]
    effects: tuple[Effect, ...] = ()

    def outcome(self, word: str) -> Outcome | None:
        """Return the outcome called *word*, or None."""
        return next((found for found in self.outcomes if found.word == word), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """One line of the SOP's column 'kelengkapan'."""

    name: str
    file: str | None = None
    """Pattern inside the item folder that must match a non-empty file; None: equipment, not a file."""
    attests: str | None = None
    """The file of the item that this paper states to agree with its original; None: it states nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One numbered row of an SOP table."""

    number: int
    id: str
    activity: str
    acts: tuple[Act, ...]
    covers: tuple[str, ...] = ()
    """Patterns of the files a decision here is bound to."""
    edits: tuple[str, ...] = ()
    """Patterns of the files the SOP lets this step's actors change in its turn."""
    requirements: tuple[Requirement, ...] = ()
    standard: Standard | None = None
    output: str = ""
    actor_stated: bool = False
    """Whether the document itself names the actor (False: inferred, see sop-reading)."""
    same_day: bool = False
    """Whether the SOP demands it on the day of the activity, announcement, comment or order."""
    effect_precedes: bool = False
    """Whether the SOP itself puts the effect before the approval (Jambi, penurunan step 3)."""

    @property
    def papers(self) -> tuple[str, ...]:
        """Patterns of the files the step requires, attested ones included."""
        files = (file for each in self.requirements for file in (each.file, each.attests))
        return tuple(dict.fromkeys(file for file in files if file))

    @property
    def attested(self) -> tuple[str, ...]:
        """The files the step's papers attest, and those papers."""
        return tuple(
            file for each in self.requirements if each.attests and each.file for file in (each.file, each.attests)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The identity block of an SOP (Permenpan RB 35/2012)."""

    number: str
    title: str
    made: date | None
    revised: date | None
    effective: date | None
    approved_by: str
    legal_basis: tuple[str, ...]
    qualifications: tuple[str, ...]
    related: tuple[str, ...]
    equipment: tuple[str, ...]
    warnings: tuple[str, ...]
    records: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """One SOP table, pinned by `version` (the Git blob id of its file)."""

    id: str
    office: str
    version: str
    identity: Identity
    roles: Mapping[str, str]
    """Role id -> the office's own name for it."""
    steps: tuple[Step, ...]
    item_kind: str
    """Which kind of item it carries: `konten`, `produk-hukum`, `tanggapan`, `perintah`."""
    reviews_per_year: int | None = None
    overriders: tuple[str, ...] = ()
    """Roles that may pass over an act under force majeure; none where the SOP has no such clause."""
    source: str = ""
    source_notes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other numbers the document itself prints for this SOP."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Dotted path inside the YAML file -> line, for findings."""

    def step(self, step_id: str) -> Step | None:
        """Return the step called *step_id*, or None."""
        return next((step for step in self.steps if step.id == step_id), None)
