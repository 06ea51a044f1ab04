"""Small faults in one FEEL text: each change of each place, as a new text.

`CHANGES` has one row for each kind of node of the syntax tree. A change is made in the tree and printed, so that what
comes out is FEEL whatever stood around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from engine.feel import Node, nodes, print_expression
from engine.review.mutation.kinds import Kind
from engine.review.mutation.parts import parts_of

DATE_FUNCTION, DURATION_FUNCTION, NOT = "date", "duration", "not"
_AMOUNT = re.compile(r"\d+")
_BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
_QUANTIFIER = {"some": "every", "every": "some"}


@dataclass(frozen=True, slots=True)
class Change:
    """One fault: its kind, the new text, and what became of what in words of FEEL."""

    kind: Kind
    text: str
    what: str


def changes_of(node: Node) -> Iterator[Change]:
    """Every change of every place of *node*, each resulting text once.

    >>> from engine.feel import parse_expression
    >>> for change in changes_of(parse_expression("days <= 30")):
    ...     print(change.kind, "|", change.text, "|", change.what)
    boundary | days < 30 | <= becomes <
    comparison | days > 30 | <= becomes >
    threshold | days <= 31 | 30 becomes 31
    threshold | days <= 29 | 30 becomes 29
    """
    seen = {print_expression(node)}
    for part, put in parts_of(node):
        for kind, changed, what in CHANGES.get(type(part), _none)(part):
            text = print_expression(put(changed))
            if text not in seen:
                seen.add(text)
                yield Change(kind, text, what)


def negated(node: Node) -> Change:
    """The whole condition said the other way round."""
    text = print_expression(node)
    return Change(Kind.NEGATION, f"not({text})", f"{text} becomes not({text})")


_Change = tuple[Kind, Any, str]


def _none(node: Any) -> Iterator[_Change]:
    return iter(())


def _number(node: nodes.NumericLiteral) -> Iterator[_Change]:
    for changed in (node.value + 1, node.value - 1):
        yield Kind.THRESHOLD, _signed(changed), f"{node.value} becomes {changed}"


def _signed(value: Any) -> Node:
    return nodes.NumericLiteral(value) if value >= 0 else nodes.ArithmeticNegation(nodes.NumericLiteral(-value))


def _boolean(node: nodes.BooleanLiteral) -> Iterator[_Change]:
    changed = nodes.BooleanLiteral(not node.value)
    yield Kind.NEGATION, changed, f"{print_expression(node)} becomes {print_expression(changed)}"


def _comparison(node: nodes.Comparison | nodes.UnaryTest) -> Iterator[_Change]:
    for kind, table in ((Kind.BOUNDARY, _BOUNDARY), (Kind.COMPARISON, _OPPOSITE)):
        if node.operator in table:
            changed = table[node.operator]
            yield kind, replace(node, operator=changed), f"{node.operator} becomes {changed}"


def _between(node: nodes.Between) -> Iterator[_Change]:
    for low, high, which in ((">", "<=", "lower"), (">=", "<", "upper")):
        changed = nodes.Conjunction(
            nodes.Comparison(low, node.value, node.low), nodes.Comparison(high, node.value, node.high)
        )
        yield Kind.INTERVAL_END, changed, f"the {which} end of {print_expression(node)} is left out"


def _interval(node: nodes.Interval) -> Iterator[_Change]:
    for changed in (
        replace(node, start_included=not node.start_included),
        replace(node, end_included=not node.end_included),
    ):
        yield Kind.INTERVAL_END, changed, f"{print_expression(node)} becomes {print_expression(changed)}"


def _conjunction(node: nodes.Conjunction) -> Iterator[_Change]:
    yield Kind.CONNECTIVE, nodes.Disjunction(node.left, node.right), "and becomes or"


def _disjunction(node: nodes.Disjunction) -> Iterator[_Change]:
    yield Kind.CONNECTIVE, nodes.Conjunction(node.left, node.right), "or becomes and"


def _quantified(node: nodes.QuantifiedExpression) -> Iterator[_Change]:
    changed = _QUANTIFIER[node.quantifier]
    yield Kind.CONNECTIVE, replace(node, quantifier=changed), f"{node.quantifier} becomes {changed}"


def _if(node: nodes.IfExpression) -> Iterator[_Change]:
    if isinstance(node.condition, nodes.Comparison) or _is_negation(node.condition):
        return  # the opposite comparison, or the condition without its not, is the same fault
    changed = replace(node, then=node.otherwise, otherwise=node.then)
    yield Kind.NEGATION, changed, f"then and else change places after {print_expression(node.condition)}"


def _is_negation(node: Node) -> bool:
    return (
        isinstance(node, nodes.FunctionInvocation)
        and isinstance(node.function, nodes.Name)
        and node.function.name == NOT
    )


def _arithmetic(node: nodes.Arithmetic) -> Iterator[_Change]:
    if node.operator in _ARITHMETIC:
        changed = _ARITHMETIC[node.operator]
        yield Kind.ARITHMETIC, replace(node, operator=changed), f"{node.operator} becomes {changed}"


def _invocation(node: nodes.FunctionInvocation) -> Iterator[_Change]:
    if not isinstance(node.function, nodes.Name) or len(node.arguments) != 1:
        return
    function, (argument,) = node.function.name, node.arguments
    if _is_negation(node):
        yield Kind.NEGATION, argument, f"{print_expression(node)} becomes {print_expression(argument)}"
    if isinstance(argument, nodes.StringLiteral):
        for kind, text in _temporal(function, argument.value):
            changed = replace(node, arguments=(nodes.StringLiteral(text),))
            yield kind, changed, f"{print_expression(node)} becomes {print_expression(changed)}"


def _at(node: nodes.AtLiteral) -> Iterator[_Change]:
    for function in (DATE_FUNCTION, DURATION_FUNCTION):
        for kind, text in _temporal(function, node.text):
            changed = nodes.AtLiteral(text)
            yield kind, changed, f"{print_expression(node)} becomes {print_expression(changed)}"


def _temporal(function: str, text: str) -> Iterator[tuple[Kind, str]]:
    """The day after and before a date, a duration with one unit more and less."""
    if function == DATE_FUNCTION:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return
        yield Kind.THRESHOLD, (day + timedelta(days=1)).isoformat()
        yield Kind.THRESHOLD, (day - timedelta(days=1)).isoformat()
    elif function == DURATION_FUNCTION and text.lstrip("-").startswith("P"):
        for change in (1, -1):
            yield Kind.DURATION, longer(text, change)


def longer(duration: str, change: int) -> str:
    """*duration* with its first amount changed by *change*: ("P30D", 1) -> "P31D"."""
    return _AMOUNT.sub(lambda amount: str(max(0, int(amount[0]) + change)), duration, count=1)


def _cell(node: nodes.UnaryTestsNode) -> Iterator[_Change]:
    if node.any:
        return
    first = node.tests[0]
    plain = len(node.tests) == 1 and not node.negated
    if plain and isinstance(first, nodes.UnaryTest | nodes.BooleanLiteral):
        return  # their own opposite is the same fault
    kind = Kind.NEGATION if node.negated else Kind.COMPARISON
    changed = replace(node, negated=not node.negated)
    yield kind, changed, f"{print_expression(node)} becomes {print_expression(changed)}"


CHANGES: Mapping[type, Callable[[Any], Iterator[_Change]]] = {
    nodes.NumericLiteral: _number,
    nodes.BooleanLiteral: _boolean,
    nodes.Comparison: _comparison,
    nodes.UnaryTest: _comparison,
    nodes.Between: _between,
    nodes.Interval: _interval,
    nodes.Conjunction: _conjunction,
    nodes.Disjunction: _disjunction,
    nodes.QuantifiedExpression: _quantified,
    nodes.IfExpression: _if,
    nodes.Arithmetic: _arithmetic,
    nodes.FunctionInvocation: _invocation,
    nodes.AtLiteral: _at,
    nodes.UnaryTestsNode: _cell,
}
