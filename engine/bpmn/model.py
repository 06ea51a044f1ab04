"""A diagram as data: what the reader found, before any question of execution. Realises BPMN 2.0 chapters 8 and 10.

One flat `Element` per flow element, with the zeebe dialect's attributes beside the standard's. Ids are those of the
XML file; nothing here knows SpiffWorkflow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ElementType(StrEnum):
    """The flow elements that are executed, spelled as in BPMN's XML."""

    PROCESS = "process"
    START_EVENT = "startEvent"
    END_EVENT = "endEvent"
    INTERMEDIATE_CATCH_EVENT = "intermediateCatchEvent"
    INTERMEDIATE_THROW_EVENT = "intermediateThrowEvent"
    BOUNDARY_EVENT = "boundaryEvent"
    TASK = "task"
    MANUAL_TASK = "manualTask"
    SERVICE_TASK = "serviceTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    USER_TASK = "userTask"
    SCRIPT_TASK = "scriptTask"
    BUSINESS_RULE_TASK = "businessRuleTask"
    SUB_PROCESS = "subProcess"
    EVENT_SUB_PROCESS = "eventSubProcess"
    CALL_ACTIVITY = "callActivity"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_BASED_GATEWAY = "eventBasedGateway"
    MULTI_INSTANCE_BODY = "multiInstanceBody"  # these two are told by effects only: the loop around an activity
    LOOP_BODY = "loopBody"


TASKS = frozenset(
    {
        ElementType.TASK,
        ElementType.MANUAL_TASK,
        ElementType.SERVICE_TASK,
        ElementType.SEND_TASK,
        ElementType.RECEIVE_TASK,
        ElementType.USER_TASK,
        ElementType.SCRIPT_TASK,
        ElementType.BUSINESS_RULE_TASK,
    }
)
ACTIVITIES = TASKS | {ElementType.SUB_PROCESS, ElementType.CALL_ACTIVITY}
GATEWAYS = frozenset(
    {
        ElementType.EXCLUSIVE_GATEWAY,
        ElementType.PARALLEL_GATEWAY,
        ElementType.INCLUSIVE_GATEWAY,
        ElementType.EVENT_BASED_GATEWAY,
    }
)
EVENTS = frozenset(
    {
        ElementType.START_EVENT,
        ElementType.END_EVENT,
        ElementType.INTERMEDIATE_CATCH_EVENT,
        ElementType.INTERMEDIATE_THROW_EVENT,
        ElementType.BOUNDARY_EVENT,
    }
)
SCOPES = frozenset({ElementType.PROCESS, ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS})


class EventKind(StrEnum):
    """The event definitions that are executed."""

    NONE = "none"
    MESSAGE = "message"
    TIMER = "timer"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITIONAL = "conditional"
    LINK = "link"
    TERMINATE = "terminate"


class TimerKind(StrEnum):
    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws. `name` is that of the message, signal or link, `code` of error or escalation.

    `expression` is the timer's or the condition's text as written (a leading `=` marks FEEL). A `code` of None
    catches all. `variable_names` limits a condition to changes of these (zeebe:conditionalFilter).
    """

    kind: EventKind
    name: str | None = None
    correlation_key: str | None = None
    timer: TimerKind | None = None
    expression: str | None = None
    code: str | None = None
    variable_names: tuple[str, ...] = ()


NO_EVENT = EventDefinition(EventKind.NONE)


@dataclass(frozen=True, slots=True)
class MappingRule:
    """One line of zeebe:ioMapping. `target` may be a path: `a.b` sets the entry b of the context a."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    id: str
    name: str
    source: str
    target: str
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """BPMN 10.3.8.1. `test_before` = the condition is asked before the first run as well."""

    condition: str | None
    test_before: bool = False
    maximum: str | None = None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """BPMN 10.3.8.2 with zeebe:loopCharacteristics."""

    sequential: bool
    input_collection: str
    input_element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    completion_condition: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One flow element. Expressions stand as written; `parent` is the id of the enclosing process or sub-process."""

    id: str
    type: ElementType
    name: str
    process_id: str
    parent: str
    documentation: str = ""
    clauses: tuple[str, ...] = ()
    line: int | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None
    event: EventDefinition = NO_EVENT
    # zeebe:taskDefinition, zeebe:taskHeaders, zeebe:ioMapping, zeebe:properties
    job_type: str | None = None
    retries: str = "3"
    headers: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[MappingRule, ...] = ()
    outputs: tuple[MappingRule, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    # business rule, script, call
    called_decision: str | None = None
    decision_binding: str = "latest"
    script: str | None = None
    result_variable: str | None = None
    called_process: str | None = None
    call_binding: str = "latest"
    propagate_all_parent_variables: bool = True
    propagate_all_child_variables: bool = True
    # user task
    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due_date: str | None = None
    # boundary event, event sub-process, loop
    attached_to: str | None = None
    interrupting: bool = True
    loop: StandardLoop | MultiInstance | None = None

    @property
    def message_name(self) -> str | None:
        return self.event.name if self.event.kind is EventKind.MESSAGE else None

    @property
    def correlation_key(self) -> str | None:
        return self.event.correlation_key

    @property
    def label(self) -> str:
        """The name for a person: the label, or the id where there is none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process with all elements of all its sub-processes, in document order."""

    id: str
    name: str
    elements: Mapping[str, Element]
    flows: Mapping[str, SequenceFlow]
    documentation: str = ""
    clauses: tuple[str, ...] = ()
    line: int | None = None

    def children(self, scope_id: str) -> Iterator[Element]:
        """The elements whose parent is *scope_id* (the process id, or that of a sub-process)."""
        return (element for element in self.elements.values() if element.parent == scope_id)

    def boundary_events(self, element_id: str) -> Iterator[Element]:
        return (element for element in self.elements.values() if element.attached_to == element_id)

    @property
    def only_events_start_it(self) -> bool:
        """True when no call can start it: it has start events, and each waits for something."""
        starts = [element for element in self.children(self.id) if element.type is ElementType.START_EVENT]
        return bool(starts) and all(start.event.kind is not EventKind.NONE for start in starts)


@dataclass(frozen=True, slots=True)
class ForeignExtension:
    """What the element of this id says to other tools: names of extension elements and attributes, with prefix."""

    element: str
    line: int | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """One BPMN file. `processes` holds the executable ones; `hash` is the SHA-256 of the bytes, in hex.

    `black_boxes` are the ids of processes that are drawn and not executable: kept without effect, as `foreign` are.
    """

    file: str
    hash: str
    processes: Mapping[str, Process]
    black_boxes: tuple[str, ...] = ()
    foreign: tuple[ForeignExtension, ...] = ()
