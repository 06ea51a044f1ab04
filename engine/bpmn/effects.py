"""What a step of an execution did or wants done, as values: all those of one command go into one transaction.

Order matters: effects stand in the order in which things happened. Every effect names the element, its instance
and the clauses that the element cites. They are values: nobody changes one. They are not declared frozen or made by
keyword where it is done for each element, because that costs several times as much and a command makes dozens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from engine.bpmn.model import ElementType
from engine.errors import Problem
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn import DecisionResult


@dataclass(slots=True)
class ElementEffect:
    """The part that all effects share. For the process itself `element_id` is the process id."""

    element_id: str
    element_instance_id: str
    clauses: tuple[str, ...]


@dataclass(slots=True)
class ElementActivated(ElementEffect):
    element_type: ElementType
    name: str


@dataclass(slots=True)
class ElementCompleted(ElementEffect):
    element_type: ElementType
    name: str


@dataclass(slots=True)
class ElementTerminated(ElementEffect):
    """The element was interrupted or cancelled before it completed."""

    element_type: ElementType
    name: str


@dataclass(slots=True)
class SequenceFlowTaken(ElementEffect):
    """`element_id` is the source of the flow, `name` the flow's label."""

    flow_id: str
    name: str


@dataclass(slots=True)
class JobCreated(ElementEffect):
    """Work for a handler; answered with `complete_job` or `throw_error`. `variables` are all that it sees."""

    name: str
    job_type: str
    retries: int
    headers: Mapping[str, str]
    variables: Mapping[str, Value]


@dataclass(slots=True)
class UserTaskCreated(ElementEffect):
    """Work for a person; answered with `complete_user_task`. `due` is an aware instant in UTC."""

    name: str
    form_id: str | None
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due: datetime | None
    variables: Mapping[str, Value]


@dataclass(slots=True, kw_only=True)
class UserTaskRevised(ElementEffect):
    """What the open user task shows was put right; `due` is an aware instant in UTC."""

    due: datetime | None
    variables: Mapping[str, Value]


@dataclass(slots=True)
class JobCancelled(ElementEffect):
    """The job or user task of this element instance is no longer wanted."""


@dataclass(slots=True)
class TimerScheduled(ElementEffect):
    """Call `fire_timer(element_instance_id, timer_id)` at `due` (aware, UTC) or as soon after it as possible."""

    timer_id: str
    due: datetime


@dataclass(slots=True)
class TimerCancelled(ElementEffect):
    timer_id: str


@dataclass(slots=True)
class TimerPostponed(ElementEffect):
    """The timer is due at another instant: credited with the time of a suspension, or its date was put right."""

    timer_id: str
    due: datetime


@dataclass(slots=True)
class MessageSubscribed(ElementEffect):
    """Deliver a message of this name and key with `deliver_message`."""

    message_name: str
    correlation_key: str


@dataclass(slots=True)
class SubscriptionCancelled(ElementEffect):
    """The message or signal subscription of this element instance is gone."""

    name: str


@dataclass(slots=True)
class SignalSubscribed(ElementEffect):
    signal_name: str


@dataclass(slots=True)
class SignalThrown(ElementEffect):
    """To be broadcast to all *other* instances and to signal start events; the throwing instance has had it already."""

    signal_name: str
    variables: Mapping[str, Value]


@dataclass(slots=True)
class ProcessCalled(ElementEffect):
    """A call activity has begun the process of this id as the diagram with this hash draws it.

    `pinned` = the binding demands this diagram; otherwise it was the newest one at that moment.
    """

    process_id: str
    diagram_hash: str
    pinned: bool


@dataclass(slots=True)
class ElementMigrated(ElementEffect):
    """The element instance stands on this element of the new diagram; before it stood on `from_element_id`."""

    from_element_id: str
    name: str


@dataclass(slots=True)
class DecisionEvaluated(ElementEffect):
    decision_id: str
    result: DecisionResult


@dataclass(slots=True)
class VariablesChanged(ElementEffect):
    """`element_instance_id` is the scope that holds the variables; `changed` gives their new values."""

    changed: Mapping[str, Value]


@dataclass(slots=True)
class ExpressionWarned(ElementEffect):
    """FEEL went on with a null that the element could live with; `problems` say why."""

    part: str
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class ElementFailed(ElementEffect):
    """The element cannot go on: an incident until `retry(element_instance_id)`. Other paths have gone on."""

    problem: Problem


@dataclass(slots=True)
class InstanceCompleted(ElementEffect):
    """`variables` are those of the outermost scope at the end."""

    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class InstanceTerminated(ElementEffect):
    """The instance was cancelled from outside."""


Effect = (
    ElementActivated
    | ElementCompleted
    | ElementTerminated
    | SequenceFlowTaken
    | JobCreated
    | UserTaskCreated
    | UserTaskRevised
    | JobCancelled
    | TimerScheduled
    | TimerCancelled
    | TimerPostponed
    | MessageSubscribed
    | SubscriptionCancelled
    | SignalSubscribed
    | SignalThrown
    | ProcessCalled
    | ElementMigrated
    | DecisionEvaluated
    | VariablesChanged
    | ExpressionWarned
    | ElementFailed
    | InstanceCompleted
    | InstanceTerminated
)
