"""Which parts of an expression are constant: literals, and temporal constructors of string literals."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from engine.feel import nodes
from engine.feel.numbers import NUMBERS
from engine.feel.temporal_text import read_date, read_date_time, read_duration, read_temporal, read_time
from engine.feel.values import Range, Value

_CONSTRUCTORS: dict[str, Callable[[str], Value]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_time,
    "duration": read_duration,
}


class Constant(NamedTuple):
    value: Value


def constant_of(node: nodes.Node, is_builtin: Callable[[str], bool]) -> Constant | None:
    """The value of *node* when it is the same in every evaluation and not null by mistake; else None."""
    match node:
        case nodes.NumericLiteral(value) | nodes.StringLiteral(value) | nodes.BooleanLiteral(value):
            return Constant(value)
        case nodes.NullLiteral():
            return Constant(None)
        case nodes.AtLiteral(text):
            return _unless_null(read_temporal(text))
        case nodes.ArithmeticNegation(nodes.NumericLiteral(number)):
            return Constant(NUMBERS.minus(number))
        case nodes.FunctionInvocation(nodes.Name(name), (nodes.StringLiteral(text),), ()):
            if name in _CONSTRUCTORS and is_builtin(name):
                return _unless_null(_CONSTRUCTORS[name](text))
        case nodes.UnaryTest(operator, endpoint):
            inner = constant_of(endpoint, is_builtin)
            return None if inner is None else Constant(Range.of_test(operator, inner.value))
    return None


def _unless_null(value: Value) -> Constant | None:
    return None if value is None else Constant(value)
