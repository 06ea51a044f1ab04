"""A table seen as boxes: what each rule covers, which rules meet, which facts lie where."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.dmn.checks.tables.boxes import BoundMet, Box, Budget, RuleSet, find_uncovered, intersect, widen
from engine.dmn.checks.tables.columns import Column
from engine.dmn.checks.tables.conditions import Condition, Constant, Equal, leaves
from engine.dmn.checks.tables.ordered_space import OrderedSpace
from engine.dmn.checks.tables.spaces import bits_of
from engine.dmn.model import DecisionTable, Rule
from engine.dmn.table_index import rules_of
from engine.errors import ErrorCode, Location, Problem
from engine.feel import Value, equal, kind_of

Facts = Mapping[str, tuple[str, tuple[str, ...]]]
"""What a vocabulary says of facts: FEEL type and allowed values by name."""

GAPS = 5
"""How many gaps of one table are shown."""


@dataclass(frozen=True, slots=True)
class Output:
    """An output entry: its value when it is a constant, else its text in one spelling."""

    constant: Constant | None
    text: str


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """What an output clause declares: kind of its values ("" for any), and which of them it may give."""

    name: str
    kind: str
    allowed: Condition | None

    @property
    def listed(self) -> list[Value]:
        """The single values that the clause lists, in order: the most important first."""
        if self.allowed is None:
            return []
        tests = (test for test in leaves(self.allowed) if isinstance(test, Equal))
        return [test.point.value for test in tests if isinstance(test.point, Constant)]


class TableAnalysis:
    """One decision table, cut into boxes once for all rules of `TABLE_RULES`.

    A rule with a cell that is not analysed is `open`: its box is as large as it could be. What is said about closed
    rules is exact, apart from inputs that depend on each other, which the table does not show.
    """

    def __init__(
        self,
        table: DecisionTable,
        columns: Sequence[Column],
        output_columns: Sequence[OutputColumn],
        outputs: Sequence[tuple[Output, ...]],
        *,
        where: str = "",
    ) -> None:
        self.table = table
        self.where = where  # which rows of parameters are in force, when the names in cells were replaced by values
        self.in_force: tuple[TableAnalysis, ...] = ()  # the same table under each row in force, if its cells name one
        self.columns = tuple(columns)
        self.output_columns = tuple(output_columns)
        self.outputs = tuple(outputs)
        self.domain: Box = tuple(column.domain for column in columns)
        self.boxes: tuple[Box, ...] = tuple(
            tuple(column.passing[number] for column in columns) for number in range(len(table.rules))
        )
        self.open: frozenset[int] = frozenset().union(*(column.open for column in columns))
        self.budget = Budget()
        self.masked: tuple[tuple[int, list[int]], ...] | None = None  # found once, by masked.py

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.table.rules

    @property
    def label(self) -> str:
        return self.table.label or self.table.place.decision_id or "the table"

    def is_empty(self, rule: int) -> bool:
        """Whether no input that the columns allow can match the rule."""
        return not all(self.boxes[rule])

    @cached_property
    def live(self) -> tuple[int, ...]:
        """The rules that are analysed in every column and that some input matches."""
        return tuple(rule for rule in range(len(self.rules)) if rule not in self.open and not self.is_empty(rule))

    @cached_property
    def meeting(self) -> tuple[RuleSet, ...]:
        """For each rule the rules that share some input with it, as a bit set; itself is not among them."""
        everything = (1 << len(self.rules)) - 1
        found = [everything & ~(1 << rule) for rule in range(len(self.rules))]
        for number in range(len(self.columns)):
            for rule, meets in enumerate(_meeting_in([box[number] for box in self.boxes])):
                found[rule] &= meets
        return tuple(found)

    @cached_property
    def gaps(self) -> tuple[Box, ...]:
        """Some of the boxes that no rule touches, each as large as it can be; cells that are not analysed let all pass.

        Fewer than there are, when the bound of the search is met; table-not-analysed tells that.
        """
        taken = list(self.boxes)
        ordered = [isinstance(column.space, OrderedSpace) for column in self.columns]
        found: list[Box] = []
        try:
            while len(found) < GAPS and (gap := find_uncovered(self.domain, taken, self.budget)) is not None:
                taken.append(widen(gap, self.domain, taken, ordered))
                if not self._is_before_the_law(taken[-1]):
                    found.append(taken[-1])
        except BoundMet:
            return tuple(found)
        return tuple(found)

    def _is_before_the_law(self, gap: Box) -> bool:
        """Whether the gap ends where a rule begins on a day, and nothing stood before: such a rule came later."""
        return any(
            column.dated and atoms != column.domain and atoms & column.domain & -column.domain
            for column, atoms in zip(self.columns, gap, strict=True)
        )

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Live rules that share inputs, the earlier one first."""
        live = sum(1 << rule for rule in self.live)
        for rule in self.live:
            for other in rules_of(self.meeting[rule] & live & ~((1 << (rule + 1)) - 1)):
                yield rule, other

    # ---- outputs ----------------------------------------------------------------------------------------------

    def same_outputs(self, left: int, right: int) -> bool:
        """Whether two rules surely give the same."""
        return all(_is_same(a, b) for a, b in zip(self.outputs[left], self.outputs[right], strict=True))

    def show_outputs(self, rule: int) -> str:
        return ", ".join(output.text for output in self.outputs[rule])

    # ---- words ------------------------------------------------------------------------------------------------

    def shared(self, left: int, right: int) -> Box:
        both = intersect(self.boxes[left], self.boxes[right])
        assert both is not None, "only rules that meet are compared"
        return both

    def describe(self, box: Box) -> str:
        """The box as the end of a sentence, "when" and conditions; an input that may be anything is left out."""
        parts = [
            column.space.show(atoms, column.name)
            for column, atoms in zip(self.columns, box, strict=True)
            if atoms != column.domain
        ]
        if not parts:
            return "whatever the inputs are"
        return "when " + " and ".join(f"({part})" if " or " in part else part for part in parts)

    def example(self, box: Box) -> str:
        """One set of facts inside the box."""
        facts = [
            column.space.example(_simplest(column, atoms), column.name)[0]
            for column, atoms in zip(self.columns, box, strict=True)
            if column.domain.bit_count() > 1 or atoms != column.domain
        ]
        return ", ".join(facts) or "any facts"

    def values(self, box: Box) -> list[Value | None]:
        """The same facts as values, one for each input; None where a value is known only in an evaluation."""
        return [
            column.space.example(_simplest(column, atoms), column.name)[1]
            for column, atoms in zip(self.columns, box, strict=True)
        ]

    @cached_property
    def assumptions(self) -> str:
        """What the analysis takes for granted, as the end of a sentence."""
        told = [column.assumes for column in self.columns if column.assumes]
        return f" (taking for granted that {' and '.join(told)})" if told else ""

    def problem(
        self, message: str, hint: str, *, rule: int | None = None, place: Location | None = None, example: str = ""
    ) -> Problem:
        where = place or (self.table.place if rule is None else self.rules[rule].place)
        return Problem(ErrorCode.DMN_TABLE, message, where, hint=hint, example=example or None)


