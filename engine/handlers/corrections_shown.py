"""What rested on a corrected fact, as contexts for tables and as the text that a person reads in a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.calendars import show_date
from engine.dmn import DecisionResult
from engine.feel import FeelDate, Value, format_value
from engine.handlers.contract import Services
from engine.handlers.reevaluation import Difference, Moved, OtherWay
from engine.handlers.steps import DecisionTaken, NoticeTaken
from engine.law import LawPackage


def show_corrections(corrections: Value) -> str:
    """What was corrected, a fact a line: its meaning where known, the value then and now."""
    items = corrections if isinstance(corrections, list) else []
    return "\n".join(
        f"{item.get('meaning') or item['fact']}: was {format_value(item['was'])}, is {format_value(item['now'])}"
        for item in items
        if isinstance(item, Mapping)
    )


def show_difference(difference: Difference, services: Services) -> dict[str, Value]:
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


def show_moved(name: str, moved: Moved) -> dict[str, Value]:
    return {
        "deadline": name,
        "clause": moved.entry["clause"],
        "due_then": FeelDate.from_python(moved.taken.due_date),
        "due_now": moved.entry["due_date"],
        "counted_from": moved.entry["started_on"],
        "arithmetic": moved.entry["steps"],
    }


def show_way(way: OtherWay) -> dict[str, Value]:
    return {
        "question": way.fork.name,
        "then": way.fork.label(way.then),
        "now": way.fork.label(way.now),
        "clauses": list(way.fork.clauses),
    }


def show_notice(notice: NoticeTaken, law: LawPackage, services: Services) -> dict[str, Value]:
    source = law.notices.get(notice.type)
    return {
        "notice": notice.type,
        "title": notice.type if source is None else source.title,
        "dated": FeelDate.from_python(notice.at.astimezone(services.time_zone).date()),
    }


def text_of(
    decisions: Sequence[Value], deadlines: Sequence[Value], ways: Sequence[Value], notices: Sequence[Value]
) -> str:
    """All of it in the words that a person reads in a form."""
    lines = (
        (decisions, _decision_text),
        (deadlines, _deadline_text),
        (ways, _way_text),
        (notices, _notice_text),
    )
    return "\n\n".join(write(item) for items, write in lines for item in items if isinstance(item, Mapping))


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


def _decision_text(item: Mapping[str, Value]) -> str:
    """Only the rules that are not the same."""
    then, now = _lines(item, "rules_then"), _lines(item, "rules_now")
    lines = [f"{item['decision']} (decided on {_day(item['decided_on'])})"]
    lines += [f"  then: {format_value(item['answer_then'])}"]
    lines += [f"    {rule}" for rule in then if rule not in now]
    lines += [f"  now:  {format_value(item['answer_now'])}"]
    lines += [f"    {rule}" for rule in now if rule not in then]
    if item["table_changed"]:
        lines.append("  Its table has changed since: the facts of then give another answer now, too.")
    return "\n".join(lines)


def _deadline_text(item: Mapping[str, Value]) -> str:
    lines = [f"Deadline {str(item['deadline']).replace('_', ' ')} [{item['clause']}]"]
    lines += [f"  then: {_day(item['due_then'])}", f"  now:  {_day(item['due_now'])}"]
    return "\n".join([*lines, *(f"    {step}" for step in _lines(item, "arithmetic"))])


def _way_text(item: Mapping[str, Value]) -> str:
    cited = "; ".join(_lines(item, "clauses"))
    return f"{item['question']} [{cited}]\n  then: {item['then']}\n  now:  {item['now']}"


def _notice_text(item: Mapping[str, Value]) -> str:
    return f"Sent on {_day(item['dated'])}: {item['title']}"


def _day(value: Value) -> str:
    return show_date(value.to_python()) if isinstance(value, FeelDate) else ""


def _lines(item: Mapping[str, Value], name: str) -> list[str]:
    rules = item[name]
    return [str(rule) for rule in rules] if isinstance(rules, list) else []
