"""[table-overlap] Rules that match together and must not: under UNIQUE always, under ANY when they differ."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.model import HitPolicy
from engine.errors import Problem

SHOWN = 10


def check_overlap(analysis: TableAnalysis) -> Iterator[Problem]:
    policy = analysis.table.hit_policy
    if policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    clashes = (
        (left, right)
        for left, right in analysis.pairs()
        if not _are_duplicates(analysis, left, right)
        and not (policy is HitPolicy.ANY and analysis.same_outputs(left, right))
    )
    for left, right in islice(clashes, SHOWN):
        first, second = analysis.rules[left], analysis.rules[right]
        both = analysis.shared(left, right)
        give = (
            "the same output"
            if analysis.same_outputs(left, right)
            else f"{analysis.show_outputs(left)} and {analysis.show_outputs(right)}"
        )
        yield analysis.problem(
            f"expected rules that exclude each other under {policy}, but {first.id} and {second.id} both match "
            f"{analysis.describe(both)}; they give {give}{analysis.assumptions}.",
            "narrow one of the two, or choose the hit policy that the law means",
            rule=right,
            example=analysis.example(both),
        )


def _are_duplicates(analysis: TableAnalysis, left: int, right: int) -> bool:
    """Whether table-duplicate tells of the two: of rules that are written alike, where a parameter makes them alike."""
    if analysis.boxes[left] != analysis.boxes[right]:
        return False
    cells = zip(analysis.rules[left].input_entries, analysis.rules[right].input_entries, strict=True)
    return not analysis.where or all(one.text.split() == other.text.split() for one, other in cells)
