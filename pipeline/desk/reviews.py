"""When the SOPs themselves were reviewed, and when they are due again (site_config/tinjauan.yaml).

SOP KPU RI 1/2024 and the three of KPU Provinsi Jambi (13, 15 and 17 Tahun 2025) say how often: once or twice a year at
least. The documents of Magelang, Pinrang and Kepulauan Mentawai have no such clause; they are reminded once a year,
and it is said that the document does not ask for it. A review that changes nothing must not change the SOP's version
(its blob id), which running items are pinned to: so reviews stand in a file of their own, absent while there are none.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pipeline import sop
from pipeline.carriers import history
from pipeline.fields import Sheet, suggestion
from pipeline.model.base import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pipeline.carriers.repository import Repository
    from pipeline.fields import Fields
    from pipeline.model.procedure import Procedure

FILE = "site_config/tinjauan.yaml"
AREA = "TIN"
UNKNOWN, EARLY = 5, 6
YEARLY = 1


class Result(StrEnum):
    """What a review came to."""

    TETAP = "tetap"
    """The SOP stays as it is."""
    DIUBAH = "diubah"
    """The SOP is changed; the new version is a change of its own file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One review of one SOP."""

    sop: str
    day: date
    person: str
    result: Result
    note: str
    line: int
    """Where it stands in the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """How an SOP stands with its reviews."""

    sop: str
    last: date | None
    """The last review, revision or entry into force; None: the SOP names no day and was never reviewed."""
    next: date | None
    """The day by which it is to be reviewed again; None when `last` is: it is due at once."""
    per_year: int
    stated: bool
    """Whether the document itself says how often."""


def parse(data: bytes, sops: Collection[str], people: Collection[str]) -> list[Review]:
    """Read the reviews; raise `FaultyError` with every fault."""
    sheet = Sheet(data, FILE, AREA)
    rows = sheet.top(("tinjauan",)).each("tinjauan", ("sop", "tanggal", "oleh", "hasil"), ("catatan",))
    found = [_review(row, sops, people) for row in rows]
    sheet.finish()
    return found


def _review(row: Fields, sops: Collection[str], people: Collection[str]) -> Review:
    for key, known in (("sop", sops), ("oleh", people)):
        if (named := row.text(key)) and named not in known:
            row.sheet.fault(UNKNOWN, row.path(key), f"{key}: '{named}' tidak ada: {suggestion(named, known)}")
    return Review(
        sop=row.text("sop"),
        day=row.date("tanggal") or date.min,
        person=row.text("oleh"),
        result=row.choice("hasil", Result),
        note=row.text("catatan"),
        line=row.sheet.document.line(row.path("tanggal")),
    )


def early(reviews: Iterable[Review], today: date) -> Iterator[Finding]:
    """Yield the reviews of a day that has not come."""
    for review in reviews:
        if review.day > today:
            message = f"tanggal {review.day} belum tiba: tulis hari tinjauannya dilakukan"
            yield Finding(code=f"{AREA}{EARLY:03d}", path=FILE, line=review.line, message=message)


def due(procedure: Procedure, reviews: Iterable[Review]) -> Due:
    """Return when *procedure* is to be reviewed next: 12/n months after its last review, revision or entry into force.

    Of a document that does not say when it enters into force the day it was made is taken.
    """
    identity, per_year = procedure.identity, procedure.reviews_per_year or YEARLY
    days = [review.day for review in reviews if review.sop == procedure.id]
    days += [day for day in (identity.revised, identity.effective or identity.made) if day]
    last = max(days, default=None)
    return Due(
        sop=procedure.id,
        last=last,
        next=_months_after(last, max(12 // per_year, 1)) if last else None,
        per_year=per_year,
        stated=procedure.reviews_per_year is not None,
    )


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def as_row(found: Due, today: date) -> dict[str, Any]:
    """Return how an SOP stands with its reviews as plain values with Indonesian keys, ready for JSON."""
    return {
        "sop": found.sop,
        "terakhir": found.last.isoformat() if found.last else None,
        "jatuh_tempo": found.next.isoformat() if found.next else None,
        "kali_setahun": found.per_year,
        "tersurat": found.stated,
        "terlambat": found.next is None or found.next < today,
    }


def on_main(repository: Repository, main: str, people: Collection[str]) -> list[Due]:
    """Return how every SOP of *main* stands; raise `FaultyError` when an SOP or the reviews cannot be read."""
    procedures = [
        sop.parse(repository.blob(blob), f"{history.SOPS}/{path}", blob)
        for path, (_, blob) in sorted(repository.tree(main, history.SOPS).items())
    ]
    data = repository.read(main, FILE)
    reviews = parse(data, [each.id for each in procedures], people) if data is not None else []
    return [due(procedure, reviews) for procedure in procedures]
