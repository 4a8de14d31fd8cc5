"""Working time, by hand-made examples."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

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


def test_a_deadline_jumps_over_the_holidays() -> None:
    # Computed by hand in the project's notes: 17 Mar 2026 15:00 WITA + 4 working hours = 25 Mar 11:00.
    zone = "Asia/Makassar"
    found = calendar.deadline(at("2026-03-17T15:00", zone), Standard(least=4, most=4, unit=Unit.JAM), office(zone))
    assert found == at("2026-03-25T11:00", zone)


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_same_day_is_counted_in_the_offices_zone(zone: str) -> None:
    day = at("2026-11-20T12:00", zone).date()
    assert calendar.same_day(at("2026-11-20T23:59", zone), day, office(zone))
    assert not calendar.same_day(at("2026-11-21T00:01", zone), day, office(zone))
