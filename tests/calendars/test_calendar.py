"""Business days of an invented calendar: each kind of rule, reasons, walking, and the edge of the declared years."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError, ErrorCode
from tests.calendars.harbour import harbour_calendar

CALENDAR = harbour_calendar()
DAYS = st.dates(date(2004, 3, 1), date(2029, 6, 30))


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2011, 3, 1), "legal holiday: Lantern Day [harbour:2(1)]"),
        (date(2012, 2, 29), "legal holiday: Leap Feast [harbour:2(2)]"),
        (date(2011, 2, 28), None),
        (date(2011, 5, 9), "legal holiday: Rope Monday [harbour:2(3)]"),
        (date(2011, 8, 31), "legal holiday: Last Tide [harbour:2(4)]"),
        (date(2013, 6, 30), "legal holiday: Fifth Sunday [harbour:2(5)]"),
        (date(2012, 11, 6), "legal holiday: Harbour Vote [harbour:2(6)]"),
        (date(2011, 11, 8), None),
        (date(2011, 4, 25), "legal holiday: Easter Monday [harbour:2(7)]"),
        (date(2012, 6, 5), "legal holiday: Jubilee [harbour:proclamation(3)]"),
        (date(2013, 6, 5), None),
        (date(2011, 3, 4), "Friday"),
        (date(2011, 3, 6), None),
    ],
)
def test_day_is_closed_for_the_stated_reason(day: date, reason: str | None) -> None:
    assert CALENDAR.why_not(day) == reason
    assert CALENDAR.is_business_day(day) == (reason is None)


def test_rule_replaced_by_new_law_changes_on_the_first_day_of_the_new_one() -> None:
    assert CALENDAR.holiday_on(date(2009, 4, 3)) is not None
    assert CALENDAR.holiday_on(date(2010, 4, 3)) is None
    assert CALENDAR.holiday_on(date(2009, 4, 4)) is None
    assert CALENDAR.holiday_on(date(2010, 4, 4)) is not None


def test_holiday_on_a_weekend_moves_over_new_year_only_when_its_rule_says_so() -> None:
    # given 31 December 2010 is a Friday, and the rule moves it by two days
    assert date(2010, 12, 31).strftime("%A") == "Friday"

    # then it is kept on Sunday 2 January 2011
    assert CALENDAR.why_not(date(2011, 1, 2)) == "legal holiday: Year's End [harbour:2(10)]"
    assert CALENDAR.why_not(date(2010, 12, 31)) == "Friday"


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2031, 1, 1)])
def test_date_outside_the_declared_years_is_an_error(day: date) -> None:
    with pytest.raises(EngineError) as raised:
        CALENDAR.is_business_day(day)

    assert raised.value.code == ErrorCode.CAL_YEAR_MISSING
    assert raised.value.problem.location.file == "harbour.yaml"
    assert day.isoformat() in str(raised.value)


def test_counting_over_the_last_declared_year_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(EngineError) as raised:
        CALENDAR.add_business_days(date(2030, 12, 29), 30)

    assert raised.value.code == ErrorCode.CAL_YEAR_MISSING


@given(DAYS, st.integers(0, 60))
def test_n_business_days_later_are_n_business_days_apart(day: date, count: int) -> None:
    later = CALENDAR.add_business_days(day, count)

    assert CALENDAR.business_days_between(day, later) == count
    assert count == 0 or CALENDAR.is_business_day(later)


@given(DAYS, st.integers(-40, 60), st.integers(0, 10))
def test_adding_business_days_is_monotone(day: date, count: int, more: int) -> None:
    assert CALENDAR.add_business_days(day, count) <= CALENDAR.add_business_days(day, count + more) or count + more == 0


@given(DAYS, st.integers(1, 40))
def test_counting_forth_and_back_returns_to_a_business_day(day: date, count: int) -> None:
    start = CALENDAR.roll_forward(day)

    assert CALENDAR.add_business_days(CALENDAR.add_business_days(start, count), -count) == start


@given(DAYS)
def test_rolling_never_lands_on_a_closed_day_and_passes_only_closed_days(day: date) -> None:
    rolled = CALENDAR.roll_forward(day)

    assert CALENDAR.is_business_day(rolled)
    assert CALENDAR.business_days_between(day, rolled) == (rolled > day)
    assert CALENDAR.roll_backward(day) <= day <= rolled
    assert CALENDAR.next_business_day(day) > day
