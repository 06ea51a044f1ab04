"""[table-duplicate] Two rules with the same conditions: one of them is left over, or they contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.hit_policy import SEVERAL
from engine.errors import Problem


def check_duplicate(analysis: TableAnalysis) -> Iterator[Problem]:
    """Cells that are not analysed count as the same when they are written the same."""
    seen: dict[object, list[int]] = {}
    collects = analysis.table.hit_policy in SEVERAL
    for rule, box in enumerate(analysis.boxes):
        if analysis.is_empty(rule):
            continue
        unread = tuple(column.conditions[rule] if rule in column.open else None for column in analysis.columns)
        earlier = seen.setdefault((box, unread), [])
        for other in earlier:
            same = analysis.same_outputs(other, rule)
            if collects and not same:
                continue
            give = "give the same" if same else f"give {analysis.show_outputs(other)} and {analysis.show_outputs(rule)}"
            yield analysis.problem(
                f"expected each condition once, but {analysis.rules[other].id} and {analysis.rules[rule].id} match the "
                f"same inputs and {give}.",
                "remove one of the two, and keep the clauses of both" if same else "decide which of the two holds",
                rule=rule,
                example=analysis.example(box),
            )
            break
        earlier.append(rule)
