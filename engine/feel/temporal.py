"""FEEL's temporal values (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8): date, time, date and time and both durations.

Python's datetime ends at year 9999 and at microseconds; FEEL does not. Years run from -999 999 999 to 999 999 999 in
the proleptic Gregorian calendar with a year 0, times hold nanoseconds, an offset in seconds or an IANA zone by name.
All classes are immutable and hashable; `==` is exact, FEEL's own equality stands in `comparison.py`.
"""

from __future__ import annotations

import datetime as py
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.zones import find_zone, offset_at, standard_offset, zone_offset

MAX_YEAR = 999_999_999
MAX_OFFSET = 14 * 3600
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_set = object.__setattr__
_new = object.__new__
_EPOCH = py.date(1970, 1, 1).toordinal()
_LAST_OF_PYTHON = py.date.max.toordinal() - _EPOCH
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap_year(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    return 29 if month == 2 and is_leap_year(year) else _MONTH_LENGTHS[month - 1]


class _DateFields:
    """Where a date keeps its parts. Dates are made as this, which can be filled quickly, and then become `FeelDate`."""

    __slots__ = ("day", "month", "python", "year")
    year: int
    month: int
    day: int
    python: py.date | None


@dataclass(frozen=True, slots=True, order=True)
class FeelDate(_DateFields):
    """A day of the proleptic Gregorian calendar. `python` is the same as datetime.date, in the years 1 to 9999."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if 1 <= self.year <= 9999 and 1 <= self.month <= 12 and 1 <= self.day <= 31:
            _set(self, "python", py.date(self.year, self.month, self.day))
            return
        _set(self, "python", None)
        if not (-MAX_YEAR <= self.year <= MAX_YEAR and 1 <= self.month <= 12):
            raise ValueError("no such date")
        if not 1 <= self.day <= days_in_month(self.year, self.month):
            raise ValueError("no such date")

    def __reduce__(self) -> tuple[type[FeelDate], tuple[int, int, int]]:
        return FeelDate, (self.year, self.month, self.day)

    @property
    def ordinal(self) -> int:
        """Days since 1970-01-01."""
        if self.python is not None:
            return self.python.toordinal() - _EPOCH
        year = self.year - (self.month <= 2)
        era, year_of_era = divmod(year, 400)
        day_of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468

    @classmethod
    def from_ordinal(cls, ordinal: int) -> FeelDate:
        if -_EPOCH < ordinal <= _LAST_OF_PYTHON:
            return date_from_python(py.date.fromordinal(ordinal + _EPOCH))
        era, day_of_era = divmod(ordinal + 719_468, 146_097)
        year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
        day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
        shifted = (5 * day_of_year + 2) // 153
        month = shifted + 3 if shifted < 10 else shifted - 9
        return cls(year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1)

    @property
    def weekday(self) -> int:
        """1 = Monday ... 7 = Sunday."""
        return (self.ordinal + 3) % 7 + 1

    @property
    def day_of_year(self) -> int:
        return self.ordinal - FeelDate(self.year, 1, 1).ordinal + 1

    @property
    def week_of_year(self) -> int:
        """The ISO 8601 week number."""
        week = (self.day_of_year - self.weekday + 10) // 7
        if week < 1:
            return _weeks_in_year(self.year - 1)
        return 1 if week > _weeks_in_year(self.year) else week

    def plus_days(self, days: int) -> FeelDate:
        """Errors: ValueError past the last year."""
        return FeelDate.from_ordinal(self.ordinal + days)

    def plus_months(self, months: int) -> FeelDate:
        """The same day *months* later, or the last day of that month."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        if not -MAX_YEAR <= year <= MAX_YEAR:
            raise ValueError("no such date")
        return FeelDate(year, month + 1, min(self.day, days_in_month(year, month + 1)))

    def to_python(self) -> py.date:
        """As datetime.date; ValueError outside of Python's years 1 to 9999."""
        return self.python or py.date(self.year, self.month, self.day)

    @classmethod
    def from_python(cls, value: py.date) -> FeelDate:
        return date_from_python(py.date(value.year, value.month, value.day) if type(value) is not py.date else value)

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04}-{self.month:02}-{self.day:02}"


