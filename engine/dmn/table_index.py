"""Finds the rules of a table that a value can match: hash and interval indexes over constant tests.

Sets of rules are whole numbers used as bit sets: bit n stands for rule n. A column answers a value with the rules that
surely pass and those whose test must be run (it depends on other values, or the value's kind has no index). The cost
of a lookup is a hash or a binary search, whatever the number of rules.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.feel import ConstantTest, Equals, FeelDate, IntervalTest, Value

RuleSet = int
_ORDERED = (Decimal, FeelDate)
_INDEXED = (bool, str, Decimal, FeelDate)


@dataclass(frozen=True, slots=True)
class ConstantTests:
    """The tests of a cell that need nothing but the input: alternatives, or with `negated` none of them."""

    tests: tuple[ConstantTest, ...]
    negated: bool = False


ANY = ConstantTests((), negated=True)
"""`-`: none of nothing."""

Entry = ConstantTests | None
"""None stands for a test that must be run."""


class ColumnIndex:
    """The input entries of one column. *null_passes* runs a rule's test against null, which no index holds."""

    __slots__ = ("_any", "_by_kind", "_null", "_null_passes", "_verdicts", "dynamic", "not_any")

    def __init__(self, entries: Sequence[Entry], null_passes: Callable[[int], bool]) -> None:
        self._any: RuleSet = 0
        self._verdicts: RuleSet = 0
        self.dynamic: RuleSet = 0
        everything = (1 << len(entries)) - 1
        grouped: dict[type, list[tuple[int, ConstantTests]]] = {kind: [] for kind in _INDEXED}
        for rule, entry in enumerate(entries):
            bit = 1 << rule
            kinds = None if entry is None else kinds_of(entry)
            if entry is not None and entry.negated and not entry.tests:
                self._any |= bit
            elif entry is None or kinds is None:
                self.dynamic |= bit
            else:
                if bool in kinds:
                    # spec: against an input that is no boolean, true and false are verdicts, not values to compare.
                    self._verdicts |= bit
                for kind in kinds:
                    grouped[kind].append((rule, entry))
        self.not_any: RuleSet = everything & ~self._any
        self._null: RuleSet | None = None
        self._null_passes = null_passes
        self._by_kind: dict[type, Callable[[Any], RuleSet]] = {
            bool: hash_index(grouped[bool], self._any, bool),
            str: hash_index(grouped[str], self._any, str),
            Decimal: interval_index(grouped[Decimal], self._any, Decimal),
            FeelDate: interval_index(grouped[FeelDate], self._any, FeelDate),
        }

    def look_up(self, value: Value) -> tuple[RuleSet, RuleSet]:
        """The rules whose entry surely passes, and those whose entry must be run."""
        find = self._by_kind.get(type(value))
        if find is not None:
            return find(value), self.dynamic if type(value) is bool else self.dynamic | self._verdicts
        if value is None:
            return self._passing_null(), self.dynamic
        return self._any, self.not_any

    def of_class(self, kind: type) -> tuple[Callable[[Any], RuleSet], RuleSet]:
        """`look_up` for values of one class that has an index: the lookup, and the rules whose entry must be run."""
        return self._by_kind[kind], self.dynamic if kind is bool else self.dynamic | self._verdicts

    def _passing_null(self) -> RuleSet:
        if self._null is None:
            static = self.not_any & ~self.dynamic
            found = self._any
            for rule in rules_of(static):
                if self._null_passes(rule):
                    found |= 1 << rule
            self._null = found
        return self._null


