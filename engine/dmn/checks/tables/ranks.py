"""Which of two matching rules goes before the other, where the hit policy picks one."""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.hit_policy import rank_key
from engine.dmn.model import HitPolicy


def goes_before(analysis: TableAnalysis) -> Callable[[int, int], bool] | None:
    """A test whether one rule surely wins over another; None when the hit policy does not pick one rule."""
    policy = analysis.table.hit_policy
    if policy is HitPolicy.FIRST:
        return lambda left, right: left < right
    if policy is not HitPolicy.PRIORITY:
        return None
    ranks = [_rank_of(analysis, rule) for rule in range(len(analysis.rules))]

    def wins(left: int, right: int) -> bool:
        mine, other = ranks[left], ranks[right]
        if mine is None or other is None:
            return False
        return (mine, left) < (other, right)

    return wins


def _rank_of(analysis: TableAnalysis, rule: int) -> tuple[int, ...] | None:
    """The ranks of a rule's outputs, column by column; None when one of them is known only in an evaluation."""
    ranks = []
    for output, column in zip(analysis.outputs[rule], analysis.output_columns, strict=True):
        order = {rank_key(value): rank for rank, value in enumerate(column.listed)}
        if not order:
            continue
        if output.constant is None:
            return None
        ranks.append(order.get(rank_key(output.constant.value), len(order)))
    return tuple(ranks)
