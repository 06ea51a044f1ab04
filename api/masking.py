"""Numbers of people cut to their last digits in whatever is said back: people write them where they do not belong."""

from __future__ import annotations

import re
from typing import Any

BETWEEN_DIGITS = r"[ .\-/_+\u00a0\u2010-\u2015]{0,3}"
NUMBER_OF_A_PERSON = re.compile(
    rf"(?<![0-9A-Za-z])[0-9]{{3}}{BETWEEN_DIGITS}[0-9]{{2}}{BETWEEN_DIGITS}([0-9]{{4}})(?![0-9A-Za-z])"
)


def masked(value: Any) -> Any:
    """*value* with every number that reads as a Social Security number cut to its last four digits.

    A problem quotes what was sent, and people send such a number where it does not belong.
    """
    if isinstance(value, str):
        return NUMBER_OF_A_PERSON.sub(r"***\1", value)
    if isinstance(value, dict):
        return {masked(name): masked(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return value
