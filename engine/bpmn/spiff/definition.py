"""Compiling: a process of a diagram becomes task specs, once per diagram; instances share them unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from engine.bpmn.expressions import Expression, read_expression, show
from engine.bpmn.failure import ElementFailure
from engine.bpmn.instants import as_instant, later, read_cycle, read_duration
from engine.bpmn.model import (
    ACTIVITIES,
    SCOPES,
    Diagram,
    Element,
    ElementType,
    EventDefinition,
    EventKind,
    MultiInstance,
    Process,
    TimerKind,
)
from engine.bpmn.spiff.elements import ELEMENTS
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.elements.boundary_event import BoundaryEvent
from engine.bpmn.spiff.elements.event_sub_process import EventSubProcess
from engine.bpmn.spiff.elements.loop_body import LoopBody, inner_spec_of
from engine.bpmn.spiff.elements.multi_instance import MultiInstanceBody
from engine.bpmn.spiff.elements.scope import ScopeSpec
from engine.bpmn.spiff.elements.service_task import ServiceTask
from engine.bpmn.spiff.elements.standard_loop import StandardLoopBody
from engine.bpmn.spiff.graph import FlowGraph
from engine.bpmn.spiff.process_spec import ProcessSpec
from engine.errors import EngineError, ErrorCode, Location, failure

MAY_BE_JOBS = frozenset({ElementType.SCRIPT_TASK, ElementType.BUSINESS_RULE_TASK})
ROOT = "(process)"  # no XML id can contain a parenthesis
INNER = "(inner)"


@dataclass(frozen=True, slots=True)
class StartEvent:
    """One way to start a process. `name` is that of the message or signal; timers are asked with `timer_due`."""

    element_id: str
    event: EventDefinition

    @property
    def name(self) -> str | None:
        return self.event.name


class ProcessDefinition:
    """One compiled process. It holds no version number: equal diagrams compile to equal definitions."""

    def __init__(self, diagram: Diagram, process: Process) -> None:
        self.process_id = process.id
        self.name = process.name
        self.file = diagram.file
        self.diagram_hash = diagram.hash
        self.process = process
        self.graph = FlowGraph(process)
        self.start_events = tuple(
            StartEvent(element.id, element.event)
            for element in process.children(process.id)
            if element.type is ElementType.START_EVENT
        )
        self.none_start = next(iter(self.starts_of(EventKind.NONE)), None)
        self.spec = ProcessSpec(self)
        _build(self)

    @property
    def message_starts(self) -> tuple[StartEvent, ...]:
        return self.starts_of(EventKind.MESSAGE)

    @property
    def signal_starts(self) -> tuple[StartEvent, ...]:
        return self.starts_of(EventKind.SIGNAL)

    @property
    def timer_starts(self) -> tuple[StartEvent, ...]:
        return self.starts_of(EventKind.TIMER)

    def starts_of(self, kind: EventKind) -> tuple[StartEvent, ...]:
        return tuple(start for start in self.start_events if start.event.kind is kind)

    def start_of(self, scope_id: str) -> Element:
        """The one start event of a sub-process or event sub-process."""
        return next(e for e in self.process.children(scope_id) if e.type is ElementType.START_EVENT)

    def link_target(self, throw: Element) -> Element:
        """The link catch event that the link throw event *throw* jumps to."""
        return next(
            element
            for element in self.process.children(throw.parent)
            if element.type is ElementType.INTERMEDIATE_CATCH_EVENT
            and element.event.kind is EventKind.LINK
            and element.event.name == throw.event.name
        )

    def timer_due(
        self, start: StartEvent, now: datetime, zone: tzinfo, *, after: datetime | None = None, fired: int = 0
    ) -> datetime | None:
        """When the timer start event *start* is due next, or None when it has fired for the last time.

        *after* is the instant at which it was due last and *fired* how often it has fired; both unset at deployment.
        Errors: BPMN_EXPRESSION when the text gives no date, duration or cycle.
        """
        expression = self._start_timer(start)
        try:
            value = expression.fail_on_null({}, now.astimezone(zone), "a date, a duration or a cycle")
        except ElementFailure as found:
            raise EngineError(found.problem) from found
        if start.event.timer is TimerKind.CYCLE:
            cycle = read_cycle(value)
            interval = None if cycle is None else read_duration(cycle.interval)
            if cycle is not None and interval is not None:
                if cycle.times is not None and fired >= cycle.times:
                    return None
                first = as_instant(cycle.start, zone) if cycle.start else None
                if first is not None:
                    due = later(first, interval.times(fired), zone)
                else:
                    due = later(after or now, interval, zone)
                if due is not None:
                    return due
        elif fired:
            return None
        elif start.event.timer is TimerKind.DATE:
            due = as_instant(value, zone)
            if due is not None:
                return due
        else:
            duration = read_duration(value)
            due = None if duration is None else later(now, duration, zone)
            if due is not None:
                return due
        raise failure(
            ErrorCode.BPMN_EXPRESSION,
            f"expected a {start.event.timer}, but got {show(value)}.",
            hint="write a date, a duration such as PT1H or a cycle such as R/P1D",
            file=self.file,
            element_id=start.element_id,
        )

    def _start_timer(self, start: StartEvent) -> Expression:
        place = Location(file=self.file, element_id=start.element_id, part="timer")
        return read_expression(start.event.expression or "", place)


def compile_diagram(diagram: Diagram) -> Mapping[str, ProcessDefinition]:
    """The executable processes of *diagram*, compiled, by process id.

    Errors: EngineError with the FEEL_SYNTAX problems of its expressions (`check_diagram` finds them all at once).
    """
    return {process.id: ProcessDefinition(diagram, process) for process in diagram.processes.values()}


def _build(definition: ProcessDefinition) -> None:
    process, spec = definition.process, definition.spec
    root = Element(
        id=process.id,
        type=ElementType.PROCESS,
        name=process.name,
        process_id=process.id,
        parent="",
        documentation=process.documentation,
        clauses=process.clauses,
    )
    spec.start = ELEMENTS[ElementType.PROCESS](spec, root, ROOT)
    for element in process.elements.values():
        _build_element(spec, element)
    for element in process.elements.values():
        outer: ElementSpec = spec.task_specs[element.id]
        outer.connect_flows(tuple(process.flows[flow_id] for flow_id in element.outgoing))
        if element.type in ACTIVITIES:
            outer.boundary = tuple(_boundary(spec, e) for e in process.boundary_events(element.id))
        if element.type in SCOPES:
            _open_scope(definition, outer.inner if isinstance(outer, LoopBody) else outer, element.id)
    _open_scope(definition, spec.start, process.id)


def _build_element(spec: ProcessSpec, element: Element) -> None:
    kind = ServiceTask if element.type in MAY_BE_JOBS and element.job_type else ELEMENTS[element.type]
    if element.loop is None:
        kind(spec, element)
        return
    body: LoopBody
    if isinstance(element.loop, MultiInstance):
        body = MultiInstanceBody(spec, element, element.loop)
    else:
        body = StandardLoopBody(spec, element, element.loop)
    body.inner = inner_spec_of(kind)(spec, element, element.id + INNER)


def _boundary(spec: ProcessSpec, element: Element) -> BoundaryEvent:
    found = spec.task_specs[element.id]
    if not isinstance(found, BoundaryEvent):
        raise TypeError(f"{element.id} is attached to an activity and is no boundary event")
    return found


def _open_scope(definition: ProcessDefinition, scope: ElementSpec, scope_id: str) -> None:
    """Tell a scope its none start event and its event sub-processes."""
    if not isinstance(scope, ScopeSpec):
        raise TypeError(f"{scope_id} is no scope")
    specs = definition.spec.task_specs
    children = list(definition.process.children(scope_id))
    starts = [child for child in children if child.type is ElementType.START_EVENT]
    if scope.element.type is ElementType.PROCESS:
        starts = [start for start in starts if start.event.kind is EventKind.NONE]
    scope.start = specs[starts[0].id] if starts else None
    found = [specs[child.id] for child in children if child.type is ElementType.EVENT_SUB_PROCESS]
    scope.event_sub_processes = tuple(spec for spec in found if isinstance(spec, EventSubProcess))
