"""A second evaluator of FEEL: walks the tree, looks names up by searching, calls nothing of the compiler.

It exists to disagree: whatever it and the compiled closures answer differently is a fault of one of them. Names are
found in a list of scopes, innermost last; every rule is written as the standard's text has it (DMN 1.5, 10.3.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.feel import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, Range, YearsMonthsDuration
from engine.feel import nodes as n
from tests.properties.naive_builtins import BUILTINS
from tests.properties.naive_values import (
    NaiveFunction,
    arithmetic,
    compared,
    conjunction,
    date_of,
    days_of,
    disjunction,
    equal,
    kind,
    member,
    negated,
    ordered,
    within,
)

Scopes = list[Mapping[str, Any]]


def evaluate(node: Any, scopes: Scopes) -> Any:
    """The value of *node*; the value under a unary test is named "?"."""
    match node:
        case n.NullLiteral():
            return None
        case n.BooleanLiteral(value) | n.NumericLiteral(value) | n.StringLiteral(value):
            return value
        case n.AtLiteral(text):
            return read_literal(text)
        case n.Name(name):
            return look_up(name, scopes)
        case n.ArithmeticNegation(operand):
            return negated(evaluate(operand, scopes))
        case n.Arithmetic(operator, left, right):
            return arithmetic(operator, evaluate(left, scopes), evaluate(right, scopes))
        case n.Comparison(operator, left, right):
            return compared(operator, evaluate(left, scopes), evaluate(right, scopes))
        case n.Between(value, low, high):
            tested = evaluate(value, scopes)
            ends = evaluate(low, scopes), evaluate(high, scopes)
            return conjunction([ordered(">=", tested, ends[0]), ordered("<=", tested, ends[1])])
        case n.In(value, tests):
            tested = evaluate(value, scopes)
            verdicts = [passes(test, tested, scopes, cell=False) for test in tests]
            if any(verdict is True for verdict in verdicts):
                return True
            return None if None in verdicts else False
        case n.Conjunction(left, right):
            return conjunction([evaluate(left, scopes), evaluate(right, scopes)])
        case n.Disjunction(left, right):
            return disjunction([evaluate(left, scopes), evaluate(right, scopes)])
        case n.IfExpression(condition, then, otherwise):
            return evaluate(then if evaluate(condition, scopes) is True else otherwise, scopes)
        case n.ForExpression(iterators, result):
            return collect(iterators, result, scopes)
        case n.QuantifiedExpression(quantifier, iterators, condition):
            return quantified(quantifier, iterators, condition, scopes)
        case n.InstanceOf(value, type_node):
            return is_of_type(evaluate(value, scopes), type_node)
        case n.PathExpression(source, name):
            return property_of(evaluate(source, scopes), name)
        case n.FilterExpression(source, condition):
            return filtered(evaluate(source, scopes), condition, scopes)
        case n.FunctionInvocation(function, arguments, named):
            return invoked(function, arguments, named, scopes)
        case n.FunctionDefinition(parameters, body):
            names = tuple(parameter.name for parameter in parameters)
            return NaiveFunction(names, lambda values: evaluate(body, [*scopes, dict(zip(names, values, strict=True))]))
        case n.Context(entries):
            return context(entries, scopes)
        case n.ListNode(items):
            return [evaluate(item, scopes) for item in items]
        case n.Interval(start, end, start_included, end_included):
            return interval(evaluate(start, scopes), evaluate(end, scopes), start_included, end_included)
        case n.UnaryTest(operator, endpoint):
            return test_range(operator, evaluate(endpoint, scopes))
    raise TypeError(f"no node of FEEL: {node!r}")


def look_up(name: str, scopes: Scopes) -> Any:
    for scope in reversed(scopes):
        if name in scope:
            return scope[name]
    return BUILTINS.get(name)


# ---- literals ---------------------------------------------------------------------------------------------------


def read_literal(text: str) -> Any:
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return FeelDate(*map(int, match.groups()))
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)", text):
        parts = [int(part) for part in match.groups()]
        return FeelDateTime(FeelDate(*parts[:3]), FeelTime(*parts[3:]))
    if match := re.fullmatch(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?", text):
        sign, years, months = match.groups()
        return YearsMonthsDuration((-1 if sign else 1) * (12 * int(years or 0) + int(months or 0)))
    if match := re.fullmatch(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text):
        sign, *parts = match.groups()
        days, hours, minutes, seconds = (int(part or 0) for part in parts)
        return DaysTimeDuration((-1 if sign else 1) * (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 10**9)
    return None


def interval(start: Any, end: Any, start_included: bool, end_included: bool) -> Range | None:
    """Both ends must have an order, and not the wrong one; an end that is null is no bound."""
    if start is not None and end is not None and ordered("<=", start, end) is not True:
        return None
    return Range(start, end, start_included, end_included)


def test_range(operator: str, endpoint: Any) -> Range:
    """`(< 10)` as a value."""
    match operator:
        case "<" | "<=":
            return Range(None, endpoint, False, operator == "<=", operator)
        case ">" | ">=":
            return Range(endpoint, None, operator == ">=", False, operator)
    return Range(endpoint, endpoint, operator == "=", operator == "=", operator)


def context(entries: tuple[n.ContextEntry, ...], scopes: Scopes) -> Any:
    if len({entry.key for entry in entries}) < len(entries):
        return None
    result: dict[str, Any] = {}
    for entry in entries:
        # Later entries see the earlier ones, and no more than those.
        result[entry.key] = evaluate(entry.value, [*scopes, dict(result)])
    return result


# ---- tests ------------------------------------------------------------------------------------------------------


def passes(test: Any, value: Any, scopes: Scopes, *, cell: bool) -> bool | None:
    """One unary test against *value*; in a *cell* a boolean answer of an expression is the verdict."""
    inner = [*scopes, {"?": value}]
    if isinstance(test, n.UnaryTest):
        return compared(test.operator, value, evaluate(test.endpoint, inner))
    result = evaluate(test, inner)
    if isinstance(test, n.Interval):
        return within_or_equal(value, result)
    asked = mentions_value(test)
    if isinstance(result, bool) and not is_literal(test) and (asked or (cell and not isinstance(value, bool))):
        return result
    if asked and result is None:
        return None
    return member(value, result)


def within_or_equal(value: Any, range_: Range | None) -> bool | None:
    if range_ is None:
        return None
    return equal(value, range_) if isinstance(value, Range) else within(value, range_)


def is_literal(node: Any) -> bool:
    return isinstance(node, n.BooleanLiteral)


def mentions_value(node: Any) -> bool:
    """Whether "?" stands in the expression; inside the tests of an `in` it means another value."""
    if isinstance(node, n.Name):
        return node.name == "?"
    if isinstance(node, n.In):
        return mentions_value(node.value)
    if isinstance(node, tuple):
        return any(mentions_value(each) for each in node)
    if isinstance(node, n.Spanned):
        return any(mentions_value(getattr(node, name)) for name in type(node).__match_args__)
    return False


def cell_verdict(node: n.UnaryTestsNode, value: Any, scopes: Scopes) -> bool | None:
    """The answer of a table's cell."""
    if node.any:
        return True
    verdicts = [passes(test, value, scopes, cell=True) for test in node.tests]
    answer = True if True in verdicts else None if None in verdicts else False
    if node.negated:
        return None if answer is None else not answer
    return answer


