"""From the engine's records to JSON-able data and from JSON to FEEL values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.errors import EngineError, Problem
from engine.feel import Value, from_wire, to_plain
from engine.handlers.contract import LedgerLine


def plain(value: Any) -> Any:
    """*value* for a JSON answer: records as objects, instants and dates as ISO 8601, FEEL values as people read."""
    if isinstance(value, LedgerLine):
        return {**_fields(value), "amount": f"{value.amount:.2f}"}
    if isinstance(value, Problem):
        return value.as_data()
    if is_dataclass(value) and not isinstance(value, type) and not type(value).__module__.startswith("engine.feel"):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if value is None or isinstance(value, (bool, str, int)):
        return value
    return to_plain(value)


def _fields(record: Any) -> dict[str, Any]:
    return {field.name: plain(getattr(record, field.name)) for field in fields(record)}


def _with_numbers(value: Any) -> Any:
    """*value* with its JSON numbers written as `from_wire` reads them."""
    if isinstance(value, list):
        return [_with_numbers(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_numbers(item) for name, item in value.items()}
    return {"number": str(value)} if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def values_in(variables: Mapping[str, Any], part: str) -> dict[str, Value]:
    """JSON objects of a request as FEEL values. Errors: those of `from_wire`, with the variable's name as place."""
    found: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in variables.items():
        try:
            found[name] = from_wire(_with_numbers(value))
        except EngineError as error:
            problems.extend(problem.at(part=f"{part}.{name}") for problem in error.problems)
    if problems:
        raise EngineError(*problems)
    return found
