"""Texts of temporal values (DMN 1.5, 10.3.4.1; XML Schema forms plus @zone): read them strictly or not at all."""

from __future__ import annotations

import datetime as py
import re

from engine.feel.temporal import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    YearsMonthsDuration,
    date_from_python,
)

read_python_date = py.date.fromisoformat
_DATE = re.compile(r"(-?)([1-9][0-9]{4,8}|[0-9]{4})-([0-9]{2})-([0-9]{2})")
# spec: XML Schema has Z alone, but the standard's own examples of is() write z.
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,60}))?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z][A-Za-z0-9_+/-]*))?"
)
_DAYS_TIME = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,18})D)?(?:T(?=[0-9])(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?"
    r"(?:([0-9]{1,18})(?:\.([0-9]{0,60}))?S)?)?"
)
_YEARS_MONTHS = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,18})Y)?(?:([0-9]{1,18})M)?")


def read_date(text: str) -> FeelDate | None:
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date_from_python(read_python_date(text))
        except ValueError:
            pass  # no such day, or a year that Python lacks
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    sign, year, month, day = match.groups()
    try:
        return FeelDate(-int(year) if sign else int(year), int(month), int(day))
    except ValueError:
        return None


def read_time(text: str) -> FeelTime | None:
    found = _read_clock(text)
    return found[1] if found is not None else None


def read_date_time(text: str) -> FeelDateTime | None:
    """A date and time; a date alone is its midnight, and 24:00:00 is the next one."""
    day_text, separator, clock_text = text.partition("T")
    date = read_date(day_text)
    if date is None:
        return None
    if not separator:
        return FeelDateTime(date, FeelTime(0, 0, 0))
    found = _read_clock(clock_text)
    if found is None:
        return None
    days, time = found
    try:
        return FeelDateTime(date.plus_days(days), time)
    except ValueError:
        return None


def _read_clock(text: str) -> tuple[int, FeelTime] | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, utc, sign, offset_hours, offset_minutes, offset_seconds, zone = match.groups()
    offset: int | None = 0 if utc else None
    if sign:
        if int(offset_minutes) > 59 or int(offset_seconds or 0) > 59:
            return None
        offset = int(offset_hours) * 3600 + int(offset_minutes) * 60 + int(offset_seconds or 0)
        offset = -offset if sign == "-" else offset
    nanosecond = int((fraction or "0")[:9].ljust(9, "0"))
    days = 0
    if hour == "24":
        if int(minute) or int(second) or nanosecond:
            return None
        days, hour = 1, "00"
    try:
        return days, FeelTime(int(hour), int(minute), int(second), nanosecond, offset, zone)
    except ValueError:
        return None


def read_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    match = _YEARS_MONTHS.fullmatch(text)
    if match is not None:
        sign, years, months = match.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return YearsMonthsDuration(-total if sign else total)
    match = _DAYS_TIME.fullmatch(text)
    if match is None:
        return None
    sign, days, hours, minutes, seconds, fraction = match.groups()
    nanoseconds = int(days or 0) * DAY + int(hours or 0) * HOUR + int(minutes or 0) * MINUTE
    nanoseconds += int(seconds or 0) * SECOND + int((fraction or "0")[:9].ljust(9, "0"))
    return DaysTimeDuration(-nanoseconds if sign else nanoseconds)


def read_temporal(
    text: str,
) -> FeelDate | FeelTime | FeelDateTime | DaysTimeDuration | YearsMonthsDuration | None:
    """The value of the at literal `@"text"` (rule 65)."""
    if text[:1] == "P" or text[:2] == "-P":
        return read_duration(text)
    if "T" in text.partition("@")[0]:
        return read_date_time(text)
    return read_date(text) or read_time(text)
