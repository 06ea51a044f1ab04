"""for, some and every (DMN 1.5, 10.3.2.13.5): every round costs a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.compiler.base import Code, Compiler
from engine.feel.compiler.bounds import Bound, charge, element_bound
from engine.feel.limits import SMALL, LimitExceeded
from engine.feel.numbers import NUMBERS, ONE, whole
from engine.feel.runtime import UNTOUCHED, Frame, State, StateNeeded
from engine.feel.temporal import FeelDate
from engine.feel.values import Range, Value, kind_of

Domain = Callable[[Frame], Iterable[Any] | None]


def compile_domains(
    compiler: Compiler, iterators: tuple[nodes.IterationContext, ...]
) -> list[tuple[int, Domain, Span]]:
    """Slot and domain of each iterator; the caller has pushed a scope."""
    domains: list[tuple[int, Domain, Span]] = []
    for iterator in iterators:
        domain = _compile_domain(compiler, iterator)
        domains.append((compiler.bind(iterator.name), domain, iterator.span))
    return domains


def _compile_domain(compiler: Compiler, node: nodes.IterationContext) -> Domain:
    start, span = compiler.compile(node.domain), node.span
    if node.end is not None:
        end = compiler.compile(node.end)
        return lambda frame: counted(start(frame), end(frame), span, frame[0])

    def visited(frame: Frame) -> Any:
        value = start(frame)
        return value if type(value) is list else elements(value, span, frame[0])

    return visited


def elements(value: Value, span: Span, state: State) -> Any:
    """What an iteration over *value* visits; None with a warning when it cannot be iterated."""
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        low, high = value.start, value.end
        if value.operator is not None or low is None or high is None:
            return state.warn(ErrorCode.FEEL_INVALID_ARGUMENT, "a range without both ends has no elements", span)
        items = counted(low, high, span, state)
        if items is None:
            return None
        skip_low, skip_high = not value.start_included, not value.end_included
        return [each for each in items if not (skip_low and each == low) and not (skip_high and each == high)]
    if value is None:
        return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, "null cannot be iterated", span)
    return [value]


def counted(low: Value, high: Value, span: Span, state: State) -> Any:
    """`low..high`, up or down by one, of numbers or of dates."""
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        count = whole(abs(NUMBERS.subtract(high, low)))
        _check_count(count, span, state)
        return _numbers(low, high)
    if isinstance(low, FeelDate) and isinstance(high, FeelDate):
        first, last = low.ordinal, high.ordinal
        _check_count(abs(last - first), span, state)
        step = 1 if last >= first else -1
        return (FeelDate.from_ordinal(day) for day in range(first, last + step, step))
    message = f"a range from {kind_of(low)} to {kind_of(high)} has no elements to visit"
    return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, message, span, low, high)


def _numbers(low: Decimal, high: Decimal) -> Iterator[Decimal]:
    step = ONE if high >= low else -ONE
    current = low
    while (high - current) * step >= 0:
        yield current
        current = NUMBERS.add(current, step)


def _check_count(count: int | None, span: Span, state: State) -> None:
    if count is None or count >= state.limits.max_list:
        raise LimitExceeded(f"a range of more than {state.limits.max_list} elements", span)


def compile_for(compiler: Compiler, node: nodes.ForExpression) -> Code:
    scope = compiler.push(("partial",))
    partial = scope.slots["partial"]
    domains = compile_domains(compiler, node.iterators)
    result = compiler.compile(node.result)
    copies_partial = partial in compiler.used_slots
    compiler.pop()
    span, last = node.span, len(domains) - 1

    def visit(frame: Frame, index: int, results: list[Any]) -> bool:
        slot, domain, _ = domains[index]
        items = domain(frame)
        if items is None:
            return False
        state = frame[0]
        for item in items:
            frame[slot] = item
            state.steps -= 1
            if state.steps < 0:
                state.step(span)
            if index < last:
                if not visit(frame, index + 1, results):
                    return False
            else:
                if copies_partial:
                    state.steps -= len(results) // 8
                    frame[partial] = results.copy()
                results.append(result(frame))
        if len(results) > state.limits.max_list:
            state.check_size(results, span)
        return True

    def run(frame: Frame) -> Any:
        results: list[Any] = []
        frame[partial] = results
        return results if visit(frame, 0, results) else None

    return run


def compile_quantified(compiler: Compiler, node: nodes.QuantifiedExpression) -> Code:
    compiler.push()
    domains = compile_domains(compiler, node.iterators)
    condition, bound = compiler.compile(node.condition), element_bound(compiler, node.condition, domains[-1][0])
    compiler.pop()
    decisive = node.quantifier == "some"
    span, last = node.span, len(domains) - 1

    def visit(items: Iterable[Any] | None, frame: Frame, index: int) -> bool | None:
        """The decisive answer, its opposite, or None when undecided."""
        if items is None:
            return None
        state, slot = frame[0], domains[index][0]
        counts = state is not UNTOUCHED
        if not counts and (type(items) is not list or len(items) > SMALL):
            raise StateNeeded
        answer: bool | None = not decisive
        for item in items:
            frame[slot] = item
            if counts:
                state.steps -= 1
                if state.steps < 0:
                    state.step(span)
            found = visit(domains[index + 1][1](frame), frame, index + 1) if index < last else condition(frame)
            if found is decisive:
                return decisive
            if found is not True and found is not False:
                if found is not None:
                    state.warn(ErrorCode.FEEL_TYPE_MISMATCH, f"{kind_of(found)} is no condition", span, found)
                answer = None
        return answer

    domain = domains[0][1]
    if last > 0:
        compiler.is_plain = False
    elif bound is not None:
        return _quantified_by_bound(domain, bound, decisive, visit, span)
    return lambda frame: visit(domain(frame), frame, 0)


def _quantified_by_bound(
    domain: Domain, bound: Bound, decisive: bool, otherwise: Callable[[Any, Frame, int], Any], span: Span
) -> Code:
    """`satisfies each > 50`, where the loop needs to call nothing when all elements are numbers."""
    # Every element passes when none lies on the other side of the bound.
    look_for, end = bound.passing if decisive else bound.failing, bound.end

    def run(frame: Frame) -> Any:
        items = domain(frame)
        if type(items) is not list:
            return otherwise(items, frame, 0)
        charge(frame[0], len(items), span)
        found = look_for(items, end)
        if found is None:
            return otherwise(items, frame, 0)
        return decisive if found else not decisive

    return run
