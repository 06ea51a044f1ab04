"""Values that come from outside or from handlers, checked before they enter an instance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeGuard

from engine.errors import ErrorCode, failure
from engine.feel import (
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    Range,
    Value,
    YearsMonthsDuration,
    to_wire,
)
from engine.feel.numbers import NUMBERS
from engine.store import dump_values

_SCALARS = (
    type(None),
    str,
    Decimal,
    FeelDate,
    FeelTime,
    FeelDateTime,
    DaysTimeDuration,
    YearsMonthsDuration,
    Range,
)
_PLAIN = frozenset({type(None), bool, str, FeelDate, FeelTime, FeelDateTime, DaysTimeDuration, YearsMonthsDuration})
_DEEPEST = 64


def stored(variables: Mapping[str, Value]) -> dict[str, Any]:
    """Variables as the log keeps them: exact, as plain JSON."""
    return {name: to_wire(value) for name, value in variables.items()}


def feel_date(day: date) -> FeelDate:
    return FeelDate(day.year, day.month, day.day)


def checked_variables(given: object, *, code: ErrorCode, whose: str, bytes_allowed: int) -> dict[str, Value]:
    """*given* as variables: names to FEEL values. Whole numbers become Decimal, tuples lists, nothing else.

    Errors: *code* naming the variable, what was expected and what was given; also when all of it as JSON exceeds
    *bytes_allowed*.
    """
    if is_small_and_plain(given, bytes_allowed):
        return given.copy()
    if not isinstance(given, Mapping):
        raise failure(code, f"{whose}: expected variables by name, but got {type(given).__name__}.")
    values: dict[str, Value] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not name:
            raise failure(code, f"{whose}: expected names of variables as text, but got {name!r}.")
        values[name] = _checked(value, name, code, whose, 0)
    size = len(checked_text(dump_values(values), code=code, whose=whose).encode())
    if size > bytes_allowed:
        raise failure(
            code,
            f"{whose}: expected at most {bytes_allowed} bytes of variables, but got {size}.",
            hint="keep large content elsewhere and pass a reference",
        )
    return values


_ENTRY = 20  # a null, true or false, or the marks around a number, and what stands between two entries


def is_small_and_plain(given: object, bytes_allowed: int) -> TypeGuard[dict[str, Value]]:
    """Whether *given* is surely in order: few short values, and no text that might not be Unicode.

    Most jobs give back no more than that, and a check of everything costs them more than what they do.
    """
    if type(given) is not dict:
        return False
    room = bytes_allowed - 2
    for name, value in given.items():
        if type(name) is not str or not name or not name.isascii():
            return False
        kind = type(value)
        if kind is str:
            if not value.isascii():
                return False
            room -= 6 * len(value)  # a control character is escaped to six
        elif kind is Decimal:
            if not value.is_finite():
                return False
            text = str(value)
            if len(text) > NUMBERS.prec or "E" in text:
                return False  # it may have more digits than a number of FEEL, or be beyond its range
            room -= len(text)
        elif value is not None and kind is not bool:
            return False
        room -= 6 * len(name) + _ENTRY
    return room >= 0


def checked_text(text: object, *, code: ErrorCode, whose: str) -> str:
    """*text* as it may be stored. Errors: *code* for what is no text, or holds half of a surrogate pair."""
    if not isinstance(text, str):
        raise failure(code, f"{whose}: expected text, but got {_show(text)}.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise failure(
            code, f"{whose}: expected Unicode text, but got half of a surrogate pair.", hint="send UTF-8 text"
        ) from error
    return text


def checked_reason(given: object) -> str:
    """Why somebody steps in; nobody does without saying so. Errors: JOB_INPUT."""
    reason = checked_text(given, code=ErrorCode.JOB_INPUT, whose="the reason")
    if not reason.strip():
        raise failure(ErrorCode.JOB_INPUT, "expected a reason, but got an empty text.", hint="say why, for the log")
    return reason


def _checked(value: object, path: str, code: ErrorCode, whose: str, depth: int) -> Value:
    if type(value) in _PLAIN:
        return value  # type: ignore[return-value]
    if type(value) is Decimal and value.is_finite():
        return _number(value, path, code, whose)
    if depth > _DEEPEST:
        raise failure(code, f"{whose}: {path} is nested more than {_DEEPEST} deep.", part=path)
    if isinstance(value, int):
        return _number(Decimal(value), path, code, whose)
    if isinstance(value, list | tuple):
        return [_checked(item, f"{path}[{index}]", code, whose, depth + 1) for index, item in enumerate(value, 1)]
    if isinstance(value, Mapping):
        entries: dict[str, Value] = {}
        for name, entry in value.items():
            if not isinstance(name, str):
                raise failure(code, f"{whose}: {path} has an entry whose name is {name!r}, not text.", part=path)
            entries[name] = _checked(entry, f"{path}.{name}", code, whose, depth + 1)
        return entries
    if isinstance(value, Decimal) and not value.is_finite():
        raise failure(code, f"{whose}: expected a finite number as {path}, but got {value}.", part=path)
    if isinstance(value, _SCALARS):
        return value
    raise failure(
        code,
        f"{whose}: expected a FEEL value as {path}, but got {_show(value)}.",
        part=path,
        hint="numbers are Decimal, dates are FeelDate; text, lists and contexts stay as they are",
    )


def _number(value: Decimal, path: str, code: ErrorCode, whose: str) -> Decimal:
    """*value* as it is read back from the store and the log: of 34 digits."""
    try:
        return NUMBERS.create_decimal(value)
    except ArithmeticError as error:
        raise failure(code, f"{whose}: expected a number of FEEL's range as {path}, but got {value:.3E}.") from error


def _show(value: object) -> str:
    if isinstance(value, float):
        return f"the float {value!r}" if math.isfinite(value) else f"the float {value}"
    return f"a Python {type(value).__name__}"
