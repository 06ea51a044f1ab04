"""Dated rules for legal holidays: on which day of a given year each falls, and from when to when it is law.

Kinds of rule: a fixed day of the year; the nth (or last) weekday of a month; the first weekday after another such
day; a number of days from Easter Sunday; one proclaimed day. A rule may be observed on another day when it falls on a
weekday that the law names, and may apply in every nth year only.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY_NAMES = tuple(name.capitalize() for name in WEEKDAYS)
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
LAST = -1


class DayRule(Protocol):
    def day_in(self, year: int) -> date | None:
        """The day of *year*, or None when that year has none (29 February; a fifth Monday; another year's day)."""
        ...


@dataclass(frozen=True, slots=True)
class FixedDay:
    month: int
    day: int

    def day_in(self, year: int) -> date | None:
        if self.day > months.monthrange(year, self.month)[1]:
            return None
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The nth weekday of a month, counted from 1; `LAST` counts from the end."""

    nth: int
    weekday: int
    month: int

    def day_in(self, year: int) -> date | None:
        length = months.monthrange(year, self.month)[1]
        if self.nth == LAST:
            last = date(year, self.month, length)
            return last - timedelta(days=(last.weekday() - self.weekday) % 7)
        first = date(year, self.month, 1)
        day = 1 + (self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1)
        return date(year, self.month, day) if day <= length else None


@dataclass(frozen=True, slots=True)
class WeekdayAfter:
    """The first such weekday strictly after another rule's day."""

    weekday: int
    anchor: DayRule

    def day_in(self, year: int) -> date | None:
        anchor = self.anchor.day_in(year)
        if anchor is None:
            return None
        return anchor + timedelta(days=(self.weekday - anchor.weekday() - 1) % 7 + 1)


@dataclass(frozen=True, slots=True)
class FromEaster:
    """A number of days after (negative: before) Easter Sunday of the western churches."""

    days: int

    def day_in(self, year: int) -> date | None:
        return easter_sunday(year) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class SingleDay:
    """One day proclaimed for one year."""

    on: date

    def day_in(self, year: int) -> date | None:
        return self.on if self.on.year == year else None


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar.

    Source: the ecclesiastical full moon by golden number, century corrections and epact (Clavius; as in the US Naval
    Observatory's explanation of the date of Easter).

    >>> easter_sunday(2011), easter_sunday(2038), easter_sunday(2008)
    (datetime.date(2011, 4, 24), datetime.date(2038, 4, 25), datetime.date(2008, 3, 23))
    """
    golden = year % 19
    century = year // 100
    moon_correction = (8 * century + 13) // 25
    days_to_moon = (19 * golden + century - century // 4 - moon_correction + 15) % 30
    # The church moves a full moon of 19 April to 18 April, and one of 18 April to 17 April late in the lunar cycle.
    if days_to_moon == 29 or (days_to_moon == 28 and golden > 10):
        days_to_moon -= 1
    full_moon = date(year, 3, 21) + timedelta(days=days_to_moon)
    return full_moon + timedelta(days=6 - full_moon.weekday() or 7)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One legal holiday: its rule, when that is law (valid_from included, valid_to not), its source."""

    id: str
    name: str
    citation: str
    rule: DayRule
    valid_from: date | None = None
    valid_to: date | None = None
    moves: dict[int, int] = field(default_factory=dict)
    every_years: int = 1
    counted_from: int = 0

    def days_in(self, year: int) -> list[date]:
        """The days on which the holiday of *year* is kept; a move may carry it into the year before or after."""
        if (year - self.counted_from) % self.every_years:
            return []
        day = self.rule.day_in(year)
        if day is None:
            return []
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day >= self.valid_to):
            return []
        return [day + timedelta(days=self.moves.get(day.weekday(), 0))]
