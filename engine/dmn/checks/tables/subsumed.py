"""[table-subsumed] A rule that another makes needless: it matches less and says the same (ANY, FIRST, PRIORITY)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.boxes import contains
from engine.dmn.model import HitPolicy
from engine.dmn.table_index import rules_of
from engine.errors import Problem

POLICIES = (HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY)


def check_subsumed(analysis: TableAnalysis) -> Iterator[Problem]:
    """What an earlier rule covers under FIRST is masked, not subsumed; so here the wider rule comes later."""
    if analysis.table.hit_policy not in POLICIES:
        return
    live = frozenset(analysis.live)
    for rule in analysis.live:
        box = analysis.boxes[rule]
        for other in rules_of(analysis.meeting[rule]):
            wider = other in live and analysis.boxes[other] != box and contains(analysis.boxes[other], box)
            if wider and analysis.same_outputs(rule, other) and _changes_nothing(analysis, rule, other):
                yield analysis.problem(
                    f"expected each rule to add something, but {analysis.rules[other].id} matches whatever "
                    f"{analysis.rules[rule].id} matches and gives the same: {analysis.show_outputs(rule)}"
                    f"{analysis.assumptions}.",
                    "remove the rule, and cite its clauses in the other one",
                    rule=rule,
                    example=analysis.example(box),
                )
                break


def _changes_nothing(analysis: TableAnalysis, rule: int, wider: int) -> bool:
    """Whether without *rule* the same inputs would still end at the same outputs."""
    policy = analysis.table.hit_policy
    if policy is HitPolicy.ANY:
        return True
    if policy is HitPolicy.PRIORITY:
        return all(output.constant is not None for output in analysis.outputs[rule])
    between = ((1 << wider) - 1) & ~((1 << (rule + 1)) - 1)
    others = rules_of(analysis.meeting[rule] & between)
    return wider > rule and all(analysis.same_outputs(other, rule) for other in others)