def date_from_python(value: py.date) -> FeelDate:
    """`FeelDate.from_python` of just a datetime.date: every one of them is a date of FEEL, so nothing is checked."""
    made: Any = _new(_DateFields)
    made.year = value.year
    made.month = value.month
    made.day = value.day
    made.python = value
    made.__class__ = FeelDate
    return made  # type: ignore[no-any-return]


def _weeks_in_year(year: int) -> int:
    first = (FeelDate(year, 1, 1).ordinal + 3) % 7 + 1 if abs(year) <= MAX_YEAR else 1
    return 53 if first == 4 or (first == 3 and is_leap_year(year)) else 52


@dataclass(frozen=True, slots=True)
class FeelTime:
    """A time of day: local (neither offset nor zone), at an offset in seconds, or in a named zone."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    offset: int | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.hour < 24 and 0 <= self.minute < 60 and 0 <= self.second < 60):
            raise ValueError("no such time")
        if not 0 <= self.nanosecond < SECOND:
            raise ValueError("no such time")
        if self.offset is not None and (abs(self.offset) > MAX_OFFSET or self.zone is not None):
            raise ValueError("no such offset")
        if self.zone is not None and find_zone(self.zone) is None:
            raise ValueError(f"unknown time zone {self.zone}")

    @property
    def nanosecond_of_day(self) -> int:
        return ((self.hour * 60 + self.minute) * 60 + self.second) * SECOND + self.nanosecond

    @property
    def is_local(self) -> bool:
        return self.offset is None and self.zone is None

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of UTC; of a zone, its winter time; None for a local time."""
        return standard_offset(self.zone) if self.zone is not None else self.offset

    @classmethod
    def from_nanosecond_of_day(cls, value: int, offset: int | None = None, zone: str | None = None) -> FeelTime:
        seconds, nanosecond = divmod(value, SECOND)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return cls(hour, minute, second, nanosecond, offset, zone)

    def plus(self, nanoseconds: int) -> FeelTime:
        """Later by *nanoseconds*, past midnight on the same clock."""
        return FeelTime.from_nanosecond_of_day((self.nanosecond_of_day + nanoseconds) % DAY, self.offset, self.zone)

    def __lt__(self, other: FeelTime) -> bool:
        if self.is_local != other.is_local:
            raise TypeError("a local time has no order against one with an offset or zone")
        offsets = (self.utc_offset or 0) - (other.utc_offset or 0)
        return self.nanosecond_of_day - offsets * SECOND < other.nanosecond_of_day

    def __le__(self, other: FeelTime) -> bool:
        return not other < self

    def to_python(self) -> py.time:
        """As datetime.time with a fixed offset (microseconds; a named zone only where datetime.time can hold it)."""
        tz: py.tzinfo | None = find_zone(self.zone) if self.zone else None
        if self.offset is not None:
            tz = py.timezone(py.timedelta(seconds=self.offset))
        return py.time(self.hour, self.minute, self.second, self.nanosecond // 1000, tz)

    @classmethod
    def from_python(cls, value: py.time) -> FeelTime:
        zone = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
        offset = value.utcoffset()
        seconds = round(offset.total_seconds()) if offset is not None and zone is None else None
        return cls(value.hour, value.minute, value.second, value.microsecond * 1000, seconds, zone)

    def __str__(self) -> str:
        fraction = f".{self.nanosecond:09}".rstrip("0") if self.nanosecond else ""
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}{fraction}{self.show_zone()}"

    def show_zone(self) -> str:
        if self.zone is not None:
            return f"@{self.zone}"
        if self.offset is None:
            return ""
        if self.offset == 0:
            return "Z"
        minutes, seconds = divmod(abs(self.offset), 60)
        shown = f"{'-' if self.offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
        return f"{shown}:{seconds:02}" if seconds else shown


