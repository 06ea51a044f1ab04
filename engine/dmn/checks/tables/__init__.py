"""What a reviewer asks of decision tables: is every case decided, and by one rule? Not part of a deployment.

Entry point: `check_tables(models, facts)`. One rule is one file and one row of `TABLE_RULES`.

Reading order: conditions.py (what a cell says), spaces.py with ordered_space.py and choice_spaces.py, columns.py (the
values of an input, cut into atoms), boxes.py (rules as boxes; what covers what), analysis.py and reading.py (a table as
boxes) with in_force.py (the rows that a name in a cell stands for), then the rules: gap.py, overlap.py, duplicate.py,
masked.py, subsumed.py, unreachable.py, undeclared_value.py, type_mismatch.py, notation.py, missing_default.py,
not_analysed.py; column_counts.py says how much was looked at.

Exact where cells are constants, name parameters (then under each of their rows), or compare with other names whose
order the cells themselves tell; what is not analysed is said by table-not-analysed, and nothing is concluded from it.
Null is a value of a column only where a cell names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from engine.dmn.checks.tables.analysis import Facts, TableAnalysis
from engine.dmn.checks.tables.column_counts import WAYS, count_columns
from engine.dmn.checks.tables.duplicate import check_duplicate
from engine.dmn.checks.tables.gap import check_boundary, check_gap
from engine.dmn.checks.tables.in_force import Results
from engine.dmn.checks.tables.masked import check_masked, check_misordered
from engine.dmn.checks.tables.missing_default import check_missing_default
from engine.dmn.checks.tables.not_analysed import check_not_analysed
from engine.dmn.checks.tables.notation import check_notation
from engine.dmn.checks.tables.overlap import check_overlap
from engine.dmn.checks.tables.reading import analyse_tables
from engine.dmn.checks.tables.subsumed import check_subsumed
from engine.dmn.checks.tables.type_mismatch import check_type_mismatch
from engine.dmn.checks.tables.undeclared_value import check_undeclared_value
from engine.dmn.checks.tables.unreachable import check_unreachable
from engine.dmn.model import Model
from engine.errors import Problem, Severity


@dataclass(frozen=True, slots=True)
class TableRule:
    """One rule: how grave its findings are, why they matter, and the function that finds them."""

    severity: Severity
    why: str
    check: Callable[[TableAnalysis], Iterator[Problem]]
    under_every_row: bool = False
    """Whether a finding counts only when it holds under every row of the parameters that the cells name."""


_WARNING, _INFORMATION = Severity.WARNING, Severity.INFORMATION
TABLE_RULES: dict[str, TableRule] = {
    "table-gap": TableRule(_WARNING, "a case without a rule stops as an incident, and nobody decides it", check_gap),
    "table-boundary": TableRule(_WARNING, "the very day or amount of a limit is the case that comes", check_boundary),
    "table-overlap": TableRule(_WARNING, "two answers are no answer: such a case stops as an incident", check_overlap),
    "table-duplicate": TableRule(
        _WARNING, "one rule is changed later, and the other is forgotten", check_duplicate, True
    ),
    "table-masked": TableRule(_WARNING, "a clause stands in the table and is never applied", check_masked, True),
    "table-misordered": TableRule(
        _WARNING, "the exception that a clause makes is never applied", check_misordered, True
    ),
    "table-subsumed": TableRule(_WARNING, "a rule without effect hides which one decides", check_subsumed, True),
    "table-unreachable": TableRule(_WARNING, "a clause stands in the table and cannot apply", check_unreachable, True),
    "table-value": TableRule(_WARNING, "a value that nobody gives is most often a misspelling", check_undeclared_value),
    "table-type": TableRule(
        _WARNING, "values of different types are never equal, so the cell fails", check_type_mismatch
    ),
    "table-notation": TableRule(
        _WARNING, "the cell says something else than whoever reads it believes", check_notation
    ),
    "table-default": TableRule(_WARNING, "a null goes on into sums and notices unseen", check_missing_default),
    # the last one: it also tells what the others could not do
    "table-not-analysed": TableRule(_INFORMATION, "no finding here is no proof", check_not_analysed),
}


def check_tables(models: Iterable[Model], facts: Facts | None = None, results: Results | None = None) -> list[Problem]:
    """All findings about the tables of *models*, sorted by place.

    *facts* gives FEEL type and allowed values of what the vocabulary declares, for columns that declare none; *results*
    the decisions whose results stand under a variable.
    Code: DMN_TABLE.
    """
    return judge_tables(analyse_tables(models, facts or {}, results))


def judge_tables(analyses: Iterable[TableAnalysis]) -> list[Problem]:
    """The findings of all rules about tables that were analysed before, sorted by place."""
    found = [
        replace(problem, check=name, severity=rule.severity, why=rule.why)
        for analysis in analyses
        for name, rule in TABLE_RULES.items()
        for problem in _under_rows(rule, analysis)
    ]
    return sorted(found, key=lambda problem: problem.location.sort_key())


def _under_rows(rule: TableRule, analysis: TableAnalysis) -> Iterator[Problem]:
    """The findings of *rule*; of a table whose cells name parameters under each row in force, with that row."""
    if not analysis.in_force:
        yield from rule.check(analysis)
        return
    found = [(each.where, list(rule.check(each))) for each in analysis.in_force]
    told: set[tuple[object, ...]] = set()
    for where, problems in found:
        for problem in problems:
            alike = sum(any(_is_same(problem, other) for other in others) for _, others in found)
            if rule.under_every_row and alike < len(found):
                continue
            key = (problem.location, None if rule.under_every_row else problem.message)
            if key in told:
                continue
            told.add(key)
            everywhere = len(found) > 1 and all(problem in others for _, others in found)
            yield problem if everywhere else replace(problem, message=f"{problem.message.removesuffix('.')} ({where}).")


def _is_same(problem: Problem, other: Problem) -> bool:
    """Whether two findings are about the same place; what they say may differ, as it names the values."""
    return problem.location == other.location


__all__ = [
    "TABLE_RULES",
    "WAYS",
    "Facts",
    "TableAnalysis",
    "TableRule",
    "analyse_tables",
    "check_tables",
    "count_columns",
    "judge_tables",
]
