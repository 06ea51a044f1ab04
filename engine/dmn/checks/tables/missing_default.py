"""[table-default] Defaults that are half given, and totals that have no value when no rule matches."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.gap import has_default
from engine.dmn.model import Aggregation
from engine.errors import Problem


def check_missing_default(analysis: TableAnalysis) -> Iterator[Problem]:
    outputs = analysis.table.outputs
    without = [output.name or output.label for output in outputs if output.default is None]
    if has_default(analysis) and without:
        yield analysis.problem(
            f"expected a default for every output or for none, but {', '.join(without)} has none: without a matching "
            "rule it is null.",
            "give each output a default, or take the others away and add rules",
        )
    aggregation = analysis.table.aggregation
    if aggregation in (None, Aggregation.COUNT) or has_default(analysis):
        return
    for gap in analysis.gaps[:1]:
        yield analysis.problem(
            f"expected a value of {aggregation} for every input, but {analysis.describe(gap)} no rule matches and "
            f"there is no default: the total is null, not 0{analysis.assumptions}.",
            "add a rule or a default output for these facts",
            example=analysis.example(gap),
        )
