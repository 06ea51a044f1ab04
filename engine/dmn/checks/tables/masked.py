"""[table-masked] Under FIRST or PRIORITY a rule never gets its turn, because the rules that go before it cover it.

[table-misordered] The same, when one rule alone covers it and says something else: the general rule stands before the
special one.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.boxes import BoundMet, contains, find_uncovered
from engine.dmn.checks.tables.ranks import goes_before
from engine.dmn.table_index import rules_of
from engine.errors import Problem


def check_masked(analysis: TableAnalysis) -> Iterator[Problem]:
    for rule, hiding in _masked_once(analysis):
        if not _is_misordered(analysis, rule, hiding):
            named = ", ".join(analysis.rules[other].id for other in hiding[:6])
            more = f" and {len(hiding) - 6} more" if len(hiding) > 6 else ""
            yield analysis.problem(
                f"expected each rule to decide something, but {analysis.rules[rule].id} never does: {named}{more} "
                f"match whatever it matches and go before it under {analysis.table.hit_policy}{analysis.assumptions}.",
                "remove the rule, narrow the others, or change the order",
                rule=rule,
                example=analysis.example(analysis.boxes[rule]),
            )


def check_misordered(analysis: TableAnalysis) -> Iterator[Problem]:
    for rule, hiding in _masked_once(analysis):
        if _is_misordered(analysis, rule, hiding):
            general = analysis.rules[hiding[0]].id
            yield analysis.problem(
                f"expected the special rule before the general one, but {general} goes before "
                f"{analysis.rules[rule].id} under {analysis.table.hit_policy} and matches whatever it matches: "
                f"{analysis.show_outputs(hiding[0])} instead of {analysis.show_outputs(rule)}{analysis.assumptions}.",
                f"let {analysis.rules[rule].id} go before {general}",
                rule=rule,
                example=analysis.example(analysis.boxes[rule]),
            )


def _is_misordered(analysis: TableAnalysis, rule: int, hiding: list[int]) -> bool:
    return len(hiding) == 1 and not analysis.same_outputs(hiding[0], rule)


def _masked_once(analysis: TableAnalysis) -> tuple[tuple[int, list[int]], ...]:
    if analysis.masked is None:
        analysis.masked = tuple(_masked(analysis))
    return analysis.masked


def _masked(analysis: TableAnalysis) -> Iterator[tuple[int, list[int]]]:
    """Each masked rule with the rules that cover it: one alone when one does. The same conditions are duplicates."""
    before = goes_before(analysis)
    if before is None:
        return
    live = frozenset(analysis.live)
    for rule in analysis.live:
        box = analysis.boxes[rule]
        hiding = [other for other in rules_of(analysis.meeting[rule]) if other in live and before(other, rule)]
        if any(analysis.boxes[other] == box for other in hiding):
            continue
        alone = next((other for other in hiding if contains(analysis.boxes[other], box)), None)
        if alone is not None:
            yield rule, [alone]
            continue
        try:
            covered = find_uncovered(box, [analysis.boxes[other] for other in hiding], analysis.budget) is None
        except BoundMet:
            return  # told by table-not-analysed
        if covered:
            yield rule, hiding
