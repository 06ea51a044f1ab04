"""Time zones by their IANA names, and their distance from UTC."""

from __future__ import annotations

import datetime as py
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = py.datetime(1970, 1, 1, tzinfo=py.UTC)
# The calendar repeats after 400 years; whole cycles lead from any instant into the years that Python knows.
_CYCLE = 146_097 * 86_400
_FIRST = round((py.datetime(2, 1, 1, tzinfo=py.UTC) - _EPOCH).total_seconds())
_LAST = round((py.datetime(9999, 1, 1, tzinfo=py.UTC) - _EPOCH).total_seconds())


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """The IANA zone called *name*, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zone_offset(name: str, year: int, month: int, day: int, second_of_day: int) -> int:
    """Seconds east of UTC in zone *name* at this local time; years that Python lacks use the rule of their cycle."""
    zone = find_zone(name)
    if zone is None:
        raise ValueError(f"unknown time zone {name}")
    if year < 1:
        year = 1 + (year - 1) % 400
    elif year > 9999:
        year = 9600 + (year - 9600) % 400
    moment = py.datetime(year, month, day, second_of_day // 3600, second_of_day // 60 % 60, second_of_day % 60)
    offset = zone.utcoffset(moment)
    return round(offset.total_seconds()) if offset is not None else 0


def offset_at(name: str, second: int) -> int:
    """Seconds east of UTC in zone *name* at an instant, given in seconds since 1970-01-01T00:00:00Z."""
    zone = find_zone(name)
    if zone is None:
        raise ValueError(f"unknown time zone {name}")
    if second < _FIRST:
        second = _FIRST + (second - _FIRST) % _CYCLE
    elif second >= _LAST:
        second = _LAST - _CYCLE + (second - _LAST) % _CYCLE
    offset = (_EPOCH + py.timedelta(seconds=second)).astimezone(zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def standard_offset(name: str) -> int:
    """The winter-time offset of a zone, for a time of day that has no date."""
    zone = find_zone(name)
    if zone is None:
        raise ValueError(f"unknown time zone {name}")
    moment = py.datetime(2020, 1, 1)
    offset = (zone.utcoffset(moment) or py.timedelta()) - (zone.dst(moment) or py.timedelta())
    return round(offset.total_seconds())
