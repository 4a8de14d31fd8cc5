"""Standard times against what really passed, in the office's working time.

A step is late when more working time has passed than its standard allows, of a range its most (SOP KPU Kab. Pinrang
17/2022, step 4: 1-2 hari); without a standard it is never late. Where the SOP wants a step on the same day (SOP KPU
Kab. Magelang, Keputusan 17/HK.03.2/3308/2022) the day's end is a deadline as well, and the earlier one counts.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from pipeline import calendar, items

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta

    from pipeline.model.people import Office
    from pipeline.model.procedure import Step


def due(step: Step, since: datetime, day: date | None, office: Office) -> datetime | None:
    """Return when *step*, possible *since* then, must be done, in the office's zone; *day* is the item's own day."""
    ends = [calendar.deadline(since, step.standard, office)] if step.standard else []
    if step.same_day and day:
        ends.append(calendar.end_of_day(day, office))
    return min(ends, default=None)


def late(end: datetime | None, day: date | None, at: datetime, office: Office) -> float | None:
    """Return by how many working minutes *at* is past the deadline *end*; None: it is not late.

    *day* is the day of a same-day step: once it is over the step is late, even at night when no working time passes.
    """
    if end is None or at <= end:
        return None
    over = calendar.working_time(end, at, office)
    return minutes(over) if over or (day and at > calendar.end_of_day(day, office)) else None


def minutes(span: timedelta) -> float:
    """Return a span in minutes, to a tenth."""
    return round(span.total_seconds() / 60, 1)


def in_words(spent: float, office: Office) -> str:
    """Return working minutes as people say them, in their two largest units; a day is the office's working day."""
    days, rest = divmod(round(spent), round(minutes(calendar.working_day(office))))
    hours, left = divmod(rest, 60)
    parts = [f"{amount} {unit}" for amount, unit in ((days, "hari"), (hours, "jam"), (left, "menit")) if amount]
    return f"{' '.join(parts[:2])} kerja" if parts else "kurang dari satu menit kerja"


def clock(moment: datetime, office: Office) -> str:
    """Return a moment as the office reads it: `2026-11-23 10:15 WIB`."""
    return f"{calendar.local(moment, office):%Y-%m-%d %H:%M %Z}"


def clock_of(moment: datetime, item: str, offices: Mapping[str, Office]) -> str:
    """Return a moment as the office of *item* reads it; in UTC where none of *offices* is its."""
    office = next((offices[name] for name, _, _ in items.split_id(item) if name in offices), None)
    return clock(moment, office) if office else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M %Z}"
