"""A small host in memory that stands in for the runtime where diagrams are run for conformance.

It keeps what the effects ask for (jobs, timers, subscriptions), each instance's state only as the text of `dump`, and
a clock that moves on request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.bpmn import (
    DeployContext,
    Diagram,
    Effect,
    ElementFailed,
    Execution,
    JobCancelled,
    JobCreated,
    MessageSubscribed,
    ProcessDefinition,
    SignalThrown,
    StartEvent,
    SubscriptionCancelled,
    TimerCancelled,
    TimerScheduled,
    UserTaskCreated,
    check_diagram,
    compile_diagram,
    read_diagram,
    readable_part,
)
from engine.bpmn.instants import later, read_duration
from engine.errors import EngineError, ErrorCode, Problem, Severity, failure
from engine.feel import Value, to_plain

if TYPE_CHECKING:
    from engine.dmn import DecisionResult

START_OF_TIME = datetime(2025, 1, 1, tzinfo=UTC)
WHATEVER = DeployContext(job_types=None, form_ids=None)  # the pack does not say which job types exist


@dataclass
class HostedInstance:
    definition: ProcessDefinition
    state: str
    jobs: dict[str, str] = field(default_factory=dict)  # element instance id -> element id; user tasks are jobs too
    user_tasks: set[str] = field(default_factory=set)  # those of the jobs that are user tasks
    timers: dict[str, tuple[datetime, str]] = field(default_factory=dict)  # timer id -> due, element instance id
    messages: dict[str, tuple[str, str]] = field(default_factory=dict)  # element instance id -> name, key
    incidents: dict[str, tuple[str, str]] = field(default_factory=dict)  # element instance id -> element id, message


@dataclass
class TimerStart:
    """A timer that starts a process: when it is due next and how often it has fired."""

    definition: ProcessDefinition
    start: StartEvent
    due: datetime
    fired: int = 0


class Host:
    """Definitions and instances in memory; it is also the `ExecutionServices` of every execution."""

    def __init__(self) -> None:
        self.clock = START_OF_TIME
        self.definitions: dict[str, ProcessDefinition] = {}
        self.instances: dict[str, HostedInstance] = {}
        self.timer_starts: list[TimerStart] = []

    # ---- ExecutionServices ---------------------------------------------------------------------------------------

    @property
    def time_zone(self) -> tzinfo:
        return UTC

    def now(self) -> datetime:
        return self.clock

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult:
        raise failure(ErrorCode.BPMN_UNKNOWN_DECISION, f'the pack has no decision "{decision_id}".')

    def process(self, process_id: str, definition_hash: str | None) -> ProcessDefinition:
        if process_id not in self.definitions:
            raise failure(ErrorCode.RUN_UNKNOWN_PROCESS, f'no process "{process_id}" is deployed.')
        return self.definitions[process_id]

    # ---- what the runner asks for ----------------------------------------------------------------------------------

    def deploy(self, paths: Iterable[str]) -> list[dict[str, str]]:
        """The refusals; the definitions are kept only when there is none."""
        refused: list[dict[str, str]] = []
        found: dict[str, ProcessDefinition] = {}
        for path in paths:
            try:
                found.update(_compiled(Path(path).read_bytes(), path))
            except EngineError as error:
                for problem in error.problems:
                    element = problem.location.element_id or ""
                    refused.append({"file": path, "element": element, "message": f"{problem.code}: {problem.message}"})
        if not refused:
            self.definitions.update(found)
            self.timer_starts = [each for each in self.timer_starts if each.definition.process_id not in found]
            for definition in found.values():
                for start in definition.timer_starts:
                    due = definition.timer_due(start, self.clock, UTC)
                    if due is not None:
                        self.timer_starts.append(TimerStart(definition, start, due))
        return refused

    def start(self, process_id: str, variables: Mapping[str, Value], start_event_id: str | None = None) -> str:
        instance_id = f"i{len(self.instances) + 1}"
        definition = self.process(process_id, None)
        execution = Execution.start(definition, variables, self, instance_id=instance_id, start_event_id=start_event_id)
        self.instances[instance_id] = HostedInstance(definition, "")
        self._keep(instance_id, execution)
        return instance_id

    def publish(self, name: str, key: str, variables: Mapping[str, Value]) -> None:
        """To the instance of each process that has waited longest; what it starts does not get it a second time."""
        reached: set[str] = set()
        for instance_id, hosted in list(self.instances.items()):
            waiting = [where for where, asked in hosted.messages.items() if asked == (name, key)]
            if waiting and hosted.definition.process_id not in reached:
                reached.add(hosted.definition.process_id)
                self._command(instance_id, Execution.deliver_message, waiting[0], name, variables)
        for definition in list(self.definitions.values()):
            for start in definition.message_starts:
                if start.name == name:
                    self.start(definition.process_id, variables, start.element_id)

    def broadcast(self, name: str, variables: Mapping[str, Value], thrower: str | None = None) -> None:
        for instance_id in list(self.instances):
            if instance_id != thrower:
                self._command(instance_id, Execution.deliver_signal, name, variables)
        for definition in list(self.definitions.values()):
            for start in definition.signal_starts:
                if start.name == name:
                    self.start(definition.process_id, variables, start.element_id)

    def advance(self, duration: str) -> None:
        span = read_duration(duration)
        until = None if span is None else later(self.clock, span, UTC)
        if until is None:
            raise failure(ErrorCode.RUN_CLOCK, f'expected a duration, but got "{duration}".')
        self.fire_due(until)
        self.clock = until

    def fire_due(self, until: datetime | None = None) -> None:
        """Fire what is due by *until*, or by now, in due order."""
        until = until or self.clock
        while True:
            due = [
                (at, instance_id, where, timer_id)
                for instance_id, hosted in self.instances.items()
                for timer_id, (at, where) in hosted.timers.items()
                if at <= until
            ]
            starting = min(self.timer_starts, key=lambda each: each.due, default=None)
            if starting is not None and starting.due <= min([until, *(at for at, *_ in due)]):
                self._fire_start(starting)
                continue
            if not due:
                break
            at, instance_id, where, timer_id = min(due)
            self.clock = max(self.clock, at)
            del self.instances[instance_id].timers[timer_id]
            self._command(instance_id, Execution.fire_timer, where, timer_id)

    def _fire_start(self, timer: TimerStart) -> None:
        self.clock = max(self.clock, timer.due)
        self.timer_starts.remove(timer)
        fired = timer.fired + 1
        due = timer.definition.timer_due(timer.start, self.clock, UTC, after=timer.due, fired=fired)
        if due is not None:
            self.timer_starts.append(TimerStart(timer.definition, timer.start, due, fired))
        self.start(timer.definition.process_id, {}, timer.start.element_id)

    def answer_job(self, element_id: str, action: str, code: str, variables: Mapping[str, Value]) -> None:
        open_jobs = [(i, where) for i, h in self.instances.items() for where, e in h.jobs.items() if e == element_id]
        if not open_jobs:
            raise failure(ErrorCode.JOB_NOT_FOUND, f'"{element_id}" has no open job.')
        instance_id, where = open_jobs[0]  # the oldest
        hosted = self.instances[instance_id]
        del hosted.jobs[where]
        if action == "fail":
            hosted.incidents[where] = (element_id, "the worker failed")
        elif action == "error":
            self._command(instance_id, Execution.throw_error, where, code, "", variables)
        elif where in hosted.user_tasks:
            self._command(instance_id, Execution.complete_user_task, where, variables)
        else:
            self._command(instance_id, Execution.complete_job, where, variables)

    def state(self, instance_id: str) -> dict[str, Any]:
        hosted = self.instances[instance_id]
        execution = self._load(instance_id)
        incidents = [{"element": element, "message": message} for element, message in hosted.incidents.values()]
        return {
            "state": "incident" if incidents else str(execution.status),
            "variables": {name: to_plain(value) for name, value in execution.variables.items()},
            "active": [element for element, _ in execution.active_elements()] if execution.status == "active" else [],
            "incidents": incidents,
        }

    # ---- effects ---------------------------------------------------------------------------------------------------

    def _load(self, instance_id: str) -> Execution:
        hosted = self.instances[instance_id]
        return Execution.load(hosted.definition, hosted.state, self, instance_id=instance_id)

    def _command(self, instance_id: str, command: Callable[..., None], *details: object) -> None:
        execution = self._load(instance_id)
        command(execution, *details)
        self._keep(instance_id, execution)

    def _keep(self, instance_id: str, execution: Execution) -> None:
        hosted = self.instances[instance_id]
        hosted.state = execution.dump()
        thrown = []
        for effect in execution.take_effects():
            self._apply(hosted, effect)
            if isinstance(effect, SignalThrown):
                thrown.append(effect)
        live = {instance_id, *(at for _, at in execution.active_elements())} if execution.status == "active" else set()
        hosted.incidents = {where: told for where, told in hosted.incidents.items() if where in live}
        for signal in thrown:
            self.broadcast(signal.signal_name, signal.variables, thrower=instance_id)

    def _apply(self, hosted: HostedInstance, effect: Effect) -> None:
        where = effect.element_instance_id
        match effect:
            case JobCreated():
                hosted.jobs[where] = effect.element_id
            case UserTaskCreated():
                hosted.jobs[where] = effect.element_id
                hosted.user_tasks.add(where)
            case JobCancelled():
                hosted.jobs.pop(where, None)
            case TimerScheduled():
                hosted.timers[effect.timer_id] = (effect.due, where)
            case TimerCancelled():
                hosted.timers.pop(effect.timer_id, None)
            case MessageSubscribed():
                hosted.messages[where] = (effect.message_name, effect.correlation_key)
            case SubscriptionCancelled():
                hosted.messages.pop(where, None)
            case ElementFailed():
                hosted.incidents[where] = (effect.element_id, str(effect.problem))


def _compiled(data: bytes, file: str) -> Mapping[str, ProcessDefinition]:
    """The processes of a file. Errors: all that is wrong with it, at once."""
    try:
        diagram = read_diagram(data, file)
    except EngineError as error:
        if error.code == ErrorCode.BPMN_XML:
            raise
        raise EngineError(*error.problems, *_errors(readable_part(data, file))) from error
    errors = _errors(diagram)
    if errors:
        raise EngineError(*errors)
    return compile_diagram(diagram)


def _errors(diagram: Diagram) -> list[Problem]:
    return [each for each in check_diagram(diagram, WHATEVER) if each.severity is Severity.ERROR]
