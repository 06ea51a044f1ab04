"""Conversion functions (DMN 1.5, 10.3.4.1) except range()."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Decimal
from typing import TypeVar

from engine.feel.numbers import NUMBERS, is_whole, number, whole
from engine.feel.runtime import NullResult
from engine.feel.signature import Overload
from engine.feel.temporal import (
    SECOND,
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    YearsMonthsDuration,
)
from engine.feel.temporal_text import read_date, read_date_time, read_duration, read_time
from engine.feel.text import format_value
from engine.feel.values import Value

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,6})?")
_SEPARATORS = (" ", ".", ",")
Kind = TypeVar("Kind")


def _given(value: Kind | None, text: str, what: str) -> Kind:
    if value is None:
        raise NullResult(f'"{text[:60]}" is no {what}')
    return value


def to_date(value: str | FeelDate | FeelDateTime) -> FeelDate:
    if isinstance(value, str):
        found = read_date(value)
        return _given(None, value, "date") if found is None else found
    return value.date if isinstance(value, FeelDateTime) else value


def _part(value: Decimal, what: str) -> int:
    part = whole(value)
    if part is None or not is_whole(value):
        raise NullResult(f"{value} is no {what}")
    return part


def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> FeelDate:
    try:
        return FeelDate(_part(year, "year"), _part(month, "month"), _part(day, "day"))
    except ValueError:
        raise NullResult(f"there is no day {day} of month {month} in {year}") from None


def to_time(value: str | FeelTime | FeelDateTime | FeelDate) -> FeelTime:
    if isinstance(value, str):
        return _given(read_time(value), value, "time")
    if isinstance(value, FeelDate):
        return FeelTime(0, 0, 0, offset=0)
    return value.time if isinstance(value, FeelDateTime) else value


def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None) -> FeelTime:
    return _clock(hour, minute, second, offset, None)


def _clock(
    hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None, zone: str | None
) -> FeelTime:
    seconds = whole(second)
    if seconds is None:
        raise NullResult(f"{second} is no second")
    nanosecond = int(((second - seconds) * SECOND).to_integral_value(ROUND_DOWN))
    shift = None
    if offset is not None:
        shift, rest = divmod(offset.nanoseconds, SECOND)
        if rest:
            raise NullResult("an offset has whole seconds")
    try:
        return FeelTime(_part(hour, "hour"), _part(minute, "minute"), seconds, nanosecond, shift, zone)
    except ValueError:
        raise NullResult(f"there is no time {hour}:{minute}:{second} with this offset or zone") from None


def to_date_time(value: str | FeelDateTime) -> FeelDateTime:
    if isinstance(value, str):
        return _given(read_date_time(value), value, "date and time")
    return value


def join_date_time(date: FeelDate | FeelDateTime, time: FeelTime) -> FeelDateTime:
    return FeelDateTime(date.date if isinstance(date, FeelDateTime) else date, time)


def date_time_of_parts(
    year: Decimal, month: Decimal, day: Decimal, hour: Decimal, minute: Decimal, second: Decimal, place: Value = None
) -> FeelDateTime:
    offset = place if isinstance(place, DaysTimeDuration) else None
    zone = place if isinstance(place, str) else None
    return FeelDateTime(date_of_parts(year, month, day), _clock(hour, minute, second, offset, zone))


def to_duration(value: str | DaysTimeDuration | YearsMonthsDuration) -> DaysTimeDuration | YearsMonthsDuration:
    if isinstance(value, str):
        duration = read_duration(value)
        if duration is None:
            raise NullResult(f'"{value[:60]}" is no duration')
        return duration
    return value


def months_between(start: FeelDate | FeelDateTime, end: FeelDate | FeelDateTime) -> YearsMonthsDuration:
    """Whole months from *start* to *end*, negative when *end* comes first."""
    first, first_clock = _day_and_clock(start)
    last, last_clock = _day_and_clock(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and (last.day, last_clock) < (first.day, first_clock):
        months -= 1
    elif months < 0 and (last.day, last_clock) > (first.day, first_clock):
        months += 1
    return YearsMonthsDuration(months)


def _day_and_clock(value: FeelDate | FeelDateTime) -> tuple[FeelDate, int]:
    return (value.date, value.time.nanosecond_of_day) if isinstance(value, FeelDateTime) else (value, 0)


def to_number(text: str) -> Decimal:
    """An extension: the standard knows number() with its separators only."""
    if _NUMBER.fullmatch(text.strip()) is None:
        raise NullResult(f'"{text[:60]}" is no number')
    return number(text.strip())


def to_number_with_separators(text: str, grouping: str | None, point: str | None) -> Decimal:
    if grouping is not None and grouping not in _SEPARATORS:
        raise NullResult("the grouping separator must be a space, a point or a comma")
    if point is not None and point not in (".", ","):
        raise NullResult("the decimal separator must be a point or a comma")
    if grouping is not None and grouping == point:
        raise NullResult("the separators must differ")
    plain = text.replace(grouping, "") if grouping is not None else text
    if point is not None and point != ".":
        if "." in plain:
            raise NullResult(f'"{text[:60]}" is no number with these separators')
        plain = plain.replace(point, ".")
    return NUMBERS.plus(to_number(plain))


def to_string(value: Value) -> str:
    if value is None:
        raise NullResult("null has no text")
    return format_value(value)


_DATE_PARTS = "year: number, month: number, day: number"
_CLOCK_PARTS = "hour: number, minute: number, second: number"

FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "date": (
        Overload(to_date, "from: string | date | date and time"),
        Overload(date_of_parts, _DATE_PARTS),
    ),
    "time": (
        Overload(to_time, "from: string | time | date and time | date"),
        Overload(time_of_parts, f"{_CLOCK_PARTS}, offset?: days and time duration?"),
    ),
    "date and time": (
        Overload(to_date_time, "from: string | date and time"),
        Overload(join_date_time, "date: date | date and time, time: time"),
        Overload(date_time_of_parts, f"{_DATE_PARTS}, {_CLOCK_PARTS}"),
        Overload(date_time_of_parts, f"{_DATE_PARTS}, {_CLOCK_PARTS}, offset: days and time duration?"),
        Overload(date_time_of_parts, f"{_DATE_PARTS}, {_CLOCK_PARTS}, timezone: string"),
    ),
    "number": (
        Overload(to_number, "from: string"),
        Overload(to_number_with_separators, "from: string, grouping separator: string?, decimal separator: string?"),
    ),
    "string": (Overload(to_string, "from: any"),),
    "duration": (Overload(to_duration, "from: string | duration"),),
    "years and months duration": (Overload(months_between, "from: date | date and time, to: date | date and time"),),
}
