"""English numbers: whole numbers written as words, and the numbers that a text says in digits or words.

Entry points: `in_words`, `ordinal_in_words`, `numbers_in`. The one table of number words is `WORDS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

WORDS: Mapping[str, int] = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
}
"""Every word of a number with its value; those from a hundred on multiply what stands before them."""

_CARDINALS = {value: word for word, value in WORDS.items()}
_SCALES = (1_000_000, 1_000, 100)
_ORDINALS: Mapping[str, str] = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_WORD = f"(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})"
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|(?P<words>{_WORD}(?:(?:[\s-]+|\s+and\s+){_WORD}\b)*))(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SpelledNumber:
    """A number that a text says, and where: the characters from *start* up to *end*."""

    value: Decimal
    start: int
    end: int


def in_words(number: int) -> str:
    """The cardinal of a whole number; from a thousand millions on, in digits.

    >>> [in_words(number) for number in (0, 12, 30, 31, 125, 2_000_000, -3)]
    ['zero', 'twelve', 'thirty', 'thirty-one', 'one hundred twenty-five', 'two million', 'minus three']
    """
    if number < 0:
        return f"minus {in_words(-number)}"
    if number <= 20:
        return _CARDINALS[number]
    if number < 100:
        one = number % 10
        return _CARDINALS[number - one] + (f"-{_CARDINALS[one]}" if one else "")
    if number >= 1_000_000_000:
        return f"{number:,}"
    size = next(size for size in _SCALES if number >= size)
    count, rest = divmod(number, size)
    return f"{in_words(count)} {_CARDINALS[size]}" + (f" {in_words(rest)}" if rest else "")


def ordinal_in_words(number: int) -> str:
    """The ordinal of a whole number.

    >>> [ordinal_in_words(number) for number in (1, 4, 12, 20, 31)]
    ['first', 'fourth', 'twelfth', 'twentieth', 'thirty-first']
    """
    cardinal = in_words(number)
    last = re.split(r"[ -]", cardinal)[-1]
    ordinal = _ORDINALS.get(last, f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return cardinal.removesuffix(last) + ordinal


@lru_cache(maxsize=32_768)  # several checks look at every text of a law
def numbers_in(text: str) -> tuple[SpelledNumber, ...]:
    """Each number that *text* says, digits with thousands parted by commas or words, from left to right.

    >>> [int(number.value) for number in numbers_in("thirty-one days, 2,000 dollars or one hundred and five")]
    [31, 2000, 105]
    """
    return tuple(_number(found) for found in _NUMBER.finditer(text))


def _number(found: re.Match[str]) -> SpelledNumber:
    digits = found["digits"]
    value = Decimal(digits.replace(",", "")) if digits else Decimal(_value_of(found["words"]))
    return SpelledNumber(value, found.start(), found.end())


def _value_of(words: str) -> int:
    total = current = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        value = WORDS.get(word, 0)
        if value == 100:
            current = max(current, 1) * value
        elif value in _SCALES:
            total, current = total + max(current, 1) * value, 0
        else:
            current += value
    return total + current
