"""FEEL numbers: IEEE 754 decimal128, 34 digits, half even (DMN 1.5, 10.3.2.3.1).

All arithmetic goes through `NUMBERS`, never through the thread's default decimal context, so that a caller's
settings cannot change an amount. Infinity and NaN are no FEEL values: the traps turn them into a null.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow

NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
# Scaling to a wanted number of places may need more digits than a number holds before it is rounded back.
WIDE = Context(prec=13_000, rounding=ROUND_HALF_EVEN, Emin=-20_000, Emax=20_000, traps=[InvalidOperation, Overflow])

ZERO = Decimal(0)
ONE = Decimal(1)
MAX_WHOLE_DIGITS = 20
MOST_COUNTS = 65
COUNTS = tuple(map(Decimal, range(MOST_COUNTS)))
"""Small lengths and positions, kept ready."""


def number(text: str) -> Decimal:
    """Read a number exactly as the standard's numeric literal, rounded to 34 digits; ArithmeticError beyond range."""
    return NUMBERS.create_decimal(text)


def is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def whole(value: Decimal) -> int | None:
    """The integer part of *value* towards zero, or None when it is too large to be a position or a count."""
    if value.is_finite() and value.adjusted() < MAX_WHOLE_DIGITS:
        return int(value)
    return None


def round_to_scale(value: Decimal, scale: int, rounding: str) -> Decimal:
    """*value* with at most *scale* digits after the point; a negative scale rounds tens, hundreds, ..."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -scale:
        return value
    rounded = value.quantize(Decimal(1).scaleb(-scale, context=WIDE), rounding=rounding, context=WIDE)
    if rounded.is_zero() and scale < 0:
        return ZERO
    return NUMBERS.plus(rounded)


def show_number(value: Decimal) -> str:
    """Plain digits without an exponent; the digits after the point are those that the number carries."""
    return f"{value:f}" if value else f"{abs(value):f}"


__all__ = [
    "COUNTS",
    "MAX_WHOLE_DIGITS",
    "MOST_COUNTS",
    "NUMBERS",
    "ONE",
    "WIDE",
    "ZERO",
    "DecimalException",
    "is_whole",
    "number",
    "round_to_scale",
    "show_number",
    "whole",
]