def _is_same(left: Output, right: Output) -> bool:
    if left.constant is not None and right.constant is not None:
        a, b = left.constant.value, right.constant.value
        return kind_of(a) == kind_of(b) and equal(a, b) is True
    return left.text == right.text


def _simplest(column: Column, atoms: int) -> int:
    """The atom to show: a named value rather than what lies between, for that is what a reader knows."""
    bits = bits_of(atoms)
    return next((atom for atom in bits if column.space.is_end(atom) and atom % 2), bits[0])


def _meeting_in(masks: Sequence[int]) -> list[RuleSet]:
    """For each rule the rules whose set of atoms shares one with its own, in one column."""
    spans = [((mask & -mask).bit_length() - 1, mask.bit_length() - 1) for mask in masks]
    order_first = sorted(range(len(masks)), key=lambda rule: spans[rule][0])
    order_last = sorted(range(len(masks)), key=lambda rule: spans[rule][1])
    firsts, lasts = [spans[rule][0] for rule in order_first], [spans[rule][1] for rule in order_last]
    started, ended = [0], [0]
    for rule in order_first:
        started.append(started[-1] | 1 << rule)
    for rule in order_last:
        ended.append(ended[-1] | 1 << rule)
    broken = [rule for rule, mask in enumerate(masks) if mask and not _is_run(mask)]
    found = []
    for rule, mask in enumerate(masks):
        first, last = spans[rule]
        meets = started[bisect_right(firsts, last)] & ~ended[bisect_left(lasts, first)] if mask else 0
        for other in broken if _is_run(mask) else range(len(masks)):
            if meets >> other & 1 and not mask & masks[other]:
                meets &= ~(1 << other)
        found.append(meets)
    return found


def _is_run(mask: int) -> bool:
    lowest = mask & -mask
    return not mask & (mask + lowest)
