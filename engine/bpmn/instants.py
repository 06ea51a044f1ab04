"""FEEL dates, durations and ISO 8601 texts as instants: aware datetimes in UTC.

A text may use more of ISO 8601 than FEEL has: weeks, months together with days, a time without seconds, and a zone in
brackets as the zeebe dialect writes it.
"""

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

_CYCLE = re.compile(r"R(?P<times>[0-9]*)/(?:(?P<start>[^P].*)/)?(?P<interval>P[^/]+)")
_SPAN = re.compile(
    r"(?P<sign>-?)P(?=[0-9T])(?:(?P<years>[0-9]{1,9})Y)?(?:(?P<months>[0-9]{1,9})M)?(?:(?P<weeks>[0-9]{1,9})W)?"
    r"(?:(?P<days>[0-9]{1,9})D)?(?P<clock>T.+)?"
)
_MOMENT = re.compile(
    r"(?P<minutes>[^T]+T[0-9]{2}:[0-9]{2})(?P<seconds>:[0-9.]+)?(?P<offset>[Zz]|[+-][0-9:]+)?(?:\[(?P<zone>[^]]+)\])?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """How far off an instant is: months and days are counted on a calendar, the rest is exact. All have one sign."""

    months: int = 0
    days: int = 0
    nanoseconds: int = 0

    def times(self, count: int) -> Span:
        return Span(self.months * count, self.days * count, self.nanoseconds * count)

    @property
    def goes_on(self) -> bool:
        return max(self.months, self.days, self.nanoseconds) > 0

    @property
    def text(self) -> str:
        """ISO 8601, for a span that goes on."""
        seconds, nanosecond = divmod(self.nanoseconds, 1_000_000_000)
        fraction = f".{nanosecond:09}".rstrip("0") if nanosecond else ""
        clock = f"T{seconds}{fraction}S" if self.nanoseconds else ""
        return f"P{f'{self.months}M' if self.months else ''}{f'{self.days}D' if self.days else ''}{clock}"


def as_instant(value: Value, zone: tzinfo) -> datetime | None:
    """The instant of a FEEL date and time, of the start of a FEEL date, or of either as ISO text; else None.

    A value without an offset is a local time of *zone*.
    """
    if isinstance(value, str):
        value = _read_moment(value.strip())
    try:
        if isinstance(value, FeelDateTime):
            moment = value.to_python()
            return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)
        if isinstance(value, FeelDate):
            return datetime.combine(value.to_python(), time(0), zone).astimezone(UTC)
    except (ValueError, OverflowError):  # FEEL's years go beyond 1 to 9999, those of the clock do not
        return None
    return None


def _read_moment(text: str) -> Value:
    found = _MOMENT.fullmatch(text)
    if found is None:
        return read_temporal(text)
    local, offset, zone = f"{found['minutes']}{found['seconds'] or ':00'}", found["offset"] or "", found["zone"]
    if zone is None:
        return read_temporal(local + offset)
    in_zone = read_temporal(f"{local}@{zone}")
    return read_temporal(local + offset) if in_zone is not None and offset else in_zone  # an offset says it exactly


def read_duration(value: Value) -> Span | None:
    """A FEEL duration, or ISO 8601 text of one; else None.

    Days of a text are days of the calendar, at the same time of day, as ISO 8601 has them; those of a FEEL duration
    are 24 hours.
    """
    if isinstance(value, str):
        return _read_span(value.strip())
    if isinstance(value, YearsMonthsDuration):
        return Span(months=value.months)
    return Span(nanoseconds=value.nanoseconds) if isinstance(value, DaysTimeDuration) else None


def _read_span(text: str) -> Span | None:
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    exact = read_temporal(f"P{found['clock']}") if found["clock"] else DaysTimeDuration(0)
    if not isinstance(exact, DaysTimeDuration):
        return None
    years, months, weeks, days = (int(found[name] or 0) for name in ("years", "months", "weeks", "days"))
    return Span(years * 12 + months, weeks * 7 + days, exact.nanoseconds).times(-1 if found["sign"] else 1)


def later(start: datetime, span: Span, zone: tzinfo) -> datetime | None:
    """*start* plus *span*; months and days are counted on the calendar of *zone*, at the same time of day.

    None beyond the year 9999.
    """
    try:
        if span.months or span.days:
            local = start.astimezone(zone)
            day = FeelDate.from_python(local.date()).plus_months(span.months).plus_days(span.days).to_python()
            start = datetime.combine(day, local.time(), zone).astimezone(UTC)
        return start + timedelta(microseconds=span.nanoseconds // 1000)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Cycle:
    """`times` is None for ever. `interval` stays text so that a snapshot can hold it."""

    times: int | None
    start: str | None
    interval: str


def read_cycle(value: Value) -> Cycle | None:
    """`R3/PT10M`, `R/P1D`, `R3/2025-01-01T00:00:00Z/PT1H`; a FEEL duration repeats for ever; else None.

    None as well for one that never occurs (`R0`), and for an interval that is not longer than nothing: the next round
    would be due before the clock moves on.
    """
    if not isinstance(value, str):
        span = read_duration(value)
        return Cycle(None, None, span.text) if span is not None and span.goes_on else None
    match = _CYCLE.fullmatch(value.strip())
    interval = None if match is None else read_duration(match["interval"])
    if match is None or interval is None or not interval.goes_on:
        return None
    times, start = int(match["times"]) if match["times"] else None, match["start"]
    if times == 0 or (start is not None and as_instant(start, UTC) is None):
        return None
    return Cycle(times, start, match["interval"])
