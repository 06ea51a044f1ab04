"""What a case would have come to with another fact: its log is walked through once, and nothing is written.

The log tells how each value came into each scope, and the diagrams tell by which mapping. A value that a corrected fact
replaced is followed through mappings, decisions and deadlines by its name, as long as it is still the value that the
log has there; each decision and deadline that it reaches is worked out again. What people answered stays as it was.
A fact that was corrected before is followed from its first wrong value on.
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
from engine.handlers.deadline_values import VARIABLE
from engine.handlers.steps import (
    DeadlineTaken,
    DecisionTaken,
    NoticeTaken,
    RevisionTaken,
    Step,
    VariablesTook,
    WayTaken,
)
from engine.handlers.traces import Fork, Mappings, Work

CORRECTIONS = "corrections"
"""The variable of a process that puts corrections right: a list of contexts with fact, was and now."""
APPLIES = "correction.apply"
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
class Track:
    """What an instance holds as the walk goes on: `values` by name, and `shadows`: what they would have been.

    `inputs` are those of single elements, for names such as `start` that many elements take at the same time.
    """

    values: dict[str, Value] = field(default_factory=dict)
    shadows: dict[str, Correction] = field(default_factory=dict)
    inputs: dict[tuple[str, str], Correction] = field(default_factory=dict)

    def live(self) -> dict[str, Correction]:
        """The shadows of values that are still those of the log."""
        return {name: each for name, each in self.shadows.items() if same(each.was, self.values.get(name))}

    def shadowed(self) -> dict[str, Value]:
        return {**self.values, **{name: shadow.now for name, shadow in self.live().items()}}


@dataclass(slots=True)
class Reevaluation:
    """The walk through the log, in which every instance of the case has its track.

    Found are `differences` (the decisions that differ, by id, each by its last evaluation), `moved` (deadlines by
    name), `ways` (by gateway) and `notices` that spoke of something that was wrong; all in the order of the log.
    """

    corrections: Mapping[str, Correction]
    mappings: Mappings
    decide: Decide
    now: datetime
    set_again: SetAgain = _sets_nothing
    speaks_of: Callable[[str], Container[str]] = _speaks_of_nothing
    tracks: dict[str, Track] = field(default_factory=dict)
    differences: dict[str, Difference] = field(default_factory=dict)
    moved: dict[str, Moved] = field(default_factory=dict)
    ways: dict[str, OtherWay] = field(default_factory=dict)
    notices: list[NoticeTaken] = field(default_factory=list)
    earlier: dict[str, list[Value]] = field(default_factory=dict)

    def run(self, steps: Iterable[Step]) -> None:
        known = tuple(steps)
        self._look_for_earlier_corrections(known)
        for step in known:
            track = self.tracks.setdefault(step.instance_id, Track())
            if isinstance(step, VariablesTook):
                self._take(track, step)
            elif isinstance(step, DecisionTaken):
                self._ask_again(track, step)
            elif isinstance(step, DeadlineTaken):
                self._set_again(track, step)
            elif isinstance(step, WayTaken):
                self._choose_again(track, step)
            elif isinstance(step, RevisionTaken):
                self._follow_revision(track, step)
            elif self._spoke_of_it(track, step.type):
                self.notices.append(step)

    def live(self) -> list[tuple[str, Correction]]:
        """The values at the end of the log that rest on something that was corrected, by name, of every instance."""
        found: list[tuple[str, Correction]] = []
        for track in self.tracks.values():
            for name, each in track.live().items():
                if not any(name == known and same(each.was, other.was) for known, other in found):
                    found.append((name, each))
        return found

    def _look_for_earlier_corrections(self, steps: Iterable[Step]) -> None:
        """What the facts were before they were corrected for the first time."""
        for step in steps:
            listed = step.variables.get(CORRECTIONS) if isinstance(step, VariablesTook) else None
            for item in listed if isinstance(listed, list) else ():
                if isinstance(item, Mapping) and item.get("fact") in self.corrections:
                    self.earlier.setdefault(str(item["fact"]), []).append(item.get("was"))

    def _follow_revision(self, track: Track, step: RevisionTaken) -> None:
        """A wrong value became another one, which may be wrong as well: it would have been the same."""
        for path, was, now in step.revisions:
            known = track.shadows.get(path[0])
            if len(path) == 1 and known is not None and same(known.was, was):
                track.shadows[path[0]] = Correction(now, known.now)
                track.values[path[0]] = now

    def _take(self, track: Track, step: VariablesTook) -> None:
        for name, value in step.variables.items():
            if name == VARIABLE and isinstance(value, Mapping):
                self._follow_deadlines(track, value)
            else:
                self._follow(track, step.scope_id, name, value)
        track.values.update(step.variables)

    def _follow(self, track: Track, scope_id: str, name: str, value: Value) -> None:
        """Whether *value*, which *name* has now, rests on something that was corrected."""
        is_input = (scope_id, name) in self.mappings.inputs
        track.inputs.pop((scope_id, name), None)
        found = self._wrong_by(track, scope_id, name, value)
        if found is not None:
            track.shadows[name] = found
            if is_input:
                track.inputs[scope_id, name] = found
            return
        known = track.shadows.get(name)
        if known is not None and (is_input or not same(known.was, value)):
            del track.shadows[name]

    def _wrong_by(self, track: Track, scope_id: str, name: str, value: Value) -> Correction | None:
        corrected = self.corrections.get(name)
        if corrected is not None and any(same(was, value) for was in (corrected.was, *self.earlier.get(name, ()))):
            return None if same(corrected.now, value) else Correction(value, corrected.now)
        sources = self.mappings.sources(scope_id, name)
        for source in sources:
            code = _expression(source)
            if not code.names & track.shadows.keys():
                continue
            was, now = self._value_of(source, track.values), self._value_of(source, track.shadowed())
            if same(was, value) and not same(was, now):
                return Correction(was, now)
        if sources or name in track.values:
            return None
        handed_over = (other.live().get(name) for other in self.tracks.values() if other is not track)
        return next((each for each in handed_over if each is not None and same(each.was, value)), None)

    def _follow_deadlines(self, track: Track, value: Mapping[str, Value]) -> None:
        right = {name: self.moved[name].put_right(entry) for name, entry in value.items() if name in self.moved}
        if any(right[name] is not value[name] for name in right):
            track.shadows[VARIABLE] = Correction(dict(value), {**value, **right})
        else:
            track.shadows.pop(VARIABLE, None)

    def _given(self, track: Track, element_id: str, name: str) -> Correction | None:
        """What an element would have been given as *name*: by its own input, else as its instance holds it."""
        if (element_id, name) in self.mappings.inputs:
            return track.inputs.get((element_id, name))
        return track.shadows.get(name)

    def _ask_again(self, track: Track, taken: DecisionTaken) -> None:
        given, changed = taken.inputs, dict[str, Value]()
        for name, value in given.items():
            wrong = self._given(track, taken.element_id or "", name)
            if wrong is not None and same(wrong.was, value):
                changed[name] = wrong.now
        answer = self.decide(taken.decision_id, {**given, **changed}) if changed else None
        results = self.mappings.results.get((taken.element_id or "", taken.decision_id), ())
        self.differences.pop(taken.decision_id, None)
        if answer is None or same(answer.value, taken.value):
            for name in results:
                track.shadows.pop(name, None)
            return
        self.differences[taken.decision_id] = Difference(taken, answer, self.decide(taken.decision_id, given))
        for name in results:
            track.values[name] = taken.value
            track.shadows[name] = Correction(taken.value, answer.value)

    def _set_again(self, track: Track, taken: DeadlineTaken) -> None:
        before = self.moved.pop(taken.name, None)
        work = self.mappings.jobs.get(taken.element_id or "")
        dates = (FeelDate.from_python(taken.started_on), FeelDate.from_python(taken.due_date))
        if work is None or work.job_type == APPLIES:
            if before is not None and (before.entry["started_on"], before.entry["due_date"]) != dates:
                self.moved[taken.name] = Moved(taken, before.entry)
            return
        wrong = {name: each for (element_id, name), each in track.inputs.items() if element_id == work.element_id}
        chosen_of = {name.strip() for name in work.headers.get("of", "").split(",")}
        if not (wrong or chosen_of & self.moved.keys()):
            return
        shadowed = track.shadowed()
        variables = {VARIABLE: shadowed[VARIABLE]} if VARIABLE in shadowed else {}
        own = [name for element_id, name in self.mappings.inputs if element_id == work.element_id]
        variables |= {name: track.values[name] for name in own if name in track.values}
        variables |= {name: each.now for name, each in wrong.items()}
        entry = self.set_again(work, variables)
        if entry is not None and (entry["started_on"], entry["due_date"]) != dates:
            self.moved[taken.name] = Moved(taken, entry)

    def _choose_again(self, track: Track, taken: WayTaken) -> None:
        fork = self.mappings.forks.get(taken.element_id)
        if fork is None:
            return
        self.ways.pop(taken.element_id, None)
        asked = {name for flow in fork.flows if flow.condition for name in _expression(flow.condition).names}
        if not asked & track.live().keys() or self._chosen(fork, track.values) != taken.flow_id:
            return
        now = self._chosen(fork, track.shadowed())
        if now is not None and now != taken.flow_id:
            self.ways[taken.element_id] = OtherWay(fork, taken.flow_id, now)

    def _chosen(self, fork: Fork, variables: Mapping[str, Value]) -> str | None:
        for flow in fork.flows:
            if flow.condition and flow.id != fork.default and self._value_of(flow.condition, variables) is True:
                return flow.id
        return fork.default

    def _spoke_of_it(self, track: Track, notice: str) -> bool:
        names = self.speaks_of(notice)
        wrong = {name for name in track.live() if name != VARIABLE}
        wrong |= {f"{VARIABLE}.{name}" for name in self.moved}
        return any(name in names for name in wrong)

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
