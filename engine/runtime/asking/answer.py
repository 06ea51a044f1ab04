"""An answer and where it comes from: words, value, arithmetic, rules, figures, readings, and what is not verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.dmn import DecisionResult
from engine.feel import Value, format_value, to_plain
from engine.law import LawPackage
from engine.runtime.asking.readings import Reading

SETTLED = ("verified", "official", "found")
"""The words of a status that says that somebody has read the source."""


@dataclass(frozen=True, slots=True)
class RuleUsed:
    """A rule that matched, or a decision that is a formula and has none. `status` is that of the row, if it has one."""

    decision_id: str
    decision: str
    rule_id: str
    clauses: tuple[str, ...]
    reason: str
    outputs: Mapping[str, Value]
    status: str

    def as_data(self) -> dict[str, object]:
        return {
            "decision_id": self.decision_id,
            "decision": self.decision,
            "rule_id": self.rule_id or None,
            "clauses": list(self.clauses),
            "reason": self.reason,
            "outputs": {name: to_plain(value) for name, value in self.outputs.items()},
            "status": self.status or None,
        }


@dataclass(frozen=True, slots=True)
class ReadingUsed:
    """A reading that a matched rule cites. `chosen`: it was chosen for this question and is not the one in force."""

    id: str
    key: str
    subject: str
    value: str
    allowed: tuple[str, ...]
    status: str
    reason: str
    chosen: bool

    def as_data(self) -> dict[str, object]:
        return {
            "id": self.id,
            "key": self.key or None,
            "subject": self.subject,
            "value": self.value,
            "allowed": list(self.allowed),
            "status": self.status,
            "reason": self.reason,
            "chosen": self.chosen,
        }


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a job calculated: a line that says it, and the arithmetic as the timeline prints it."""

    what: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is a FEEL value, `says` the same in words; `on` is the day whose law was asked."""

    question: str
    package: str
    asks: str
    on: date
    says: str
    value: Value
    facts: Mapping[str, Value]
    arithmetic: tuple[Calculation, ...]
    rules: tuple[RuleUsed, ...]
    parameters: tuple[RuleUsed, ...]
    readings: tuple[ReadingUsed, ...]
    unverified: tuple[str, ...]
    clauses: Mapping[str, str]
    models: Mapping[str, str]

    def as_data(self) -> dict[str, object]:
        return {
            "question": self.question,
            "package": self.package,
            "asks": self.asks,
            "on": self.on.isoformat(),
            "says": self.says,
            "value": to_plain(self.value),
            "facts": {name: to_plain(value) for name, value in self.facts.items()},
            "arithmetic": [{"what": each.what, "lines": list(each.lines)} for each in self.arithmetic],
            "rules": [rule.as_data() for rule in self.rules],
            "parameters": [rule.as_data() for rule in self.parameters],
            "readings": [reading.as_data() for reading in self.readings],
            "unverified": list(self.unverified),
            "clauses": dict(self.clauses),
            "models": dict(self.models),
        }


def rules_of(results: Iterable[DecisionResult], is_list: Callable[[str], bool]) -> tuple[RuleUsed, ...]:
    """Every rule that matched, each once, in the order in which it was relied on; those of mere lists are left out."""
    found: list[RuleUsed] = []
    for result in results:
        for evaluated in result.audit.decisions:
            if is_list(evaluated.id):
                continue
            used = [
                RuleUsed(
                    evaluated.id,
                    evaluated.name,
                    rule.rule_id,
                    rule.clauses,
                    rule.reason,
                    rule.outputs,
                    _status(rule.outputs),
                )
                for rule in evaluated.matched
            ]
            if not used and evaluated.value is not None:
                used = [RuleUsed(evaluated.id, evaluated.name, "", evaluated.clauses, "", {"": evaluated.value}, "")]
            found.extend(rule for rule in used if rule not in found)
    return tuple(found)


def parameters_of(law: LawPackage, rules: Iterable[RuleUsed]) -> tuple[RuleUsed, ...]:
    """The dated figures among them: rows of the decisions that the manifest names, and rows with a status."""
    named = set(law.parameters.values())
    return tuple(rule for rule in rules if rule.rule_id and (rule.decision_id in named or rule.status))


def readings_of(rules: Sequence[RuleUsed], known: Iterable[Reading]) -> tuple[ReadingUsed, ...]:
    """The readings that the rules cite. Of one id with several rows, those that are not in force are left out."""
    cited = dict.fromkeys(clause for rule in rules for clause in rule.clauses)
    return tuple(
        ReadingUsed(each.id, each.key, each.subject, each.value, each.allowed, each.status, each.reason, each.chosen)
        for each in known
        if each.id in cited
    )


def clauses_of(law: LawPackage, rules: Iterable[RuleUsed]) -> dict[str, str]:
    """The clauses that the rules cite with their sentences, readings left out."""
    known = law.clauses.clauses
    cited = dict.fromkeys(clause for rule in rules for clause in rule.clauses)
    return {
        ref: known[ref].text.strip() if ref in known else law.clauses.groups[ref]
        for ref in cited
        if _is_clause(law, ref)
    }


def unverified_of(
    law: LawPackage, rules: Iterable[RuleUsed], readings: Iterable[ReadingUsed], clauses: Iterable[str]
) -> Iterator[str]:
    """One line for each figure, reading and clause that the answer rests on and that nobody has verified."""
    for rule in rules:
        if rule.status and rule.status not in SETTLED:
            shown = ", ".join(
                f"{name} = {format_value(value)}" for name, value in rule.outputs.items() if name != "status"
            )
            yield f"{rule.decision}: {shown} is {rule.status} ({rule.rule_id})"
    for reading in readings:
        if reading.status not in SETTLED:
            yield f'reading {reading.id} ({reading.subject}: "{reading.value}") is {reading.status}'
    for ref in clauses:
        clause = law.clauses.clauses.get(ref)
        if clause is not None and clause.status not in SETTLED:
            yield f"{ref} ({clause.citation}) is {clause.status}"


def _is_clause(law: LawPackage, ref: str) -> bool:
    return ref in law.clauses.clauses or ref in law.clauses.groups


def _status(outputs: Mapping[str, Value]) -> str:
    status = outputs.get("status")
    return status if isinstance(status, str) else ""
