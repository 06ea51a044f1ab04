"""[table-type] A cell compares with a value of another type than its column has: it never matches as meant."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.conditions import Condition, Constant, points
from engine.dmn.checks.tables.spaces import format_value_of
from engine.errors import Problem
from engine.feel import Value, kind_of

# A date is converted where a date and time is asked for (DMN 1.5, 10.3.2.9.4).
CONVERTED = {("date", "date and time")}
SCALARS = frozenset(
    {
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)


def misfits(condition: Condition, kind: str) -> Iterator[Value]:
    """The constants of *condition* that no value of *kind* can be compared with."""
    if kind not in SCALARS:
        return
    for point in points(condition):
        if isinstance(point, Constant) and point.value is not None and kind_of(point.value) != kind:
            yield point.value


def check_type_mismatch(analysis: TableAnalysis) -> Iterator[Problem]:
    for number, rule in enumerate(analysis.rules):
        for column, cell in zip(analysis.columns, rule.input_entries, strict=True):
            for value in misfits(column.conditions[number], column.kind):
                yield analysis.problem(
                    f'expected a {column.kind} to compare "{column.clause.label}" with, but got the {kind_of(value)} '
                    f"{format_value_of(value)}.",
                    f"write a {column.kind}, or correct the type of the column",
                    place=cell.place,
                )
            if column.kind in SCALARS - {"boolean"} and cell.text in ("true", "false"):
                yield analysis.problem(
                    f'expected a {column.kind} to compare "{column.clause.label}" with, but got {cell.text}, which '
                    f"lets {'everything' if cell.text == 'true' else 'nothing'} pass.",
                    "write - for any value, or compare with a value",
                    place=cell.place,
                )
        for output, declared, entry in zip(
            analysis.outputs[number], analysis.output_columns, rule.output_entries, strict=True
        ):
            if output.constant is None or output.constant.value is None or declared.kind not in SCALARS:
                continue
            given = kind_of(output.constant.value)
            if given != declared.kind and (given, declared.kind) not in CONVERTED:
                yield analysis.problem(
                    f'expected a {declared.kind} for "{declared.name}", but got the {given} {output.text}.',
                    f"write a {declared.kind}, or correct the type of the output",
                    place=entry.place,
                )
