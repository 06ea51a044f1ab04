"""What a decision table answers when several rules match, or none (DMN 1.5, 8.2.8 to 8.2.11): one function a policy.

Each takes the hits in rule order, each hit with its output values in column order, and returns which hits count, the
value, or what is wrong. Nothing here knows of cells or of indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.dmn.model import Aggregation, HitPolicy
from engine.dmn.show import show
from engine.feel import Value, compare, equal
from engine.feel.numbers import NUMBERS, DecimalException

Outputs = tuple[Value, ...]


class Hit(NamedTuple):
    """A matching rule: its position in the table and its output values in column order."""

    rule: int
    outputs: Outputs


class Answer(NamedTuple):
    """`counted` are the hits that the value rests on; `problem` says why there is no value."""

    value: Value
    counted: tuple[Hit, ...]
    problem: str | None = None


Shape = Callable[[Outputs], Value]
"""Makes the value of one hit: the output itself, or a context of several."""

Ranks = tuple[dict[object, int] | None, ...]
"""For each output column the rank of its allowed values, highest priority first; None without output values."""


def answer_unique(hits: Sequence[Hit], shape: Shape, _ranks: Ranks) -> Answer:
    if len(hits) > 1:
        return Answer(None, tuple(hits), f"expected at most one matching rule under UNIQUE, but {len(hits)} match")
    return Answer(shape(hits[0].outputs), (hits[0],))


def answer_any(hits: Sequence[Hit], shape: Shape, _ranks: Ranks) -> Answer:
    first = hits[0]
    for other in hits[1:]:
        if not same_outputs(first.outputs, other.outputs):
            shown = " and ".join(show(shape(hit.outputs)) for hit in (first, other))
            return Answer(None, tuple(hits), f"expected one result from all matching rules under ANY, but got {shown}")
    return Answer(shape(first.outputs), tuple(hits))


def answer_first(hits: Sequence[Hit], shape: Shape, _ranks: Ranks) -> Answer:
    return Answer(shape(hits[0].outputs), (hits[0],))


def answer_priority(hits: Sequence[Hit], shape: Shape, ranks: Ranks) -> Answer:
    best = sorted_by_rank(hits, ranks)[0]
    return Answer(shape(best.outputs), (best,))


def answer_output_order(hits: Sequence[Hit], shape: Shape, ranks: Ranks) -> Answer:
    ordered = sorted_by_rank(hits, ranks)
    return Answer([shape(hit.outputs) for hit in ordered], tuple(ordered))


def answer_rule_order(hits: Sequence[Hit], shape: Shape, _ranks: Ranks) -> Answer:
    return Answer([shape(hit.outputs) for hit in hits], tuple(hits))


POLICIES: dict[HitPolicy, Callable[[Sequence[Hit], Shape, Ranks], Answer]] = {
    HitPolicy.UNIQUE: answer_unique,
    HitPolicy.ANY: answer_any,
    HitPolicy.FIRST: answer_first,
    HitPolicy.PRIORITY: answer_priority,
    HitPolicy.RULE_ORDER: answer_rule_order,
    HitPolicy.OUTPUT_ORDER: answer_output_order,
    # spec: COLLECT leaves the order open; rule order is the one that a reader can check.
    HitPolicy.COLLECT: answer_rule_order,
}
SEVERAL = frozenset({HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT})
"""The policies whose answer is a list; without a hit it is the empty list."""


# ---- aggregation ------------------------------------------------------------------------------------------------


def aggregate(aggregation: Aggregation, values: Sequence[Value]) -> tuple[Value, str | None]:
    """The aggregated value, or null and the reason. The values are those of all hits, in rule order."""
    return _AGGREGATORS[aggregation](values)


def _sum(values: Sequence[Value]) -> tuple[Value, str | None]:
    if not values:
        return None, None
    total = Decimal(0)
    for value in values:
        if not isinstance(value, Decimal):
            return None, f"expected numbers to sum, but got {show(value)}"
        try:
            total = NUMBERS.add(total, value)
        except DecimalException:
            return None, "expected a sum within the range of numbers, but it is too large"
    return total, None


def _count(values: Sequence[Value]) -> tuple[Value, str | None]:
    return Decimal(len(values)), None


def _extreme(sign: int) -> Callable[[Sequence[Value]], tuple[Value, str | None]]:
    def extreme(values: Sequence[Value]) -> tuple[Value, str | None]:
        if not values:
            return None, None
        best = values[0]
        for value in values:
            order = compare(value, best)
            if order is None:
                return None, f"expected values that can be compared, but got {show(best)} and {show(value)}"
            if order * sign > 0:
                best = value
        return best, None

    return extreme


_AGGREGATORS: dict[Aggregation, Callable[[Sequence[Value]], tuple[Value, str | None]]] = {
    Aggregation.SUM: _sum,
    Aggregation.COUNT: _count,
    Aggregation.MIN: _extreme(-1),
    Aggregation.MAX: _extreme(1),
}


# ---- comparing outputs ------------------------------------------------------------------------------------------


def same_outputs(left: Outputs, right: Outputs) -> bool:
    return all(a is b or equal(a, b) is True for a, b in zip(left, right, strict=True))


def rank_key(value: Value) -> object:
    """A hashable stand-in for a value in a rank table; kinds are kept apart, so that true is not 1."""
    return (type(value).__name__, value) if not isinstance(value, list | dict) else show(value)


def sorted_by_rank(hits: Sequence[Hit], ranks: Ranks) -> list[Hit]:
    """Highest priority first, column by column; values outside of the output values come last, ties in rule order."""

    def key(hit: Hit) -> tuple[int, ...]:
        return tuple(
            rank.get(rank_key(value), len(rank))
            for value, rank in zip(hit.outputs, ranks, strict=True)
            if rank is not None
        )

    return sorted(hits, key=key)
