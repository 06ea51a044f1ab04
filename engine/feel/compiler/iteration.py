"""for, some, every and filters (DMN 1.5, 10.3.2.13.5 and 10.3.2.5): every round costs a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.compiler.base import Code, Compiler
from engine.feel.limits import LimitExceeded
from engine.feel.numbers import NUMBERS, ONE, is_whole, whole
from engine.feel.runtime import Frame, State
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
    return lambda frame: elements(start(frame), span, frame[0])


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
    condition = compiler.compile(node.condition)
    compiler.pop()
    decisive = node.quantifier == "some"
    span, last = node.span, len(domains) - 1

    def visit(frame: Frame, index: int) -> bool | None:
        """The decisive answer, its opposite, or None when undecided."""
        slot, domain, _ = domains[index]
        items = domain(frame)
        if items is None:
            return None
        state = frame[0]
        answer: bool | None = not decisive
        for item in items:
            frame[slot] = item
            state.steps -= 1
            if state.steps < 0:
                state.step(span)
            found = visit(frame, index + 1) if index < last else condition(frame)
            if found is decisive:
                return decisive
            if found is not True and found is not False:
                if found is not None:
                    state.warn(ErrorCode.FEEL_TYPE_MISMATCH, f"{kind_of(found)} is no condition", span, found)
                answer = None
        return answer

    return lambda frame: visit(frame, 0)


def compile_filter(compiler: Compiler, node: nodes.FilterExpression) -> Code:
    index, span = _constant_index(node.filter), node.span
    if index is not None:
        position, source = index, _compile_unkept(compiler, node.source)

        def pick(frame: Frame) -> Any:
            return item_at(source(frame), position, span, frame[0])

        return pick
    source = compiler.compile(node.source)
    slot = compiler.push_filter()
    condition = compiler.compile(node.filter)
    compiler.pop()

    def run(frame: Frame) -> Any:
        value, state = source(frame), frame[0]
        if value is None:
            return state.warn(ErrorCode.FEEL_TYPE_MISMATCH, "null cannot be filtered", span)
        items = value if type(value) is list else [value]
        kept: list[Any] = []
        if not items:
            frame[slot] = None
            found = condition(frame)
            return item_at(items, found, span, state) if type(found) is Decimal else kept
        state.steps -= len(items)
        if state.steps < 0:
            state.step(span)
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
