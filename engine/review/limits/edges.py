"""What an edge of a limit is, and which edges a limit can have at all.

Three lie around the last day (of a limit of seconds: around the last instant), four are kinds of days. Of business days
the closed days count that are skipped, of other days the closed day that the last one falls upon, moved by it or not.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from engine.calendars import BusinessCalendar, Limit, Unit, compute_deadline
from engine.errors import EngineError
from engine.law import LawPackage
from engine.review.limits.rows import LimitOfLaw

ONE_DAY = timedelta(days=1)
DAYS_SEARCHED = 1600
"""A little more than four years: every kind of day comes up."""
NEVER = f"none of {DAYS_SEARCHED} days on which it can be set off gives it"


class Edge(StrEnum):
    """The words by which a row names an edge that cannot be."""

    BEFORE = "before"
    ON = "on"
    AFTER = "after"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MONTH_END = "month end"
    LEAP_DAY = "leap day"


EDGES: Mapping[Edge, str] = {
    Edge.BEFORE: "the day before the last day",
    Edge.ON: "the last day",
    Edge.AFTER: "the day after the last day",
    Edge.WEEKEND: "a weekend skipped, or at the end",
    Edge.HOLIDAY: "a legal holiday skipped, or at the end",
    Edge.MONTH_END: "a last day at the end of a month",
    Edge.LEAP_DAY: "29 February in the count",
}
AROUND: Mapping[Edge, int] = {Edge.BEFORE: -1, Edge.ON: 0, Edge.AFTER: 1}
BUSINESS = (Unit.BUSINESS_DAYS, Unit.BUSINESS_DAY_OF_MONTH)


@dataclass(frozen=True, slots=True)
class Count:
    """One count of days: from *start* to *due*, with the closed days that it skipped or fell upon."""

    start: date
    due: date
    closed: tuple[date, ...]
    calendar: BusinessCalendar


def count_days(package: LawPackage, limit: Limit, start: date, calendar: BusinessCalendar) -> Count:
    """Count *limit* from *start*. Errors: CAL_YEAR_MISSING, CAL_INVALID."""

    def last_day(counted: Limit) -> date:
        return compute_deadline(counted, start, calendar, package.time_zone, office_opens=package.office_opens).due_date

    due = last_day(limit)
    steps_over = limit.unit in BUSINESS and limit.amount != 0
    counted = due if steps_over else last_day(replace(limit, roll="none"))
    passed = {counted, *_between(counted, due)}
    if limit.unit in BUSINESS:
        passed.update(_between(_begin(limit, start), due))
    return Count(start, due, tuple(sorted(day for day in passed if not calendar.is_business_day(day))), calendar)


def _begin(limit: Limit, start: date) -> date:
    """Where a count of business days begins: for one of a month at its first day, or past its last."""
    if limit.unit == Unit.BUSINESS_DAYS:
        return start
    first = start.replace(day=1)
    return first - ONE_DAY if limit.amount > 0 else (first + 31 * ONE_DAY).replace(day=1)


def _between(one: date, other: date) -> tuple[date, ...]:
    low, high = sorted((one, other))
    return tuple(low + number * ONE_DAY for number in range(1, (high - low).days))


def _over_weekend(count: Count) -> bool:
    return any(day.weekday() in count.calendar.weekend for day in count.closed)


def _over_holiday(count: Count) -> bool:
    return any(day.weekday() not in count.calendar.weekend for day in count.closed)


def _at_month_end(count: Count) -> bool:
    return (count.due + ONE_DAY).day == 1


def _with_leap_day(count: Count) -> bool:
    return any((day.month, day.day) == (2, 29) for day in (*_between(count.start, count.due), count.due))


KINDS_OF_DAYS: Mapping[Edge, Callable[[Count], bool]] = {
    Edge.WEEKEND: _over_weekend,
    Edge.HOLIDAY: _over_holiday,
    Edge.MONTH_END: _at_month_end,
    Edge.LEAP_DAY: _with_leap_day,
}


def edges_without(package: LawPackage, limits: Iterable[LimitOfLaw]) -> dict[str, dict[Edge, str]]:
    """By limit the edges that it cannot have, for its way of counting or for what its row claims, with the reason."""
    met: dict[Limit, frozenset[Edge]] = {}

    def kinds_met(limit: Limit) -> frozenset[Edge]:
        way = replace(limit, id="", clause="", duty=False)
        if way not in met:
            met[way] = _kinds_met(package, way)
        return met[way]

    without = {}
    for limit in limits:
        if limit.is_exact:
            never = dict.fromkeys(KINDS_OF_DAYS, f"{limit.unit} are counted, whatever the day")
        else:
            found = {edge for counted in limit.counted for edge in kinds_met(counted)}
            never = {edge: NEVER for edge in KINDS_OF_DAYS if edge not in found}
        without[limit.id] = {**{edge: limit.claims[edge] for edge in Edge if edge in limit.claims}, **never}
    return without


def _kinds_met(package: LawPackage, limit: Limit) -> frozenset[Edge]:
    found: set[Edge] = set()
    # A count in the first year may go back beyond the years of the calendar; a leap year has every edge early.
    year = next(
        year for year in range(package.calendar.first_year + 1, package.calendar.first_year + 9) if isleap(year)
    )
    for number in range(DAYS_SEARCHED):
        try:
            count = count_days(package, limit, date(year, 1, 1) + number * ONE_DAY, package.calendar)
        except EngineError:
            continue  # beyond the years of the calendar, or a day of the month that the limit leaves open
        found.update(edge for edge, holds in KINDS_OF_DAYS.items() if holds(count))
        if len(found) == len(KINDS_OF_DAYS):
            break
    return frozenset(found)
