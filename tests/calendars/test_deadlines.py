"""Deadlines: counting, rolling, the arithmetic in words, and instants across changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import Limit, compute_deadline, first_instant_after, read_calendar
from engine.errors import EngineError, ErrorCode
from tests.calendars.harbour import harbour_calendar

CALENDAR = harbour_calendar()
ZONE = ZoneInfo("Europe/Lisbon")
OPENS = time(9, 30)


def limit(amount: int, unit: str, **more: object) -> Limit:
    return Limit("answer", "harbour:4", amount, unit, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "unit", "more", "start", "due", "steps"),
    [
        (10, "calendar days", {}, date(2011, 3, 8), date(2011, 3, 20), None),
        (
            9,
            "calendar days",
            {},
            date(2011, 3, 8),
            date(2011, 3, 17),
            ["Tue 8 Mar 2011 + 9 calendar days = Thu 17 Mar 2011"],
        ),
        (
            10,
            "calendar days",
            {},
            date(2011, 3, 8),
            date(2011, 3, 20),
            [
                "Tue 8 Mar 2011 + 10 calendar days = Fri 18 Mar 2011",
                "Fri 18 Mar 2011 rolls to Sun 20 Mar 2011 (Friday, Saturday)",
            ],
        ),
        (10, "calendar days", {"roll": "none"}, date(2011, 3, 8), date(2011, 3, 18), None),
        (10, "calendar days", {"roll": "backward"}, date(2011, 3, 8), date(2011, 3, 17), None),
        (1, "calendar days", {}, date(2011, 5, 8), date(2011, 5, 10), None),
        (
            2,
            "business days",
            {},
            date(2011, 5, 5),
            date(2011, 5, 10),
            [
                "Thu 5 May 2011 + 2 business days = Tue 10 May 2011",
                "counted: Sun 8 May, Tue 10 May",
                "skipped: Fri 6 May (Friday), Sat 7 May (Saturday), "
                "Mon 9 May (legal holiday: Rope Monday [harbour:2(3)])",
            ],
        ),
        (
            1,
            "business days",
            {},
            date(2011, 5, 4),
            date(2011, 5, 5),
            ["Wed 4 May 2011 + 1 business day = Thu 5 May 2011", "counted: Thu 5 May"],
        ),
        (-2, "business days", {}, date(2011, 5, 10), date(2011, 5, 5), None),
        (0, "calendar days", {}, date(2011, 5, 6), date(2011, 5, 8), None),
        (3, "calendar days", {"first_day": "included"}, date(2011, 5, 1), date(2011, 5, 3), None),
        (2, "weeks", {}, date(2011, 5, 1), date(2011, 5, 15), None),
        (1, "months", {}, date(2011, 1, 17), date(2011, 2, 17), None),
        (1, "months", {"month_end": "last day"}, date(2011, 1, 31), date(2011, 2, 28), None),
        (1, "months", {"month_end": "next day"}, date(2011, 1, 31), date(2011, 3, 2), None),
        (-1, "years", {}, date(2012, 2, 28), date(2011, 2, 28), None),
    ],
)
def test_deadline_falls_on_the_due_date_with_its_steps(
    amount: int, unit: str, more: dict[str, str], start: date, due: date, steps: list[str] | None
) -> None:
    result = compute_deadline(limit(amount, unit, **more), start, CALENDAR, ZONE, office_opens=OPENS)

    assert result.due_date == due
    assert result.started_on == start
    if steps is not None:
        assert list(result.steps) == steps


def test_month_without_that_day_is_refused_with_both_places() -> None:
    with pytest.raises(EngineError) as raised:
        compute_deadline(limit(1, "months"), date(2011, 1, 31), CALENDAR, ZONE, office_opens=OPENS)

    assert raised.value.code == ErrorCode.CAL_INVALID
    assert raised.value.problem.location.clause == "harbour:4"
    assert "Mon 31 Jan 2011 + 1 month" in str(raised.value)
    assert "February 2011 has no day 31" in str(raised.value)


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("unit", "busines days", 'Did you mean "business days"?'),
        ("roll", "foreward", 'Did you mean "forward"?'),
        ("first_day", "counted", "first_day"),
        ("month_end", "lastday", 'Did you mean "last day"?'),
    ],
)
def test_limit_with_an_unknown_word_is_refused(part: str, value: str, said: str) -> None:
    with pytest.raises(EngineError) as raised:
        limit(**{"amount": 1, "unit": "weeks", part: value})  # type: ignore[arg-type]

    assert raised.value.code == ErrorCode.CAL_INVALID
    assert raised.value.problem.location.part == part
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("amount", "start", "due", "steps"),
    [
        (1, date(2011, 5, 31), date(2011, 5, 1), ["business day 1 of May 2011 = Sun 1 May 2011"]),
        (
            1,
            date(2011, 3, 8),
            date(2011, 3, 2),
            [
                "business day 1 of March 2011 = Wed 2 Mar 2011",
                "skipped: Tue 1 Mar (legal holiday: Lantern Day [harbour:2(1)])",
            ],
        ),
        (2, date(2012, 6, 1), date(2012, 6, 4), None),
        (3, date(2012, 6, 30), date(2012, 6, 6), None),
        (
            -1,
            date(2012, 2, 3),
            date(2012, 2, 28),
            [
                "business day 1 of February 2012, counted back from its end = Tue 28 Feb 2012",
                "skipped: Wed 29 Feb (legal holiday: Leap Feast [harbour:2(2)])",
            ],
        ),
        (-2, date(2011, 12, 1), date(2011, 12, 28), None),
    ],
)
def test_business_day_of_the_month_is_counted_from_its_start_or_its_end(
    amount: int, start: date, due: date, steps: list[str] | None
) -> None:
    wanted = limit(amount, "business day of the month")

    computed = compute_deadline(wanted, start, CALENDAR, ZONE, office_opens=OPENS)

    assert computed.due_date == due
    assert computed.started_on == start
    if steps is not None:
        assert list(computed.steps) == steps


@pytest.mark.parametrize("amount", [0, 24, -24, 10**9])
def test_business_day_that_the_month_has_not_is_refused(amount: int) -> None:
    with pytest.raises(EngineError) as raised:
        compute_deadline(
            limit(amount, "business day of the month"), date(2011, 5, 3), CALENDAR, ZONE, office_opens=OPENS
        )

    assert raised.value.code == ErrorCode.CAL_INVALID
    assert f"business day {amount} of May 2011, which has" in raised.value.problem.message
    assert raised.value.problem.location.part == "amount"


@pytest.mark.parametrize("amount", [40_000, 10**9, -(10**12)])
@pytest.mark.parametrize("unit", ["business days", "calendar days", "weeks", "months", "years"])
def test_limit_beyond_the_calendar_is_an_error(amount: int, unit: str) -> None:
    with pytest.raises(EngineError) as raised:
        compute_deadline(limit(amount, unit), date(2011, 3, 8), CALENDAR, ZONE, office_opens=OPENS)

    assert raised.value.code == ErrorCode.CAL_YEAR_MISSING


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("America/New_York", date(2011, 3, 12), "2011-03-13T05:00+00:00"),
        ("America/New_York", date(2011, 3, 13), "2011-03-14T04:00+00:00"),
        ("America/New_York", date(2011, 11, 6), "2011-11-07T05:00+00:00"),
        # Clocks went forward at midnight: the new day began at 01:00.
        ("America/Sao_Paulo", date(2011, 10, 15), "2011-10-16T03:00+00:00"),
        # Clocks went back at midnight to 23:00 of the same day: the last hour came twice.
        ("America/Sao_Paulo", date(2012, 2, 25), "2012-02-26T03:00+00:00"),
        # Clocks went back at 00:01 to 23:01 of the day before, which was over only an hour later.
        ("America/St_Johns", date(2010, 11, 6), "2010-11-07T03:30+00:00"),
        # Clocks went back at 01:00 to 00:00 of the new day, which had long begun.
        ("America/Havana", date(2011, 11, 12), "2011-11-13T04:00+00:00"),
        ("UTC", date(2011, 12, 31), "2012-01-01T00:00+00:00"),
    ],
)
def test_day_ends_at_the_first_instant_of_the_next_whatever_the_clocks_do(zone: str, day: date, expected: str) -> None:
    assert first_instant_after(day, ZoneInfo(zone)) == datetime.fromisoformat(expected)


@given(
    st.dates(date(2005, 6, 1), date(2028, 1, 1)),
    st.integers(-60, 90),
    st.integers(0, 9),
    st.sampled_from(["business days", "calendar days", "weeks"]),
    st.sampled_from(["America/New_York", "Europe/Lisbon", "America/St_Johns", "Asia/Amman", "Pacific/Apia"]),
)
def test_deadline_holds_its_invariants(start: date, amount: int, more: int, unit: str, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    result = compute_deadline(limit(amount, unit), start, CALENDAR, zone, office_opens=OPENS)
    later = compute_deadline(limit(amount + more, unit), start, CALENDAR, zone, office_opens=OPENS)

    # monotone in the amount; never due on a closed day; the due instant is the end of the due date in the zone
    assert result.due_date <= later.due_date
    assert CALENDAR.is_business_day(result.due_date)
    assert result.due.astimezone(zone).date() > result.due_date
    assert (result.due - timedelta(microseconds=1)).astimezone(zone).date() <= result.due_date
    assert result.opens < result.due
    assert result.due.tzinfo is UTC


def test_kentucky_deadlines_follow_the_statutes_list_of_holidays() -> None:
    file = Path(__file__).resolve().parents[2] / "decisions/calendars/kentucky.yaml"
    kentucky = read_calendar(file.read_bytes(), file.name)
    zone = ZoneInfo("America/New_York")

    cases = [
        (30, "calendar days", date(2011, 3, 8), date(2011, 4, 7)),
        (30, "calendar days", date(2011, 9, 10), date(2011, 10, 11)),
        (3, "business days", date(2011, 5, 31), date(2011, 6, 6)),
        (-3, "business days", date(2011, 4, 7), date(2011, 4, 4)),
        (5, "business days", date(2011, 11, 18), date(2011, 11, 28)),
        (1, "business days", date(2012, 1, 18), date(2012, 1, 20)),
    ]
    for amount, unit, start, due in cases:
        result = compute_deadline(Limit("x", "", amount, unit), start, kentucky, zone, office_opens=time(8))
        assert result.due_date == due, result.steps
