"""Which type the value of an expression has, as far as it can be told before evaluation, and where types cannot fit.

What operators and functions do with values of two types is asked of these themselves, with one sample value of each
type, so that this file repeats none of their rules (DMN 1.5, 10.3.2.13, tables 42 to 65). `Any` is a type that is not
known; nothing is said about it. A value that is null at run time fits everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.arithmetic import OPERATIONS, negate
from engine.feel.builtin_names import BUILTIN_NAMES
from engine.feel.builtins import builtin_function
from engine.feel.comparison import compare
from engine.feel.compiler.constants import constant_of
from engine.feel.printer import print_expression
from engine.feel.properties import PROPERTIES
from engine.feel.runtime import NullResult
from engine.feel.signature import Overload
from engine.feel.temporal import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from engine.feel.temporal_text import read_temporal
from engine.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_AND_TIME,
    NULL,
    NUMBER,
    STRING,
    TIME,
    TYPE_NAMES,
    YEARS_AND_MONTHS_DURATION,
    ConstrainedType,
    ContextType,
    ListType,
    SimpleType,
    Type,
)
from engine.feel.values import Value, kind_of

_DAY, _NOON = FeelDate(2001, 2, 3), FeelTime(12, 0, 0, offset=0)
SAMPLES: Mapping[str, Value] = {
    "number": Decimal(2),
    "string": "text",
    "boolean": True,
    "date": _DAY,
    "time": _NOON,
    "date and time": FeelDateTime(_DAY, _NOON),
    "days and time duration": DaysTimeDuration.of(seconds=86_400),
    "years and months duration": YearsMonthsDuration(12),
}
INPUT = "?"
ORDERING = frozenset({"<", "<=", ">", ">="})
_RESULTS: dict[Type, str] = {
    BOOLEAN: "not, contains, starts with, ends with, matches, list contains, all, any, even, odd, is, "
    "before, after, meets, met by, overlaps, includes, during, starts, finishes, coincides",
    NUMBER: "number, string length, count, day of year, week of year, modulo, sqrt, log, exp, decimal, floor, ceiling, "
    "round up, round down, round half up, round half down",
    STRING: "string, substring, upper case, lower case, replace, substring before, substring after, string join, "
    "day of week, month of year",
    DATE: "date, today",
    TIME: "time",
    DATE_AND_TIME: "date and time, now",
    YEARS_AND_MONTHS_DURATION: "years and months duration",
}
RESULTS: Mapping[str, Type] = {name: type for type, names in _RESULTS.items() for name in names.split(", ")}
"""What a built-in function gives when it does not give null; those that are missing give what depends on arguments."""

TEMPORAL = frozenset({"date", "time", "date and time", "duration"})
SAME_AS_ARGUMENTS = frozenset({"abs", "max", "min"})


@dataclass(frozen=True, slots=True)
class Misfit:
    """Two types that cannot be what is meant. *message* says what was expected and what is there."""

    message: str
    span: Span


def scalar_of(type: Type) -> str:
    """The name of a type that has a sample value; "" for every other."""
    while isinstance(type, ConstrainedType):
        type = type.base
    return type.name if isinstance(type, SimpleType) and type.name in SAMPLES else ""


def type_of(node: nodes.Node, names: Mapping[str, Type]) -> tuple[Type, list[Misfit]]:
    """The type of *node*, where the *names* have these types, and every place inside it where types cannot fit."""
    checker = _Checker(names)
    return checker.of(node), checker.found


def check_tests(node: nodes.UnaryTestsNode, shown: str, input_type: Type, names: Mapping[str, Type]) -> list[Misfit]:
    """Where the tests of a cell cannot fit an input of *input_type*, which is *shown* so.

    Constants are left to the checks of tables.
    """
    checker = _Checker({**names, INPUT: input_type})
    for test in node.tests:
        checker.test(test, input_type, shown)
    return checker.found


class _Checker:
    def __init__(self, names: Mapping[str, Type]) -> None:
        self._names = names
        self.found: list[Misfit] = []

    def of(self, node: nodes.Node) -> Type:
        constant = constant_of(node, lambda name: name in BUILTIN_NAMES)
        if constant is not None:
            return NULL if constant.value is None else TYPE_NAMES.get(kind_of(constant.value), ANY)
        find = _BY_NODE.get(type(node))
        return ANY if find is None else find(self, node)

    # ---- values -----------------------------------------------------------------------------------------------

    def _name(self, node: nodes.Name) -> Type:
        return self._names.get(node.name, ANY)

    def _path(self, node: nodes.PathExpression) -> Type:
        source = self.of(node.source)
        while isinstance(source, ConstrainedType):
            source = source.base
        if isinstance(source, ContextType):
            return dict(source.entries).get(node.name, ANY)
        kind = scalar_of(source)
        if not kind:
            return ANY
        readers = PROPERTIES.get(type(SAMPLES[kind]), {})
        if node.name not in readers:
            had = f"; it has {', '.join(readers)}" if readers else ""
            self._tell(f"{_show(node.source)} is a {kind}, which has no {node.name}{had}", node)
            return ANY
        return TYPE_NAMES.get(kind_of(readers[node.name](SAMPLES[kind])), ANY)

    def _list(self, node: nodes.ListNode) -> Type:
        for item in node.items:
            self.of(item)
        return ListType(ANY)

    def _context(self, node: nodes.Context) -> Type:
        inner = _Checker(self._names)
        entries = []
        for entry in node.entries:
            found = inner.of(entry.value)
            entries.append((entry.key, found))
            inner._names = {**inner._names, entry.key: found}
        self.found.extend(inner.found)
        return ContextType(tuple(entries))

    def _if(self, node: nodes.IfExpression) -> Type:
        self._must_be_boolean(node.condition, "a condition")
        then, otherwise = self.of(node.then), self.of(node.otherwise)
        if then == NULL or otherwise == NULL:
            return otherwise if then == NULL else then
        return then if then == otherwise else ANY

    # ---- operators --------------------------------------------------------------------------------------------

    def _arithmetic(self, node: nodes.Arithmetic) -> Type:
        types = self.of(node.left), self.of(node.right)
        left, right = map(scalar_of, types)
        if not left or not right:
            return NULL if NULL in types else ANY
        try:
            return TYPE_NAMES.get(kind_of(OPERATIONS[node.operator](SAMPLES[left], SAMPLES[right])), ANY)
        except NullResult as none:
            if none.code is ErrorCode.FEEL_TYPE_MISMATCH:
                said = f"{_show(node.left)} is a {left} and {_show(node.right)} a {right}"
                self._tell(f"{said}: {left} {node.operator} {right} has no result", node)
            return ANY

    def _negation(self, node: nodes.ArithmeticNegation) -> Type:
        kind = scalar_of(self.of(node.operand))
        if not kind:
            return ANY
        try:
            return TYPE_NAMES.get(kind_of(negate(SAMPLES[kind])), ANY)
        except NullResult as none:
            self._tell(none.message, node)
            return ANY

    def _comparison(self, node: nodes.Comparison) -> Type:
        self._compared(node.operator, node.left, self.of(node.left), node.right, node)
        return BOOLEAN

    def _between(self, node: nodes.Between) -> Type:
        value = self.of(node.value)
        for end in (node.low, node.high):
            self._compared("<=", node.value, value, end, node)
        return BOOLEAN

    def _in(self, node: nodes.In) -> Type:
        value = self.of(node.value)
        for test in node.tests:
            self.test(test, value, _show(node.value), constants=True)
        return BOOLEAN

    def _both(self, node: nodes.Conjunction | nodes.Disjunction) -> Type:
        for side in (node.left, node.right):
            self._must_be_boolean(side, "and" if isinstance(node, nodes.Conjunction) else "or")
        return BOOLEAN

    def test(self, node: nodes.Node, input_type: Type, shown: str, *, constants: bool = False) -> None:
        """One unary test of a value of *input_type* that is called *shown*."""
        match node:
            case nodes.UnaryTest(operator, endpoint):
                self._tested(operator, input_type, shown, endpoint, constants)
            case nodes.Interval(start, end):
                for each in (start, end):
                    self._tested("<=", input_type, shown, each, constants)
            case nodes.ListNode(items):
                for item in items:
                    self._tested("=", input_type, shown, item, constants)
            case _ if asks_input(node):
                self._must_be_boolean(node, "a test")
            case _:
                self._tested("=", input_type, shown, node, constants)

    def _tested(self, operator: str, input_type: Type, shown: str, point: nodes.Node, constants: bool) -> None:
        if not constants and constant_of(point, lambda name: name in BUILTIN_NAMES) is not None:
            return
        self._fit(operator, shown, scalar_of(input_type), _show(point), scalar_of(self.of(point)), point)

    def _compared(self, operator: str, left: nodes.Node, left_type: Type, right: nodes.Node, node: nodes.Node) -> None:
        self._fit(operator, _show(left), scalar_of(left_type), _show(right), scalar_of(self.of(right)), node)

    def _fit(self, operator: str, left: str, left_kind: str, right: str, right_kind: str, node: nodes.Node) -> None:
        if not left_kind or not right_kind:
            return
        has_order = compare(SAMPLES[left_kind], SAMPLES[right_kind]) is not None
        if left_kind != right_kind or (operator in ORDERING and not has_order):
            what = f"{left} is a {left_kind} and {right} a {right_kind}"
            self._tell(f"{what}: these have no {'order' if operator in ORDERING else 'equality'}", node)

    def _must_be_boolean(self, node: nodes.Node, where: str) -> None:
        kind = scalar_of(self.of(node))
        if kind and kind != "boolean":
            self._tell(f"{where} takes true or false, and {_show(node)} is a {kind}", node)

    def _at(self, node: nodes.AtLiteral) -> Type:
        """One that is a constant never comes here."""
        self._tell(f'@"{node.text}" is no date, time, date and time or duration', node)
        return ANY

    # ---- functions --------------------------------------------------------------------------------------------

    def _invocation(self, node: nodes.FunctionInvocation) -> Type:
        kinds = [scalar_of(self.of(argument)) for argument in node.arguments]
        for named in node.named_arguments:
            self.of(named.value)
        if not isinstance(node.function, nodes.Name):
            return ANY
        name = node.function.name
        if name in self._names or name not in BUILTIN_NAMES:
            return ANY
        if name in TEMPORAL and len(node.arguments) == 1 and isinstance(text := node.arguments[0], nodes.StringLiteral):
            if read_temporal(text.value) is None:
                self._tell(f'there is no {name} "{text.value}"', node)
                return ANY
        elif name == "not" and len(node.arguments) == 1:
            self._must_be_boolean(node.arguments[0], "not()")
        elif not node.named_arguments:
            refused = _refused(builtin_function(name).overloads, kinds)
            if refused:
                self._tell(f"{name}(): {refused}", node)
                return ANY
        if name in SAME_AS_ARGUMENTS and len(set(kinds)) == 1 and kinds[0]:
            return TYPE_NAMES[kinds[0]]
        return RESULTS.get(name, ANY)

    # ---- what binds names of its own ----------------------------------------------------------------------------

    def _for(self, node: nodes.ForExpression) -> Type:
        self._inside(node.iterators, node.result)
        return ListType(ANY)

    def _quantified(self, node: nodes.QuantifiedExpression) -> Type:
        self._inside(node.iterators, node.condition)
        return BOOLEAN

    def _inside(self, iterators: Iterable[nodes.IterationContext], body: nodes.Node) -> None:
        inner = _Checker(self._names)
        for each in iterators:
            inner.of(each.domain)
            inner._names = {**inner._names, each.name: ANY}
        inner.of(body)
        self.found.extend(inner.found)

    def _tell(self, message: str, node: nodes.Node) -> None:
        self.found.append(Misfit(message, node.span))


_BY_NODE: dict[type, Callable[[_Checker, Any], Type]] = {
    nodes.Name: _Checker._name,
    nodes.PathExpression: _Checker._path,
    nodes.ListNode: _Checker._list,
    nodes.Context: _Checker._context,
    nodes.IfExpression: _Checker._if,
    nodes.Arithmetic: _Checker._arithmetic,
    nodes.ArithmeticNegation: _Checker._negation,
    nodes.Comparison: _Checker._comparison,
    nodes.Between: _Checker._between,
    nodes.In: _Checker._in,
    nodes.Conjunction: _Checker._both,
    nodes.Disjunction: _Checker._both,
    nodes.InstanceOf: lambda checker, node: BOOLEAN,
    nodes.AtLiteral: _Checker._at,
    nodes.FunctionInvocation: _Checker._invocation,
    nodes.ForExpression: _Checker._for,
    nodes.QuantifiedExpression: _Checker._quantified,
}
"""Filters and functions bind names that only their values tell: nothing is said of what stands inside them."""


def _refused(overloads: Iterable[Overload], kinds: list[str]) -> str:
    """Why no overload takes arguments of these kinds ("" for one that is not known); "" when one does."""
    reason = ""
    for overload in overloads:
        if not overload.minimum <= len(kinds) <= overload.maximum:
            continue
        try:
            for parameter, kind in zip(_parameters(overload, len(kinds)), kinds, strict=False):
                if kind:
                    parameter.accept(SAMPLES[kind])
        except NullResult as none:
            reason = reason or none.message
            continue
        return ""
    return reason or f"it takes no {len(kinds)} arguments"


def _parameters(overload: Overload, count: int) -> Iterator[Any]:
    yield from overload.parameters
    if overload.variadic:
        for _ in range(count - len(overload.parameters)):
            yield overload.parameters[-1]


def asks_input(node: object) -> bool:
    """Whether `?`, the input of a cell, stands anywhere in *node*."""
    if isinstance(node, nodes.Name):
        return node.name == INPUT
    if isinstance(node, tuple):
        return any(asks_input(each) for each in node)
    if isinstance(node, nodes.Spanned):
        return any(asks_input(getattr(node, name)) for name in node.__dataclass_fields__ if name != "span")
    return False


def _show(node: nodes.Node) -> str:
    text = print_expression(node)
    return text if len(text) <= 60 else f"{text[:57]}..."
