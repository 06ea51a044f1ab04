"""Conditions of the form `item > 10`: loops over numbers that need to call nothing for each element."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from engine.errors import Span
from engine.feel import nodes
from engine.feel.compiler.base import Compiler
from engine.feel.limits import SMALL
from engine.feel.runtime import UNTOUCHED, State, StateNeeded

Keep = Callable[[list[Any], Decimal], "list[Any] | None"]


class Bound(NamedTuple):
    """A constant that each element is compared with, and the loops that give those on either side of it.

    A loop gives None as soon as it meets an element that is no number.
    """

    end: Decimal
    passing: Keep
    failing: Keep


def element_bound(compiler: Compiler, condition: nodes.Node, slot: int) -> Bound | None:
    """The bound of a *condition* that compares the element in *slot* with a number; None of any other condition."""
    match condition:
        case nodes.Comparison(operator, nodes.Name(name), nodes.NumericLiteral(end)) if operator in KEEPING:
            elements, local = compiler.resolve(name)
            # Inside a filter a name may be a field of the element; numbers, for which alone this is used, have none.
            if (elements[:1] == [slot] and name == "item") or (not elements and local == slot):
                return Bound(end, KEEPING[operator], KEEPING[OPPOSITES[operator]])
    return None


def charge(state: State, count: int, span: Span) -> None:
    """Count *count* rounds of a loop at once. Without a state only short lists are visited."""
    if state is UNTOUCHED:
        if count > SMALL:
            raise StateNeeded
    else:
        state.steps -= count
        if state.steps < 0:
            state.step(span)


def _less(items: list[Any], end: Decimal) -> list[Any] | None:
    kept: list[Any] = []
    for item in items:
        if type(item) is not Decimal:
            return None
        if item < end:
            kept.append(item)
    return kept


def _at_most(items: list[Any], end: Decimal) -> list[Any] | None:
    kept: list[Any] = []
    for item in items:
        if type(item) is not Decimal:
            return None
        if item <= end:
            kept.append(item)
    return kept


def _more(items: list[Any], end: Decimal) -> list[Any] | None:
    kept: list[Any] = []
    for item in items:
        if type(item) is not Decimal:
            return None
        if item > end:
            kept.append(item)
    return kept


def _at_least(items: list[Any], end: Decimal) -> list[Any] | None:
    kept: list[Any] = []
    for item in items:
        if type(item) is not Decimal:
            return None
        if item >= end:
            kept.append(item)
    return kept


KEEPING: dict[str, Keep] = {"<": _less, "<=": _at_most, ">": _more, ">=": _at_least}
OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
