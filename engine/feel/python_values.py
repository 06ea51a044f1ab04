"""Values from and to Python and JSON: what callers hand in, what they are shown."""

from __future__ import annotations

import datetime as py
import math
from collections.abc import Mapping
from decimal import Decimal, DecimalException
from typing import Any

from engine.errors import EngineError, ErrorCode, failure
from engine.feel.limits import LimitExceeded
from engine.feel.misfits import Misfit, first_misfit
from engine.feel.numbers import NUMBERS
from engine.feel.temporal import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from engine.feel.temporal_text import read_date, read_date_time, read_duration, read_time
from engine.feel.text import format_value
from engine.feel.types import (
    DATE_AND_TIME,
    ConstrainedType,
    ContextType,
    ListType,
    SimpleType,
    Type,
    coerce,
    parse_type,
)
from engine.feel.values import Function, Range, Value, kind_of

_FEEL_CLASSES = (FeelDate, FeelTime, FeelDateTime, DaysTimeDuration, YearsMonthsDuration, Range, Function)
_READERS = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_time,
    "days and time duration": read_duration,
    "years and months duration": read_duration,
}
MAX_PLAIN_DIGITS = 300
MAX_PARTS = 1_000_000


def from_python(obj: object) -> Value:
    """The FEEL value of a Python one; FEEL_TYPE_MISMATCH when FEEL has none.

    >>> from_python({"rate": 0.1, "since": py.date(2024, 2, 29)})
    {'rate': Decimal('0.1'), 'since': FeelDate(year=2024, month=2, day=29)}
    """
    try:
        return _from_python(obj)
    except RecursionError:
        raise LimitExceeded("the value is nested too deeply") from None


def _from_python(obj: object) -> Value:
    if isinstance(obj, str):
        return _text(obj)
    if obj is None or isinstance(obj, (bool, *_FEEL_CLASSES)):
        return obj
    if isinstance(obj, int | float | Decimal):
        return _number(obj)
    if isinstance(obj, py.datetime):
        return FeelDateTime.from_python(obj)
    if isinstance(obj, py.date):
        return FeelDate.from_python(obj)
    if isinstance(obj, py.time):
        return FeelTime.from_python(obj)
    if isinstance(obj, py.timedelta):
        return DaysTimeDuration.from_python(obj)
    if isinstance(obj, list | tuple):
        return [_from_python(item) for item in obj]
    if isinstance(obj, Mapping):
        return {_key(key): _from_python(item) for key, item in obj.items()}
    raise failure(ErrorCode.FEEL_TYPE_MISMATCH, f"expected a FEEL value, but got a Python {type(obj).__name__}")


def _text(value: str) -> str:
    """*value*, unless it holds half of a surrogate pair, which nothing could store or print."""
    try:
        value.encode()
    except UnicodeEncodeError:
        shown = ascii(value[:60])
        message = f"expected a text of whole characters, but got half of a surrogate pair in {shown}"
        raise failure(ErrorCode.FEEL_TYPE_MISMATCH, message) from None
    return value


def _number(value: int | float | Decimal) -> Decimal:
    try:
        if isinstance(value, float):
            if not math.isfinite(value):
                raise failure(ErrorCode.FEEL_TYPE_MISMATCH, f"expected a number, but got {value}")
            return NUMBERS.create_decimal(repr(value))
        return NUMBERS.plus(Decimal(value)) if isinstance(value, int) else _finite(value)
    except DecimalException:
        raise failure(ErrorCode.FEEL_TYPE_MISMATCH, "expected a number of FEEL's range") from None


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise failure(ErrorCode.FEEL_TYPE_MISMATCH, f"expected a number, but got {value}")
    return NUMBERS.plus(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise failure(ErrorCode.FEEL_TYPE_MISMATCH, f"expected a string as a key, but got {key!r}")
    return _text(key)


def to_plain(value: Value) -> Any:
    """*value* for people and JSON: whole numbers as int, others as float where that is exact, else as text."""
    try:
        return _to_plain(value, [MAX_PARTS])
    except RecursionError:
        raise LimitExceeded("the value is nested too deeply to be shown") from None


def _to_plain(value: Value, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise LimitExceeded(f"a value of more than {MAX_PARTS} parts cannot be shown")
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, list):
        return [_to_plain(item, left) for item in value]
    if isinstance(value, dict):
        return {key: _to_plain(item, left) for key, item in value.items()}
    return format_value(value)


def _plain_number(value: Decimal) -> int | float | str:
    if value.adjusted() < MAX_PLAIN_DIGITS and value == value.to_integral_value():
        return int(value)
    if abs(value.adjusted()) < MAX_PLAIN_DIGITS and Decimal(repr(float(value))) == value:
        return float(value)
    return str(value)


def convert_input(value: object, type_name: str, *, types: Mapping[str, Type] | None = None) -> Value:
    """*value* as it came from JSON, YAML or Python, as a FEEL value of the type *type_name*.

    Texts become dates, times and durations where the type says so; numbers are never read from texts.
    Errors: FEEL_TYPE_MISMATCH, saying what was expected and what came.
    """
    declared = parse_type(type_name, types)
    try:
        return _convert(value, declared, "")
    except RecursionError:
        raise LimitExceeded("the value is nested too deeply") from None


def _convert(value: object, declared: Type, path: str) -> Value:
    """*path* leads from the whole input to *value*, for messages."""
    if value is None:
        return None
    plain = declared
    while isinstance(plain, ConstrainedType):
        plain = plain.base
    converted: Value
    if isinstance(plain, SimpleType) and plain.name in _READERS and isinstance(value, str):
        converted = _READERS[plain.name](value)
        if converted is None:
            raise _mismatch(Misfit(path, declared, value))
    elif plain is DATE_AND_TIME and isinstance(value, py.date) and not isinstance(value, py.datetime):
        # YAML reads a day as a date; in JSON it is a text. Both mean what `date and time("2024-02-29")` means.
        converted = FeelDateTime(FeelDate.from_python(value), FeelTime(0, 0, 0))
    elif isinstance(plain, ListType) and isinstance(value, list | tuple):
        converted = [_convert(item, plain.element, f"{path}[{number}]") for number, item in enumerate(value, 1)]
    elif isinstance(plain, ContextType) and isinstance(value, Mapping):
        inner = dict(plain.entries)
        converted = {
            _key(key): _convert(item, inner[key], f"{path}.{key}" if path else key)
            if key in inner
            else from_python(item)
            for key, item in value.items()
        }
    else:
        converted = from_python(value)
    result, fits = coerce(converted, declared)
    if not fits:
        raise _mismatch(first_misfit(converted, declared, path) or Misfit(path, declared, converted))
    return result


def _mismatch(misfit: Misfit) -> EngineError:
    if misfit.is_missing:
        message = f'expected an entry "{misfit.path}" of type {misfit.expected}, but there is none'
        return failure(ErrorCode.FEEL_TYPE_MISMATCH, message, hint="give it, as null where nothing is known")
    kind = kind_of(misfit.value)
    shown = format_value(misfit.value)[:60]
    text = f'"{shown}"' if kind == "string" else shown
    message = f"expected {misfit.expected}{misfit.place}, but got the {kind} {text}"
    return failure(ErrorCode.FEEL_TYPE_MISMATCH, message)
