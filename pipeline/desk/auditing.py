"""Who did what to an item, when, on which version, against which standard time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import calendar
from pipeline.model.history import REVIEW

if TYPE_CHECKING:
    from pipeline.desk.cases import Case
    from pipeline.model.history import Done
    from pipeline.model.people import Office, People


def trail(case: Case, office: Office | None, people: People) -> list[dict[str, Any]]:
    """Return every record that counted, oldest first, as plain values with Indonesian keys.

    Records a later loop or edit took back are there as well, with `berlaku` false.
    """
    if case.progress is None:
        return []
    standing = {done.record.sequence for done in case.progress.done}
    return [
        _row(done, office, people, stands=done.record.word == REVIEW or done.record.sequence in standing)
        for done in case.progress.history
    ]


def _row(done: Done, office: Office | None, people: People, *, stands: bool) -> dict[str, Any]:
    record, step = done.record, done.step
    person = people.by_id.get(record.person)
    took = calendar.working_time(done.since, record.at, office) if done.since and office else None
    late = bool(took is not None and office and step.standard and took > calendar.allowed(step.standard, office))
    return {
        "urut": record.sequence,
        "langkah": record.step,
        "kegiatan": step.activity,
        "putusan": record.word,
        "peran": record.role,
        "oleh": record.person,
        "nama": person.name if person else record.person,
        "pada": (calendar.local(record.at, office) if office else record.at).isoformat(),
        "putaran": record.round,
        "sidik": record.digest,
        "versi_sop": record.version,
        "lampiran": [{"berkas": paper.file, "sha256": paper.sha256} for paper in record.attachments],
        "catatan": record.note,
        "efek": [str(effect) for effect in record.effects],
        "sumber": record.source,
        "menit_kerja": None if took is None else round(took.total_seconds() / 60, 1),
        "standar": str(step.standard) if step.standard else None,
        "terlambat": late,
        "berlaku": stands,
    }
