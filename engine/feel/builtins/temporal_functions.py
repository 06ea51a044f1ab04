"""Temporal functions (DMN 1.5, 10.3.4.10 and 10.3.4.11). now and today read the instant the evaluation was given."""

from __future__ import annotations

from decimal import Decimal

from engine.errors import ErrorCode, Span
from engine.feel.runtime import NullResult, State
from engine.feel.signature import Overload
from engine.feel.temporal import FeelDate, FeelDateTime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
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


def _date(value: FeelDate | FeelDateTime) -> FeelDate:
    return value.date if isinstance(value, FeelDateTime) else value


def day_of_year(value: FeelDate | FeelDateTime) -> Decimal:
    return Decimal(_date(value).day_of_year)


def day_of_week(value: FeelDate | FeelDateTime) -> str:
    return _DAYS[_date(value).weekday - 1]


def month_of_year(value: FeelDate | FeelDateTime) -> str:
    return _MONTHS[_date(value).month - 1]


def week_of_year(value: FeelDate | FeelDateTime) -> Decimal:
    """The ISO 8601 week."""
    return Decimal(_date(value).week_of_year)


def now(state: State, span: Span) -> FeelDateTime:
    if state.now is None:
        raise NullResult("this evaluation was given no current time", ErrorCode.FEEL_NOT_FOUND)
    return FeelDateTime.from_python(state.now)


def today(state: State, span: Span) -> FeelDate:
    return now(state, span).date


_ON_DATE = "date: date | date and time"

FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "day of year": (Overload(day_of_year, _ON_DATE),),
    "day of week": (Overload(day_of_week, _ON_DATE),),
    "month of year": (Overload(month_of_year, _ON_DATE),),
    "week of year": (Overload(week_of_year, _ON_DATE),),
    "now": (Overload(now, takes_state=True),),
    "today": (Overload(today, takes_state=True),),
}
