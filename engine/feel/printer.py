"""Writes a syntax tree as FEEL text, such that reading the text gives the same tree again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from engine.feel import nodes
from engine.feel.nodes import Node, TypeNode
from engine.feel.parser import (
    ADDITION,
    CONJUNCTION,
    DISJUNCTION,
    INSTANCE,
    MULTIPLICATION,
    NEGATION,
    POSTFIX,
    POWER,
)
from engine.feel.text import quote, show_key
from engine.feel.unary_test_parser import COMPARISON

_ATOM = 100
_ARITHMETIC = {"+": ADDITION, "-": ADDITION, "*": MULTIPLICATION, "/": MULTIPLICATION, "**": POWER}
# How tightly each kind of node binds; what is not listed is an atom.
_POWERS: dict[type, int] = {
    nodes.IfExpression: 0,
    nodes.ForExpression: 0,
    nodes.QuantifiedExpression: 0,
    nodes.FunctionDefinition: 0,
    nodes.Disjunction: DISJUNCTION,
    nodes.Conjunction: CONJUNCTION,
    nodes.Comparison: COMPARISON,
    nodes.Between: COMPARISON,
    nodes.In: COMPARISON,
    nodes.ArithmeticNegation: NEGATION,
    nodes.InstanceOf: INSTANCE,
    nodes.PathExpression: POSTFIX,
    nodes.FilterExpression: POSTFIX,
    nodes.FunctionInvocation: POSTFIX,
}


def print_expression(node: Node) -> str:
    """The text of *node*; names of several words must be in scope when it is read again.

    >>> from engine.feel.parser import parse_expression
    >>> print_expression(parse_expression("(a+b) * c"))
    '(a + b) * c'
    """
    return _PRINTERS[type(node)](node)


def _power(node: Node) -> int:
    if isinstance(node, nodes.Arithmetic):
        return _ARITHMETIC[node.operator]
    return _POWERS.get(type(node), _ATOM)


def _at(node: Node, power: int) -> str:
    """*node* as an operand that must bind at least as tightly as *power*."""
    text = print_expression(node)
    return text if _power(node) >= power else f"({text})"


def _all(items: Iterable[Node]) -> str:
    return ", ".join(print_expression(item) for item in items)


def _binary(left: Node, symbol: str, right: Node, power: int) -> str:
    return f"{_at(left, power)} {symbol} {_at(right, power + 1)}"


def _iterators(iterators: tuple[nodes.IterationContext, ...]) -> str:
    return ", ".join(
        f"{each.name} in {print_expression(each.domain)}"
        + (f"..{print_expression(each.end)}" if each.end is not None else "")
        for each in iterators
    )


def _invocation(node: nodes.FunctionInvocation) -> str:
    named = ", ".join(f"{each.name}: {print_expression(each.value)}" for each in node.named_arguments)
    return f"{_at(node.function, POSTFIX)}({named or _all(node.arguments)})"


def _definition(node: nodes.FunctionDefinition) -> str:
    parameters = ", ".join(
        each.name + (f": {print_type(each.type)}" if each.type is not None else "") for each in node.parameters
    )
    return f"function({parameters}) {'external ' if node.external else ''}{print_expression(node.body)}"


def _context(node: nodes.Context) -> str:
    return "{" + ", ".join(f"{show_key(each.key)}: {print_expression(each.value)}" for each in node.entries) + "}"


def _interval(node: nodes.Interval) -> str:
    opening, closing = "[" if node.start_included else "(", "]" if node.end_included else ")"
    return f"{opening}{print_expression(node.start)}..{_at(node.end, COMPARISON + 1)}{closing}"


def _unary_test(node: nodes.UnaryTest) -> str:
    return f"({node.operator} {_at(node.endpoint, COMPARISON + 1)})"


def _unary_tests(node: nodes.UnaryTestsNode) -> str:
    if node.any:
        return "-"
    text = ", ".join(_cell_test(test) for test in node.tests)
    if node.negated:
        return f"not({text})"
    return f"({text})" if len(node.tests) == 1 and text.startswith("not(") else text


def _cell_test(node: Node) -> str:
    text = print_expression(node)
    return text[1:-1] if isinstance(node, nodes.UnaryTest) else text


_PRINTERS: dict[type, Callable[[Any], str]] = {
    nodes.NullLiteral: lambda node: "null",
    nodes.BooleanLiteral: lambda node: "true" if node.value else "false",
    nodes.NumericLiteral: lambda node: str(node.value),
    nodes.StringLiteral: lambda node: quote(node.value),
    nodes.AtLiteral: lambda node: "@" + quote(node.text),
    nodes.Name: lambda node: node.name,
    nodes.ArithmeticNegation: lambda node: f"-{_at(node.operand, NEGATION)}",
    nodes.Arithmetic: lambda node: _binary(node.left, node.operator, node.right, _ARITHMETIC[node.operator]),
    nodes.Comparison: lambda node: _binary(node.left, node.operator, node.right, COMPARISON),
    nodes.Between: lambda node: (
        f"{_at(node.value, COMPARISON)} between {_at(node.low, COMPARISON + 1)} and {_at(node.high, COMPARISON + 1)}"
    ),
    nodes.In: lambda node: f"{_at(node.value, COMPARISON)} in ({_all(node.tests)})",
    nodes.Conjunction: lambda node: _binary(node.left, "and", node.right, CONJUNCTION),
    nodes.Disjunction: lambda node: _binary(node.left, "or", node.right, DISJUNCTION),
    nodes.IfExpression: lambda node: (
        f"if {print_expression(node.condition)} then {print_expression(node.then)}"
        f" else {print_expression(node.otherwise)}"
    ),
    nodes.ForExpression: lambda node: f"for {_iterators(node.iterators)} return {print_expression(node.result)}",
    nodes.QuantifiedExpression: lambda node: (
        f"{node.quantifier} {_iterators(node.iterators)} satisfies {print_expression(node.condition)}"
    ),
    nodes.InstanceOf: lambda node: f"{_at(node.value, INSTANCE)} instance of {print_type(node.type)}",
    nodes.PathExpression: lambda node: f"{_at(node.source, POSTFIX)}.{node.name}",
    nodes.FilterExpression: lambda node: f"{_at(node.source, POSTFIX)}[{print_expression(node.filter)}]",
    nodes.FunctionInvocation: _invocation,
    nodes.FunctionDefinition: _definition,
    nodes.Context: _context,
    nodes.ListNode: lambda node: f"[{_all(node.items)}]",
    nodes.Interval: _interval,
    nodes.UnaryTest: _unary_test,
    nodes.UnaryTestsNode: _unary_tests,
}


def print_type(node: TypeNode) -> str:
    match node:
        case nodes.ListTypeNode(element):
            return f"list<{print_type(element)}>"
        case nodes.RangeTypeNode(element):
            return f"range<{print_type(element)}>"
        case nodes.ContextTypeNode(entries):
            return f"context<{', '.join(f'{key}: {print_type(each)}' for key, each in entries)}>"
        case nodes.FunctionTypeNode(parameters, result):
            return f"function<{', '.join(map(print_type, parameters))}>->{print_type(result)}"
        case nodes.NamedType(name):
            return name
