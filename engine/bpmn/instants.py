"""FEEL dates, durations and ISO 8601 cycles as instants: aware datetimes in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from engine.feel import (
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    Value,
    YearsMonthsDuration,
)
from engine.feel.temporal_text import read_temporal

_CYCLE = re.compile(r"R(?P<times>\d*)/(?:(?P<start>[^P/][^/]*)/)?(?P<interval>P[^/]+)")


def as_instant(value: Value, zone: tzinfo) -> datetime | None:
    """The instant of a FEEL date and time, of the start of a FEEL date, or of either as ISO text; else None.

    A value without an offset is a local time of *zone*.
    """
    if isinstance(value, str):
        value = read_temporal(value)
    try:
        if isinstance(value, FeelDateTime):
            moment = value.to_python()
            return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)
        if isinstance(value, FeelDate):
            return datetime.combine(value.to_python(), time(0), zone).astimezone(UTC)
    except (ValueError, OverflowError):  # FEEL's years go beyond 1 to 9999, those of the clock do not
        return None
    return None


def read_duration(value: Value) -> DaysTimeDuration | YearsMonthsDuration | None:
    """A FEEL duration, or ISO text of one; else None."""
    if isinstance(value, str):
        value = read_temporal(value)
    return value if isinstance(value, DaysTimeDuration | YearsMonthsDuration) else None


def later(start: datetime, duration: DaysTimeDuration | YearsMonthsDuration, zone: tzinfo) -> datetime | None:
    """*start* plus *duration*; months are counted on the calendar of *zone*, at the same time of day.

    None beyond the year 9999.
    """
    try:
        if isinstance(duration, DaysTimeDuration):
            return start + timedelta(microseconds=duration.nanoseconds // 1000)
        local = start.astimezone(zone)
        day = FeelDate.from_python(local.date()).plus_months(duration.months).to_python()
        return datetime.combine(day, local.time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Cycle:
    """`times` is None for ever. `interval` stays text so that a snapshot can hold it."""

    times: int | None
    start: str | None
    interval: str


def read_cycle(value: Value) -> Cycle | None:
    """`R3/PT10M`, `R/P1D`, `R3/2025-01-01T00:00:00Z/PT1H`; a bare duration repeats for ever; else None.

    An interval that is not longer than nothing is none: the next round would be due before the clock moves on.
    """
    if isinstance(value, DaysTimeDuration | YearsMonthsDuration):
        return Cycle(None, None, str(value)) if _goes_on(value) else None
    match = _CYCLE.fullmatch(value.strip()) if isinstance(value, str) else None
    interval = None if match is None else read_duration(match["interval"])
    if match is None or interval is None or not _goes_on(interval):
        return None
    return Cycle(int(match["times"]) if match["times"] else None, match["start"], match["interval"])


def _goes_on(interval: DaysTimeDuration | YearsMonthsDuration) -> bool:
    return (interval.months if isinstance(interval, YearsMonthsDuration) else interval.nanoseconds) > 0
