"""What a case would have come to with another fact: its log is walked through once, and nothing is written.

The log tells how each value came into each scope, and the diagrams tell by which mapping. A value that a corrected fact
replaced is followed through mappings, decisions and deadlines by its name, as long as it is still the value that the
log has there; each decision and deadline that it reaches is worked out again. What people answered stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from engine.bpmn.expressions import Expression, read_expression
from engine.bpmn.failure import ElementFailure
from engine.dmn import DecisionResult
from engine.errors import Location
from engine.feel import FeelDate, Value, to_plain
from engine.handlers.contract import DeadlineTaken, DecisionTaken, NoticeTaken, Step, VariablesTook, WayTaken
from engine.handlers.deadline_values import VARIABLE
from engine.handlers.traces import Fork, Mappings, Work

Decide = Callable[[str, Mapping[str, Value]], DecisionResult]
SetAgain = Callable[[Work, Mapping[str, Value]], Mapping[str, Value] | None]
"""What a deadline job gives with other variables: the entry of the deadline, or None for a job that sets none."""


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
class Moved:
    """A deadline that counts otherwise. *seen*: its entries as scopes hold them, each with what it should be."""

    taken: DeadlineTaken
    entry: Mapping[str, Value]
    seen: list[Correction] = field(default_factory=list)

    def put_right(self, entry: Value) -> Value:
        """*entry* with the other date; itself if it is not this deadline as it was set. A date on which it was met
        stays."""
        if not isinstance(entry, Mapping):
            return entry
        was = (FeelDate.from_python(self.taken.started_on), FeelDate.from_python(self.taken.due_date))
        if (entry.get("started_on"), entry.get("due_date")) != was:
            return entry
        right: dict[str, Value] = {**self.entry, "met_on": entry.get("met_on")}
        if not any(same(known.was, dict(entry)) for known in self.seen):
            self.seen.append(Correction(dict(entry), right))
        return right


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A gateway that would have been left by another flow."""

    fork: Fork
    then: str
    now: str


def _sets_nothing(work: Work, variables: Mapping[str, Value]) -> None:
    return None


def _speaks_of_nothing(notice: str) -> Container[str]:
    return ()


@dataclass(slots=True)
class Reevaluation:
    """The walk through the log. `values` are those of the log by name, `shadows` what they would have been.

    Found are `differences` (the decisions that differ, by id, each by its last evaluation), `moved` (deadlines by
    name), `ways` (by gateway) and `notices` that spoke of something that was wrong; all in the order of the log.
    """

    corrections: Mapping[str, Correction]
    mappings: Mappings
    decide: Decide
    now: datetime
    set_again: SetAgain = _sets_nothing
    speaks_of: Callable[[str], Container[str]] = _speaks_of_nothing
    values: dict[str, Value] = field(default_factory=dict)
    shadows: dict[str, Correction] = field(default_factory=dict)
    differences: dict[str, Difference] = field(default_factory=dict)
    moved: dict[str, Moved] = field(default_factory=dict)
    ways: dict[str, OtherWay] = field(default_factory=dict)
    notices: list[NoticeTaken] = field(default_factory=list)

    def run(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if isinstance(step, VariablesTook):
                self._take(step)
            elif isinstance(step, DecisionTaken):
                self._ask_again(step)
            elif isinstance(step, DeadlineTaken):
                self._set_again(step)
            elif isinstance(step, WayTaken):
                self._choose_again(step)
            elif self._spoke_of_it(step.type):
                self.notices.append(step)

    def live(self) -> dict[str, Correction]:
        """The values at the end of the log that rest on something that was corrected, by name."""
        return {name: shadow for name, shadow in self.shadows.items() if same(shadow.was, self.values.get(name))}

    def _take(self, step: VariablesTook) -> None:
        for name, value in step.variables.items():
            if name == VARIABLE and isinstance(value, Mapping):
                self._follow_deadlines(value)
            else:
                self._follow(step.scope_id, name, value)
        self.values.update(step.variables)

    def _follow(self, scope_id: str, name: str, value: Value) -> None:
        """Whether *value*, which *name* has now, rests on something that was corrected."""
        corrected = self.corrections.get(name)
        if corrected is not None and same(corrected.was, value):
            self.shadows[name] = corrected
            return
        for source in self.mappings.sources(scope_id, name):
            code = _expression(source)
            if not code.names & self.shadows.keys():
                continue
            was, now = self._value_of(source, self.values), self._value_of(source, self._shadowed())
            if same(was, value) and not same(was, now):
                self.shadows[name] = Correction(was, now)
                return
        known = self.shadows.get(name)
        if known is not None and (not same(known.was, value) or (scope_id, name) in self.mappings.inputs):
            del self.shadows[name]

    def _follow_deadlines(self, value: Mapping[str, Value]) -> None:
        right = {name: self.moved[name].put_right(entry) for name, entry in value.items() if name in self.moved}
        if any(right[name] is not value[name] for name in right):
            self.shadows[VARIABLE] = Correction(dict(value), {**value, **right})
        else:
            self.shadows.pop(VARIABLE, None)

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

    def _set_again(self, taken: DeadlineTaken) -> None:
        self.moved.pop(taken.name, None)
        work = self.mappings.jobs.get(taken.element_id or "")
        if work is None:
            return
        shadowed, live = self._shadowed(), self.live()
        given = {target for element_id, target in self.mappings.inputs if element_id == work.element_id}
        chosen_of = {name.strip() for name in work.headers.get("of", "").split(",")}
        if not (given & live.keys() or chosen_of & self.moved.keys()):
            return
        variables = {name: shadowed[name] for name in (*given, VARIABLE) if name in shadowed}
        entry = self.set_again(work, variables)
        dates = (FeelDate.from_python(taken.started_on), FeelDate.from_python(taken.due_date))
        if entry is not None and (entry["started_on"], entry["due_date"]) != dates:
            self.moved[taken.name] = Moved(taken, entry)

    def _choose_again(self, taken: WayTaken) -> None:
        fork = self.mappings.forks.get(taken.element_id)
        if fork is None:
            return
        self.ways.pop(taken.element_id, None)
        asked = {name for flow in fork.flows if flow.condition for name in _expression(flow.condition).names}
        if not asked & self.live().keys() or self._chosen(fork, self.values) != taken.flow_id:
            return
        now = self._chosen(fork, self._shadowed())
        if now is not None and now != taken.flow_id:
            self.ways[taken.element_id] = OtherWay(fork, taken.flow_id, now)

    def _chosen(self, fork: Fork, variables: Mapping[str, Value]) -> str | None:
        for flow in fork.flows:
            if flow.condition and flow.id != fork.default and self._value_of(flow.condition, variables) is True:
                return flow.id
        return fork.default

    def _spoke_of_it(self, notice: str) -> bool:
        names = self.speaks_of(notice)
        wrong = {name for name in self.live() if name != VARIABLE}
        wrong |= {f"{VARIABLE}.{name}" for name in self.moved}
        return any(name in names for name in wrong)

    def _shadowed(self) -> dict[str, Value]:
        return {**self.values, **{name: shadow.now for name, shadow in self.live().items()}}

    def _value_of(self, source: str, variables: Mapping[str, Value]) -> Value:
        """Null where the mapping fails for these values: then nothing is known, and nothing is followed."""
        try:
            value, _ = _expression(source).evaluate(variables, self.now)
        except ElementFailure:
            return None
        return value


@lru_cache(maxsize=2048)
def _expression(source: str) -> Expression:
    return read_expression(source, Location())


def same(one: Value, other: Value) -> bool:
    """Whether two values read alike."""
    return bool(to_plain(one) == to_plain(other))
