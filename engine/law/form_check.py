"""A form's own validation, enforced on what was filled in: the keys validate, values, decimalDigits and subtype.

What a browser checks with form-js is checked here again, because not everybody comes with a browser. Fields under a
condition that hides them are neither asked for nor taken. Source: the form-js schema, version 16.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from engine.errors import ErrorCode, Location, Problem, did_you_mean
from engine.feel import FeelDate, FeelDateTime, FeelTime, Value, compile_expression, to_plain, to_wire
from engine.law.forms import Form

Check = Callable[[Mapping[str, Any], Value], str]


def check_form(form: Form, given: Mapping[str, Value], context: Mapping[str, Value]) -> list[Problem]:
    """Everything that is wrong with *given*, by field; *context* are the variables that the form shows.

    Problems carry TASK_FORM and the field as place `variables.<field>`.
    """
    fields = {field["key"]: field for field in _fields(form.data["components"])}
    scope = {**context, **given}
    hidden = {key for key, field in fields.items() if _is_hidden(field, scope)}
    problems = []
    for key in given:
        if key not in fields or key in hidden:
            asked = [each for each in fields if each not in hidden]
            said = f'the form "{form.id}" has no field "{key}".{did_you_mean(key, asked)}'
            problems.append(_problem(key, said, hint=f"its fields: {', '.join(asked) or 'none'}"))
    for key, field in fields.items():
        if key in hidden:
            continue
        wrong = _wrong(field, given.get(key))
        if wrong:
            label = field.get("label") or field.get("dateLabel") or field.get("timeLabel") or key
            problems.append(_problem(key, f"{label}: {wrong}.", hint=f'{_written(field)}see the form "{form.id}"'))
    return problems


def _written(field: Mapping[str, Any]) -> str:
    """How JSON spells the value, where it is no plain text."""
    if field["type"] != "datetime":
        return ""
    *_, example = _subtype(field)
    return f"write it as {json.dumps(to_wire(example))}; "


def _problem(key: str, message: str, *, hint: str) -> Problem:
    return Problem(ErrorCode.TASK_FORM, message, Location(part=f"variables.{key}"), hint=hint)


def _fields(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        if not isinstance(component, dict):
            continue
        if isinstance(component.get("key"), str) and component["key"] and component.get("type") in TYPES:
            yield component
        if isinstance(component.get("components"), list):
            yield from _fields(component["components"])


def _is_hidden(field: Mapping[str, Any], scope: Mapping[str, Value]) -> bool:
    condition = (field.get("conditional") or {}).get("hide")
    return isinstance(condition, str) and _holds(condition, scope)


def _holds(expression: str, scope: Mapping[str, Value]) -> bool:
    return compile_expression(expression.strip().removeprefix("="), scope).evaluate(scope).value is True


def _wrong(field: Mapping[str, Any], value: Value) -> str:
    """What is wrong with one field, in words; empty when nothing is."""
    rules = field.get("validate") or {}
    if value is None or value == "" or value == []:
        return "expected a value, but got none" if rules.get("required") is True else ""
    wrong = TYPES[field["type"]](field, value)
    if wrong:
        return wrong
    for name, check in RULES.items():
        limit = rules.get(name)
        if limit is not None and limit != "" and (wrong := check(limit, value)):
            return wrong
    return ""


# ---- types of fields ------------------------------------------------------------------------------------------------


def _text(field: Mapping[str, Any], value: Value) -> str:
    return "" if isinstance(value, str) else _expected("text", value)


def _number(field: Mapping[str, Any], value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, Decimal):
        return _expected("a number", value)
    digits = field.get("decimalDigits")
    if isinstance(digits, int) and value != round(value, digits):
        return _expected("a whole number" if digits == 0 else f"at most {digits} decimal places", value)
    return ""


def _boolean(field: Mapping[str, Any], value: Value) -> str:
    return "" if isinstance(value, bool) else _expected("true or false", value)


def _instant(field: Mapping[str, Any], value: Value) -> str:
    kind, name, _ = _subtype(field)
    return "" if isinstance(value, kind) else _expected(name, value)


def _one(field: Mapping[str, Any], value: Value) -> str:
    options = _options(field)
    if options is None or any(type(option) is type(value) and option == value for option in options):
        return ""
    return _expected(f"one of {', '.join(map(str, map(to_plain, options)))}", value)


def _several(field: Mapping[str, Any], value: Value) -> str:
    if not isinstance(value, list):
        return _expected("a list", value)
    return next((wrong for item in value if (wrong := _one(field, item))), "")


_DAY, _TIME = FeelDate(2024, 2, 26), FeelTime(14, 30, 0)
SUBTYPES: Mapping[str, tuple[type, str, Value]] = {
    "date": (FeelDate, "a date", _DAY),
    "time": (FeelTime, "a time", _TIME),
    "datetime": (FeelDateTime, "a date and time", FeelDateTime(_DAY, _TIME)),
}


def _subtype(field: Mapping[str, Any]) -> tuple[type, str, Value]:
    """The type of the value, its name, and an example."""
    return SUBTYPES.get(str(field.get("subtype", "date")), SUBTYPES["date"])


TYPES: Mapping[str, Check] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _boolean,
    "datetime": _instant,
    "select": _one,
    "radio": _one,
    "checklist": _several,
    "taglist": _several,
}


def _options(field: Mapping[str, Any]) -> list[Value] | None:
    """The values to choose from; None when they come from the data."""
    values = field.get("values")
    if not isinstance(values, list):
        return None
    return [Decimal(each["value"]) if _is_number(each["value"]) else each["value"] for each in values]


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# ---- rules of fields ------------------------------------------------------------------------------------------------


def _at_least(limit: Any, value: Value) -> str:
    return _expected(f"at least {limit}", value) if isinstance(value, Decimal) and value < Decimal(str(limit)) else ""


def _at_most(limit: Any, value: Value) -> str:
    return _expected(f"at most {limit}", value) if isinstance(value, Decimal) and value > Decimal(str(limit)) else ""


def _long_enough(limit: Any, value: Value) -> str:
    return f"expected at least {limit} characters" if isinstance(value, str) and len(value) < int(limit) else ""


def _short_enough(limit: Any, value: Value) -> str:
    return f"expected at most {limit} characters" if isinstance(value, str) and len(value) > int(limit) else ""


def _of_pattern(limit: Any, value: Value) -> str:
    return (
        f"expected text of the pattern {limit}" if isinstance(value, str) and not re.search(str(limit), value) else ""
    )


RULES: Mapping[str, Callable[[Any, Value], str]] = {
    "min": _at_least,
    "max": _at_most,
    "minLength": _long_enough,
    "maxLength": _short_enough,
    "pattern": _of_pattern,
}


def _expected(what: str, value: Value) -> str:
    return f"expected {what}, but got {str(to_plain(value))[:80]}"
