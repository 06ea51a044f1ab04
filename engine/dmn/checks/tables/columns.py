"""One input of a table as a space of atoms, with the atoms that each rule's cell lets pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.dmn.checks.tables.choice_spaces import ChoiceSpace, ListSpace
from engine.dmn.checks.tables.conditions import (
    Always,
    AnyOf,
    Between,
    Condition,
    Constant,
    Contains,
    Equal,
    Never,
    Symbol,
    Unknown,
    leaves,
    points,
)
from engine.dmn.checks.tables.ordered_space import OrderedSpace
from engine.dmn.checks.tables.spaces import Atoms, Cut, Space, atoms_of
from engine.dmn.model import InputClause
from engine.feel import Value, kind_of, nodes
from engine.feel.nodes import Node

ORDERED = frozenset({"number", "date", "time", "date and time", "days and time duration", "years and months duration"})
MAX_FEATURES = 6
MAX_ITEMS = 10
COUNTING: dict[str, tuple[int, int | None]] = {
    "count": (0, None),
    "string length": (0, None),
    "day of year": (1, 366),
    "week of year": (1, 53),
}
"""Calls that give whole numbers, and between which."""
PARTS: dict[str, tuple[int, int | None]] = {
    "month": (1, 12),
    "day": (1, 31),
    "weekday": (1, 7),
    "hour": (0, 23),
    "minute": (0, 59),
}
"""Parts of dates and times that are whole numbers, and between which."""


@dataclass(frozen=True, slots=True)
class Column:
    """`passing[rule]` are the atoms that pass; of a cell that is not analysed all of them, and the rule is `open`.

    `domain` are the atoms that an input can have, `listed` the single values that it declares. `reason` says why cells
    are not analysed, `assumes` what the analysis takes for granted. A column is `dated` when each rule begins on a day.
    """

    clause: InputClause
    kind: str
    conditions: tuple[Condition, ...]
    space: Space
    domain: Atoms
    passing: tuple[Atoms, ...]
    open: frozenset[int]
    listed: tuple[Value, ...] = ()
    reason: str = ""
    assumes: str = ""
    dated: bool = False

    @property
    def name(self) -> str:
        """The input as its expression names it."""
        return name_of(self.clause)


def name_of(clause: InputClause) -> str:
    return " ".join(clause.expression.text.split())


def can_hold(conditions: Sequence[Condition]) -> bool:
    """Whether some value satisfies all *conditions*; True too where that is not known."""
    kinds = {kind_of(point.value) for each in conditions for point in _constants(each)} - {"Null"}
    cut = _cut(kinds.pop() if len(kinds) == 1 else "", kinds, conditions, (), whole=False)
    if cut.space is None or any(_is_unknown(each) for each in conditions):
        return True
    atoms = cut.space.domain
    for condition in conditions:
        atoms &= atoms_of(cut.space, condition)[0]
    return bool(atoms)


def cut_column(
    clause: InputClause,
    declared: str,
    conditions: Sequence[Condition],
    allowed: Sequence[Condition],
    expression: Node | None,
    within: Sequence[Condition] = (),
    *,
    whole: bool = False,
) -> Column:
    """The column of *clause*. *declared* is the kind of its values, "" for any; *allowed* must all hold of an input.
    *whole* says that its numbers are whole ones.

    What is *within* must hold too, but is not what the column declares: the table is looked at for some inputs only.
    """
    kinds = {kind_of(point.value) for each in conditions for point in _constants(each)} - {"Null"}
    kind = declared or (kinds.copy().pop() if len(kinds) == 1 else "")
    counted = _whole_numbers(expression) if kind == "number" else None
    whole, limits = whole or counted is not None, [*allowed, *([] if counted is None else [counted])]
    cut = _cut(kind, kinds, [*conditions, *within], limits, whole=whole)
    if cut.space is None:
        return _uncut(clause, kind, conditions, limits, cut.reason)
    space = cut.space
    domain = space.domain
    for limit in (*limits, *within):
        if not _is_unknown(limit):
            domain &= atoms_of(space, limit)[0] | (0 if space.null_atom is None else 1 << space.null_atom)
    opened = frozenset(rule for rule, each in enumerate(conditions) if _is_unknown(each))
    passing = tuple(
        domain if rule in opened else atoms_of(space, each)[0] & domain for rule, each in enumerate(conditions)
    )
    dated = kind == "date" and not opened and any(passing) and not any(atoms & 1 for atoms in passing)
    if dated:
        # Before the first date of all rules this law was not there yet: no gap that a rule could fill.
        domain &= ~1
    unread = next((leaf.text for each in conditions for leaf in leaves(each) if isinstance(leaf, Unknown)), "")
    reason = f"{unread} is no constant test" if unread else ""
    listed = tuple(_listed(limits) or ())
    return Column(clause, kind, tuple(conditions), space, domain, passing, opened, listed, reason, cut.assumes, dated)


def _uncut(
    clause: InputClause, kind: str, conditions: Sequence[Condition], limits: Sequence[Condition], reason: str
) -> Column:
    space = ChoiceSpace((), (), closed=False, has_null=False)
    opened = frozenset(rule for rule, each in enumerate(conditions) if not isinstance(each, Always | Never))
    passing = tuple(0 if isinstance(each, Never) else space.domain for each in conditions)
    listed = tuple(_listed(limits) or ())
    return Column(clause, kind, tuple(conditions), space, space.domain, passing, opened, listed, reason)


def _cut(
    kind: str, kinds: set[str], conditions: Sequence[Condition], limits: Sequence[Condition], *, whole: bool
) -> Cut:
    everything = [*conditions, *(limit for limit in limits if not _is_unknown(limit))]
    tests = [leaf for each in everything for leaf in leaves(each)]
    named = list(dict.fromkeys(point for each in everything for point in points(each)))
    has_null = any(isinstance(point, Constant) and point.value is None for each in conditions for point in points(each))
    symbols = [point for point in named if isinstance(point, Symbol)]
    values = [point.value for point in named if isinstance(point, Constant) and point.value is not None]
    if any(isinstance(test, Contains) for test in tests):
        return _cut_lists(tests, has_null)
    if not kind and len(kinds) > 1:
        return Cut(None, f"its cells hold values of several types: {', '.join(sorted(kinds))}")
    fitting = [value for value in values if not kind or kind_of(value) == kind]
    if any(isinstance(test, Between) for test in tests) or (kind in ORDERED and not symbols):
        if not symbols:
            return Cut(OrderedSpace(OrderedSpace.order(fitting), kind, whole=whole, has_null=has_null))
        if fitting:
            return Cut(None, "its cells compare with names and with constants")
        order, reason = _order_of(symbols, everything)
        if order is None:
            return Cut(None, reason)
        assumes = f"{' <= '.join(symbol.text for symbol in order)}" if len(order) > 1 else ""
        return Cut(OrderedSpace(order, kind, whole=False, has_null=has_null), assumes=assumes)
    if len(symbols) > MAX_FEATURES:
        return Cut(None, "its cells compare with too many names")
    closed = kind == "boolean"
    choices: list[Value] = list(fitting)
    if closed:
        choices = [True, False]
    listed = _listed(limits)
    if listed is not None:
        closed = True
        choices = list(dict.fromkeys([*listed, *fitting]))
    return Cut(ChoiceSpace(choices, symbols, closed=closed, has_null=has_null))


def _cut_lists(tests: Sequence[Condition], has_null: bool) -> Cut:
    items = list(dict.fromkeys(test.value for test in tests if isinstance(test, Contains)))
    others = [test for test in tests if not isinstance(test, Contains | Always | Never | Unknown)]
    if any(not (isinstance(test, Equal) and test.point == Constant(None)) for test in others):
        return Cut(None, "its cells ask for items of the list and for other things")
    if len(items) > MAX_ITEMS:
        return Cut(None, f"its cells ask for {len(items)} different items, more than {MAX_ITEMS}")
    field, *more = {test.field for test in tests if isinstance(test, Contains)}
    if more:
        return Cut(None, "its cells ask for items of several fields")
    return Cut(ListSpace(items, field, has_null=has_null))


def _listed(limits: Iterable[Condition]) -> list[Value] | None:
    """The values of the first list of allowed values that names single values only."""
    for limit in limits:
        tests = list(leaves(limit))
        if tests and all(isinstance(test, Equal) and isinstance(test.point, Constant) for test in tests):
            return [test.point.value for test in tests]  # type: ignore[union-attr]
    return None


def _order_of(symbols: Sequence[Symbol], conditions: Iterable[Condition]) -> tuple[list[Symbol] | None, str]:
    """The names of a column in their order, as far as its own intervals `[a..b]` tell it."""
    after: dict[Symbol, set[Symbol]] = {symbol: set() for symbol in symbols}
    for condition in conditions:
        for test in leaves(condition):
            if isinstance(test, Between) and isinstance(test.low, Symbol) and isinstance(test.high, Symbol):
                after[test.low].add(test.high)
    order: list[Symbol] = []
    left = list(symbols)
    while left:
        first = [symbol for symbol in left if not any(symbol in after[other] for other in left if other != symbol)]
        if len(first) != 1:
            names = ", ".join(symbol.text for symbol in left)
            return None, f"the order of {names} is not known from the cells"
        order.append(first[0])
        left.remove(first[0])
    return order, ""


def _constants(condition: Condition) -> Iterable[Constant]:
    return (point for point in points(condition) if isinstance(point, Constant))


def _is_unknown(condition: Condition) -> bool:
    return any(isinstance(leaf, Unknown) for leaf in leaves(condition))


def _whole_numbers(expression: Node | None) -> Condition | None:
    """The values of an input that is a count or a part of a date, which are whole numbers; None for any other."""
    bounds = None
    match expression:
        case nodes.FunctionInvocation(nodes.Name(name)):
            bounds = COUNTING.get(name)
        case nodes.PathExpression(_, name):
            bounds = PARTS.get(name)
    if bounds is None:
        return None
    low, high = bounds
    return Between(Constant(Decimal(low)), True, None if high is None else Constant(Decimal(high)), high is not None)


def domain_of_fact(kind: str, values: Iterable[str]) -> tuple[str, list[Condition]]:
    """Kind and allowed values of a fact of the vocabulary, for a column that declares none of its own."""
    listed = tuple(Equal(Constant(value)) for value in values)
    known = kind if kind in ORDERED | {"string", "boolean"} else ""
    return known, [AnyOf(listed)] if listed and kind == "string" else []
