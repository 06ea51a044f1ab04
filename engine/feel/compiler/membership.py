"""`in` and unary tests (DMN 1.5, 8.3.3 and 10.3.2.13.2): one value against comparisons, intervals and expressions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.comparison import contains, equal, equal_within, in_range
from engine.feel.compiler.base import Code, Compiler
from engine.feel.compiler.constants import constant_of
from engine.feel.compiler.literals import build_range
from engine.feel.compiler.operators import CLOCKED, ORDERINGS, OTHER_CLOCK, no_order, order
from engine.feel.runtime import Frame
from engine.feel.values import Range, Value, kind_of

# A test takes the value and the frame and answers true, false or null.
Test = Callable[[Any, Frame], Any]


def compile_in(compiler: Compiler, node: nodes.In) -> Code:
    value = compiler.compile(node.value)
    tests = [compile_test(compiler, test, cell=False) for test in node.tests]
    if len(tests) == 1:
        test = tests[0]
        return lambda frame: test(value(frame), frame)
    texts = frozenset(test.value for test in node.tests if isinstance(test, nodes.StringLiteral))
    only_texts = len(texts) == len(tests)

    def run(frame: Frame) -> Any:
        tested = value(frame)
        if only_texts and type(tested) is str:
            return tested in texts
        return any_of(tests, tested, frame)

    return run


def any_of(tests: list[Test], value: Value, frame: Frame) -> bool | None:
    """True when one test is; null when none is and one is undecided."""
    answer: bool | None = False
    for test in tests:
        verdict = test(value, frame)
        if verdict is True:
            return True
        if verdict is None:
            answer = None
    return answer


def compile_test(compiler: Compiler, node: nodes.Node, *, cell: bool) -> Test:
    """One positive unary test. In a *cell* of a table, a boolean result of an expression is the verdict."""
    match node:
        case nodes.UnaryTest():
            return _comparison_test(compiler, node)
        case nodes.Interval():
            return _interval_test(compiler, node)
    constant = constant_of(node, compiler.is_builtin)
    if constant is not None:
        return _constant_test(constant.value, node.span)
    compiler.push()
    slot = compiler.bind("?")
    expression = compiler.compile(node)
    asks_value = slot in compiler.used_slots
    compiler.pop()
    return _expression_test(expression, slot, asks_value, cell, node.span)


def _comparison_test(compiler: Compiler, node: nodes.UnaryTest) -> Test:
    compiler.push()
    slot = compiler.bind("?")
    endpoint, span, symbol = compiler.compile(node.endpoint), node.span, node.operator
    compiler.pop()
    if symbol in ("=", "!="):
        wanted = symbol == "="

        def equality(value: Any, frame: Frame) -> Any:
            frame[slot] = value
            other = endpoint(frame)
            same = equal_within(frame[0], value, other)
            return no_order(frame[0], value, other, span) if same is None else same is wanted

        return equality
    compares = ORDERINGS[symbol]

    def ordering(value: Any, frame: Frame) -> Any:
        frame[slot] = value
        other = endpoint(frame)
        if type(value) is Decimal and type(other) is Decimal:
            return compares(value, other)
        return order(symbol, value, other, span, frame[0])

    return ordering


def _interval_test(compiler: Compiler, node: nodes.Interval) -> Test:
    span = node.span
    low, high = constant_of(node.start, compiler.is_builtin), constant_of(node.end, compiler.is_builtin)
    start_included, end_included = node.start_included, node.end_included
    if low is not None and high is not None and type(low.value) is Decimal and type(high.value) is Decimal:
        first, last = low.value, high.value
        if first <= last:
            fixed = Range(first, last, start_included, end_included)

            def numbers(value: Any, frame: Frame) -> Any:
                if type(value) is Decimal:
                    if first < value < last:
                        return True
                    # Both ends may be the same number: each of them must let it in.
                    if value == first and not start_included:
                        return False
                    if value == last and not end_included:
                        return False
                    return first <= value <= last
                return _within(value, fixed, frame, span)

            return numbers
    compiler.push()
    slot = compiler.bind("?")
    start, end = compiler.compile(node.start), compiler.compile(node.end)
    compiler.pop()

    def interval(value: Any, frame: Frame) -> Any:
        frame[slot] = value
        built = build_range(start(frame), end(frame), start_included, end_included, span, frame[0])
        return _within(value, built, frame, span) if isinstance(built, Range) else None

    return interval


def _within(value: Value, within: Range, frame: Frame, span: Span) -> bool | None:
    verdict = equal(value, within) if isinstance(value, Range) else in_range(value, within)
    if verdict is None:
        bounds = f"{kind_of(within.start)} to {kind_of(within.end)}"
        message = f"{kind_of(value)} cannot be tested against a range from {bounds}"
        if {type(value)} == {type(within.start), type(within.end)} <= CLOCKED:
            message = f"this {kind_of(value)} cannot be tested against a range of them: {OTHER_CLOCK}"
        return frame[0].warn(ErrorCode.FEEL_TYPE_MISMATCH, message, span, value)  # type: ignore[no-any-return]
    return verdict


def _constant_test(constant: Value, span: Span) -> Test:
    if isinstance(constant, str | bool | Decimal):
        kind = type(constant)

        def literal(value: Any, frame: Frame) -> Any:
            if type(value) is kind:
                return value == constant
            same = equal(value, constant)
            return no_order(frame[0], value, constant, span) if same is None else same

        return literal

    def other(value: Any, frame: Frame) -> Any:
        verdict = contains(constant, value, frame[0])
        return no_order(frame[0], value, constant, span) if verdict is None else verdict

    return other


def _expression_test(expression: Code, slot: int, asks_value: bool, cell: bool, span: Span) -> Test:
    def test(value: Any, frame: Frame) -> Any:
        frame[slot] = value
        result = expression(frame)
        if (asks_value or (cell and type(value) is not bool)) and (result is True or result is False):
            return result
        if asks_value and result is None:
            return None
        if isinstance(result, Range):
            return _within(value, result, frame, span)
        verdict = contains(result, value, frame[0])
        return no_order(frame[0], value, result, span) if verdict is None else verdict

    return test
