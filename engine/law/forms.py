"""Forms for user tasks: form-js JSON, read for its id and its fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import ErrorCode, Location, Problem, did_you_mean, failure


@dataclass(frozen=True, slots=True)
class Form:
    """One form. *fields* are the keys that it fills in, in the order in which a person meets them.

    *not_by* is the custom property of that name: the variable that lists who may not fill it in, or names one person,
    because they acted in the matter before.
    """

    id: str
    file: str
    fields: tuple[str, ...]
    data: Mapping[str, Any]
    not_by: str = ""


def read_form(data: bytes, file: str) -> Form:
    """Read one form. Errors: LAW_MANIFEST when it is no form-js schema with an id."""
    hint = "save the form with Camunda Modeler or form-js; it needs an id and components"
    try:
        form = json.loads(data)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise failure(ErrorCode.LAW_MANIFEST, f"expected a form in JSON, but {error}.", file=file, hint=hint) from error
    if not isinstance(form, dict):
        raise failure(ErrorCode.LAW_MANIFEST, "expected a JSON object, but got something else.", file=file, hint=hint)
    for key, kind in (("id", str), ("components", list)):
        if not isinstance(form.get(key), kind):
            raise failure(
                ErrorCode.LAW_MANIFEST, f'expected "{key}", but got {form.get(key)!r}.', file=file, part=key, hint=hint
            )
    properties = form.get("properties") or {}
    not_by = properties.get("not_by", "") if isinstance(properties, dict) else None
    if not isinstance(not_by, str):
        raise failure(
            ErrorCode.LAW_MANIFEST,
            f"expected the name of a variable, but got {properties!r}.",
            file=file,
            part="properties.not_by",
            hint="name the variable that lists who may not fill the form in",
        )
    return Form(form["id"], file, tuple(_keys(form["components"])), form, not_by)


def unknown_earlier(form: Form, facts: Iterable[str]) -> Problem:
    """LAW_UNKNOWN_FACT for a form whose property `not_by` names no fact: it would keep nobody from filling it in."""
    message = f'the form "{form.id}" may not be filled in by "{form.not_by}", but no fact is called so.'
    place = Location(file=form.file, part="properties.not_by")
    hint = "name the fact that lists who acted before"
    return Problem(ErrorCode.LAW_UNKNOWN_FACT, message + did_you_mean(form.not_by, facts), place, hint=hint)


def _keys(components: list[Any]) -> Iterator[str]:
    for component in components:
        if not isinstance(component, dict):
            continue
        key = component.get("key")
        if isinstance(key, str) and key:
            yield key
        nested = component.get("components")
        if isinstance(nested, list):
            yield from _keys(nested)
