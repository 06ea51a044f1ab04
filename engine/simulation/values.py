"""Comparing what an analyst wrote in YAML with values of the engine, and showing either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any


def agrees(expected: Any, got: Any) -> bool:
    """Whether *got* is what was written: of a mapping only the named entries, of anything else the whole value.

    Numbers agree by their amount (1000 and 1000.00), dates by their day however they are carried.

    >>> agrees({"outcome": "eligible"}, {"outcome": "eligible", "reason_code": "E1"})
    True
    >>> agrees(["a"], ["a", "b"])
    False
    """
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and all(name in got and agrees(expected[name], got[name]) for name in expected)
    if _is_list(expected):
        return _is_list(got) and len(expected) == len(got) and all(map(agrees, expected, got))
    if isinstance(expected, bool) or isinstance(got, bool) or expected is None or got is None:
        return expected is got
    if _is_number(expected):
        return _is_number(got) and Decimal(str(expected)) == Decimal(str(got))
    return str(expected) == str(got)


def show_value(value: Any) -> str:
    """A value in one line, in the manner of FEEL.

    >>> show_value({"outcome": "eligible", "amount": Decimal("1.50"), "reasons": []})
    '{outcome: "eligible", amount: 1.50, reasons: []}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {show_value(entry)}" for name, entry in value.items()) + "}"
    if _is_list(value):
        return "[" + ", ".join(show_value(item) for item in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if _is_number(value) or isinstance(value, date) else f'"{value}"'


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal | float) and not isinstance(value, bool)
