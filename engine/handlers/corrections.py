"""The job type `decision.review`: which decisions of a case rested on a fact that was corrected, and what they say now.

Which facts may be corrected, and what follows from a difference, the law's manifest and diagrams say.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.calendars import show_date
from engine.dmn import DecisionResult
from engine.feel import FeelDate, Value, format_value
from engine.handlers.contract import (
    DecisionTaken,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Services,
)
from engine.handlers.reading import case_of, refuse_input
from engine.handlers.reevaluation import Correction, Difference, Reevaluation, read_mappings
from engine.law import LawPackage


def review_decisions(job: Job, services: Services) -> JobResult:
    """Ask every decision of the case again that used what was corrected; keep those that answer otherwise."""
    case = case_of(job, services)
    law: LawPackage = services.law()
    walk = Reevaluation(_corrections(job), read_mappings(law), services.decide, job.now)
    found = walk.run(services.steps_of_case(case.id))
    shown: list[Value] = [_shown(each, services) for each in found]
    answers: dict[str, Value] = {each.taken.decision_id: each.answer.value for each in found}
    words = ", ".join(str(item["decision"]) for item in shown if isinstance(item, Mapping))
    return JobResult(
        variables={
            "differences": shown,
            "differences_shown": "\n\n".join(_text(item) for item in shown if isinstance(item, Mapping)),
            "answers_now": answers,
        },
        summary=f"Would be decided otherwise: {words}" if found else "Nothing would be decided otherwise",
    )


def _corrections(job: Job) -> dict[str, Correction]:
    given = job.variables.get("corrections")
    if not isinstance(given, list) or not given:
        refuse_input(job, "corrections", "a list of what was corrected, each with fact, was and now", given)
    found: dict[str, Correction] = {}
    for item in given:
        if not isinstance(item, Mapping) or not isinstance(item.get("fact"), str) or not {"was", "now"} <= set(item):
            refuse_input(job, "corrections", "entries with fact, was and now", item)
        found[str(item["fact"])] = Correction(item["was"], item["now"])
    return found


def _shown(difference: Difference, services: Services) -> dict[str, Value]:
    taken, answer = difference.taken, difference.answer
    rules_then, clauses_then = _rules_then(taken)
    rules_now, clauses_now = _rules_now(answer)
    return {
        "decision": answer.audit.decision_name,
        "decision_id": taken.decision_id,
        "element": taken.element_id,
        "decided_on": FeelDate.from_python(taken.at.astimezone(services.time_zone).date()),
        "answer_then": taken.value,
        "answer_now": answer.value,
        "rules_then": rules_then,
        "rules_now": rules_now,
        "clauses_then": clauses_then,
        "clauses_now": clauses_now,
        "why_no_answer": [warning.message for warning in answer.warnings] if answer.value is None else [],
        "table_changed": difference.table_changed,
    }


def _rules_then(taken: DecisionTaken) -> tuple[list[Value], list[Value]]:
    """The rules that fired, from the audit record, each as a line; and the clauses relied on."""
    rules: list[Value] = [
        _line(str(rule["rule_id"]), rule["clauses"], str(rule["reason"]))
        for decision in taken.audit.get("decisions", ())
        for rule in decision["matched"]
    ]
    return rules, list(taken.audit.get("clauses", ()))


def _rules_now(answer: DecisionResult) -> tuple[list[Value], list[Value]]:
    rules: list[Value] = [
        _line(rule.rule_id, rule.clauses, rule.reason)
        for decision in answer.audit.decisions
        for rule in decision.matched
    ]
    return rules, list(answer.audit.clauses)


def _line(rule_id: str, clauses: object, reason: str) -> str:
    cited = "; ".join(str(clause) for clause in clauses) if isinstance(clauses, list | tuple) else ""
    return f"{rule_id} [{cited}] {reason}".rstrip()


def _text(item: Mapping[str, Value]) -> str:
    """One difference in the words that a person reads in a form: only the rules that are not the same."""
    then, now = _lines(item, "rules_then"), _lines(item, "rules_now")
    decided_on = item["decided_on"]
    on = show_date(decided_on.to_python()) if isinstance(decided_on, FeelDate) else ""
    lines = [f"{item['decision']} (decided on {on})", f"  then: {format_value(item['answer_then'])}"]
    lines += [f"    {rule}" for rule in then if rule not in now]
    lines += [f"  now:  {format_value(item['answer_now'])}"]
    lines += [f"    {rule}" for rule in now if rule not in then]
    if item["table_changed"]:
        lines.append("  Its table has changed since: the facts of then give another answer now, too.")
    return "\n".join(lines)


def _lines(item: Mapping[str, Value], name: str) -> list[str]:
    rules = item[name]
    return [str(rule) for rule in rules] if isinstance(rules, list) else []


DECISION_REVIEW = HandlerDefinition(
    job_type="decision.review",
    label="Review decisions on a corrected fact",
    meaning="Asks each decision of the case again that rested on a corrected fact; tells which answer otherwise.",
    kind=HandlerKind.INLINE,
    run=review_decisions,
    inputs=(Field("corrections", "what was corrected: a list of contexts with fact, was and now"),),
    outputs=(
        Field(
            "differences", "the decisions that answer otherwise, with answers, rules and clauses then and now", False
        ),
        Field("differences_shown", "the same as text", False),
        Field("answers_now", "the new answers, by the id of the decision", False),
    ),
)
