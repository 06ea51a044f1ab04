"""What a case would have been decided with another fact: its log is walked through once, and nothing is written.

The log tells how each value came into each scope, and the diagrams tell by which mapping. A value that a corrected fact
replaced is followed through mappings and decisions by its name, as long as it is still the value that the log has
there; each decision that it reaches is asked again. Deadlines and what people answered stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from engine.bpmn import Diagram, read_diagram
from engine.bpmn.expressions import read_expression
from engine.bpmn.failure import ElementFailure
from engine.dmn import DecisionResult
from engine.errors import Location
from engine.feel import Value, to_plain
from engine.handlers.contract import DecisionTaken, VariablesTook
from engine.law import LawPackage

Decide = Callable[[str, Mapping[str, Value]], DecisionResult]


@dataclass(frozen=True, slots=True)
class Correction:
    """A fact that was recorded wrongly: what it was, and what it is."""

    was: Value
    now: Value


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that comes out otherwise. *repeated* is what the facts of then give now, by the tables of now."""

    taken: DecisionTaken
    answer: DecisionResult
    repeated: DecisionResult

    @property
    def table_changed(self) -> bool:
        return not same(self.repeated.value, self.taken.value)


@dataclass(frozen=True, slots=True)
class Mappings:
    """How values get their names in the diagrams of a law: (element or process id, target) -> sources, as written."""

    inputs: Mapping[tuple[str, str], tuple[str, ...]]
    outputs: Mapping[tuple[str, str], tuple[str, ...]]
    results: Mapping[tuple[str, str], tuple[str, ...]]

    def sources(self, scope_id: str, target: str) -> tuple[str, ...]:
        return self.inputs.get((scope_id, target), ()) + self.outputs.get((scope_id, target), ())


@lru_cache(maxsize=4)
def _diagrams(files: tuple[tuple[str, bytes], ...]) -> tuple[Diagram, ...]:
    return tuple(read_diagram(data, name) for name, data in files)


def read_mappings(law: LawPackage) -> Mappings:
    """Every mapping of the law's diagrams, and the result variable of each element that calls a decision."""
    inputs: dict[tuple[str, str], tuple[str, ...]] = {}
    outputs: dict[tuple[str, str], tuple[str, ...]] = {}
    results: dict[tuple[str, str], tuple[str, ...]] = {}
    for diagram in _diagrams(tuple((name, law.files[name]) for name in law.processes)):
        for process in diagram.processes.values():
            for element in process.elements.values():
                for rule in element.inputs:
                    _add(inputs, (element.id, rule.target), rule.source)
                for rule in element.outputs:
                    _add(outputs, (element.parent, rule.target), rule.source)
                if element.result_variable and element.script:
                    _add(outputs, (element.parent, element.result_variable), element.script)
                elif element.result_variable and element.called_decision:
                    _add(results, (element.id, element.called_decision), element.result_variable)
    return Mappings(inputs, outputs, results)


def _add(found: dict[tuple[str, str], tuple[str, ...]], key: tuple[str, str], value: str) -> None:
    found[key] = tuple(dict.fromkeys((*found.get(key, ()), value)))


@dataclass(slots=True)
class Reevaluation:
    """The walk through the log. `values` are those of the log by name, `shadows` what they would have been."""

    corrections: Mapping[str, Correction]
    mappings: Mappings
    decide: Decide
    now: datetime
    values: dict[str, Value] = field(default_factory=dict)
    shadows: dict[str, Correction] = field(default_factory=dict)
    differences: dict[str, Difference] = field(default_factory=dict)

    def run(self, steps: Iterable[VariablesTook | DecisionTaken]) -> Sequence[Difference]:
        """The decisions that differ, each by its last evaluation in the case, in the order of the log."""
        for step in steps:
            if isinstance(step, VariablesTook):
                for name, value in step.variables.items():
                    self._follow(step.scope_id, name, value)
                self.values.update(step.variables)
            else:
                self._ask_again(step)
        return list(self.differences.values())

    def _follow(self, scope_id: str, name: str, value: Value) -> None:
        """Whether *value*, which *name* has now, rests on something that was corrected."""
        corrected = self.corrections.get(name)
        if corrected is not None and same(corrected.was, value):
            self.shadows[name] = corrected
            return
        for source in self.mappings.sources(scope_id, name):
            code = read_expression(source, Location())
            if not code.names & self.shadows.keys():
                continue
            was, now = self._value_of(source, self.values), self._value_of(source, self._shadowed())
            if same(was, value) and not same(was, now):
                self.shadows[name] = Correction(was, now)
                return
        known = self.shadows.get(name)
        if known is not None and not same(known.was, value):
            del self.shadows[name]

    def _ask_again(self, taken: DecisionTaken) -> None:
        given = taken.inputs
        changed = {
            name: self.shadows[name].now
            for name, value in given.items()
            if name in self.shadows and same(self.shadows[name].was, value)
        }
        answer = self.decide(taken.decision_id, {**given, **changed}) if changed else None
        results = self.mappings.results.get((taken.element_id or "", taken.decision_id), ())
        self.differences.pop(taken.decision_id, None)
        if answer is None or same(answer.value, taken.value):
            for name in results:
                self.shadows.pop(name, None)
            return
        self.differences[taken.decision_id] = Difference(taken, answer, self.decide(taken.decision_id, given))
        for name in results:
            self.values[name] = taken.value
            self.shadows[name] = Correction(taken.value, answer.value)

    def _shadowed(self) -> dict[str, Value]:
        return {
            **self.values,
            **{name: shadow.now for name, shadow in self.shadows.items() if same(shadow.was, self.values.get(name))},
        }

    def _value_of(self, source: str, variables: Mapping[str, Value]) -> Value:
        """Null where the mapping fails for these values: then nothing is known, and nothing is followed."""
        try:
            value, _ = read_expression(source, Location()).evaluate(variables, self.now)
        except ElementFailure:
            return None
        return value


def same(one: Value, other: Value) -> bool:
    """Whether two values read alike."""
    return bool(to_plain(one) == to_plain(other))
