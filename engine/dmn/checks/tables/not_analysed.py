"""[table-not-analysed] Which cells the other checks of tables could say nothing about, and whether that matters."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.boxes import BoundMet, find_uncovered
from engine.dmn.checks.tables.gap import must_answer
from engine.dmn.hit_policy import SEVERAL
from engine.errors import Problem


def check_not_analysed(analysis: TableAnalysis) -> Iterator[Problem]:
    if analysis.budget.left < 0:
        yield analysis.problem(
            f"the search for gaps and masked rules was stopped at its bound: {len(analysis.rules)} rules over "
            f"{len(analysis.columns)} inputs cut the space into too many pieces.",
            "split the table into decisions of fewer inputs",
        )
        return
    if analysis.table.hit_policy in SEVERAL or not analysis.open or is_complete_without(analysis):
        return
    for column in analysis.columns:
        if column.open:
            rules = [analysis.rules[number].id for number in sorted(column.open)]
            more = f" and {len(rules) - 5} more" if len(rules) > 5 else ""
            yield analysis.problem(
                f'"{column.clause.label}" was not analysed in {", ".join(rules[:5])}{more}: {column.reason}. Gaps were '
                "looked for as if these cells let everything pass; overlaps with these rules were not looked for.",
                "compare with constants, or move the test into the input expression",
            )


def is_complete_without(analysis: TableAnalysis) -> bool:
    """Whether the analysed rules alone leave no gap, and no rule is left that could clash with another."""
    if not must_answer(analysis):
        return False
    closed = [box for rule, box in enumerate(analysis.boxes) if rule not in analysis.open]
    meets = any(analysis.meeting[rule] for rule in analysis.open)
    try:
        return not meets and find_uncovered(analysis.domain, closed, analysis.budget) is None
    except BoundMet:
        return False
