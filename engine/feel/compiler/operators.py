"""Comparison and logic (DMN 1.5, 10.3.2.13). Two numbers take a short way; everything else the long one."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.comparison import COMPOUND, compare, equal, equal_within
from engine.feel.compiler.base import Code, Compiler
from engine.feel.compiler.names import context_name, local_slot
from engine.feel.runtime import Frame, State
from engine.feel.temporal import FeelDateTime, FeelTime
from engine.feel.values import Value, kind_of

CLOCKED = frozenset({FeelTime, FeelDateTime})
OTHER_CLOCK = "one has an offset or a zone, the other has none"
ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
}


def compile_comparison(compiler: Compiler, node: nodes.Comparison) -> Code:
    left, right, span, symbol = compiler.compile(node.left), compiler.compile(node.right), node.span, node.operator
    if symbol in ("=", "!="):
        if isinstance(node.right, nodes.StringLiteral):
            return _equality_to_text(left, node.right.value, symbol == "=", span)
        return _equality(left, right, symbol == "=", span)
    test = ORDERINGS[symbol]
    if isinstance(node.right, nodes.NumericLiteral):
        constant = node.right.value
        name, slot = context_name(compiler, node.left), local_slot(compiler, node.left)
        otherwise: Code = lambda frame: order(symbol, left(frame), constant, span, frame[0])  # noqa: E731
        if name is not None:
            return _ORDER_NAME[symbol](name, constant, otherwise)
        if slot is not None:
            return _ORDER_LOCAL[symbol](slot, constant, otherwise)

        def run_constant(frame: Frame) -> Any:
            a = left(frame)
            if type(a) is Decimal:
                return test(a, constant)
            return order(symbol, a, constant, span, frame[0])

        return run_constant
    right_name = context_name(compiler, node.right)
    if right_name is not None:

        def run_right_name(frame: Frame) -> Any:
            a = left(frame)
            b = frame[1].get(right_name)
            if type(a) is Decimal and type(b) is Decimal:
                return test(a, b)
            return order(symbol, a, right(frame), span, frame[0])

        return run_right_name

    def run(frame: Frame) -> Any:
        a = left(frame)
        b = right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            return test(a, b)
        return order(symbol, a, b, span, frame[0])

    return run


# `name < constant`, the commonest of all conditions, with Python's own operator in place.
_ORDER_NAME: dict[str, Callable[[str, Decimal, Code], Code]] = {
    "<": lambda name, end, otherwise: (
        lambda frame: a < end if type(a := frame[1].get(name)) is Decimal else otherwise(frame)
    ),
    "<=": lambda name, end, otherwise: (
        lambda frame: a <= end if type(a := frame[1].get(name)) is Decimal else otherwise(frame)
    ),
    ">": lambda name, end, otherwise: (
        lambda frame: a > end if type(a := frame[1].get(name)) is Decimal else otherwise(frame)
    ),
    ">=": lambda name, end, otherwise: (
        lambda frame: a >= end if type(a := frame[1].get(name)) is Decimal else otherwise(frame)
    ),
}

# The same of a local variable, or of the element that a filter looks at.
_ORDER_LOCAL: dict[str, Callable[[int, Decimal, Code], Code]] = {
    "<": lambda slot, end, otherwise: lambda frame: a < end if type(a := frame[slot]) is Decimal else otherwise(frame),
    "<=": lambda slot, end, otherwise: (
        lambda frame: a <= end if type(a := frame[slot]) is Decimal else otherwise(frame)
    ),
    ">": lambda slot, end, otherwise: lambda frame: a > end if type(a := frame[slot]) is Decimal else otherwise(frame),
    ">=": lambda slot, end, otherwise: (
        lambda frame: a >= end if type(a := frame[slot]) is Decimal else otherwise(frame)
    ),
}


def _equality_to_text(left: Code, text: str, wanted: bool, span: Span) -> Code:
    def run(frame: Frame) -> Any:
        a = left(frame)
        if type(a) is str:
            return (a == text) is wanted
        same = equal(a, text)
        if same is None:
            return no_order(frame[0], a, text, span)
        return same is wanted

    return run


def _equality(left: Code, right: Code, wanted: bool, span: Span) -> Code:
    def run(frame: Frame) -> Any:
        a = left(frame)
        b = right(frame)
        same = equal(a, b) if type(a) not in COMPOUND else equal_within(frame[0], a, b)
        if same is None:
            return no_order(frame[0], a, b, span)
        return same is wanted

    return run


def order(symbol: str, left: Value, right: Value, span: Span, state: State) -> Any:
    """`left symbol right` for one of < <= > >=, with a warning when they have no order."""
    sign = compare(left, right)
    if sign is None:
        return no_order(state, left, right, span)
    return ORDERINGS[symbol](sign, 0)


def no_order(state: State, left: Value, right: Value, span: Span) -> Any:
    message = f"{kind_of(left)} and {kind_of(right)} cannot be compared"
    if type(left) is type(right):
        message = f"these two values of kind {kind_of(left)} cannot be compared"
        if type(left) in CLOCKED:
            message += f": {OTHER_CLOCK}"
    return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, message, span, left, right)


def compile_conjunction(compiler: Compiler, node: nodes.Conjunction) -> Code:
    left, right, span = compiler.compile(node.left), compiler.compile(node.right), node.span

    def run(frame: Frame) -> Any:
        a = left(frame)
        if a is False:
            return False
        b = right(frame)
        if b is False:
            return False
        if a is True and b is True:
            return True
        return _not_boolean(frame[0], "and", a, b, span)

    return run


def compile_disjunction(compiler: Compiler, node: nodes.Disjunction) -> Code:
    left, right, span = compiler.compile(node.left), compiler.compile(node.right), node.span

    def run(frame: Frame) -> Any:
        a = left(frame)
        if a is True:
            return True
        b = right(frame)
        if b is True:
            return True
        if a is False and b is False:
            return False
        return _not_boolean(frame[0], "or", a, b, span)

    return run


def _not_boolean(state: State, word: str, left: Value, right: Value, span: Span) -> Any:
    message = f"{kind_of(left)} {word} {kind_of(right)} is undecided"
    return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, message, span, left, right)


def compile_between(compiler: Compiler, node: nodes.Between) -> Code:
    value, low, high = compiler.compile(node.value), compiler.compile(node.low), compiler.compile(node.high)
    span = node.span

    def run(frame: Frame) -> Any:
        state = frame[0]
        tested = value(frame)
        above = order(">=", tested, low(frame), span, state)
        below = order("<=", tested, high(frame), span, state)
        if above is False or below is False:
            return False
        return None if above is None or below is None else True

    return run
