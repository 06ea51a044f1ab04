"""Filters (DMN 1.5, 10.3.2.5): a condition about each element, or the position of one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.compiler.base import Code, Compiler
from engine.feel.compiler.bounds import Bound, charge, element_bound
from engine.feel.numbers import is_whole, whole
from engine.feel.runtime import UNTOUCHED, Frame, State, StateNeeded
from engine.feel.values import Value, kind_of

_NOTHING: list[Value] = []


def compile_filter(compiler: Compiler, node: nodes.FilterExpression) -> Code:
    index, span = _constant_index(node.filter), node.span
    if index is not None:
        position, source = index, _compile_unkept(compiler, node.source)

        def pick(frame: Frame) -> Any:
            return item_at(source(frame), position, span, frame[0])

        return pick
    source = compiler.compile(node.source)
    slot = compiler.push_filter()
    condition, bound = compiler.compile(node.filter), element_bound(compiler, node.filter, slot)
    compiler.pop()

    def choose(value: Value, frame: Frame) -> Any:
        state = frame[0]
        if value is None:
            return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, "null cannot be filtered", span)
        items: list[Any] = value if type(value) is list else [value]
        kept: list[Any] = []
        if not items:
            return _choose_nothing(slot, condition, span, frame)
        charge(state, len(items), span)
        for number, item in enumerate(items):
            frame[slot] = item
            found = condition(frame)
            if found is True:
                kept.append(item)
            elif found is False or found is None:
                continue
            elif type(found) is Decimal and number == 0:
                return item_at(items, found, span, state)
            else:
                return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, f"{kind_of(found)} is no condition", span, found)
        return kept

    if bound is not None:
        return _filter_by_bound(source, bound, choose, span)
    return lambda frame: choose(source(frame), frame)


def _choose_nothing(slot: int, condition: Code, span: Span, frame: Frame) -> Any:
    """A filter over an empty list: the empty list too, but null where the filter is a position."""
    state = frame[0]
    if state is UNTOUCHED:
        raise StateNeeded
    frame[slot] = None
    known = len(state.warnings)
    found = condition(frame)
    # What the condition says of an element that is not there is of no interest.
    del state.warnings[known:]
    return item_at(_NOTHING, found, span, state) if type(found) is Decimal else []


def _filter_by_bound(source: Code, bound: Bound, otherwise: Callable[[Any, Frame], Any], span: Span) -> Code:
    """`[item > 10]`, where the loop needs to call nothing when all elements are numbers."""
    keep, end = bound.passing, bound.end

    def run(frame: Frame) -> Any:
        items = source(frame)
        if type(items) is not list or not items:
            return otherwise(items, frame)
        charge(frame[0], len(items), span)
        kept = keep(items, end)
        return otherwise(items, frame) if kept is None else kept

    return run


def _compile_unkept(compiler: Compiler, node: nodes.Node) -> Code:
    """A source of which one element is read at once: `partial[-1]` needs no copy of the results so far."""
    used = compiler.used_slots
    compiler.used_slots = set(used)
    code = compiler.compile(node)
    if isinstance(node, nodes.Name) and node.name == "partial":
        compiler.used_slots = used
    return code


def _constant_index(node: nodes.Node) -> Decimal | None:
    if isinstance(node, nodes.NumericLiteral):
        return node.value
    if isinstance(node, nodes.ArithmeticNegation) and isinstance(node.operand, nodes.NumericLiteral):
        return -node.operand.value
    return None


def item_at(value: Value, index: Decimal, span: Span, state: State) -> Any:
    """The element at the 1-based *index*, from the end when negative."""
    if value is None:
        return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, "null has no elements", span)
    items = value if isinstance(value, list) else [value]
    position = whole(index) if is_whole(index) else 0
    if position and position > 0 and position <= len(items):
        return items[position - 1]
    if position and position < 0 and -position <= len(items):
        return items[position]
    return state.warn(ErrorCode.FEEL_NOT_FOUND, f"no element {index} in a list of {len(items)}", span)
