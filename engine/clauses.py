"""Clause ids as they stand in models: `[806:2(2)(e)2.b; R-02] thirty days from the date on the notice`.

The ids open the documentation of an element and the description of a rule, in one pair of brackets, separated by
semicolons or commas. `[none]` says that no clause speaks (a refusal or a human task is the outcome).
"""

from __future__ import annotations

import re

_OPENING = re.compile(r"\s*\[(?P<ids>[^\[\]]*)\]\s*")
_MARK = re.compile(r"\s*\[(?:accept|equivalent|not reached|no edge)\b(?:[^\[\]]|\[[^\[\]]*\])*\]")
"""What a model says to `clauseflow check`, `mutate` and `coverage`; a quoted change may hold brackets of its own."""
NO_CLAUSE = "none"


def read_clauses(text: str | None) -> tuple[str, ...]:
    """The ids that open *text*, in order; empty when it does not open with brackets.

    >>> read_clauses("[806:2(2)(e)2.b; R-02] thirty days")
    ('806:2(2)(e)2.b', 'R-02')
    >>> read_clauses("thirty days")
    ()
    """
    match = _OPENING.match(text or "")
    if match is None:
        return ()
    return tuple(part.strip() for part in re.split(r"[;,]", match["ids"]) if part.strip())


def without_clauses(text: str | None) -> str:
    """*text* without its opening ids: the sentence for the reader.

    >>> without_clauses("[806:2(2)(e)2.b; R-02] thirty days")
    'thirty days'
    """
    if not text:
        return ""
    match = _OPENING.match(text)
    return text[match.end() :].strip() if match else text.strip()


def for_reader(text: str | None) -> str:
    """*text* without its opening ids and without what it says to the checks: what a reviewer or a hearing reads.

    >>> for_reader('[act:2] thirty days [equivalent threshold "1 becomes 0": no month is shorter] by the notice')
    'thirty days by the notice'
    >>> for_reader("[act:2] asked [twice] [accept label-form: the form is named so]")
    'asked [twice]'
    """
    return _MARK.sub("", without_clauses(text)).strip()
