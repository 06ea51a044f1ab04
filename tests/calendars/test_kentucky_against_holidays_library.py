"""The shipped calendar against the `holidays` library, for the holidays that both know. The library is no authority."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import holidays
import pytest

from engine.calendars import read_calendar

FILE = Path(__file__).resolve().parents[2] / "decisions/calendars/kentucky.yaml"
KENTUCKY = read_calendar(FILE.read_bytes(), FILE.name)
SHARED = {
    "new_years_day": "New Year's Day",
    "martin_luther_king_day": "Martin Luther King Jr. Day",
    "washington_birthday": "Washington's Birthday",
    "memorial_day": "Memorial Day",
    "independence_day": "Independence Day",
    "labor_day": "Labor Day",
    "columbus_day": "Columbus Day",
    "veterans_day": "Veterans Day",
    "thanksgiving_day": "Thanksgiving Day",
    "christmas_day": "Christmas Day",
}
OWN = {"lee_birthday", "roosevelt_birthday", "lincoln_birthday", "confederate_memorial_day"}


@pytest.mark.parametrize("year", range(2001, 2041))
def test_shared_holidays_fall_on_the_same_days(year: int) -> None:
    # The library's list for Kentucky lacks Columbus Day; its observed days are moves that the statute does not make.
    library = holidays.country_holidays("US", years=year, observed=False)

    for holiday in KENTUCKY.holidays:
        if holiday.id in SHARED:
            (day,) = holiday.days_in(year)
            assert SHARED[holiday.id] in library.get(day, ""), f"{holiday.name} {day}"


@pytest.mark.parametrize("year", range(2001, 2041))
def test_only_the_statutes_own_days_are_unknown_to_the_library(year: int) -> None:
    days = {(day.month, day.day) for holiday in KENTUCKY.holidays if holiday.id in OWN for day in holiday.days_in(year)}

    assert days == {(1, 19), (1, 30), (2, 12), (6, 3)}
    assert {holiday.id for holiday in KENTUCKY.holidays} == OWN | set(SHARED)


def test_no_holiday_moves_from_a_weekend_and_state_closures_are_business_days() -> None:
    assert KENTUCKY.is_business_day(date(2011, 1, 3))  # 1 January 2011 was a Saturday
    assert KENTUCKY.is_business_day(date(2011, 12, 26))  # 25 December 2011 was a Sunday
    assert KENTUCKY.is_business_day(date(2011, 4, 22))  # Good Friday
    assert KENTUCKY.is_business_day(date(2011, 11, 25))  # the day after Thanksgiving
    assert not KENTUCKY.is_business_day(date(2011, 10, 10))  # Columbus Day