# ---- iteration --------------------------------------------------------------------------------------------------


def domain(iterator: n.IterationContext, scopes: Scopes) -> list[Any] | None:
    value = evaluate(iterator.domain, scopes)
    if iterator.end is not None:
        return steps(value, evaluate(iterator.end, scopes))
    if value is None:
        return None
    if isinstance(value, Range):
        if value.operator is not None or value.start is None or value.end is None:
            return None
        items = steps(value.start, value.end)
        if items is None:
            return None
        lowest = [] if value.start_included else [value.start]
        highest = [] if value.end_included else [value.end]
        return [item for item in items if item not in lowest + highest]
    return value if isinstance(value, list) else [value]


def steps(low: Any, high: Any) -> list[Any] | None:
    """Every number or date from *low* to *high* by one, upwards or downwards."""
    if kind(low) == kind(high) == "number":
        count = int(abs(high - low))
        sign = 1 if high >= low else -1
        return [low + sign * step for step in range(count + 1)]
    if kind(low) == kind(high) == "date":
        first, last = days_of(low), days_of(high)
        sign = 1 if last >= first else -1
        return [date_of(day) for day in range(first, last + sign, sign)]
    return None


def collect(iterators: tuple[n.IterationContext, ...], result: Any, scopes: Scopes) -> list[Any] | None:
    found: list[Any] = []

    def visit(left: tuple[n.IterationContext, ...], inner: Scopes) -> bool:
        if not left:
            found.append(evaluate(result, [*inner, {"partial": list(found)}] if not shadows_partial else inner))
            return True
        items = domain(left[0], inner)
        return items is not None and all(visit(left[1:], [*inner, {left[0].name: item}]) for item in items)

    shadows_partial = any(iterator.name == "partial" for iterator in iterators)
    return found if visit(iterators, scopes) else None


