"""[table-gap] Facts for which no rule matches. [table-boundary] The same, where only an edge is left out.

Looked for wherever no match means no answer: not where rows are collected, and not under default outputs.
A table without any rule is told under every hit policy, as nobody means one.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.boxes import Box, contains
from engine.dmn.checks.tables.spaces import bits_of
from engine.dmn.hit_policy import SEVERAL
from engine.errors import Problem


def must_answer(analysis: TableAnalysis) -> bool:
    """Whether a table without a matching rule has no answer."""
    return analysis.table.hit_policy not in SEVERAL and not has_default(analysis)


def has_default(analysis: TableAnalysis) -> bool:
    return any(output.default is not None for output in analysis.table.outputs)


def check_gap(analysis: TableAnalysis) -> Iterator[Problem]:
    if not analysis.rules:
        yield analysis.problem(
            f"expected rules, but the table has none: whatever the inputs are, {_without_rules(analysis)}.",
            "add the rules, or take the table out",
            example=analysis.example(analysis.domain),
        )
    elif must_answer(analysis):
        for gap in analysis.gaps:
            if not open_edges(analysis, gap):
                yield analysis.problem(
                    f"expected a rule for every input, but none matches {analysis.describe(gap)}"
                    f"{analysis.assumptions}.",
                    "add a rule for these facts, or narrow the allowed values of the input if they cannot occur",
                    example=analysis.example(gap),
                )


def _without_rules(analysis: TableAnalysis) -> str:
    if has_default(analysis):
        return "the default is the answer"
    return "nothing is collected" if analysis.table.hit_policy in SEVERAL else "there is no answer"


def check_boundary(analysis: TableAnalysis) -> Iterator[Problem]:
    if must_answer(analysis):
        for gap in analysis.gaps:
            for column, text in open_edges(analysis, gap):
                yield analysis.problem(
                    f"expected the edge to belong to one side, but the rules leave out {text} in "
                    f'"{analysis.columns[column].clause.label}"{analysis.assumptions}.',
                    "close one of the two ranges: <= beside >, or [ beside )",
                    example=analysis.example(gap),
                )


def open_edges(analysis: TableAnalysis, gap: Box) -> list[tuple[int, str]]:
    """The columns in which the gap is nothing but ends of ranges, with the ends."""
    found = []
    for number, (column, atoms) in enumerate(zip(analysis.columns, gap, strict=True)):
        bits = bits_of(atoms)
        if bits and all(column.space.is_end(atom) for atom in bits) and _both_sides_matched(analysis, number, gap):
            found.append((number, column.space.show(atoms, column.name)))
    return found


def _both_sides_matched(analysis: TableAnalysis, column: int, gap: Box) -> bool:
    """Whether beside the gap, in this column alone, some rule matches."""
    beside = (*gap[:column], analysis.domain[column] & ~gap[column], *gap[column + 1 :])
    return any(contains(box, beside) or all(a & b for a, b in zip(box, beside, strict=True)) for box in analysis.boxes)
