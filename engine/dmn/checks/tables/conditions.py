"""What a cell says of its input, as data: a small algebra over constants and names (DMN 1.5, 8.3.3, rules 7 to 15).

A cell that says something else (a call, a computed test) becomes `Unknown`, and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.feel import BUILTIN_NAMES, UnaryTests, Value, compare, nodes, print_expression
from engine.feel.compiler.constants import constant_of

INPUT = "?"


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value


@dataclass(frozen=True, slots=True)
class Symbol:
    """A value that is known only when the table is evaluated, such as a date that another decision gives."""

    text: str


Point = Constant | Symbol


@dataclass(frozen=True, slots=True)
class Always:
    """`-`"""


@dataclass(frozen=True, slots=True)
class Never:
    """A test that no value passes, such as the range [5..3]."""


@dataclass(frozen=True, slots=True)
class Equal:
    point: Point


@dataclass(frozen=True, slots=True)
class Between:
    """An interval; an end that is None is no bound."""

    low: Point | None
    low_closed: bool
    high: Point | None
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Contains:
    """The input is a list that holds the value."""

    value: Value


@dataclass(frozen=True, slots=True)
class Negation:
    inner: Condition


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A test that is not analysed."""

    text: str


Condition = Always | Never | Equal | Between | Contains | Negation | AnyOf | AllOf | Unknown


def read_condition(tests: UnaryTests, constants: Mapping[str, Value], *, of_booleans: bool) -> Condition:
    """The condition of a cell. *constants* are names whose value is fixed: required decisions that are one constant.

    *of_booleans* tells whether the input is a boolean; against any other input `true` and `false` are verdicts.
    """
    if tests.any:
        return Always()
    reader = _Reader(constants, of_booleans)
    parts = tuple(reader.test(node) for node in tests.node.tests)
    joined = parts[0] if len(parts) == 1 else AnyOf(parts)
    return Negation(joined) if tests.negated else joined


def leaves(condition: Condition) -> Iterator[Condition]:
    """The tests inside *condition* that have no further parts."""
    match condition:
        case Negation(inner):
            yield from leaves(inner)
        case AnyOf(parts) | AllOf(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield condition


def points(condition: Condition) -> Iterator[Point]:
    """The values that *condition* compares its input with."""
    for leaf in leaves(condition):
        match leaf:
            case Equal(point):
                yield point
            case Between(low, _, high, _):
                yield from (end for end in (low, high) if end is not None)


class _Reader:
    def __init__(self, constants: Mapping[str, Value], of_booleans: bool) -> None:
        self._constants = constants
        self._of_booleans = of_booleans

    def test(self, node: nodes.Node) -> Condition:
        """One positive unary test."""
        match node:
            case nodes.BooleanLiteral(value) if not self._of_booleans:
                return Always() if value else Never()
            case nodes.UnaryTest(operator, endpoint):
                return self._ordered(operator, endpoint, node)
            case nodes.Interval(start, end, start_included, end_included):
                return self._interval(start, end, start_included, end_included, node)
            case nodes.ListNode(items):
                return AnyOf(tuple(self._equal(item) for item in items)) if items else Unknown(print_expression(node))
        if _asks_input(node):
            return self._truth(node)
        return self._equal(node)

    def _equal(self, node: nodes.Node) -> Condition:
        point = self._point(node)
        return Unknown(print_expression(node)) if point is None else Equal(point)

    def _ordered(self, operator: str, endpoint: nodes.Node, node: nodes.Node) -> Condition:
        point = self._point(endpoint)
        if point is None:
            return Unknown(print_expression(node))
        return _comparison(operator, point)

    def _interval(
        self, start: nodes.Node, end: nodes.Node, start_included: bool, end_included: bool, node: nodes.Node
    ) -> Condition:
        low, high = self._point(start), self._point(end)
        if low is None or high is None:
            return Unknown(print_expression(node))
        if isinstance(low, Constant) and isinstance(high, Constant):
            order = compare(low.value, high.value)
            if order is None or order > 0:
                return Never()
        return Between(low, start_included, high, end_included)

    def _truth(self, node: nodes.Node) -> Condition:
        """An expression that asks `?` and is itself true or false."""
        match node:
            case nodes.Conjunction(left, right):
                return AllOf((self._truth(left), self._truth(right)))
            case nodes.Disjunction(left, right):
                return AnyOf((self._truth(left), self._truth(right)))
            case nodes.Comparison(operator, nodes.Name(name), right) if name == INPUT:
                point = self._point(right)
                return Unknown(print_expression(node)) if point is None else _comparison(operator, point)
            case nodes.Comparison(operator, left, nodes.Name(name)) if name == INPUT and operator in _MIRRORED:
                point = self._point(left)
                return Unknown(print_expression(node)) if point is None else _comparison(_MIRRORED[operator], point)
            case nodes.Between(nodes.Name(name), low, high) if name == INPUT:
                return self._interval(low, high, True, True, node)
            case nodes.In(nodes.Name(name), tests) if name == INPUT:
                return AnyOf(tuple(self.test(test) for test in tests))
            case nodes.FunctionInvocation(nodes.Name("not"), (argument,), ()):
                return Negation(self._truth(argument))
            case nodes.FunctionInvocation(nodes.Name("list contains"), (nodes.Name(name), wanted), ()):
                point = self._point(wanted)
                if name == INPUT and isinstance(point, Constant):
                    return Contains(point.value)
        return Unknown(print_expression(node))

    def _point(self, node: nodes.Node) -> Point | None:
        constant = constant_of(node, lambda name: name in BUILTIN_NAMES)
        if constant is not None:
            return None if isinstance(constant.value, list | dict) else Constant(constant.value)
        if isinstance(node, nodes.Name) and node.name in self._constants:
            return Constant(self._constants[node.name])
        if _asks_input(node):
            return None
        named = isinstance(node, nodes.Name | nodes.PathExpression | nodes.Arithmetic | nodes.FunctionInvocation)
        return Symbol(print_expression(node)) if named else None


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def _comparison(operator: str, point: Point) -> Condition:
    match operator:
        case "<" | "<=":
            return Between(None, False, point, operator == "<=")
        case ">" | ">=":
            return Between(point, operator == ">=", None, False)
        case "!=":
            return Negation(Equal(point))
    return Equal(point)


def _asks_input(node: object) -> bool:
    """Whether `?` stands anywhere in *node*."""
    if isinstance(node, nodes.Name):
        return node.name == INPUT
    if isinstance(node, tuple):
        return any(_asks_input(each) for each in node)
    if isinstance(node, nodes.Spanned):
        return any(_asks_input(getattr(node, name)) for name in node.__dataclass_fields__ if name != "span")
    return False
