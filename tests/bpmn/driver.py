"""Plays one scenario against an `Execution`: straight, and again with dump and load between every two steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from types import SimpleNamespace
from typing import Any

from engine.bpmn import (
    Effect,
    ElementFailed,
    Execution,
    ExpressionWarned,
    JobCancelled,
    JobCreated,
    MessageSubscribed,
    ProcessDefinition,
    SequenceFlowTaken,
    SignalThrown,
    SubscriptionCancelled,
    TimerCancelled,
    TimerScheduled,
    UserTaskCreated,
    VariablesChanged,
    compile_diagram,
    read_diagram,
)
from engine.bpmn.instants import later, read_duration
from engine.errors import ErrorCode, failure
from engine.feel import from_python, to_plain

NEW_YEAR = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
INSTANCE = "i1"


@dataclass
class Driver:
    """A host in memory. With `reload` the execution is dumped and loaded again after every command."""

    definitions: Mapping[str, ProcessDefinition]
    reload: bool
    zone: tzinfo = UTC
    decisions: Mapping[str, Callable[[Mapping[str, Any]], Any]] = field(default_factory=dict)
    clock: datetime = NEW_YEAR
    effects: list[Effect] = field(default_factory=list)
    jobs: dict[str, Effect] = field(default_factory=dict)
    timers: dict[str, TimerScheduled] = field(default_factory=dict)
    messages: dict[str, MessageSubscribed] = field(default_factory=dict)
    failed: dict[str, ElementFailed] = field(default_factory=dict)

    # ---- ExecutionServices ------------------------------------------------------------------------------------------

    @property
    def time_zone(self) -> tzinfo:
        return self.zone

    def now(self) -> datetime:
        return self.clock

    def decide(self, decision_id: str, inputs: Mapping[str, Any]) -> Any:
        answer = self.decisions[decision_id](inputs)
        return answer if hasattr(answer, "warnings") else SimpleNamespace(value=answer, warnings=())

    def process(self, process_id: str, definition_hash: str | None) -> ProcessDefinition:
        if process_id not in self.definitions:
            raise failure(ErrorCode.RUN_UNKNOWN_PROCESS, f'no process "{process_id}" is deployed.')
        return self.definitions[process_id]

    # ---- commands ---------------------------------------------------------------------------------------------------

    def start(self, *, process_id: str = "demo", at: str | None = None, **variables: Any) -> None:
        definition = self.definitions[process_id]
        values = {name: from_python(value) for name, value in variables.items()}
        self.definition = definition
        self.execution = Execution.start(definition, values, self, instance_id=INSTANCE, start_event_id=at)
        self._settle()

    def complete(self, element_id: str, **variables: Any) -> None:
        """Complete the oldest open job or user task of the element."""
        effect = self._open(element_id)
        values = {name: from_python(value) for name, value in variables.items()}
        if isinstance(effect, UserTaskCreated):
            self.execution.complete_user_task(effect.element_instance_id, values)
        else:
            self.execution.complete_job(effect.element_instance_id, values)
        self._settle()

    def throw_error(self, element_id: str, code: str, **variables: Any) -> None:
        effect = self._open(element_id)
        values = {name: from_python(value) for name, value in variables.items()}
        self.execution.throw_error(effect.element_instance_id, code, "it broke", values)
        self._settle()

    def message(self, name: str, key: str, **variables: Any) -> bool:
        """Deliver to the oldest subscription of that name and key; False when nobody waits."""
        for where, subscribed in self.messages.items():
            if (subscribed.message_name, subscribed.correlation_key) == (name, key):
                self.execution.deliver_message(where, name, {n: from_python(v) for n, v in variables.items()})
                self._settle()
                return True
        return False

    def signal(self, name: str, **variables: Any) -> None:
        self.execution.deliver_signal(name, {n: from_python(v) for n, v in variables.items()})
        self._settle()

    def advance(self, duration: str) -> None:
        span = read_duration(duration)
        assert span is not None
        until = later(self.clock, span, self.zone)
        assert until is not None
        while due := sorted((t.due, t.timer_id) for t in self.timers.values() if t.due <= until):
            timer = self.timers.pop(due[0][1])
            self.clock = max(self.clock, timer.due)
            self.execution.fire_timer(timer.element_instance_id, timer.timer_id)
            self._settle()
        self.clock = until

    def retry(self, element_id: str) -> None:
        where = next(where for where, found in self.failed.items() if found.element_id == element_id)
        del self.failed[where]
        self.execution.retry(where)
        self._settle()

    def set_variables(self, **variables: Any) -> None:
        self.execution.set_variables(INSTANCE, {n: from_python(v) for n, v in variables.items()})
        self._settle()

    def cancel(self) -> None:
        self.execution.cancel()
        self._settle()

    # ---- what is to be seen -----------------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        return str(self.execution.status)

    @property
    def variables(self) -> dict[str, Any]:
        return {name: to_plain(value) for name, value in self.execution.variables.items()}

    @property
    def trace(self) -> list[str]:
        """The list that `mark` elements write."""
        return list(self.variables["trace"])

    @property
    def active(self) -> list[str]:
        return [element_id for element_id, _ in self.execution.active_elements()]

    @property
    def open_jobs(self) -> list[str]:
        return [effect.element_id for effect in self.jobs.values()]

    def all(self, kind: type[Any]) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def completed(self) -> list[str]:
        from engine.bpmn import ElementCompleted

        return [effect.element_id for effect in self.all(ElementCompleted)]

    def nothing_left(self) -> bool:
        """No job, timer or subscription that the instance has not withdrawn."""
        return not self.jobs and not self.timers and not self.messages

    def history(self) -> list[str]:
        """All effects as comparable text."""
        return [_as_text(effect) for effect in self.effects]

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _open(self, element_id: str) -> Any:
        where = next(where for where, effect in self.jobs.items() if effect.element_id == element_id)
        return self.jobs.pop(where)

    def _settle(self) -> None:
        for effect in self.execution.take_effects():
            self.effects.append(effect)
            where = effect.element_instance_id
            match effect:
                case JobCreated() | UserTaskCreated():
                    self.jobs[where] = effect
                case JobCancelled():
                    del self.jobs[where]
                case TimerScheduled():
                    self.timers[effect.timer_id] = effect
                case TimerCancelled():
                    del self.timers[effect.timer_id]
                case MessageSubscribed():
                    self.messages[where] = effect
                case SubscriptionCancelled():
                    self.messages.pop(where, None)
                case ElementFailed():
                    self.failed[where] = effect
        if self.reload:
            state = self.execution.dump()
            self.execution = Execution.load(self.definition, state, self, instance_id=INSTANCE)
            assert self.execution.dump() == state


def _as_text(effect: Effect) -> str:
    details = ""
    match effect:
        case SequenceFlowTaken():
            details = effect.flow_id
        case JobCreated():
            details = f"{effect.job_type} {effect.variables}"
        case TimerScheduled():
            details = f"{effect.timer_id} {effect.due.isoformat()}"
        case SignalThrown():
            details = effect.signal_name
        case VariablesChanged():
            details = str(effect.changed)
        case ElementFailed():
            details = str(effect.problem)
        case ExpressionWarned():
            details = str(effect.problems)
    return f"{type(effect).__name__} {effect.element_id} {effect.element_instance_id} {details}".rstrip()


def play(data: bytes, scenario: Callable[[Driver], None], *more: bytes, **host: Any) -> Driver:
    """Run *scenario* twice over the diagram(s); both runs must have had the same effects. Gives the reloading one."""
    definitions: dict[str, ProcessDefinition] = {}
    for number, file in enumerate((data, *more)):
        definitions.update(compile_diagram(read_diagram(file, f"test{number}.bpmn")))
    straight, reloaded = (Driver(definitions, reload, **host) for reload in (False, True))
    scenario(straight)
    scenario(reloaded)
    assert straight.history() == reloaded.history()
    assert straight.execution.dump() == reloaded.execution.dump()
    return reloaded
