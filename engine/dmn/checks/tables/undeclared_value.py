"""[table-value] A cell names a value that its column does not declare: misspelt, or a list not kept up."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.columns import Column
from engine.dmn.checks.tables.conditions import Condition, Constant, Equal, Negation, leaves
from engine.dmn.checks.tables.spaces import format_value_of
from engine.errors import Location, Problem, did_you_mean
from engine.feel import Value


def check_undeclared_value(analysis: TableAnalysis) -> Iterator[Problem]:
    for number, rule in enumerate(analysis.rules):
        for column, cell in zip(analysis.columns, rule.input_entries, strict=True):
            for value in _outside(column, number):
                yield _problem(analysis, value, list(column.listed), column.clause.label, cell.place)
        for output, declared, entry in zip(
            analysis.outputs[number], analysis.output_columns, rule.output_entries, strict=True
        ):
            listed = declared.listed
            single = declared.allowed is not None and _names_values_only(declared.allowed)
            if output.constant is None or output.constant.value is None or not single:
                continue
            if output.constant.value not in listed:
                yield _problem(analysis, output.constant.value, listed, declared.name, entry.place)


def _outside(column: Column, rule: int) -> Iterator[Value]:
    """The single values in a cell that no input of the column can have; of cells that are not analysed too."""
    declared = list(column.listed)
    if not declared:
        return
    for leaf in leaves(column.conditions[rule]):
        match leaf:
            case Equal(Constant(value)) if value is not None and value not in declared:
                yield value


def _names_values_only(condition: Condition) -> bool:
    return not isinstance(condition, Negation) and all(
        isinstance(leaf, Equal) and isinstance(leaf.point, Constant) for leaf in leaves(condition)
    )


def _problem(analysis: TableAnalysis, value: Value, declared: list[Value], label: str, place: Location) -> Problem:
    texts = [each for each in declared if isinstance(each, str)]
    guess = did_you_mean(value, texts) if isinstance(value, str) else ""
    shown = ", ".join(format_value_of(each) for each in declared[:12])
    return analysis.problem(
        f'expected one of {shown} for "{label}", but got {format_value_of(value)}.{guess}',
        "correct the cell, or add the value to those that the column declares",
        place=place,
    )
