"""The closing list of the state offices and its union with the legal holidays: reading R-01, the other choices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.calendars import BusinessCalendar, read_calendar, unite

CALENDARS = Path(__file__).resolve().parents[2] / "decisions/calendars"


def read(name: str) -> BusinessCalendar:
    return read_calendar((CALENDARS / name).read_bytes(), name)


LEGAL, OFFICES = read("kentucky.yaml"), read("kentucky_state_offices.yaml")
# day, business day by legal holidays, by closures
DAYS = [
    (date(2011, 1, 19), False, True),  # Robert E. Lee Day
    (date(2011, 2, 21), False, True),  # Washington's Birthday
    (date(2011, 4, 22), True, False),  # Good Friday
    (date(2011, 6, 3), False, True),  # Confederate Memorial Day
    (date(2011, 7, 4), False, False),
    (date(2010, 7, 5), True, False),  # 4 July 2010 was a Sunday
    (date(2011, 10, 10), False, True),  # Columbus Day
    (date(2011, 11, 25), True, False),  # the day after Thanksgiving
    (date(2011, 12, 26), True, False),  # Christmas Day 2011 was a Sunday
    (date(2012, 11, 6), True, False),  # presidential election
    (date(2013, 11, 5), True, True),  # no presidential election
    (date(2011, 3, 8), True, True),
    (date(2011, 3, 12), False, False),  # a Saturday
]


@pytest.mark.parametrize(("day", "legal", "offices"), DAYS, ids=[day.isoformat() for day, _, _ in DAYS])
def test_day_is_a_business_day_by_each_list_and_by_their_union(day: date, legal: bool, offices: bool) -> None:
    assert (LEGAL.is_business_day(day), OFFICES.is_business_day(day)) == (legal, offices)
    assert unite([LEGAL, OFFICES]).is_business_day(day) == (legal and offices)


def test_presidential_elections_from_2001_to_2040_close_the_offices_every_fourth_year() -> None:
    years = [
        year
        for year in range(2001, 2041)
        for holiday in OFFICES.holidays_in(year).values()
        if holiday.id == "presidential_election_day"
    ]

    assert years == [2004, 2008, 2012, 2016, 2020, 2024, 2028, 2032, 2036, 2040]


def test_every_closure_cites_its_statute_in_every_year_from_2001_to_2040() -> None:
    assert (OFFICES.first_year, OFFICES.last_year) == (2001, 2040)
    assert all("krs:18A.190" in holiday.citation for holiday in OFFICES.holidays)
    assert all(len(OFFICES.holidays_in(year)) >= 11 for year in range(2001, 2041))


def test_union_names_its_parts_and_is_made_once() -> None:
    united = unite([LEGAL, OFFICES])

    assert united.id == "kentucky_krs_2_110 + kentucky_krs_18a_190"
    assert united is unite([LEGAL, OFFICES])
    assert unite([LEGAL]) is LEGAL
    assert set(united.clauses) == {*LEGAL.clauses, *OFFICES.clauses}
