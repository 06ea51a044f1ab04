"""Every id stands once in its file, so that a place in an error, an audit record and a drawing mean the same thing."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.elements import Elements
from engine.dmn.model import DecisionTable, Model
from engine.dmn.walk import expressions_of
from engine.errors import ErrorCode, Location, Problem


def check_ids(model: Model, _elements: Elements) -> Iterable[Problem]:
    seen: dict[str, Location] = {}
    for identifier, place in model.all_ids:
        first = seen.setdefault(identifier, place)
        if first is not place:
            yield Problem(
                ErrorCode.DMN_DUPLICATE,
                f'expected each id once, but "{identifier}" is that of "{first.part}" on line {first.line} too.',
                place,
                hint="give one of the two another id",
            )
    for expression in expressions_of(model):
        if isinstance(expression, DecisionTable):
            nameless = [str(rule.index) for rule in expression.rules if not rule.has_id]
            if nameless:
                shown = ", ".join(nameless[:10]) + (" and others" if len(nameless) > 10 else "")
                yield Problem(
                    ErrorCode.DMN_NO_ID,
                    f"expected an id on each rule, but {len(nameless)} of {len(expression.rules)} have none: {shown}.",
                    expression.place,
                    why="once a row is put before it, nobody can tell which rule it was that decided a case",
                    hint="give each rule an id that says what it decides, e.g. Rule_IncomeOverCeiling",
                )
