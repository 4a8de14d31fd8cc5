"""Working time, by hand-made examples."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from pipeline import calendar
from pipeline.model.people import Office
from pipeline.model.procedure import Standard, Unit


def office(zone: str = "Asia/Jakarta") -> Office:
    return Office(
        id="kota",
        name="Kantor",
        short_name="Kantor",
        area_code="",
        timezone=zone,
        opens=time(8),
        closes=time(16),
        accounts=(),
        hashtags=(),
        procedures=(),
    )


def at(text: str, zone: str = "Asia/Jakarta") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def naive(day: str) -> datetime:
    """Return a moment without a zone, as the bounds of the property tests are."""
    return datetime.combine(date.fromisoformat(day), time())


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param("2026-11-16T09:00", "2026-11-16T11:30", 2.5, id="within a day"),
        pytest.param("2026-11-16T07:00", "2026-11-16T18:00", 8, id="only office hours count"),
        pytest.param("2026-11-20T15:00", "2026-11-23T09:00", 2, id="a weekend does not count"),
        pytest.param("2026-11-21T09:00", "2026-11-21T15:00", 0, id="a Saturday is nothing"),
        pytest.param("2026-03-17T15:00", "2026-03-26T09:00", 2 + 8, id="Idul Fitri and cuti bersama 2026 do not count"),
        pytest.param("2026-11-16T11:00", "2026-11-16T09:00", 0, id="backwards is nothing"),
    ],
)
def test_working_time(start: str, end: str, hours: float) -> None:
    assert calendar.working_time(at(start), at(end), office()) == timedelta(hours=hours)


def test_each_zone_has_its_own_hours() -> None:
    start, end = at("2026-11-16T08:00"), at("2026-11-16T16:00")
    assert calendar.working_time(start, end, office("Asia/Makassar")) == timedelta(hours=7)
    assert calendar.working_time(start, end, office("Asia/Jayapura")) == timedelta(hours=6)


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [(15, Unit.MENIT, timedelta(minutes=15)), (1, Unit.JAM, timedelta(hours=1)), (2, Unit.HARI, timedelta(hours=16))],
)
def test_what_a_standard_allows(amount: int, unit: Unit, expected: timedelta) -> None:
    assert calendar.allowed(Standard(least=1, most=amount, unit=unit), office()) == expected


ZONES = pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])


@ZONES
@pytest.mark.parametrize(
    ("start", "standard", "end"),
    [
        pytest.param("2026-11-16T09:00", (15, 15, Unit.MENIT), "2026-11-16T09:15", id="within a day"),
        pytest.param("2026-11-16T15:30", (30, 30, Unit.MENIT), "2026-11-16T16:00", id="up to the closing hour itself"),
        pytest.param("2026-11-20T15:30", (1, 1, Unit.JAM), "2026-11-23T08:30", id="Friday afternoon to Monday"),
        pytest.param("2026-11-20T15:30", (1, 1, Unit.HARI), "2026-11-23T15:30", id="a day is a working day"),
        pytest.param("2026-11-16T09:00", (1, 2, Unit.HARI), "2026-11-18T09:00", id="a range ends with its most"),
        pytest.param("2026-11-21T10:00", (1, 1, Unit.JAM), "2026-11-23T09:00", id="begun on a Saturday"),
        pytest.param("2026-11-16T23:59", (15, 15, Unit.MENIT), "2026-11-17T08:15", id="begun at 23:59"),
        pytest.param("2026-11-17T00:01", (15, 15, Unit.MENIT), "2026-11-17T08:15", id="begun at 00:01"),
        pytest.param("2026-08-14T15:00", (2, 2, Unit.JAM), "2026-08-18T09:00", id="a holiday on a Monday"),
        pytest.param("2026-12-23T15:00", (2, 2, Unit.JAM), "2026-12-28T09:00", id="cuti bersama, then Christmas"),
        pytest.param("2026-03-17T15:00", (4, 4, Unit.JAM), "2026-03-25T11:00", id="Nyepi, Idul Fitri, cuti bersama"),
    ],
)
def test_deadlines(zone: str, start: str, standard: tuple[int, int, Unit], end: str) -> None:
    least, most, unit = standard
    found = calendar.deadline(at(start, zone), Standard(least=least, most=most, unit=unit), office(zone))
    assert found == at(end, zone)
    assert found.tzname() == {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}[zone]


@given(
    begun=strategies.datetimes(naive("2024-01-01"), naive("2026-12-01")),
    minutes=strategies.integers(1, 5000),
    zone=strategies.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
)
def test_a_deadline_leaves_just_the_time_allowed(begun: datetime, minutes: int, zone: str) -> None:
    start = begun.replace(tzinfo=ZoneInfo(zone))
    end = calendar.deadline(start, Standard(least=1, most=minutes, unit=Unit.MENIT), office(zone))
    assert calendar.working_time(start, end, office(zone)) == timedelta(minutes=minutes)
    assert calendar.working_time(start, end - timedelta(seconds=1), office(zone)) < timedelta(minutes=minutes)


@given(
    begun=strategies.datetimes(naive("2024-06-01"), naive("2026-06-01")),
    lasting=strategies.timedeltas(timedelta(), timedelta(days=500)),
)
def test_working_time_is_what_a_walk_over_the_days_adds_up_to(begun: datetime, lasting: timedelta) -> None:
    start = begun.replace(tzinfo=ZoneInfo("Asia/Makassar"))
    end, total = start + lasting, timedelta()
    for number in range(lasting.days + 2):
        day = start.date() + timedelta(days=number)
        if day.weekday() < 5 and day not in calendar.days_off(day.year):
            opens, closes = (datetime.combine(day, time(hour), start.tzinfo) for hour in (8, 16))
            total += max(min(closes, end) - max(opens, start), timedelta())
    assert calendar.working_time(start, end, office("Asia/Makassar")) == total


@ZONES
def test_a_day_ends_in_the_offices_zone(zone: str) -> None:
    end = calendar.end_of_day(at("2026-11-20T12:00", zone).date(), office(zone))
    assert at("2026-11-20T23:59", zone) < end < at("2026-11-21T00:01", zone)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_years_of_the_joint_decree_are_official(year: int) -> None:
    assert calendar.official(year)


@pytest.mark.parametrize("year", [2001, 2035])
def test_a_year_without_cuti_bersama_is_not_official(year: int) -> None:
    assert not calendar.official(year)


def test_a_year_with_an_estimated_holiday_is_not_official() -> None:
    """2027 has its cuti bersama in the package, and some days of which are still estimated, or confirmed since."""
    estimated = [name for name in calendar.days_off(2027).values() if name.endswith("(perkiraan)")]
    assert calendar.official(2027) is not bool(estimated)


def test_uncertain_years_are_counted_in_the_offices_zone() -> None:
    eve = at("2034-12-31T23:00", "Asia/Jakarta")
    assert calendar.uncertain_years(eve, eve, office("Asia/Jakarta")) == [2034]
    assert calendar.uncertain_years(eve, eve, office("Asia/Jayapura")) == [2035]
    assert calendar.uncertain_years(at("2025-01-01T09:00"), at("2026-12-30T09:00"), office()) == []
    assert date(2026, 12, 25) in calendar.days_off(2026)
