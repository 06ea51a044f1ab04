"""What FEEL's operators give, written down case by case from the standard's tables (DMN 1.5, 10.3.2.13).

Plain and slow on purpose, and without the engine's own arithmetic or comparison: only its value classes are shared.
Dates go through Python's calendar, so years must lie between 1 and 9999. None is null; no reason is kept.
"""

from __future__ import annotations

import calendar
import datetime as py
import decimal
from decimal import Decimal
from typing import Any

from engine.feel import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, Function, Range, YearsMonthsDuration

DECIMAL128 = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
NANOSECONDS_A_DAY = 24 * 3600 * 10**9
EPOCH = py.date(1970, 1, 1)


class NaiveFunction:
    """A function value: parameter names and what to do with the arguments."""

    def __init__(self, parameters: tuple[str, ...], call: Any) -> None:
        self.parameters = parameters
        self.call = call


def kind(value: Any) -> str:
    if value is None:
        return "null"
    for name, classes in (
        ("boolean", bool),
        ("number", Decimal),
        ("string", str),
        ("date", FeelDate),
        ("time", FeelTime),
        ("date and time", FeelDateTime),
        ("days and time duration", DaysTimeDuration),
        ("years and months duration", YearsMonthsDuration),
        ("range", Range),
        ("list", list),
        ("context", dict),
        ("function", (NaiveFunction, Function)),
    ):
        if isinstance(value, classes):  # type: ignore[arg-type]
            return name
    raise TypeError(f"no value of FEEL: {value!r}")


def both(left: Any, right: Any, wanted: str) -> bool:
    return kind(left) == wanted and kind(right) == wanted


# ---- arithmetic -------------------------------------------------------------------------------------------------


def arithmetic(operator: str, left: Any, right: Any) -> Any:
    try:
        return {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}[operator](left, right)
    except (decimal.DecimalException, OverflowError, ValueError):
        return None


def days_of(date: FeelDate) -> int:
    return (py.date(date.year, date.month, date.day) - EPOCH).days


def date_of(days: int) -> FeelDate:
    day = EPOCH + py.timedelta(days=days)
    return FeelDate(day.year, day.month, day.day)


def nanoseconds_of(value: FeelDateTime) -> int:
    """Of a local date and time, since the start of 1970."""
    time = value.time
    return (
        days_of(value.date) * NANOSECONDS_A_DAY
        + (time.hour * 3600 + time.minute * 60 + time.second) * 10**9
        + time.nanosecond
    )


def local_date_time(nanoseconds: int) -> FeelDateTime:
    days, rest = divmod(nanoseconds, NANOSECONDS_A_DAY)
    seconds, fraction = divmod(rest, 10**9)
    return FeelDateTime(date_of(days), FeelTime(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction))


def months_later(date: FeelDate, months: int) -> FeelDate:
    count = date.year * 12 + (date.month - 1) + months
    year, month = count // 12, count % 12 + 1
    return FeelDate(year, month, min(date.day, calendar.monthrange(year, month)[1]))


