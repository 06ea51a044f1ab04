"""What a cell says of its input, as data: a small algebra over constants and names (DMN 1.5, 8.3.3, rules 7 to 15).

A cell that says something else (a call, a computed test) becomes `Unknown`, and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.feel import BUILTIN_NAMES, UnaryTests, Value, compare, compile_expression, nodes, print_expression
from engine.feel.compiler.constants import constant_of
from engine.feel.static_types import INPUT, asks_input


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
    """The input is a list that holds the value; with a *field*, some item of it has the value there."""

    value: Value
    field: str = ""


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


def read_condition(
    tests: UnaryTests,
    constants: Mapping[str, Value],
    *,
    of_booleans: bool,
    noted: dict[str, Value] | None = None,
) -> Condition:
    """The condition of a cell. *constants* are names whose value is fixed, such as decisions that are one constant.

    *of_booleans* tells whether the input is a boolean; against any other input `true` and `false` are verdicts. What
    was worked out from *constants* is *noted* by its text.
    """
    if tests.any:
        return Always()
    reader = _Reader(constants, of_booleans, {} if noted is None else noted)
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
    def __init__(self, constants: Mapping[str, Value], of_booleans: bool, noted: dict[str, Value]) -> None:
        self._constants = constants
        self._of_booleans = of_booleans
        self._noted = noted

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
        if asks_input(node):
            return self._truth(node)
        return self._equal(node)

    def _equal(self, node: nodes.Node) -> Condition:
        point = self._point(node)
        if isinstance(point, Constant) and isinstance(point.value, list):
            # A list in a cell is tested as a list of values (DMN 1.5, 10.3.2.8).
            if not point.value or any(isinstance(item, list | dict) for item in point.value):
                return Unknown(print_expression(node))
            return AnyOf(tuple(Equal(Constant(item)) for item in point.value))
        return Unknown(print_expression(node)) if point is None else Equal(point)

    def _ordered(self, operator: str, endpoint: nodes.Node, node: nodes.Node) -> Condition:
        point = self._point(endpoint)
        if point is None or _is_list(point):
            return Unknown(print_expression(node))
        return _comparison(operator, point)

    def _interval(
        self, start: nodes.Node, end: nodes.Node, start_included: bool, end_included: bool, node: nodes.Node
    ) -> Condition:
        low, high = self._point(start), self._point(end)
        if low is None or high is None or _is_list(low) or _is_list(high):
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
                return self._ordered(operator, right, node)
            case nodes.Comparison(operator, left, nodes.Name(name)) if name == INPUT and operator in _MIRRORED:
                return self._ordered(_MIRRORED[operator], left, node)
            case nodes.Between(nodes.Name(name), low, high) if name == INPUT:
                return self._interval(low, high, True, True, node)
            case nodes.In(nodes.Name(name), tests) if name == INPUT:
                return AnyOf(tuple(self.test(test) for test in tests))
            case nodes.FunctionInvocation(nodes.Name("not"), (argument,), ()):
                return Negation(self._truth(argument))
            case nodes.FunctionInvocation(nodes.Name("list contains"), (held, wanted), ()):
                point = self._point(wanted)
                field = _field_of_input(held)
                if field is not None and isinstance(point, Constant) and not isinstance(point.value, list):
                    return Contains(point.value, field)
        return Unknown(print_expression(node))

    def _point(self, node: nodes.Node) -> Point | None:
        constant = constant_of(node, lambda name: name in BUILTIN_NAMES)
        if constant is not None:
            return None if isinstance(constant.value, list | dict) else Constant(constant.value)
        if isinstance(node, nodes.Name) and node.name in self._constants:
            return self._worked_out(node.name, self._constants[node.name])
        named = isinstance(node, nodes.Name | nodes.PathExpression | nodes.Arithmetic | nodes.FunctionInvocation)
        if asks_input(node) or not named:
            return None
        text = print_expression(node)
        code = compile_expression(text, self._constants)
        if code.free_names and all(free.name in self._constants for free in code.free_names):
            value = code.evaluate(self._constants).value
            if value is not None:
                return self._worked_out(text, value)
        return Symbol(text)

    def _worked_out(self, text: str, value: Value) -> Point | None:
        self._noted[text] = value
        return None if isinstance(value, dict) else Constant(value)


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


def _field_of_input(node: nodes.Node) -> str | None:
    """ "" for the input itself, `x` for its field `?.x`; None for anything else."""
    match node:
        case nodes.Name(name) if name == INPUT:
            return ""
        case nodes.PathExpression(nodes.Name(name), field) if name == INPUT:
            return field
    return None


def _is_list(point: Point) -> bool:
    return isinstance(point, Constant) and isinstance(point.value, list)
