"""Working time of an office: its zone, its hours, public holidays and cuti bersama.

The SOPs state times in minutes, hours and days without saying whether a day is a working day; here
a day is a working day of the office and an hour is an hour within office hours. Holidays come from
the `holidays` package (SKB 3 Menteri), the category `government` being cuti bersama.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.model.procedure import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipeline.model.people import Office
    from pipeline.model.procedure import Standard

_SATURDAY = 5


@lru_cache(maxsize=64)
def days_off(year: int) -> dict[date, str]:
    """Return the public holidays and cuti bersama of *year* with their names."""
    import holidays  # the calendar's data is large and most commands never need it

    found = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return {day: name for day, name in found.items() if day.year == year}


def is_working_day(day: date) -> bool:
    """Whether offices are open on *day*."""
    return day.weekday() < _SATURDAY and day not in days_off(day.year)


def local(moment: datetime, office: Office) -> datetime:
    """Return *moment* in the office's zone."""
    return moment.astimezone(ZoneInfo(office.timezone))


def working_day(office: Office) -> timedelta:
    """Return the length of the office's working day."""
    return _span(office.opens.hour, office.opens.minute, office.closes.hour, office.closes.minute)


def allowed(standard: Standard, office: Office) -> timedelta:
    """Return the most working time *standard* allows in *office*."""
    if standard.unit is Unit.HARI:
        return standard.most * working_day(office)
    return timedelta(minutes=standard.most) if standard.unit is Unit.MENIT else timedelta(hours=standard.most)


def working_time(start: datetime, end: datetime, office: Office) -> timedelta:
    """Return how much of the office's working time lies between two moments."""
    total = timedelta()
    for opens, closes in _openings(start, end, office):
        first, last = max(opens, start), min(closes, end)
        total += max(last - first, timedelta())
    return total


def deadline(start: datetime, standard: Standard, office: Office) -> datetime:
    """Return the moment when *standard* runs out, in the office's zone."""
    left = allowed(standard, office)
    for opens, closes in _openings(start, start + timedelta(days=3660), office):
        first = max(opens, start)
        if closes - first >= left:
            return local(first + left, office)
        left -= max(closes - first, timedelta())
    return local(start + left, office)


def same_day(one: datetime, day: date, office: Office) -> bool:
    """Whether *one* falls on *day* in the office's zone."""
    return local(one, office).date() == day


def _openings(start: datetime, end: datetime, office: Office) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(office.timezone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        if is_working_day(day):
            opens = datetime.combine(day, office.opens, zone)
            closes = datetime.combine(day, office.closes, zone)
            yield opens.astimezone(UTC), closes.astimezone(UTC)
        day += timedelta(days=1)


def _span(opens_hour: int, opens_minute: int, closes_hour: int, closes_minute: int) -> timedelta:
    return timedelta(hours=closes_hour - opens_hour, minutes=closes_minute - opens_minute)
