"""How dates and amounts read in a notice: English month and weekday names, the currency as the manifest writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from engine.calendars import MONTH_NAMES, WEEKDAY_NAMES

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
