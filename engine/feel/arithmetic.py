"""Arithmetic on FEEL values (DMN 1.5, 10.3.2.13.4 tables 57 to 62), outside the fast path of two numbers.

Every function returns the result or raises NullResult with the reason; none ever converts its operands.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException

from engine.errors import ErrorCode
from engine.feel.limits import LimitExceeded
from engine.feel.numbers import NUMBERS, ONE
from engine.feel.runtime import NullResult
from engine.feel.temporal import DAY, SECOND, DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from engine.feel.values import Value, kind_of

MAX_NANOSECONDS = 10**30
MAX_MONTHS = 12 * 10**12


def _mismatch(operator: str, left: Value, right: Value) -> NullResult:
    message = f"{_a(left)} {operator} {_a(right)} has no result"
    return NullResult(message, ErrorCode.FEEL_TYPE_MISMATCH)


def _a(value: Value) -> str:
    kind = kind_of(value)
    return kind if kind == "null" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def out_of_range(what: str) -> NullResult:
    return NullResult(f"the {what} is out of range", ErrorCode.FEEL_ARITHMETIC)


def days_time(nanoseconds: int) -> DaysTimeDuration:
    if abs(nanoseconds) > MAX_NANOSECONDS:
        raise out_of_range("duration")
    return DaysTimeDuration(nanoseconds)


def years_months(months: int) -> YearsMonthsDuration:
    if abs(months) > MAX_MONTHS:
        raise out_of_range("duration")
    return YearsMonthsDuration(months)


def add(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > 1_000_000:
            raise LimitExceeded("a string of more than 1000000 characters")
        return left + right
    if isinstance(left, DaysTimeDuration | YearsMonthsDuration):
        if isinstance(left, DaysTimeDuration) and isinstance(right, DaysTimeDuration):
            return days_time(left.nanoseconds + right.nanoseconds)
        if isinstance(left, YearsMonthsDuration) and isinstance(right, YearsMonthsDuration):
            return years_months(left.months + right.months)
        if isinstance(right, FeelDate | FeelDateTime | FeelTime):
            return _shift("+", right, left, 1)
    if isinstance(right, DaysTimeDuration | YearsMonthsDuration):
        return _shift("+", left, right, 1)
    raise _mismatch("+", left, right)


def _shift(operator: str, left: Value, duration: DaysTimeDuration | YearsMonthsDuration, sign: int) -> Value:
    try:
        if isinstance(duration, YearsMonthsDuration):
            if isinstance(left, FeelDate | FeelDateTime):
                return left.plus_months(sign * duration.months)
        elif isinstance(left, FeelDate):
            return FeelDate.from_ordinal((left.ordinal * DAY + sign * duration.nanoseconds) // DAY)
        elif isinstance(left, FeelDateTime | FeelTime):
            return left.plus(sign * duration.nanoseconds)
    except (ValueError, OverflowError):
        raise out_of_range("date") from None
    raise _mismatch(operator, left, duration)


def subtract(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.subtract(left, right)
    if isinstance(left, DaysTimeDuration) and isinstance(right, DaysTimeDuration):
        return days_time(left.nanoseconds - right.nanoseconds)
    if isinstance(left, YearsMonthsDuration) and isinstance(right, YearsMonthsDuration):
        return years_months(left.months - right.months)
    if isinstance(right, DaysTimeDuration | YearsMonthsDuration):
        return _shift("-", left, right, -1)
    if isinstance(left, FeelTime) and isinstance(right, FeelTime):
        if left.is_local == right.is_local:
            offsets = (left.utc_offset or 0) - (right.utc_offset or 0)
            return DaysTimeDuration(left.nanosecond_of_day - right.nanosecond_of_day - offsets * SECOND)
    elif isinstance(left, FeelDate | FeelDateTime) and isinstance(right, FeelDate | FeelDateTime):
        return _difference(left, right)
    raise _mismatch("-", left, right)


def _difference(left: FeelDate | FeelDateTime, right: FeelDate | FeelDateTime) -> Value:
    if isinstance(left, FeelDate) and isinstance(right, FeelDate):
        return DaysTimeDuration((left.ordinal - right.ordinal) * DAY)
    # spec: next to an instant, a date counts as its midnight in UTC
    utc_midnight = FeelTime(0, 0, 0, offset=0)
    start = FeelDateTime(right, utc_midnight) if isinstance(right, FeelDate) else right
    end = FeelDateTime(left, utc_midnight) if isinstance(left, FeelDate) else left
    if start.is_local != end.is_local:
        message = "a local date and time has no distance to one with an offset or zone"
        raise NullResult(message, ErrorCode.FEEL_TYPE_MISMATCH)
    return DaysTimeDuration(end.instant - start.instant)


def multiply(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return NUMBERS.multiply(left, right)
    if isinstance(left, Decimal) and isinstance(right, DaysTimeDuration | YearsMonthsDuration):
        left, right = right, left
    if isinstance(right, Decimal):
        if isinstance(left, DaysTimeDuration):
            return days_time(_integer(NUMBERS.multiply(Decimal(left.nanoseconds), right)))
        if isinstance(left, YearsMonthsDuration):
            return years_months(_integer(NUMBERS.multiply(Decimal(left.months), right)))
    raise _mismatch("*", left, right)


def divide(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _quotient(left, right)
    if isinstance(left, DaysTimeDuration):
        if isinstance(right, Decimal):
            return days_time(_integer(_quotient(Decimal(left.nanoseconds), right)))
        if isinstance(right, DaysTimeDuration):
            return _quotient(Decimal(left.nanoseconds), Decimal(right.nanoseconds))
    if isinstance(left, YearsMonthsDuration):
        if isinstance(right, Decimal):
            return years_months(_integer(_quotient(Decimal(left.months), right)))
        if isinstance(right, YearsMonthsDuration):
            return _quotient(Decimal(left.months), Decimal(right.months))
    raise _mismatch("/", left, right)


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise NullResult("division by zero", ErrorCode.FEEL_ARITHMETIC)
    return NUMBERS.divide(left, right)


def _integer(value: Decimal) -> int:
    """Towards zero."""
    if value.adjusted() > 40:
        raise out_of_range("duration")
    return int(value)


def power(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        if not right:
            return ONE
        if not left and right < 0:  # Python's decimals say Infinity, which is no value of FEEL
            raise NullResult("division by zero", ErrorCode.FEEL_ARITHMETIC)
        return NUMBERS.power(left, right)
    raise _mismatch("**", left, right)


def negate(value: Value) -> Value:
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(-value.nanoseconds)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.months)
    raise NullResult(f"{_a(value)} has no negative", ErrorCode.FEEL_TYPE_MISMATCH)


OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}

# What the decimal context knows directly; division and power have cases of their own.
DIRECT: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
}

__all__ = ["DIRECT", "OPERATIONS", "DecimalException", "days_time", "negate", "out_of_range", "years_months"]