def quantified(quantifier: str, iterators: tuple[n.IterationContext, ...], condition: Any, scopes: Scopes) -> Any:
    """`some` is a disjunction, `every` a conjunction over what the next iterator answers for each item."""
    if not iterators:
        return evaluate(condition, scopes)
    items = domain(iterators[0], scopes)
    if items is None:
        return None
    verdicts = [
        quantified(quantifier, iterators[1:], condition, [*scopes, {iterators[0].name: item}]) for item in items
    ]
    return disjunction(verdicts) if quantifier == "some" else conjunction(verdicts)


def filtered(value: Any, condition: Any, scopes: Scopes) -> Any:
    if value is None:
        return None
    items = value if isinstance(value, list) else [value]
    verdicts = [evaluate(condition, [*scopes, element_scope(item)]) for item in items]
    # An index does not depend on the element, so the first answer tells what the filter is.
    first = verdicts[0] if verdicts else evaluate(condition, [*scopes, element_scope(None)])
    if kind(first) == "number":
        return at(items, first)
    kept = []
    for item, verdict in zip(items, verdicts, strict=True):
        if kind(verdict) not in ("boolean", "null"):
            return None
        if verdict is True:
            kept.append(item)
    return kept


def element_scope(item: Any) -> dict[str, Any]:
    return {"item": item, **item} if isinstance(item, dict) else {"item": item}


def at(items: list[Any], index: Decimal) -> Any:
    if index != int(index) or index == 0 or abs(index) > len(items):
        return None
    return items[int(index) - 1] if index > 0 else items[int(index)]


# ---- paths, types, functions ------------------------------------------------------------------------------------


def property_of(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [property_of(item, name) for item in value]
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, FeelDateTime):
        return property_of(value.date if name in ("year", "month", "day", "weekday") else value.time, name)
    if isinstance(value, FeelDate):
        if name == "weekday":
            return Decimal((days_of(value) + 3) % 7 + 1)
        return Decimal(getattr(value, name)) if name in ("year", "month", "day") else None
    if isinstance(value, FeelTime):
        return Decimal(getattr(value, name)) if name in ("hour", "minute", "second") else None
    if isinstance(value, YearsMonthsDuration) and name in ("years", "months"):
        sign, months = (-1 if value.months < 0 else 1), abs(value.months)
        return Decimal(sign * (months // 12 if name == "years" else months % 12))
    if isinstance(value, DaysTimeDuration) and name in ("days", "hours", "minutes"):
        sign, seconds = (-1 if value.nanoseconds < 0 else 1), abs(value.nanoseconds) // 10**9
        parts = {"days": seconds // 86_400, "hours": seconds // 3600 % 24, "minutes": seconds // 60 % 60}
        return Decimal(sign * parts[name])
    if isinstance(value, Range) and name in ("start", "end", "start included", "end included"):
        return getattr(value, name.replace(" ", "_"))
    return None


def is_of_type(value: Any, node: Any) -> bool:
    """No null is of any type; inside lists and contexts a null does not spoil the rest."""
    if value is None:
        return False

    def inside(part: Any, declared: Any) -> bool:
        return part is None or is_of_type(part, declared)

    match node:
        case n.NamedType("Any"):
            return True
        case n.NamedType(name):
            return kind(value) == name
        case n.ListTypeNode(element):
            return isinstance(value, list) and all(inside(item, element) for item in value)
        case n.RangeTypeNode(element):
            return isinstance(value, Range) and inside(value.start, element) and inside(value.end, element)
        case n.ContextTypeNode(entries):
            return isinstance(value, dict) and all(key in value and inside(value[key], of) for key, of in entries)
    raise TypeError(f"no type that is tried here: {node!r}")


def invoked(function: Any, arguments: Any, named: Any, scopes: Scopes) -> Any:
    callee = evaluate(function, scopes)
    values = [evaluate(argument, scopes) for argument in arguments]
    by_name = {argument.name: evaluate(argument.value, scopes) for argument in named}
    if not isinstance(callee, NaiveFunction):
        return None
    if named:
        if set(by_name) != set(callee.parameters):
            return None
        values = [by_name[name] for name in callee.parameters]
    if callee.parameters != ("*",) and len(values) != len(callee.parameters):
        return None
    return callee.call(values)
