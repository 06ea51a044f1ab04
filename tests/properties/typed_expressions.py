"""Random FEEL trees that mostly make sense: each part is drawn for the kind of value that is wanted in its place.

Now and then a part of another kind is drawn on purpose, so that nulls and three-valued logic come up everywhere.
`GIVEN` holds the values that the expressions may name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from engine.feel import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration
from engine.feel import nodes as n

Draw = Callable[[Any], Any]
Names = Mapping[str, str]

NUMBER, STRING, BOOLEAN, DATE, INSTANT = "number", "string", "boolean", "date", "date and time"
DAYS, MONTHS = "days and time duration", "years and months duration"
NUMBERS, STRINGS, RECORDS, RECORD, RANGE = "list of number", "list of string", "list of record", "record", "range"
KINDS = (NUMBER, STRING, BOOLEAN, DATE, INSTANT, DAYS, MONTHS, NUMBERS, STRINGS, RECORDS, RECORD, RANGE)
WRONG_ONE_IN = 14

GIVEN: dict[str, Any] = {
    "a": Decimal("2.50"),
    "count of days": Decimal(-3),
    "first name": "Ann",
    "paid": True,
    "born": FeelDate(2000, 2, 29),
    "seen": FeelDateTime(FeelDate(2024, 12, 31), FeelTime(23, 59, 30)),
    "wait": DaysTimeDuration.of(days=1, hours=12),
    "term": YearsMonthsDuration(-14),
    "amounts": [Decimal(3), Decimal("1.0"), Decimal(7)],
    "towns": ["Bonn", "", "Ulm"],
    "bills": [
        {"sum": Decimal(10), "town": "Ulm", "late": True},
        {"sum": Decimal("2.5"), "town": "Bonn", "late": False},
        {"sum": None, "town": "Ulm", "late": None},
    ],
    "bill": {"sum": Decimal(4), "town": "Köln", "late": False},
    "nothing": None,
}
GIVEN_KINDS: dict[str, str] = {
    "a": NUMBER,
    "count of days": NUMBER,
    "first name": STRING,
    "paid": BOOLEAN,
    "born": DATE,
    "seen": INSTANT,
    "wait": DAYS,
    "term": MONTHS,
    "amounts": NUMBERS,
    "towns": STRINGS,
    "bills": RECORDS,
    "bill": RECORD,
}
FIELDS = {"sum": NUMBER, "town": STRING, "late": BOOLEAN}
ITEMS = {NUMBERS: NUMBER, STRINGS: STRING, RECORDS: RECORD}

numerals = st.one_of(
    st.integers(0, 12).map(Decimal),
    st.sampled_from(["0.1", "1.50", "2.5", "1e3", "0.000", "1234567890.123456789", "33.335"]).map(Decimal),
)
strings = st.sampled_from(["", "a", "Bonn", "on", "ULM", "zZ", "ä", "😀x"])
dates = st.sampled_from(["2024-01-31", "2023-02-28", "2024-02-29", "1999-12-31", "2024-07-04"])
instants = st.sampled_from(["2024-01-31T00:00:00", "2024-02-29T12:30:15", "1999-12-31T23:59:59"])
days = st.sampled_from(["P1D", "PT36H", "-PT90M", "PT0S", "P400D", "PT1H1M1S"])
months = st.sampled_from(["P1Y", "P13M", "-P2Y3M", "P0M"])


class Maker:
    """Draws one tree. Every method takes the depth that is left and the names in scope with their kinds."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.made = {
            NUMBER: self.number,
            STRING: self.string,
            BOOLEAN: self.boolean,
            DATE: self.date,
            INSTANT: self.instant,
            DAYS: self.days,
            MONTHS: self.months,
            NUMBERS: self.numbers,
            STRINGS: self.strings,
            RECORDS: self.records,
            RECORD: self.record,
            RANGE: self.range,
        }

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def expression(self, kind: str, depth: int, names: Names) -> n.Node:
        if self.draw(st.integers(1, WRONG_ONE_IN)) == 1:
            kind = self.pick(*KINDS)
            if self.draw(st.integers(1, 4)) == 1:
                return n.NullLiteral()
        known = [name for name, each in names.items() if each == kind]
        if known and (depth <= 0 or self.draw(st.integers(1, 4)) == 1):
            return n.Name(self.pick(*known))
        if depth > 0 and self.draw(st.integers(1, 5)) == 1:
            return self.of_any_kind(kind, depth - 1, names)
        return self.made[kind](depth - 1, names)

    # ---- what gives every kind ----------------------------------------------------------------------------------

    def of_any_kind(self, kind: str, depth: int, names: Names) -> n.Node:
        form = self.pick("if", "path", "call", "named call", "filter")
        if form == "if":
            branches = (self.expression(kind, depth, names) for _ in range(2))
            return n.IfExpression(self.expression(BOOLEAN, depth, names), *branches)
        if form == "path":
            other = self.pick(*KINDS)
            first = n.ContextEntry("x", self.expression(other, depth, names))
            second = n.ContextEntry("y z", self.expression(kind, depth, {**names, "x": other}))
            return n.PathExpression(n.Context((first, second)), "y z")
        if form == "filter" and kind in ITEMS.values():
            source = next(each for each, item in ITEMS.items() if item == kind)
            index = n.NumericLiteral(Decimal(self.draw(st.integers(0, 3))))
            signed = n.ArithmeticNegation(index) if self.draw(st.booleans()) else index
            return n.FilterExpression(self.expression(source, depth, names), signed)
        other = self.pick(*KINDS)
        body = self.expression(kind, depth, {**names, "p": other})
        function = n.FunctionDefinition((n.FormalParameter("p"),), body)
        argument = self.expression(other, depth, names)
        if form == "named call":
            return n.FunctionInvocation(function, (), (n.NamedArgument("p", argument),))
        return n.FunctionInvocation(function, (argument,))

    def call(self, name: str, *arguments: n.Node) -> n.Node:
        return n.FunctionInvocation(n.Name(name), arguments)

    def test(self, kind: str, depth: int, names: Names) -> n.Node:
        """A unary test on a value of *kind*."""
        form = self.pick("value", "comparison", "interval", "list")
        if form == "comparison":
            operator = self.pick("<", "<=", ">", ">=", "=", "!=")
            return n.UnaryTest(operator, self.expression(kind, depth, names))
        if form == "interval":
            ends = (self.expression(kind, depth, names) for _ in range(2))
            return n.Interval(*ends, self.draw(st.booleans()), self.draw(st.booleans()))
        if form == "list":
            return n.ListNode(tuple(self.expression(kind, depth, names) for _ in range(self.draw(st.integers(0, 3)))))
        return self.expression(kind, depth, names)

    def iterators(self, depth: int, names: Names) -> tuple[tuple[n.IterationContext, ...], Names]:
        """One or two iterators, and the names with what they bind."""
        found: list[n.IterationContext] = []
        for name in ("i", "each one")[: self.draw(st.integers(1, 2))]:
            if self.draw(st.booleans()):
                source = self.pick(*ITEMS)
                found.append(n.IterationContext(name, self.expression(source, depth, names)))
                names = {**names, name: ITEMS[source]}
            else:
                ends = [n.NumericLiteral(Decimal(self.draw(st.integers(0, 4)))) for _ in range(2)]
                found.append(n.IterationContext(name, *ends))
                names = {**names, name: NUMBER}
        return tuple(found), names

    # ---- one method a kind --------------------------------------------------------------------------------------

    def number(self, depth: int, names: Names) -> n.Node:
        if depth < 0:
            return n.NumericLiteral(self.draw(numerals))
        form = self.pick(
            "literal", "operator", "operator", "power", "minus", "one", "rounding", "list", "part", "quotient"
        )
        if form == "operator":
            parts = (self.expression(NUMBER, depth, names) for _ in range(2))
            return n.Arithmetic(self.pick("+", "-", "*", "/"), *parts)
        if form == "power":
            exponent = n.NumericLiteral(Decimal(self.draw(st.integers(0, 3))))
            return n.Arithmetic("**", self.expression(NUMBER, depth, names), exponent)
        if form == "minus":
            return n.ArithmeticNegation(self.expression(NUMBER, depth, names))
        if form == "one":
            return self.call(self.pick("floor", "ceiling", "abs"), self.expression(NUMBER, depth, names))
        if form == "rounding":
            name = self.pick("decimal", "round up", "round down", "round half up", "round half down")
            scale: n.Node = n.NumericLiteral(Decimal(self.draw(st.integers(0, 3))))
            scale = n.ArithmeticNegation(scale) if self.draw(st.booleans()) else scale
            return self.call(name, self.expression(NUMBER, depth, names), scale)
        if form == "list":
            name = self.pick("count", "sum", "min", "max", "mean", "median", "product")
            if name != "count" and self.draw(st.booleans()):
                return self.call(
                    name, *(self.expression(NUMBER, depth, names) for _ in range(self.draw(st.integers(1, 3))))
                )
            return self.call(name, self.expression(NUMBERS, depth, names))
        if form == "part":
            kind, parts = self.pick(
                (DATE, ("year", "month", "day", "weekday")),
                (INSTANT, ("year", "day", "hour", "minute", "second")),
                (DAYS, ("days", "hours", "minutes")),
                (MONTHS, ("years", "months")),
                (RECORD, ("sum",)),
                (RANGE, ("start", "end")),
            )
            return n.PathExpression(self.expression(kind, depth, names), self.pick(*parts))
        if form == "quotient":
            name = self.pick("string length", "modulo", "day of year", "week of year")
            kinds = {"string length": (STRING,), "modulo": (NUMBER, NUMBER)}.get(name, (DATE,))
            return self.call(name, *(self.expression(kind, depth, names) for kind in kinds))
        return n.NumericLiteral(self.draw(numerals))

    def string(self, depth: int, names: Names) -> n.Node:
        if depth < 0:
            return n.StringLiteral(self.draw(strings))
        form = self.pick("literal", "+", "case", "part", "around", "join", "field", "day")
        if form == "+":
            return n.Arithmetic("+", self.expression(STRING, depth, names), self.expression(STRING, depth, names))
        if form == "case":
            return self.call(self.pick("upper case", "lower case"), self.expression(STRING, depth, names))
        if form == "part":
            return self.call("substring", self.expression(STRING, depth, names), self.expression(NUMBER, -1, names))
        if form == "around":
            parts = (self.expression(STRING, depth, names) for _ in range(2))
            return self.call(self.pick("substring before", "substring after"), *parts)
        if form == "join":
            return self.call(
                "string join", self.expression(STRINGS, depth, names), self.expression(STRING, depth, names)
            )
        if form == "field":
            return n.PathExpression(self.expression(RECORD, depth, names), "town")
        if form == "day":
            return self.call("day of week", self.expression(DATE, depth, names))
        return n.StringLiteral(self.draw(strings))

    def boolean(self, depth: int, names: Names) -> n.Node:
        if depth < 0:
            return n.BooleanLiteral(self.draw(st.booleans()))
        form = self.pick(
            "compare", "compare", "logic", "logic", "in", "in", "between", "quantified", "text", "type", "more"
        )
        kind = self.pick(NUMBER, NUMBER, STRING, DATE, INSTANT, DAYS, MONTHS)
        if form == "compare":
            operator = self.pick("=", "!=", "<", "<=", ">", ">=")
            kind = self.pick(*KINDS) if operator in ("=", "!=") else kind
            return n.Comparison(operator, self.expression(kind, depth, names), self.expression(kind, depth, names))
        if form == "logic":
            parts = (self.expression(BOOLEAN, depth, names) for _ in range(2))
            return self.pick(n.Conjunction, n.Disjunction)(*parts)
        if form == "in":
            tests = tuple(self.test(kind, depth, names) for _ in range(self.draw(st.integers(1, 3))))
            return n.In(self.expression(kind, depth, names), tests)
        if form == "between":
            return n.Between(*(self.expression(kind, depth, names) for _ in range(3)))
        if form == "quantified":
            iterators, inner = self.iterators(depth, names)
            return n.QuantifiedExpression(self.pick("some", "every"), iterators, self.expression(BOOLEAN, depth, inner))
        if form == "text":
            parts = (self.expression(STRING, depth, names) for _ in range(2))
            return self.call(self.pick("contains", "starts with", "ends with"), *parts)
        if form == "type":
            return n.InstanceOf(self.expression(self.pick(*KINDS), depth, names), self.draw(type_nodes))
        if self.draw(st.booleans()):
            return self.call(
                "list contains", self.expression(NUMBERS, depth, names), self.expression(NUMBER, depth, names)
            )
        name = self.pick("not", "all", "any", "even", "odd")
        return self.call(name, self.expression(NUMBER if name in ("even", "odd") else BOOLEAN, depth, names))

    def date(self, depth: int, names: Names) -> n.Node:
        if depth < 0:
            return n.AtLiteral(self.draw(dates))
        form = self.pick("literal", "moved", "parts", "of instant")
        if form == "moved":
            moved = self.expression(self.pick(DAYS, MONTHS), depth, names)
            return n.Arithmetic(self.pick("+", "-"), self.expression(DATE, depth, names), moved)
        if form == "parts":
            parts = (2024, self.draw(st.integers(0, 13)), self.draw(st.integers(0, 31)))
            return self.call("date", *(n.NumericLiteral(Decimal(part)) for part in parts))
        if form == "of instant":
            return self.call("date", self.expression(INSTANT, depth, names))
        return n.AtLiteral(self.draw(dates))

    def instant(self, depth: int, names: Names) -> n.Node:
        if depth < 0 or self.draw(st.booleans()):
            return n.AtLiteral(self.draw(instants))
        moved = self.expression(self.pick(DAYS, MONTHS), depth, names)
        return n.Arithmetic(self.pick("+", "-"), self.expression(INSTANT, depth, names), moved)

    def days(self, depth: int, names: Names) -> n.Node:
        return self._duration(DAYS, days, (DATE, INSTANT), depth, names)

    def months(self, depth: int, names: Names) -> n.Node:
        return self._duration(MONTHS, months, (), depth, names)

    def _duration(self, kind: str, literals: Any, points: tuple[str, ...], depth: int, names: Names) -> n.Node:
        if depth < 0:
            return n.AtLiteral(self.draw(literals))
        form = self.pick("literal", "sum", "scaled", "minus", "between")
        if form == "sum":
            parts = (self.expression(kind, depth, names) for _ in range(2))
            return n.Arithmetic(self.pick("+", "-"), *parts)
        if form == "scaled":
            return n.Arithmetic(
                self.pick("*", "/"), self.expression(kind, depth, names), self.expression(NUMBER, -1, names)
            )
        if form == "minus":
            return self.pick(n.ArithmeticNegation, lambda part: self.call("abs", part))(
                self.expression(kind, depth, names)
            )
        if form == "between" and points:
            point = self.pick(*points)
            return n.Arithmetic("-", self.expression(point, depth, names), self.expression(point, depth, names))
        if form == "between":
            parts = (self.expression(self.pick(DATE, INSTANT), depth, names) for _ in range(2))
            return self.call("years and months duration", *parts)
        return n.AtLiteral(self.draw(literals))

    def numbers(self, depth: int, names: Names) -> n.Node:
        return self._list(NUMBERS, depth, names)

    def strings(self, depth: int, names: Names) -> n.Node:
        return self._list(STRINGS, depth, names)

    def records(self, depth: int, names: Names) -> n.Node:
        return self._list(RECORDS, depth, names)

    def _list(self, kind: str, depth: int, names: Names) -> n.Node:
        item = ITEMS[kind]
        if depth < 0:
            return n.ListNode(tuple(self.expression(item, -1, names) for _ in range(self.draw(st.integers(0, 2)))))
        form = self.pick("literal", "for", "filter", "filter", "field", "one list", "two lists", "position", "sort")
        if form == "for":
            iterators, inner = self.iterators(depth, names)
            if self.draw(st.integers(1, 5)) == 1:
                inner = {**inner, "partial": kind}
            return n.ForExpression(iterators, self.expression(item, depth, inner))
        if form == "filter":
            inner = {**names, "item": item, **(FIELDS if item == RECORD else {})}
            return n.FilterExpression(self.expression(kind, depth, names), self.expression(BOOLEAN, depth, inner))
        if form == "field" and kind != RECORDS:
            return n.PathExpression(self.expression(RECORDS, depth, names), "sum" if kind == NUMBERS else "town")
        if form == "one list":
            return self.call(self.pick("reverse", "distinct values", "flatten"), self.expression(kind, depth, names))
        if form == "two lists":
            name = self.pick("concatenate", "union", "append")
            second = self.expression(item if name == "append" else kind, depth, names)
            return self.call(name, self.expression(kind, depth, names), second)
        if form == "position":
            name = self.pick("remove", "sublist", "insert before", "index of")
            parts: list[n.Node] = [self.expression(kind, depth, names), self.expression(NUMBER, -1, names)]
            if name == "insert before":
                parts.append(self.expression(item, depth, names))
            return self.call(name, *parts)
        if form == "sort" and kind != RECORDS:
            less = n.Comparison(self.pick("<", ">"), n.Name("x"), n.Name("y"))
            order = n.FunctionDefinition((n.FormalParameter("x"), n.FormalParameter("y")), less)
            values = (
                st.integers(0, 9).map(Decimal).map(n.NumericLiteral)
                if kind == NUMBERS
                else strings.map(n.StringLiteral)
            )
            return self.call("sort", n.ListNode(tuple(self.draw(st.lists(values, min_size=1, max_size=5)))), order)
        return n.ListNode(tuple(self.expression(item, depth, names) for _ in range(self.draw(st.integers(0, 3)))))

    def record(self, depth: int, names: Names) -> n.Node:
        entries = []
        for key, kind in FIELDS.items():
            entries.append(n.ContextEntry(key, self.expression(kind, depth, names)))
            names = {**names, key: kind}
        return n.Context(tuple(entries))

    def range(self, depth: int, names: Names) -> n.Node:
        if self.draw(st.integers(1, 4)) == 1:
            return n.UnaryTest(self.pick("<", "<=", ">", ">=", "=", "!="), self.expression(NUMBER, depth, names))
        low, high = sorted(self.draw(st.lists(st.integers(0, 9), min_size=2, max_size=2)))
        ends: list[n.Node] = [n.NumericLiteral(Decimal(low)), n.NumericLiteral(Decimal(high))]
        if depth > 0 and self.draw(st.booleans()):
            ends[self.draw(st.integers(0, 1))] = self.expression(NUMBER, depth, names)
        return n.Interval(*ends, self.draw(st.booleans()), self.draw(st.booleans()))