def moved(value: Any, duration: Any, sign: int) -> Any:
    if kind(duration) == "years and months duration":
        if kind(value) == "date":
            return months_later(value, sign * duration.months)
        if kind(value) == "date and time":
            return FeelDateTime(months_later(value.date, sign * duration.months), value.time)
    if kind(duration) == "days and time duration":
        if kind(value) == "date":
            midnight = days_of(value) * NANOSECONDS_A_DAY
            return date_of((midnight + sign * duration.nanoseconds) // NANOSECONDS_A_DAY)
        if kind(value) == "date and time":
            return local_date_time(nanoseconds_of(value) + sign * duration.nanoseconds)
    return None


def add(left: Any, right: Any) -> Any:
    if both(left, right, "number"):
        return DECIMAL128.add(left, right)
    if both(left, right, "string"):
        return left + right
    if both(left, right, "days and time duration"):
        return DaysTimeDuration(left.nanoseconds + right.nanoseconds)
    if both(left, right, "years and months duration"):
        return YearsMonthsDuration(left.months + right.months)
    if kind(left) in ("days and time duration", "years and months duration"):
        return moved(right, left, 1)
    return moved(left, right, 1)


def subtract(left: Any, right: Any) -> Any:
    if both(left, right, "number"):
        return DECIMAL128.subtract(left, right)
    if both(left, right, "days and time duration"):
        return DaysTimeDuration(left.nanoseconds - right.nanoseconds)
    if both(left, right, "years and months duration"):
        return YearsMonthsDuration(left.months - right.months)
    if both(left, right, "date"):
        return DaysTimeDuration((days_of(left) - days_of(right)) * NANOSECONDS_A_DAY)
    if both(left, right, "date and time"):
        return DaysTimeDuration(nanoseconds_of(left) - nanoseconds_of(right))
    # A date beside a local date and time has no distance: the date counts as midnight in UTC.
    return moved(left, right, -1)


def multiply(left: Any, right: Any) -> Any:
    if both(left, right, "number"):
        return DECIMAL128.multiply(left, right)
    if kind(left) == "number" and kind(right) != "number":
        return multiply(right, left)
    if kind(right) != "number":
        return None
    if kind(left) == "days and time duration":
        return DaysTimeDuration(int(DECIMAL128.multiply(Decimal(left.nanoseconds), right)))
    if kind(left) == "years and months duration":
        return YearsMonthsDuration(int(DECIMAL128.multiply(Decimal(left.months), right)))
    return None


def divide(left: Any, right: Any) -> Any:
    if kind(left) == kind(right) == "number":
        return None if right == 0 else DECIMAL128.divide(left, right)
    if both(left, right, "days and time duration"):
        return divide(Decimal(left.nanoseconds), Decimal(right.nanoseconds))
    if both(left, right, "years and months duration"):
        return divide(Decimal(left.months), Decimal(right.months))
    if kind(right) != "number" or right == 0:
        return None
    if kind(left) == "days and time duration":
        return DaysTimeDuration(int(DECIMAL128.divide(Decimal(left.nanoseconds), right)))
    if kind(left) == "years and months duration":
        return YearsMonthsDuration(int(DECIMAL128.divide(Decimal(left.months), right)))
    return None


def power(left: Any, right: Any) -> Any:
    if not both(left, right, "number"):
        return None
    if right == 0:
        return Decimal(1)
    result = DECIMAL128.power(left, right)
    return result if result.is_finite() else None


def negated(value: Any) -> Any:
    if kind(value) == "number":
        return DECIMAL128.minus(value)
    if kind(value) == "days and time duration":
        return DaysTimeDuration(-value.nanoseconds)
    if kind(value) == "years and months duration":
        return YearsMonthsDuration(-value.months)
    return None


# ---- equality and order -----------------------------------------------------------------------------------------


def equal(left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, list) != isinstance(right, list):
        items, other = (left, right) if isinstance(left, list) else (right, left)
        return equal(items[0], other) if len(items) == 1 else None
    if kind(left) != kind(right):
        return None
    if isinstance(left, list):
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return set(left) == set(right) and all(equal(left[key], right[key]) is True for key in left)
    if isinstance(left, Range):
        ends = equal(left.start, right.start) is True and equal(left.end, right.end) is True
        return ends and (left.start_included, left.end_included, left.operator) == (
            right.start_included,
            right.end_included,
            right.operator,
        )
    if isinstance(left, FeelDateTime):
        return nanoseconds_of(left) // 10**9 == nanoseconds_of(right) // 10**9
    return bool(left == right)


def less(left: Any, right: Any) -> bool | None:
    """`left < right`; null unless both are of one kind that has an order."""
    if kind(left) != kind(right):
        return None
    match kind(left):
        case "number" | "string":
            return bool(left < right)
        case "date":
            return days_of(left) < days_of(right)
        case "date and time":
            return nanoseconds_of(left) // 10**9 < nanoseconds_of(right) // 10**9
        case "days and time duration":
            return bool(left.nanoseconds < right.nanoseconds)
        case "years and months duration":
            return bool(left.months < right.months)
    return None


def ordered(operator: str, left: Any, right: Any) -> bool | None:
    before, after = less(left, right), less(right, left)
    if before is None or after is None:
        return None
    return {"<": before, "<=": not after, ">": after, ">=": not before}[operator]


def compared(operator: str, left: Any, right: Any) -> bool | None:
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        same = equal(left, right)
        return None if same is None else not same
    return ordered(operator, left, right)


def conjunction(verdicts: list[Any]) -> bool | None:
    if any(each is False for each in verdicts):
        return False
    return True if all(each is True for each in verdicts) else None


def disjunction(verdicts: list[Any]) -> bool | None:
    if any(each is True for each in verdicts):
        return True
    return False if all(each is False for each in verdicts) else None


def within(value: Any, range_: Range) -> bool | None:
    """Whether *value* lies in the range, as a conjunction of two comparisons that must both have an answer."""
    if range_.operator is not None:
        endpoint = range_.end if range_.operator in ("<", "<=") else range_.start
        return compared(range_.operator, value, endpoint)
    above = ordered(">=" if range_.start_included else ">", value, range_.start)
    below = ordered("<=" if range_.end_included else "<", value, range_.end)
    return None if above is None or below is None else above and below


def member(value: Any, of: Any) -> bool | None:
    """`value in of` for an evaluated *of*."""
    if isinstance(of, Range):
        return equal(value, of) if isinstance(value, Range) else within(value, of)
    if isinstance(of, list):
        if isinstance(value, list) and equal(value, of) is True:
            return True
        return any(
            (within(value, each) if isinstance(each, Range) and not isinstance(value, Range) else equal(value, each))
            is True
            for each in of
        )
    return equal(value, of)
