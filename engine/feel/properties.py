"""Properties of temporal values and ranges, as read by a path expression (DMN 1.5, table 65)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.feel.temporal import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from engine.feel.values import Range, Value

Reader = Callable[[Any], Value]


def _seconds(time: FeelTime) -> Decimal:
    return _with_fraction(time.second, time.nanosecond)


def _with_fraction(second: int, nanosecond: int) -> Decimal:
    return Decimal(f"{second}.{nanosecond:09}".rstrip("0")) if nanosecond else Decimal(second)


def _offset(value: FeelTime | FeelDateTime) -> Value:
    offset = value.utc_offset
    return None if offset is None else DaysTimeDuration.of(seconds=offset)


def _part(index: int) -> Reader:
    return lambda duration: Decimal(duration.sign * duration.parts()[index])


def _duration_seconds(duration: DaysTimeDuration) -> Decimal:
    *_, seconds, nanosecond = duration.parts()
    return duration.sign * _with_fraction(seconds, nanosecond)


_DATE: dict[str, Reader] = {
    "year": lambda date: Decimal(date.year),
    "month": lambda date: Decimal(date.month),
    "day": lambda date: Decimal(date.day),
    "weekday": lambda date: Decimal(date.weekday),
}
_TIME: dict[str, Reader] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": _seconds,
    "time offset": _offset,
    "timezone": lambda time: time.zone,
}


def _of_date(reader: Reader) -> Reader:
    return lambda value: reader(value.date)


def _of_time(reader: Reader) -> Reader:
    return lambda value: reader(value.time)


PROPERTIES: Mapping[type, dict[str, Reader]] = {
    FeelDate: _DATE,
    FeelTime: _TIME,
    FeelDateTime: {
        **{name: _of_date(reader) for name, reader in _DATE.items()},
        **{name: _of_time(reader) for name, reader in _TIME.items()},
        "time offset": _offset,
    },
    DaysTimeDuration: {"days": _part(0), "hours": _part(1), "minutes": _part(2), "seconds": _duration_seconds},
    YearsMonthsDuration: {
        "years": lambda duration: Decimal(duration.sign * (abs(duration.months) // 12)),
        "months": lambda duration: Decimal(duration.sign * (abs(duration.months) % 12)),
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}
