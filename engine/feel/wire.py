"""Exact storage of values as JSON: what is loaded equals what was dumped, digits, zones and key order included.

null, booleans, strings, lists and contexts stand for themselves. Everything else is an object of one key that names
its kind: `{"number": "1.50"}`, `{"date": ...}`, `{"range": ["[", start, end, ")"]}`, of a unary test `["<", end]`.
A context that would look like one of these is wrapped: `{"context": {...}}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import lru_cache
from typing import Any

from engine.errors import EngineError, ErrorCode, failure
from engine.feel.numbers import NUMBERS
from engine.feel.python_values import to_plain
from engine.feel.temporal import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from engine.feel.temporal_text import read_date, read_date_time, read_duration, read_time
from engine.feel.values import Function, Range, Value

MAX_NODES = 1_000_000
_TAGS: dict[type, str] = {
    Decimal: "number",
    FeelDate: "date",
    FeelTime: "time",
    FeelDateTime: "dateTime",
    DaysTimeDuration: "duration",
    YearsMonthsDuration: "duration",
}
_READERS: dict[str, Callable[[str], Value]] = {
    "number": NUMBERS.create_decimal,
    "date": read_date,
    "time": read_time,
    "dateTime": read_date_time,
    "duration": read_duration,
}
_THEMSELVES = frozenset({type(None), bool, str})
"""What stands for itself: most of what a value holds, and not worth a call each."""
_RESERVED = frozenset((*_READERS, "range", "context"))


def dump_value(value: Value) -> str:
    """*value* as JSON text. Errors: FEEL_TYPE_MISMATCH for a function, FEEL_LIMIT for a value too large to store."""
    return json.dumps(to_wire(value), ensure_ascii=False, separators=(",", ":"))


def load_value(text: str) -> Value:
    """The value that `dump_value` wrote. Errors: FEEL_INVALID_ARGUMENT for any other text."""
    try:
        return from_wire(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise _damaged(text) from error


def to_wire(value: Value) -> Any:
    """*value* as an object that JSON can hold."""
    if type(value) is Decimal:
        return {"number": str(value)}
    try:
        return _to_wire(value, [MAX_NODES])
    except RecursionError:
        raise failure(ErrorCode.FEEL_LIMIT, "the value is nested too deeply to be stored") from None


def _to_wire(value: Value, left: list[int]) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list):
        _count(len(value), left)
        return [item if type(item) in _THEMSELVES else _to_wire(item, left) for item in value]
    if isinstance(value, dict):
        _count(len(value), left)
        plain = {key: item if type(item) in _THEMSELVES else _to_wire(item, left) for key, item in value.items()}
        return {"context": plain} if len(plain) == 1 and next(iter(plain)) in _RESERVED else plain
    if isinstance(value, Range):
        if value.operator is not None:
            endpoint = value.end if value.operator in ("<", "<=") else value.start
            return {"range": [value.operator, _to_wire(endpoint, left)]}
        opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
        return {"range": [opening, _to_wire(value.start, left), _to_wire(value.end, left), closing]}
    if isinstance(value, Function):
        hint = "keep functions in models, not in data"
        raise failure(ErrorCode.FEEL_TYPE_MISMATCH, f"expected a value to store, but got {value!r}", hint=hint)
    return {_TAGS[type(value)]: str(value)}


def _count(parts: int, left: list[int]) -> None:
    left[0] -= parts
    if left[0] < 0:
        raise failure(ErrorCode.FEEL_LIMIT, f"a value of more than {MAX_NODES} parts cannot be stored")


def from_wire(data: Any) -> Value:
    """The value that `to_wire` made *data* of."""
    try:
        return _from_wire(data)
    except RecursionError:
        raise failure(ErrorCode.FEEL_LIMIT, "the stored value is nested too deeply") from None


def _from_wire(data: Any) -> Value:
    if data is None or isinstance(data, bool | str):
        return data
    if isinstance(data, list):
        return [item if type(item) in _THEMSELVES else _from_wire(item) for item in data]
    if not isinstance(data, dict):
        raise _damaged(data)
    if len(data) == 1:
        [(tag, content)] = data.items()
        if tag in _READERS:
            return _read(tag, content)
        if tag == "range":
            return _read_range(content)
        if tag == "context" and isinstance(content, dict):
            data = content
    return {key: item if type(item) in _THEMSELVES else _from_wire(item) for key, item in data.items()}


def wire_to_plain(data: Any) -> Any:
    """`to_plain` of the value that `to_wire` made *data* of, without making the value."""
    try:
        return _wire_to_plain(data)
    except RecursionError:
        raise failure(ErrorCode.FEEL_LIMIT, "the stored value is nested too deeply") from None


def _wire_to_plain(data: Any) -> Any:
    if data is None or isinstance(data, bool | str):
        return data
    if isinstance(data, list):
        return [item if type(item) in _THEMSELVES else _wire_to_plain(item) for item in data]
    if not isinstance(data, dict):
        raise _damaged(data)
    if len(data) == 1:
        [(tag, content)] = data.items()
        if tag in _READERS:
            return _plain_text(tag, content) if isinstance(content, str) else to_plain(_read(tag, content))
        if tag == "range":
            return to_plain(_read_range(content))
        if tag == "context" and isinstance(content, dict):
            data = content
    return {key: item if type(item) in _THEMSELVES else _wire_to_plain(item) for key, item in data.items()}


@lru_cache(maxsize=4096)
def _plain_text(tag: str, content: str) -> Any:
    return to_plain(_read_text(tag, content))


def _read(tag: str, content: Any) -> Value:
    if not isinstance(content, str):
        raise _damaged({tag: content})
    return _read_text(tag, content)


@lru_cache(maxsize=4096)  # dates and amounts of one case come again and again, and none of these values can change
def _read_text(tag: str, content: str) -> Value:
    try:
        value = _READERS[tag](content)
    except DecimalException:
        value = None
    if value is None:
        raise _damaged({tag: content})
    return value


def _read_range(content: Any) -> Range:
    match content:
        case ["<" | "<=" | ">" | ">=" | "=" | "!=" as operator, endpoint]:
            return Range.of_test(operator, _from_wire(endpoint))
        case ["[" | "(" as opening, start, end, "]" | ")" as closing]:
            return Range(_from_wire(start), _from_wire(end), opening == "[", closing == "]")
    raise _damaged({"range": content})


def _damaged(data: Any) -> EngineError:
    return failure(ErrorCode.FEEL_INVALID_ARGUMENT, f"expected a stored FEEL value, but got {str(data)[:80]}")
