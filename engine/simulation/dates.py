"""Dates as analysts write them, and the instants that they mean in the zone of the law.

A date alone means the office opening of that day; a time of day may follow: `2011-03-08 14:30`, or to the second
`2011-03-08 14:30:05`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_WHEN = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?\Z")


@dataclass(frozen=True, slots=True)
class When:
    """A day in the law's zone, with the time of day when one was written."""

    day: date
    at: time | None = None

    def instant(self, zone: ZoneInfo, office_opens: time) -> datetime | None:
        """The instant in UTC, or None when the clocks of *zone* skip that time of that day."""
        local = datetime.combine(self.day, self.at or office_opens, tzinfo=zone)
        instant = local.astimezone(UTC)
        return instant if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) else None


def read_when(text: str) -> When:
    """Read a date or a date and time. Errors: ValueError, whose text says what is wrong, for a person.

    >>> read_when("2011-03-08 14:30")
    When(day=datetime.date(2011, 3, 8), at=datetime.time(14, 30))
    """
    match = _WHEN.match(text)
    if match is None:
        raise ValueError(f'expected a date like 2011-03-08 or 2011-03-08 14:30, but got "{text}"')
    year, month, day, hour, minute, second = match.groups()
    try:
        found = date(int(year), int(month), int(day))
        return When(found, time(int(hour), int(minute), int(second or 0)) if hour else None)
    except ValueError as error:
        raise ValueError(f'expected a day and time of the calendar, but there is no "{text}"') from error


def show_date(day: date) -> str:
    """
    >>> show_date(date(2011, 4, 7))
    'Thursday 7 April 2011'
    """
    return f"{day:%A} {day.day} {day:%B %Y}"


def show_short(day: date) -> str:
    """
    >>> show_short(date(2011, 4, 7))
    '2011-04-07 (Thursday)'
    """
    return f"{day.isoformat()} ({day:%A})"