def rules_of(rules: RuleSet) -> Iterator[int]:
    """The positions in a bit set, lowest first."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest


def first_of(rules: RuleSet) -> int:
    """The lowest position in a bit set that is not empty."""
    return (rules & -rules).bit_length() - 1


# ---- what can be indexed ----------------------------------------------------------------------------------------


def kinds_of(entry: ConstantTests) -> set[type] | None:
    """The kinds of the values in *entry*; None when one of them has no index, or `not(...)` mixes kinds."""
    kinds: set[type] = set()
    for test in entry.tests:
        kind = _kind_of(test)
        if kind is None:
            return None
        kinds.add(kind)
    if entry.negated and len(kinds) > 1:
        return None
    return kinds


def _kind_of(test: ConstantTest) -> type | None:
    if isinstance(test, Equals):
        return type(test.value) if type(test.value) in _INDEXED else None
    kinds = {type(end) for end in (test.low, test.high) if end is not None}
    kind = kinds.pop()
    return kind if not kinds and kind in _ORDERED else None


# ---- hashing: strings and booleans ------------------------------------------------------------------------------


def hash_index(
    entries: Sequence[tuple[int, ConstantTests]], everywhere: RuleSet, kind: type
) -> Callable[[Any], RuleSet]:
    """A lookup by equality; what no rule names is answered by the rules that only exclude."""
    per_rule = [(1 << rule, entry.negated, _listed(entry, kind)) for rule, entry in entries]
    fallback = everywhere
    for bit, negated, _ in per_rule:
        if negated:
            fallback |= bit
    # Only rules that list a value differ from the fallback there, so building is linear in the listed values.
    table: dict[Any, RuleSet] = {}
    for bit, negated, listed in per_rule:
        for value in listed:
            rules = table.get(value, fallback)
            table[value] = rules & ~bit if negated else rules | bit
    get = table.get
    return lambda value: get(value, fallback)


def _listed(entry: ConstantTests, kind: type) -> set[Any]:
    return {test.value for test in entry.tests if isinstance(test, Equals) and type(test.value) is kind}


# ---- intervals: numbers and dates -------------------------------------------------------------------------------


def interval_index(
    entries: Sequence[tuple[int, ConstantTests]], everywhere: RuleSet, kind: type
) -> Callable[[Any], RuleSet]:
    """A lookup by order. Between and on the ends of all intervals the answer is constant; one sweep finds them all."""
    if not entries:
        return lambda _value: everywhere
    ends: list[Any] = sorted({end for _, entry in entries for end in _ends(entry, kind)})
    position = {end: number for number, end in enumerate(ends)}
    last = 2 * len(ends)
    flips: list[RuleSet] = [0] * (last + 2)
    for rule, entry in entries:
        pieces = _pieces(entry, kind, position, last)
        for first, final in pieces:
            flips[first] ^= 1 << rule
            flips[final + 1] ^= 1 << rule
    answers: list[RuleSet] = []
    current: RuleSet = 0
    for flip in flips[:-1]:
        current ^= flip
        answers.append(current | everywhere)

    def find(value: Any) -> RuleSet:
        number = bisect_left(ends, value)
        # Even places lie between two ends, odd ones on an end.
        on_end = number < len(ends) and ends[number] == value
        return answers[2 * number + 1 if on_end else 2 * number]

    return find


def _ends(entry: ConstantTests, kind: type) -> Iterator[Any]:
    for test in entry.tests:
        if isinstance(test, IntervalTest):
            yield from (end for end in (test.low, test.high) if type(end) is kind)
        elif type(test.value) is kind:
            yield test.value


def _pieces(entry: ConstantTests, kind: type, position: dict[Any, int], last: int) -> list[tuple[int, int]]:
    """The places at which the entry passes, as disjoint pieces (first, final) in order."""
    pieces: list[tuple[int, int]] = []
    for test in entry.tests:
        if _kind_of(test) is not kind:
            continue
        if isinstance(test, Equals):
            place = 2 * position[test.value] + 1
            pieces.append((place, place))
        else:
            first = 0 if test.low is None else 2 * position[test.low] + (1 if test.low_closed else 2)
            final = last if test.high is None else 2 * position[test.high] + (1 if test.high_closed else 0)
            if first <= final:
                pieces.append((first, final))
    merged = _merge(pieces)
    return _complement(merged, last) if entry.negated else merged


def _merge(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, final in sorted(pieces):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], final))
        else:
            merged.append((first, final))
    return merged


def _complement(pieces: list[tuple[int, int]], last: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    next_place = 0
    for first, final in pieces:
        if first > next_place:
            found.append((next_place, first - 1))
        next_place = final + 1
    if next_place <= last:
        found.append((next_place, last))
    return found
