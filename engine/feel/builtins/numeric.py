"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    InvalidOperation,
)

from engine.errors import ErrorCode
from engine.feel.numbers import NUMBERS, WIDE, ZERO, round_to_scale, whole
from engine.feel.runtime import NullResult
from engine.feel.signature import Overload
from engine.feel.temporal import DaysTimeDuration, YearsMonthsDuration

MIN_SCALE, MAX_SCALE = -6111, 6176


def _rounding(mode: str) -> Callable[[Decimal, Decimal | None], Decimal]:
    def round_number(value: Decimal, scale: Decimal | None) -> Decimal:
        places = 0 if scale is None else whole(scale)
        if places is None or not MIN_SCALE <= places <= MAX_SCALE:
            raise NullResult(f"the scale must lie between {MIN_SCALE} and {MAX_SCALE}")
        return round_to_scale(value, places, mode)

    return round_number


def absolute(
    value: Decimal | DaysTimeDuration | YearsMonthsDuration,
) -> Decimal | DaysTimeDuration | YearsMonthsDuration:
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(abs(value.nanoseconds))
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(abs(value.months))
    return NUMBERS.abs(value)


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The remainder with the sign of the divisor."""
    if not divisor:
        raise NullResult("division by zero", ErrorCode.FEEL_ARITHMETIC)
    try:
        rest = NUMBERS.remainder(dividend, divisor)
    except InvalidOperation:  # the whole quotient has more digits than a number holds; the remainder has not
        rest = NUMBERS.plus(WIDE.remainder(dividend, divisor))
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def square_root(value: Decimal) -> Decimal:
    if value < 0:
        raise NullResult("a negative number has no square root", ErrorCode.FEEL_ARITHMETIC)
    return NUMBERS.sqrt(value)


def logarithm(value: Decimal) -> Decimal:
    if value <= 0:
        raise NullResult("only a positive number has a logarithm", ErrorCode.FEEL_ARITHMETIC)
    return NUMBERS.ln(value)


def exponential(value: Decimal) -> Decimal:
    return NUMBERS.exp(value)


def _half_rest(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return ZERO
    return abs(NUMBERS.remainder(value, Decimal(2)))


def odd(value: Decimal) -> bool:
    return _half_rest(value) == 1


def even(value: Decimal) -> bool:
    return _half_rest(value) == 0


def _rounds(mode: str) -> tuple[Overload, ...]:
    return (Overload(_rounding(mode), "n: number, scale: number"),)


def _rounds_to_whole(mode: str) -> tuple[Overload, ...]:
    return (Overload(_rounding(mode), "n: number, scale?: number"),)


FUNCTIONS: dict[str, tuple[Overload, ...]] = {
    "decimal": _rounds(ROUND_HALF_EVEN),
    "floor": _rounds_to_whole(ROUND_FLOOR),
    "ceiling": _rounds_to_whole(ROUND_CEILING),
    "round up": _rounds(ROUND_UP),
    "round down": _rounds(ROUND_DOWN),
    "round half up": _rounds(ROUND_HALF_UP),
    "round half down": _rounds(ROUND_HALF_DOWN),
    "abs": (Overload(absolute, "n: number | duration"),),
    "modulo": (Overload(modulo, "dividend: number, divisor: number"),),
    "sqrt": (Overload(square_root, "number: number"),),
    "log": (Overload(logarithm, "number: number"),),
    "exp": (Overload(exponential, "number: number"),),
    "odd": (Overload(odd, "number: number"),),
    "even": (Overload(even, "number: number"),),
}