type_nodes = st.one_of(
    st.sampled_from([NUMBER, STRING, BOOLEAN, DATE, INSTANT, DAYS, MONTHS, "Any"]).map(n.NamedType),
    st.sampled_from([NUMBER, STRING, "Any"]).map(lambda name: n.ListTypeNode(n.NamedType(name))),
    st.just(n.RangeTypeNode(n.NamedType(NUMBER))),
    st.just(n.ContextTypeNode((("sum", n.NamedType(NUMBER)),))),
)


@st.composite
def typed_trees(draw: Draw, depth: int = 4) -> n.Node:
    """A tree of any kind over the names of `GIVEN`."""
    maker = Maker(draw)
    return maker.expression(maker.pick(*KINDS), depth, GIVEN_KINDS)


@st.composite
def cells(draw: Draw, depth: int = 2) -> tuple[n.UnaryTestsNode, Any]:
    """A cell of a table, and the value that it is asked about."""
    maker = Maker(draw)
    name = maker.pick(*(each for each, kind in GIVEN_KINDS.items() if kind not in (RECORDS, RANGE)))
    kind = GIVEN_KINDS[name] if draw(st.integers(1, 8)) > 1 else maker.pick(*KINDS)
    tests = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.integers(1, 3)) == 1:
            tests.append(maker.expression(BOOLEAN, depth, {**GIVEN_KINDS, "?": kind}))
        else:
            tests.append(maker.test(kind, depth, GIVEN_KINDS))
    return n.UnaryTestsNode(tuple(tests), draw(st.booleans())), GIVEN[name]
