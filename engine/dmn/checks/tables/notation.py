"""[table-notation] A cell that reads as FEEL, but not as it looks: `2000-01-01` is 1998, and `> 1,000` is two tests.

Only what nobody writes who means it: a subtraction or division of mere numbers that looks like a date or a range, and
separators of thousands after a comparison or before zeros.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.errors import Problem

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_DATE = re.compile(r"(?<!\w)(\d{4}\s?([-/])\s?\d{1,2}\s?\2\s?\d{1,2}|\d{1,2}\s?([-/])\s?\d{1,2}\s?\3\s?\d{4})(?!\w)")
_RANGE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*[-\u2010-\u2015]\s*(\d+(?:\.\d+)?)\s*$")
_THOUSANDS = re.compile(r"(?<![\w.])(?:[<>]=?\s*\d{1,3}(?:,\d{3})+|\d{1,3}(?:,\d{3})*,0\d\d(?:,\d{3})*)(?!\w)")


def check_notation(analysis: TableAnalysis) -> Iterator[Problem]:
    for rule in analysis.rules:
        for cell in rule.input_entries:
            found = _in_test(cell.text) or _in_expression(cell.text)
            if found is not None:
                yield analysis.problem(*found, place=cell.place)
        for entry in rule.output_entries:
            found = _in_expression(entry.text)
            if found is not None:
                yield analysis.problem(*found, place=entry.place)


def _in_test(text: str) -> tuple[str, str] | None:
    """What a unary test says and what was meant, if that is not the same."""
    plain = _STRING.sub('""', text)
    reach = _RANGE.match(plain)
    if reach is not None:
        low, high = reach.groups()
        return f"expected a test, but {text.strip()} is a subtraction, one single number.", f"write [{low}..{high}]"
    thousands = _THOUSANDS.search(plain)
    if thousands is not None:
        several = " or ".join(thousands.group().split(","))
        hint = f"write {thousands.group().replace(',', '')}; for a list of values put a blank after each comma"
        return f"expected one number, but {thousands.group()} means {several}: a comma parts tests.", hint
    return None


def _in_expression(text: str) -> tuple[str, str] | None:
    date = _DATE.search(_STRING.sub('""', text))
    if date is None:
        return None
    what = "a subtraction" if "-" in date.group() else "a division"
    return f"expected a date, but {date.group()} without quotes is {what}.", 'write date("YYYY-MM-DD") or @"YYYY-MM-DD"'
