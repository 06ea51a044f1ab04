"""What a person reads: FEEL's string() of any value (DMN 1.5, 10.3.4.1). Strings inside other values are quoted."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.lexer import is_plain_name
from engine.feel.limits import LimitExceeded
from engine.feel.numbers import show_number
from engine.feel.values import Function, Range, Value

MAX_LENGTH = 1_000_000
_CONTAINERS = frozenset((list, dict, Range))


def format_value(value: Value) -> str:
    """The text of *value*; a string is itself, null is "null".

    >>> format_value([Decimal("1.50"), "a", {"due date": None}])
    '[1.50, "a", {due date: null}]'
    """
    if type(value) is Decimal:
        return show_number(value)
    if isinstance(value, str):
        return value
    if type(value) not in _CONTAINERS:
        return _scalar(value)
    parts: list[str] = []
    try:
        _write(value, parts, [MAX_LENGTH])
    except RecursionError:
        raise LimitExceeded("the value is nested too deeply to be written") from None
    return "".join(parts)


def _write(value: Value, parts: list[str], left: list[int]) -> None:
    if isinstance(value, list):
        _put("[", parts, left)
        for index, item in enumerate(value):
            if index:
                _put(", ", parts, left)
            _write(item, parts, left)
        _put("]", parts, left)
    elif isinstance(value, dict):
        _put("{", parts, left)
        for index, (key, item) in enumerate(value.items()):
            _put(f"{', ' if index else ''}{show_key(key)}: ", parts, left)
            _write(item, parts, left)
        _put("}", parts, left)
    elif isinstance(value, Range):
        _write_range(value, parts, left)
    else:
        _put(_scalar(value), parts, left)


def _put(text: str, parts: list[str], left: list[int]) -> None:
    left[0] -= len(text)
    if left[0] < 0:
        raise LimitExceeded(f"a text of more than {MAX_LENGTH} characters")
    parts.append(text)


def _write_range(value: Range, parts: list[str], left: list[int]) -> None:
    if value.operator is not None:
        _put(f"({value.operator} ", parts, left)
        _write(value.end if value.operator in ("<", "<=") else value.start, parts, left)
        _put(")", parts, left)
        return
    _put("[" if value.start_included else "(", parts, left)
    _write(value.start, parts, left)
    _put("..", parts, left)
    _write(value.end, parts, left)
    _put("]" if value.end_included else ")", parts, left)


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return show_number(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Function):
        return f"function({', '.join(parameter.name for parameter in value.parameters)})"
    return str(value)


_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def quote(text: str) -> str:
    """*text* as a FEEL string literal."""
    return f'"{text}"' if text.isalnum() else f'"{text.translate(_ESCAPES)}"'


def show_key(key: str) -> str:
    """A context key: plain when it is made of plain words, else quoted."""
    words = key.split(" ")
    return key if all(is_plain_name(word) for word in words) else quote(key)
