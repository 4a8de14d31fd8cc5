"""Who did what to an item, when, on which version, against which standard time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import calendar
from pipeline.desk import deadlines
from pipeline.model.history import ASIDE, Draft

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipeline.desk.cases import Case
    from pipeline.model.history import Done
    from pipeline.model.people import Office, People


def trail(case: Case, office: Office | None, people: People) -> list[dict[str, Any]]:
    """Return every record that counted, oldest first, as plain values with Indonesian keys.

    Records a later loop or edit took back are there as well, with `berlaku` false. Times are those of the step: a
    handover of two acts begins with its first.
    """
    if case.progress is None or office is None:
        return []
    standing = {done.record.sequence for done in case.progress.done}
    day = next((event.day for event in reversed(case.events) if isinstance(event, Draft) and event.day), None)
    rows, since = [], None
    for before, done in zip((None, *case.progress.history), case.progress.history, strict=False):
        if before is None or before.step is not done.step or done.act is done.step.acts[0]:
            since = done.since
        stands = done.record.word in ASIDE or done.record.sequence in standing
        rows.append(_row(done, people, stands=stands) | _times(done, since, day, office))
    return rows


def _row(done: Done, people: People, *, stands: bool) -> dict[str, Any]:
    record, step = done.record, done.step
    person = people.by_id.get(record.person)
    return {
        "urut": record.sequence,
        "langkah": record.step,
        "kegiatan": step.activity,
        "putusan": record.word,
        "peran": record.role,
        "oleh": record.person,
        "nama": person.name if person else record.person,
        "putaran": record.round,
        "sidik": record.digest,
        "versi_sop": record.version,
        "lampiran": [{"berkas": paper.file, "sha256": paper.sha256} for paper in record.attachments],
        "catatan": record.note,
        "efek": [str(effect) for effect in record.effects],
        "sumber": record.source,
        "berlaku": stands,
    }


def _times(done: Done, since: datetime | None, day: date | None, office: Office) -> dict[str, Any]:
    """Return when the act was done, against its step's standard time; an act aside the SOP has none."""
    step, at = done.step, done.record.at
    head = {"pada": calendar.local(at, office).isoformat()}
    if since is None:
        none = dict.fromkeys(("menit_kerja", "standar", "tenggat", "terlambat_menit"))
        return head | none | {"terlambat": False, "kalender_belum_resmi": []}
    end = deadlines.due(step, since, day, office)
    over = deadlines.late(end, day if step.same_day else None, at, office)
    return head | {
        "menit_kerja": deadlines.minutes(calendar.working_time(since, at, office)),
        "standar": str(step.standard) if step.standard else None,
        "tenggat": end.isoformat() if end else None,
        "terlambat_menit": over,
        "terlambat": over is not None,
        "kalender_belum_resmi": calendar.uncertain_years(since, max(end or at, at), office),
    }
