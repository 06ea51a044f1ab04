"""Literals, lists, contexts and ranges (DMN 1.5, 10.3.2.6 to 10.3.2.8)."""

from __future__ import annotations

from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.comparison import compare
from engine.feel.compiler.base import Code, Compiler
from engine.feel.compiler.constants import constant_of
from engine.feel.invocation import Closure
from engine.feel.runtime import UNTOUCHED, Frame, State
from engine.feel.signature import MADE_PER_STEP
from engine.feel.values import Function, Range, Value, kind_of


def compile_constant(compiler: Compiler, node: nodes.Node) -> Code | None:
    """The closure of a constant node, or None when it is not constant."""
    constant = constant_of(node, compiler.is_builtin)
    if constant is None:
        return None
    value = constant.value
    return lambda frame: value


def compile_literal(
    compiler: Compiler, node: nodes.NullLiteral | nodes.BooleanLiteral | nodes.NumericLiteral | nodes.StringLiteral
) -> Code:
    value = None if isinstance(node, nodes.NullLiteral) else node.value
    return lambda frame: value


def compile_at_literal(compiler: Compiler, node: nodes.AtLiteral) -> Code:
    text, span = node.text, node.span
    message = f'"{text[:60]}" is no date, time, date and time or duration'
    return lambda frame: frame[0].warn(ErrorCode.FEEL_INVALID_ARGUMENT, message, span)


def compile_list(compiler: Compiler, node: nodes.ListNode) -> Code:
    items = [compiler.compile(item) for item in node.items]
    code: Code = lambda frame: [item(frame) for item in items]  # noqa: E731
    return _paid(code, len(items) >> MADE_PER_STEP[list])


def _paid(code: Code, steps: int) -> Code:
    """*code*, which takes *steps* more than its parts do; a long literal in a loop fills the memory."""
    if not steps:
        return code

    def run(frame: Frame) -> Any:
        if frame[0] is not UNTOUCHED:
            frame[0].pay(steps)
        return code(frame)

    return run


def compile_interval(compiler: Compiler, node: nodes.Interval) -> Code:
    start, end = compiler.compile(node.start), compiler.compile(node.end)
    start_included, end_included, span = node.start_included, node.end_included, node.span

    def run(frame: Frame) -> Any:
        return build_range(start(frame), end(frame), start_included, end_included, span, frame[0])

    return run


def build_range(low: Value, high: Value, start_included: bool, end_included: bool, span: Span, state: State) -> Any:
    """The range, or null when its ends have no order or the wrong one."""
    if low is not None and high is not None:
        order = compare(low, high)
        if order is None:
            message = f"a range cannot run from {kind_of(low)} to {kind_of(high)}"
            return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, message, span, low, high)
        if order > 0:
            return state.warn(ErrorCode.FEEL_INVALID_ARGUMENT, "this range ends before it starts", span, low, high)
    return Range(low, high, start_included, end_included)


def compile_unary_test_value(compiler: Compiler, node: nodes.UnaryTest) -> Code:
    """A unary test used as a value: the range it stands for."""
    endpoint, operator = compiler.compile(node.endpoint), node.operator
    return lambda frame: Range.of_test(operator, endpoint(frame))


def compile_context(compiler: Compiler, node: nodes.Context) -> Code:
    keys = [entry.key for entry in node.entries]
    if len(set(keys)) < len(keys):
        double = next(key for key in keys if keys.count(key) > 1)
        span = node.span
        return lambda frame: frame[0].warn(ErrorCode.FEEL_INVALID_ARGUMENT, f'the key "{double}" stands twice', span)
    compiler.push()
    entries: list[tuple[str, int, Code]] = []
    for entry in node.entries:
        if isinstance(entry.value, nodes.FunctionDefinition):
            slot = compiler.bind(entry.key)
            code = _knowing_itself(compiler.compile(entry.value), slot)
        else:
            code = compiler.compile(entry.value)
            slot = compiler.bind(entry.key)
        entries.append((entry.key, slot, code))
    compiler.pop()

    def run(frame: Frame) -> Any:
        result: dict[str, Any] = {}
        for key, slot, code in entries:
            frame[slot] = result[key] = code(frame)
        return result

    return _paid(run, len(entries) >> 2)


def _knowing_itself(code: Code, slot: int) -> Code:
    """A function in a context may call itself by its key."""

    def run(frame: Frame) -> Any:
        function = code(frame)
        if isinstance(function, Function) and isinstance(function.code, Closure):
            function.code.captured[slot] = function
        return function

    return run
