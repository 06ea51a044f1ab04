"""Rows that carry a status: readings of unclear clauses and dated parameters, as tables with an output `status`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn import Decision, Model, Rule
from engine.dmn.checks.tables import TableAnalysis
from engine.review.checks.context import ReviewContext

STATUS, IDENTIFIER, KEY = "status", "id", "key"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One row with its constant outputs by name."""

    model: Model
    decision: Decision
    rule: Rule
    outputs: dict[str, str]

    @property
    def status(self) -> str:
        return self.outputs[STATUS]


def status_rows(context: ReviewContext) -> Iterator[StatusRow]:
    for analysis in context.tables:
        found = context.decisions.get(analysis.table.place.decision_id or "")
        if found is not None and any(column.name == STATUS for column in analysis.output_columns):
            yield from _rows(*found, analysis)


def _rows(model: Model, decision: Decision, analysis: TableAnalysis) -> Iterator[StatusRow]:
    for number, rule in enumerate(analysis.rules):
        outputs = {
            column.name: output.constant.value
            for column, output in zip(analysis.output_columns, analysis.outputs[number], strict=True)
            if output.constant is not None and isinstance(output.constant.value, str)
        }
        if STATUS in outputs:
            yield StatusRow(model, decision, rule, outputs)
