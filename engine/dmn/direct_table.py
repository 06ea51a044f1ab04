"""The short way of the commonest decision: one table over input data that were given as they are declared.

What such a decision answers is known as soon as the rule is: value and record of a rule were made when it matched for
the first time. Whatever is out of the ordinary (a missing or converted input, several hits, a rule not met before, a
test that must be run) is left to the long way, which says so in full; both give the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.dmn.audit import DecisionAudit, DecisionResult, EvaluatedDecision
from engine.dmn.elements import CompiledDecision
from engine.dmn.logic.decision_table import Table
from engine.dmn.table_index import RuleSet
from engine.feel import Value


class DirectTable:
    """Build it with `direct_table`."""

    __slots__ = (
        "_answers",
        "_columns",
        "_decision",
        "_first_only",
        "_hashes",
        "_inputs",
        "_none",
        "_table",
        "_value_class",
    )

    def __init__(
        self,
        decision: CompiledDecision,
        table: Table,
        inputs: list[tuple[str, type, Callable[[Any], RuleSet] | None]],
    ) -> None:
        self._decision = decision
        self._table = table
        self._columns = tuple(column.name for column in table.inputs)
        self._inputs = inputs
        self._first_only = table.first_only
        self._value_class = None if decision.declared is None else decision.declared.python_class
        self._hashes = {decision.model.file: decision.model.hash}
        self._answers: dict[int, tuple[Value, tuple[EvaluatedDecision, ...]]] = {}
        self._none = (_reached(decision, None, ()),) if table.warns_without_hit else None

    def evaluate(self, given: Mapping[str, Value]) -> DecisionResult | None:
        """The result, or None when the long way must be taken."""
        rules = self._table.all_rules
        used: dict[str, Value] = {}
        for name, kind, find in self._inputs:
            value = given.get(name)
            if type(value) is not kind:
                return None
            used[name] = value
            if find is not None:
                rules &= find(value)
        if not rules:
            return self._without_hit(used)
        lowest = rules & -rules
        if lowest != rules and not self._first_only:
            return None
        answer = self._answers.get(lowest) or self._learn(lowest)
        if answer is None:
            return None
        value, reached = answer
        return DecisionResult(value, self._audit(used, reached, ()), ())

    def _audit(self, used: dict[str, Value], reached: tuple[EvaluatedDecision, ...], warnings: Any) -> DecisionAudit:
        decision, model = self._decision.decision, self._decision.model
        return DecisionAudit(decision.id, decision.name, model.hash, model.file, used, reached, warnings, self._hashes)

    def _without_hit(self, used: dict[str, Value]) -> DecisionResult | None:
        if self._none is None:
            return None
        warnings = (self._table.no_rule([used[name] for name in self._columns]),)
        return DecisionResult(None, self._audit(used, self._none, warnings), warnings)

    def _learn(self, rule: RuleSet) -> tuple[Value, tuple[EvaluatedDecision, ...]] | None:
        """What the long way found to be the same each time when this rule alone counts."""
        known = self._table.known(rule.bit_length() - 1)
        if known is None:
            return None
        value, record = known
        if self._decision.declared is not None and type(value) is not self._value_class:
            return None
        answer = self._answers[rule] = value, (_reached(self._decision, value, (record,)),)
        return answer


def _reached(compiled: CompiledDecision, value: Value, matched: tuple[Any, ...]) -> EvaluatedDecision:
    decision, model = compiled.decision, compiled.model
    return EvaluatedDecision(decision.id, decision.name, value, matched, (), model.hash, model.file, decision.clauses)


def direct_table(compiled: CompiledDecision) -> DirectTable | None:
    """The short way of a decision, or None when it has none."""
    table = compiled.logic
    if not isinstance(table, Table):
        return None
    inputs: list[tuple[str, type, Callable[[Any], RuleSet] | None]] = []
    classes: dict[str, type] = {}
    for requirement in compiled.requirements:
        if requirement.input_class is None or len(requirement.scope_path) > 1:
            return None
        classes[requirement.scope_path[0]] = requirement.input_class
    unread = dict(classes)
    for column in table.inputs:
        find = column.constant_lookup(classes.get(column.name))
        if find is None:
            return None
        inputs.append((column.name, classes[column.name], find))
        unread.pop(column.name, None)
    return DirectTable(compiled, table, [*inputs, *((name, kind, None) for name, kind in unread.items())])
