"""How dates, limits and amounts read in a notice: in English words, the currency as the manifest writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from engine.calendars import MONTH_NAMES, WEEKDAY_NAMES, Unit
from engine.law.number_words import in_words, ordinal_in_words

PAPERS = ("a4", "us-letter")
"""The sizes of paper that a manifest may choose for letters."""


@dataclass(frozen=True, slots=True)
class Currency:
    """The currency of a law: its ISO 4217 code, the places of an amount, and the symbol that notices print, if any."""

    code: str
    places: int = 2
    symbol: str = ""

    def show(self, amount: Decimal) -> str:
        """``$1,000.00`` with a symbol, ``USD 1,000.00`` without.

        >>> Currency("XAM", symbol="$").show(Decimal("-1000"))
        '-$1,000.00'
        """
        rounded = amount.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_EVEN)
        sign = "-" if rounded < 0 else ""
        return f"{sign}{self.symbol or self.code + ' '}{abs(rounded):,}"


def plain_reference(text: str) -> str:
    """The number of a check or a transfer as it is compared: without blanks around it and leading zeros.

    >>> plain_reference(" 0001042 ")
    '1042'
    """
    return text.strip().lstrip("0") or "0"


def show_long_date(day: date) -> str:
    """``April 7, 2011``."""
    return f"{MONTH_NAMES[day.month - 1]} {day.day}, {day.year}"


def show_weekday(day: date) -> str:
    """``Thursday``."""
    return WEEKDAY_NAMES[day.weekday()]


def show_limit(amount: int, unit: str) -> str:
    """A limit of time as a sentence says it; which way it counts, the sentence says itself.

    >>> [show_limit(30, "calendar days"), show_limit(-3, "business days"), show_limit(1, "business days")]
    ['thirty days', 'three business days', 'one business day']
    >>> [show_limit(2, "business day of the month"), show_limit(-1, "business day of the month")]
    ['second business day of the month', 'last business day of the month']
    """
    if unit == Unit.BUSINESS_DAY_OF_MONTH:
        which = "" if amount == -1 else ordinal_in_words(abs(amount))
        return " ".join(filter(None, (which, "last" if amount < 0 else "", str(unit))))
    plain = unit.removeprefix("calendar ")
    return f"{in_words(abs(amount))} {plain.removesuffix('s') if abs(amount) == 1 else plain}"