@dataclass(frozen=True, slots=True)
class FeelDateTime:
    """A date with a time of day; with an offset or a zone it is an instant."""

    date: FeelDate
    time: FeelTime

    @property
    def is_local(self) -> bool:
        return self.time.is_local

    @property
    def utc_offset(self) -> int | None:
        if self.time.zone is not None:
            return zone_offset(
                self.time.zone, self.date.year, self.date.month, self.date.day, self.time.nanosecond_of_day // SECOND
            )
        return self.time.offset

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00Z; a local value counts as if it were UTC."""
        return self.date.ordinal * DAY + self.time.nanosecond_of_day - (self.utc_offset or 0) * SECOND

    def plus(self, nanoseconds: int) -> FeelDateTime:
        """Later by exactly *nanoseconds*, shown on the same clock."""
        if self.time.zone is None:
            return self._at_local(self.date.ordinal * DAY + self.time.nanosecond_of_day + nanoseconds)
        instant = self.instant + nanoseconds
        return self._at_local(instant + offset_at(self.time.zone, instant // SECOND) * SECOND)

    def _at_local(self, nanoseconds: int) -> FeelDateTime:
        days, rest = divmod(nanoseconds, DAY)
        time = FeelTime.from_nanosecond_of_day(rest, self.time.offset, self.time.zone)
        return FeelDateTime(FeelDate.from_ordinal(days), time)

    def plus_months(self, months: int) -> FeelDateTime:
        return FeelDateTime(self.date.plus_months(months), self.time)

    def __lt__(self, other: FeelDateTime) -> bool:
        if self.is_local != other.is_local:
            raise TypeError("a local date and time has no order against a zoned one")
        return self.instant < other.instant

    def __le__(self, other: FeelDateTime) -> bool:
        return not other < self

    def to_python(self) -> py.datetime:
        """As datetime.datetime, to the microsecond; ValueError outside of Python's years 1 to 9999."""
        return py.datetime.combine(self.date.to_python(), self.time.to_python())

    @classmethod
    def from_python(cls, value: py.datetime, zone: str | None = None) -> FeelDateTime:
        """Of an aware or naive datetime; with *zone* the same instant on that zone's clock."""
        if zone is not None and value.tzinfo is not None:
            value = value.astimezone(ZoneInfo(zone))
        elif zone is not None:
            value = value.replace(tzinfo=ZoneInfo(zone))
        offset = value.utcoffset()
        name = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
        seconds = round(offset.total_seconds()) if offset is not None and name is None else None
        time = FeelTime(value.hour, value.minute, value.second, value.microsecond * 1000, seconds, name)
        return cls(FeelDate(value.year, value.month, value.day), time)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True, order=True)
class DaysTimeDuration:
    """A days and time duration, in nanoseconds."""

    nanoseconds: int

    @classmethod
    def of(cls, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> DaysTimeDuration:
        return cls(days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND)

    @property
    def sign(self) -> int:
        return -1 if self.nanoseconds < 0 else 1

    def parts(self) -> tuple[int, int, int, int, int]:
        """Unsigned days, hours, minutes, seconds, nanoseconds."""
        seconds, nanosecond = divmod(abs(self.nanoseconds), SECOND)
        minutes, second = divmod(seconds, 60)
        hours, minute = divmod(minutes, 60)
        return (*divmod(hours, 24), minute, second, nanosecond)

    def to_python(self) -> py.timedelta:
        """As datetime.timedelta, to the microsecond; OverflowError beyond its range."""
        return py.timedelta(microseconds=self.sign * (abs(self.nanoseconds) // 1000))

    @classmethod
    def from_python(cls, value: py.timedelta) -> DaysTimeDuration:
        return cls(((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1000)

    def __str__(self) -> str:
        days, hours, minutes, seconds, nanosecond = self.parts()
        clock = f"{hours}H" if hours else ""
        clock += f"{minutes}M" if minutes else ""
        if seconds or nanosecond:
            clock += f"{seconds}" + (f".{nanosecond:09}".rstrip("0") if nanosecond else "") + "S"
        if not days and not clock:
            return "PT0S"
        return f"{'-' if self.nanoseconds < 0 else ''}P{f'{days}D' if days else ''}{'T' + clock if clock else ''}"


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A years and months duration, in months."""

    months: int

    @property
    def sign(self) -> int:
        return -1 if self.months < 0 else 1

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        if not self.months:
            return "P0M"
        return f"{'-' if self.months < 0 else ''}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"
