"""Figures that a text spells: a number, in digits or English words, with its unit of time or money."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from engine.law.number_words import numbers_in

MONEY = "money"
CURRENCY_WORDS: Mapping[str, str] = {"USD": "dollar", "CAD": "dollar", "EUR": "euro", "GBP": "pound"}
_OF_TIME = re.compile(
    r"\)?(?:\s+|-)(?:(?P<kind>business|calendar|working)(?:\s+|-))?(?P<unit>second|minute|hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of time by its singular, or money; *kind* is business for business days, empty where none is said."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SpelledFigure:
    """A number with its unit as a text spells it, beginning at *start*."""

    words: str
    value: Decimal
    unit: Unit
    start: int


def figures_in(text: str, currency: str, symbol: str) -> Iterator[SpelledFigure]:
    """Each number of *text* that stands with a unit of time, or of money in the *currency* with its *symbol*.

    >>> [(each.words, each.unit.kind) for each in figures_in("thirty (30) days or ten business days", "USD", "$")]
    [('30) days', ''), ('ten business days', 'business')]
    >>> [each.words for each in figures_in("one of $2,000,000 or 400 dollars", "USD", "$")]
    ['$2,000,000', '400 dollars']
    """
    for number in numbers_in(text):
        time = _OF_TIME.match(text, number.end)
        if time:
            kind = (time["kind"] or "").lower().removeprefix("calendar")
            unit = Unit(time["unit"].lower(), kind)
            yield SpelledFigure(text[number.start : time.end()], number.value, unit, number.start)
            continue
        # A sign stands right before its number: no more of the text is looked at.
        nearest = max(0, number.start - max(len(currency), len(symbol)) - 1)
        before = _money_before(currency, symbol).search(text, nearest, number.start)
        after = _money_after(currency).match(text, number.end)
        if before or after:
            start, end = (before.start() if before else number.start), (after.end() if after else number.end)
            yield SpelledFigure(text[start:end], number.value, Unit(MONEY), start)


@cache
def _money_before(currency: str, symbol: str) -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in (symbol, currency) if sign)
    return re.compile(rf"(?:{signs})\s?$")


@cache
def _money_after(currency: str) -> re.Pattern[str]:
    word = CURRENCY_WORDS.get(currency, currency)
    return re.compile(rf"[\s-]+(?:{re.escape(currency)}\b|{re.escape(word)})\w*", re.IGNORECASE)


def unit_of(unit: str) -> Unit:
    """The unit of a limit, such as ``business days``.

    >>> [(unit_of(each).kind, unit_of(each).name) for each in ("business days", "calendar days", "weeks")]
    [('business', 'day'), ('', 'day'), ('', 'week')]
    """
    if " of " in unit:  # a business day of the month is no length of time, and no text spells it so
        return Unit(unit)
    *kinds, name = unit.removeprefix("calendar ").split() or [unit]
    return Unit(name.removesuffix("s"), " ".join(kinds))
