"""Working time of an office: its zone, its hours, public holidays and cuti bersama.

The SOPs state times in minutes, hours and days without saying whether a day is a working day; here
a day is a working day of the office and an hour is an hour within office hours. Holidays come from
the `holidays` package (SKB 3 Menteri), the category `government` being cuti bersama.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.model.procedure import Unit

if TYPE_CHECKING:
    from pipeline.model.people import Office
    from pipeline.model.procedure import Standard

_SATURDAY = 5
_ESTIMATED = "(perkiraan)"
"""How `holidays` marks a day nobody has confirmed yet (`estimated_label` of its Indonesia)."""


@lru_cache(maxsize=64)
def days_off(year: int) -> dict[date, str]:
    """Return the public holidays and cuti bersama of *year* with their names."""
    return _published(year, "public") | _published(year, "government")


@lru_cache(maxsize=64)
def official(year: int) -> bool:
    """Whether the days off of *year* are those of the SKB 3 Menteri, cuti bersama included, and none is estimated."""
    return bool(_published(year, "government")) and not any(_ESTIMATED in name for name in days_off(year).values())


def _published(year: int, category: str) -> dict[date, str]:
    import holidays  # the calendar's data is large and most commands never need it

    found = holidays.country_holidays("ID", years=year, categories=(category,), language="id")
    return {day: name for day, name in found.items() if day.year == year}


def is_working_day(day: date) -> bool:
    """Whether offices are open on *day*."""
    return day.weekday() < _SATURDAY and day not in days_off(day.year)


@lru_cache(maxsize=64)
def _working_days(year: int) -> tuple[date, ...]:
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return tuple(day for day in days if day.year == year and is_working_day(day))


def _days_between(first: date, last: date) -> int:
    """Return how many working days lie after *first* and before *last*."""
    years = (_working_days(year) for year in range(first.year, last.year + 1))
    return sum(max(bisect_left(days, last) - bisect_right(days, first), 0) for days in years)


def local(moment: datetime, office: Office) -> datetime:
    """Return *moment* in the office's zone; its `%Z` is WIB, WITA or WIT."""
    return moment.astimezone(_zone(office.timezone))


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def working_day(office: Office) -> timedelta:
    """Return the length of the office's working day."""
    return _between(office.opens, office.closes)


@lru_cache(maxsize=8)
def _between(opens: time, closes: time) -> timedelta:
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)


def allowed(standard: Standard, office: Office) -> timedelta:
    """Return the most working time *standard* allows in *office*."""
    if standard.unit is Unit.HARI:
        return standard.most * working_day(office)
    return timedelta(minutes=standard.most) if standard.unit is Unit.MENIT else timedelta(hours=standard.most)


def working_time(start: datetime, end: datetime, office: Office) -> timedelta:
    """Return how much of the office's working time lies between two moments; none when *end* is not the later."""
    first, last = local(start, office), local(end, office)
    if first >= last:
        return timedelta()
    if first.date() == last.date():
        return _worked(last, office) - _worked(first, office)
    between = _days_between(first.date(), last.date()) * working_day(office)
    return _remaining(first, office) + between + _worked(last, office)


def _worked(moment: datetime, office: Office) -> timedelta:
    """Return the working time of the day of *moment* that has passed by then."""
    if not is_working_day(moment.date()):
        return timedelta()
    passed = moment.replace(tzinfo=None) - datetime.combine(moment.date(), office.opens)
    return min(max(passed, timedelta()), working_day(office))


def _remaining(moment: datetime, office: Office) -> timedelta:
    """Return the working time of the day of *moment* that is still to come then."""
    return working_day(office) - _worked(moment, office) if is_working_day(moment.date()) else timedelta()


def deadline(start: datetime, standard: Standard, office: Office) -> datetime:
    """Return the moment when *standard* runs out, in the office's zone."""
    moment, left = local(start, office), allowed(standard, office)
    while (room := _remaining(moment, office)) < left:
        left -= room
        moment = datetime.combine(moment.date() + timedelta(days=1), office.opens, moment.tzinfo)
    return max(moment, datetime.combine(moment.date(), office.opens, moment.tzinfo)) + left


def end_of_day(day: date, office: Office) -> datetime:
    """Return the last moment of *day* in the office's zone: what 'on the same day' means in the SOPs."""
    return datetime.combine(day, time.max, _zone(office.timezone))


def uncertain_years(start: datetime, end: datetime, office: Office) -> list[int]:
    """Return the years from *start* to *end* whose days off are not all official."""
    years = range(local(start, office).year, local(end, office).year + 1)
    return [year for year in years if not official(year)]
