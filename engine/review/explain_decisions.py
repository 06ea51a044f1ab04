"""The decisions of a case, told again: what was asked, what was answered, by which rules, and why not otherwise.

Each recorded decision is evaluated once more with the law and the inputs of its day. Only when that gives the recorded
answer are the rules that did not apply explained; otherwise the story says that it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.dmn import Decision, DecisionAudit, EvaluatedDecision, Rule, UnmatchedRule
from engine.dmn.model import DecisionTable
from engine.feel import to_plain, to_wire
from engine.review.archive_models import Laws, VersionOfLaw, inputs_of
from engine.review.checks.status_rows import STATUS
from engine.review.explain_words import words_of, words_of_output, words_of_test
from engine.store import LogEntry

_MOST_IN_A_CONTEXT = 8
_SHORT = 40


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule that applied: why, by which clauses, and what it gives."""

    rule_id: str
    reason: str
    clauses: tuple[str, ...]
    gives: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a value would have to be for a rule, and what it was."""

    input: str
    wanted: str
    was: str


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A rule that did not apply: what it would give, and all that would have to be different for it."""

    rule_id: str
    reason: str
    clauses: tuple[str, ...]
    gives: tuple[tuple[str, str], ...]
    conditions: tuple[Condition, ...]
    passed_over: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of the requirements graph: a table with its rules, or a value that was computed."""

    decision_id: str
    name: str
    question: str
    answer: str
    clauses: tuple[str, ...]
    applied: tuple[Applied, ...]
    not_applied: tuple[NotApplied, ...]


@dataclass(frozen=True, slots=True)
class DecisionStory:
    """One evaluation. *repeated* says whether evaluating again gave the recorded answer; *erased* stories are empty."""

    seq: int
    at: datetime
    decision_id: str
    name: str
    asked_at: str
    answer: str
    inputs: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    clauses: tuple[str, ...]
    warnings: tuple[str, ...]
    models: tuple[tuple[str, str], ...]
    repeated: bool

    def is_like(self, other: DecisionStory) -> bool:
        """Whether it is the same question with the same inputs, rules, answer and tables, asked another time."""
        return replace(self, seq=other.seq, at=other.at, asked_at=other.asked_at) == other


def tell_decision(entry: LogEntry, laws: Laws, element: str) -> DecisionStory:
    """The story of a recorded decision; *element* is the label of where it was asked.

    Errors: EngineError when the law of its day cannot be asked again.
    """
    data = entry.data or {}
    again = laws.decide_again(entry, explain=True)
    version = laws.at(entry.seq)
    return DecisionStory(
        seq=entry.seq,
        at=entry.at,
        decision_id=str(data["decision_id"]),
        name=again.audit.decision_name or str(data["decision_id"]),
        asked_at=element,
        answer=words_of(to_plain(again.value)),
        inputs=tuple(_inputs(data, version)),
        steps=tuple(_steps(again.audit.decisions, version, _known(again.audit, version))),
        clauses=tuple(data["clauses"]),
        warnings=tuple(str(warning["message"]) for warning in data.get("warnings", ())),
        models=tuple(sorted(again.audit.model_hashes.items())),
        repeated=to_wire(again.value) == data["value"],
    )


def _inputs(data: Mapping[str, Any], version: VersionOfLaw) -> Iterable[tuple[str, str]]:
    """The inputs in the words of the vocabulary; of a long context only how much it holds."""
    facts = {} if version.law is None else version.law.vocabulary.facts
    for name, value in inputs_of(data, version).items():
        plain = to_plain(value)
        label = facts[name].meaning if name in facts else words_of(name)
        if isinstance(plain, Mapping) and len(plain) > _MOST_IN_A_CONTEXT:
            yield label, f"{len(plain)} entries, among them those named below"
        else:
            yield label, words_of(plain)


def _known(audit: DecisionAudit, version: VersionOfLaw) -> Mapping[str, str]:
    """Inputs and decisions by the names that cells use, where their words are short."""
    known = {name: words_of(to_plain(value)) for name, value in audit.inputs.items()}
    for each in audit.decisions:
        decision = _find(version, each.id)
        if decision is not None:
            known[decision.variable.name] = words_of(to_plain(each.value))
    return {name: words for name, words in known.items() if len(words) <= _SHORT}


def _steps(evaluated: Iterable[EvaluatedDecision], version: VersionOfLaw, known: Mapping[str, str]) -> Iterable[Step]:
    for each in evaluated:
        decision = _find(version, each.id)
        rules = {rule.id: rule for rule in decision.rules} if decision is not None else {}
        heads = _heads(decision)
        yield Step(
            decision_id=each.id,
            name=each.name,
            question="" if decision is None else decision.question,
            answer=words_of(to_plain(each.value)),
            clauses=each.clauses,
            applied=tuple(
                Applied(
                    rule.rule_id,
                    rule.reason,
                    rule.clauses,
                    tuple((words_of(name), words_of(to_plain(value))) for name, value in rule.outputs.items()),
                )
                for rule in each.matched
            ),
            not_applied=tuple(_not_applied(rule, rules.get(rule.rule_id), heads, known) for rule in each.unmatched),
        )


def _find(version: VersionOfLaw, decision_id: str) -> Decision | None:
    for model in version.library.models:
        for decision in model.decisions:
            if decision.id == decision_id:
                return decision
    return None


def _heads(decision: Decision | None) -> tuple[str, ...]:
    if decision is None or not isinstance(decision.expression, DecisionTable):
        return ()
    return tuple(clause.name or clause.label or decision.variable.name for clause in decision.expression.outputs)


def _not_applied(rule: UnmatchedRule, row: Rule | None, heads: tuple[str, ...], known: Mapping[str, str]) -> NotApplied:
    gives: tuple[tuple[str, str], ...] = ()
    if row is not None:
        gives = tuple(
            (words_of(head), words_of_output(entry.text, known))
            for head, entry in zip(heads, row.output_entries, strict=False)
        )
    conditions = []
    if rule.input is not None and rule.cell is not None:
        conditions.append(Condition(rule.input, words_of_test(rule.cell, known), words_of(to_plain(rule.value))))
    conditions.extend(
        Condition(entry.input, words_of_test(entry.cell, known), words_of(to_plain(entry.value))) for entry in rule.also
    )
    return NotApplied(
        rule.rule_id,
        "" if row is None else row.reason,
        rule.clauses,
        gives,
        tuple(conditions),
        rule.reason,
    )


def status_rows(version: VersionOfLaw) -> Iterator[Applied]:
    """The rows of tables that give a status, such as those of readings, as they stand, whether looked up or not."""
    for model in version.library.models:
        for decision in model.decisions:
            heads = _heads(decision)
            if STATUS in heads:
                for rule in decision.rules:
                    entries = zip(heads, rule.output_entries, strict=False)
                    gives = tuple((words_of(head), words_of_output(entry.text)) for head, entry in entries)
                    yield Applied(rule.id, rule.reason, rule.clauses, gives)
