"""How the columns of tables were analysed: a check that finds nothing proves only what it could look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.columns import Column
from engine.dmn.checks.tables.conditions import Symbol, points

CONSTANTS = "compare with constants"
PARAMETERS = "name a parameter, looked at under each row in force"
NAMES = "compare with what the case gives, by the order that the cells tell"
NOT_ANALYSED = "not analysed"
WAYS = (CONSTANTS, PARAMETERS, NAMES, NOT_ANALYSED)
"""How a column can be analysed, the surest way first."""


def count_columns(analyses: Iterable[TableAnalysis]) -> Counter[str]:
    """The number of columns analysed in each of `WAYS`."""
    found: Counter[str] = Counter()
    for analysis in analyses:
        for number, column in enumerate(analysis.columns):
            found[_way(column, [each.columns[number] for each in analysis.in_force])] += 1
    return found


def _way(column: Column, in_force: list[Column]) -> str:
    looked_at = in_force or [column]
    if any(each.open for each in looked_at):
        return NOT_ANALYSED
    if not _has_names(column):
        return CONSTANTS
    return NAMES if any(map(_has_names, looked_at)) else PARAMETERS


def _has_names(column: Column) -> bool:
    return any(isinstance(point, Symbol) for each in column.conditions for point in points(each))
