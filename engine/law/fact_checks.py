"""Facts that cannot be: less than nothing, or at odds with each other. For events and for questions alike."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from decimal import Decimal

from engine.errors import ErrorCode, Location, Problem
from engine.feel import Value, format_value
from engine.law.formats import Currency
from engine.law.questions import Contradiction
from engine.law.vocabulary import FactDefinition

_SHOWN = 100


def check_not_negative(definition: FactDefinition, value: Value, code: ErrorCode) -> Iterator[Problem]:
    """Money and counts have a unit and are never below zero."""
    if definition.unit and isinstance(value, Decimal) and value < 0:
        yield Problem(
            code,
            f'the fact "{definition.name}" expected {definition.unit} of zero or more, but got {format_value(value)}.',
            Location(part=definition.name, clause=", ".join(definition.clauses) or None),
            hint=f"{definition.name} is {definition.meaning}",
        )


def check_places(definition: FactDefinition, value: Value, money: Currency, code: ErrorCode) -> Iterator[Problem]:
    """An amount of money, alone or for a month or a year, has no more places than the currency of the law."""
    if definition.unit.split(" ")[0] != money.code or not isinstance(value, Decimal):
        return
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -money.places:
        yield Problem(
            code,
            f'the fact "{definition.name}" expected {definition.unit} with at most {money.places} places,'
            f" but got {format_value(value)}.",
            Location(part=definition.name, clause=", ".join(definition.clauses) or None),
            hint=f"{definition.name} is {definition.meaning}",
        )


def check_contradictions(
    contradictions: Iterable[Contradiction], taken: Container[str], values: Mapping[str, Value], code: ErrorCode
) -> Iterator[Problem]:
    """A problem for each contradiction all of whose facts are *taken* and given."""
    for contradiction in contradictions:
        named = contradiction.facts
        if any(name not in taken or values.get(name) is None for name in named):
            continue
        if contradiction.expression.evaluate(values).value is True:
            shown = ", ".join(f"{name} = {format_value(values[name])[:_SHOWN]}" for name in named)
            yield Problem(
                code,
                f"the facts contradict each other: {contradiction.says} ({shown}).",
                Location(part=", ".join(named)),
                hint="correct one of these facts",
            )
