"""[table-unreachable] A rule that no input can match: a cell contradicts itself or lies outside the input's values."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.type_mismatch import misfits
from engine.errors import Problem


def check_unreachable(analysis: TableAnalysis) -> Iterator[Problem]:
    """A cell of the wrong type is told by table-type."""
    for number, rule in enumerate(analysis.rules):
        for column, cell in zip(analysis.columns, rule.input_entries, strict=True):
            if not column.passing[number] and not any(misfits(column.conditions[number], column.kind)):
                allowed = f" ({column.clause.allowed.text})" if column.clause.allowed else ""
                yield analysis.problem(
                    f"expected a cell that some input passes, but nothing that {column.name} may be{allowed} passes "
                    f"{cell.text}.",
                    "correct the cell, or the allowed values of the input",
                    place=cell.place,
                )
