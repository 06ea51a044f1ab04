"""What an evaluation leaves behind: inputs as used, decisions reached, rules matched with clauses and reasons, outputs.

None can be changed; `as_data()` gives plain JSON for the log and for people. Values inside are FEEL values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.errors import Problem
from engine.feel import Value, to_plain

_NO_HASHES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that hit. `outputs` holds its output entries by name (the table's label when it has one output)."""

    rule_id: str
    index: int
    clauses: tuple[str, ...]
    reason: str
    outputs: Mapping[str, Value]
    table: str = ""

    def as_data(self) -> dict[str, object]:
        return {
            "rule_id": self.rule_id,
            "index": self.index,
            "clauses": list(self.clauses),
            "reason": self.reason,
            "outputs": {name: to_plain(value) for name, value in self.outputs.items()},
            "table": self.table,
        }


@dataclass(frozen=True, slots=True)
class FailedEntry:
    """An input entry that a value did not pass: the label of its input, its text, and that value."""

    input: str
    cell: str
    value: Value

    def as_data(self) -> dict[str, object]:
        return {"input": self.input, "cell": self.cell, "value": to_plain(self.value)}


@dataclass(frozen=True, slots=True)
class UnmatchedRule:
    """Why a rule did not hit: the first input entry that failed, its text, and the value that it was given.

    `also` are the entries after it that failed too, `where` the single values that these texts name.
    Without `input` the rule did match, but the hit policy passed it over (`reason` says why).
    """

    rule_id: str
    index: int
    clauses: tuple[str, ...]
    input: str | None
    cell: str | None
    value: Value
    reason: str = ""
    table: str = ""
    also: tuple[FailedEntry, ...] = ()
    where: Mapping[str, Value] = field(default_factory=dict)

    def as_data(self) -> dict[str, object]:
        more: dict[str, object] = {"also": [entry.as_data() for entry in self.also]} if self.also else {}
        if self.where:
            more["where"] = {name: to_plain(value) for name, value in self.where.items()}
        return more | {
            "rule_id": self.rule_id,
            "index": self.index,
            "clauses": list(self.clauses),
            "input": self.input,
            "cell": self.cell,
            "value": to_plain(self.value),
            "reason": self.reason,
            "table": self.table,
        }


class EvaluatedDecision(NamedTuple):
    """One decision of the graph that was reached, in the order in which evaluation ended."""

    id: str
    name: str
    value: Value
    matched: tuple[MatchedRule, ...] = ()
    unmatched: tuple[UnmatchedRule, ...] = ()
    model_hash: str = ""
    file: str = ""
    clauses: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "id": self.id,
            "name": self.name,
            "value": to_plain(self.value),
            "matched": [rule.as_data() for rule in self.matched],
            "unmatched": [rule.as_data() for rule in self.unmatched],
            "model_hash": self.model_hash,
            "file": self.file,
            "clauses": list(self.clauses),
        }


class DecisionAudit(NamedTuple):
    """The record of one evaluation. `model_hash` is the SHA-256 of the model that holds the decision."""

    decision_id: str
    decision_name: str
    model_hash: str
    file: str
    inputs: Mapping[str, Value]
    decisions: tuple[EvaluatedDecision, ...]
    warnings: tuple[Problem, ...] = ()
    model_hashes: Mapping[str, str] = _NO_HASHES

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of all matched rules, each once, in the order in which they were relied on."""
        found: dict[str, None] = {}
        for decision in self.decisions:
            for rule in decision.matched:
                found.update(dict.fromkeys(rule.clauses))
        return tuple(found)

    def as_data(self) -> dict[str, object]:
        return {
            "decision_id": self.decision_id,
            "decision_name": self.decision_name,
            "model_hash": self.model_hash,
            "file": self.file,
            "inputs": {name: to_plain(value) for name, value in self.inputs.items()},
            "decisions": [decision.as_data() for decision in self.decisions],
            "warnings": [warning.as_data() for warning in self.warnings],
            "model_hashes": dict(self.model_hashes),
            "clauses": list(self.clauses),
        }


class DecisionResult(NamedTuple):
    """The value of a decision, its audit record, and a warning for each null that evaluation went on with."""

    value: Value
    audit: DecisionAudit
    warnings: tuple[Problem, ...]
