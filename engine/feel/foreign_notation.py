"""Hints for what people write who know another notation: spreadsheets, other languages, word processors.

Nothing of it is read as FEEL; a syntax error only says what FEEL has in its place.
"""

from __future__ import annotations

import re

_QUOTES = 'put texts in straight double quotes, as in "a"'
# Looked for around the place of the error, the first that matches says it.
_HINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[$#]\{"), "write the name or expression alone; ${...} is JUEL, of Java"),
    (re.compile(r"=="), "FEEL compares with a single ="),
    (re.compile(r"=>|≥"), "write >="),
    (re.compile(r"=<|≤"), "write <="),
    (re.compile(r"<>|≠"), "write !="),
    (re.compile(r"&&|\|\|"), "write and, or"),
    (re.compile("[“”„‟‘’‚'`]"), _QUOTES),
    (re.compile(r"[$€£¥%]"), "write amounts and percentages as plain numbers; a label may name the unit"),
    (re.compile(r"\d\s*(?:to|bis|through|until)\s+\d"), "write a range with brackets, as in [1..500]"),
    (re.compile(r"\d,\d"), "write numbers without separators of thousands, and with a decimal point"),
    (re.compile(r"^\s*[–—−*]\s*$"), "write - for any value"),
    (re.compile(r"[–−]\s*\d"), "write a plain minus, -"),
    (re.compile(r",\s*$"), "remove the comma at the end"),
    (re.compile(r"\?[^()]*:"), "write if ... then ... else ..."),
)


def hint_at(text: str, start: int, end: int) -> str | None:
    """What FEEL has in place of the notation at this place of *text*; None where it looks like none that is known."""
    for pattern, hint in _HINTS:
        if any(found.start() <= end + 1 and found.end() + 1 >= start for found in pattern.finditer(text)):
            return hint
    return None
