"""An element instance as a SpiffWorkflow task: own variables, no copied data, no log line per change."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.feel import Value

if TYPE_CHECKING:
    from engine.bpmn.model import SequenceFlow
    from engine.bpmn.spiff.elements.base import ElementSpec
    from engine.bpmn.spiff.workflow import ProcessWorkflow


class Phase(StrEnum):
    """Where an element instance stands in its life; a retry goes on at the phase that failed."""

    ENTER = "enter"
    BEGIN = "begin"
    EXECUTE = "execute"
    OUTPUT = "output"
    CHOOSE = "choose"


# An attribute of an enum costs several times what a name costs, and a run of an element asks for a dozen.
ENTER, BEGIN, EXECUTE, OUTPUT, CHOOSE = Phase


class ElementTask(Task):
    """One element instance. `id` is the element instance id, `number` its rank by age.

    `notes` (in place of SpiffWorkflow's internal data) holds plain JSON values; `kept` holds FEEL values such as a
    result that waits for its output mappings; `variables` is the local scope; `inside` the live element instances
    below, by number.
    """

    _state: int
    workflow: ProcessWorkflow
    task_spec: ElementSpec
    parent: ElementTask | None = None  # in place of stock's property, which looks it up

    def __init__(
        self,
        workflow: ProcessWorkflow,
        task_spec: ElementSpec,
        parent: ElementTask | None = None,
        state: int = TaskState.FUTURE,
        number: int | None = None,
    ) -> None:
        # spiff: stock's own draws a random id, reads the wall clock and finds parent and children by their ids
        if number is None:
            workflow.last_number = number = workflow.last_number + 1
        self.number = number
        self.id = f"{workflow.instance_id}.{number}" if number else workflow.instance_id
        self.workflow = workflow
        self.task_spec = task_spec
        self.parent = parent
        self.inside: dict[int, ElementTask] = {}
        self._state = state
        self.phase = ENTER
        self.notes: dict[str, Any] = {}
        self.variables: dict[str, Value] = {}
        self.kept: dict[str, Value] = {}
        self.chosen: Sequence[SequenceFlow] = ()
        workflow.tasks[self.id] = self
        if parent is not None:
            parent.inside[number] = self

    @property
    def host(self) -> ElementTask:
        """The element instance that this one is in; only the process instance itself has none."""
        if self.parent is None:
            raise ValueError(f"element instance {self.id} is in no other")
        return self.parent

    @property
    def is_listener(self) -> bool:
        """Armed, but no token: a waiting boundary event, event sub-process, or event behind an event-based gateway."""
        if self._state != TaskState.WAITING:
            return False
        parent = self.parent
        return self.task_spec.listens or (parent is not None and parent.task_spec.holds_alternatives)

    @property
    def is_active(self) -> bool:
        return not self.is_listener

    @property
    def children(self) -> list[ElementTask]:
        """A copy, oldest first, safe against changes during a loop."""
        return list(self.inside.values())

    def _add_child(self, task_spec: ElementSpec, state: int = TaskState.FUTURE) -> ElementTask:
        return ElementTask(self.workflow, task_spec, self, state)

    def add_token(self, task_spec: ElementSpec, **notes: Any) -> ElementTask:
        """Put a new token on *task_spec*, in this scope."""
        token = ElementTask(self.workflow, task_spec, self)
        token.notes = notes
        if task_spec._update_hook(token):
            token._state = READY
            self.workflow.ready.append(token)
        return token

    def _inherit_data(self) -> None:
        # spiff: stock copies all data from task to task; here variables live in scopes
        return

    def _set_state(self, value: int) -> None:
        if self._state != CANCELLED:  # an element interrupted by what it has thrown itself stays interrupted
            self._state = value

    def make_ready(self, phase: Phase | None = None) -> None:
        """Queue this element instance to be run (again), from *phase* on where given."""
        if phase is not None:
            self.phase = phase
        if self._state != CANCELLED:
            self._state = READY
        self.workflow.ready.append(self)

    def run(self) -> bool | None:
        # spiff: stock's own goes through hooks for assignments and events that no element here has
        done: bool | None = self.task_spec._run_hook(self)
        if self._state == CANCELLED:
            return done  # interrupted by what it has thrown itself
        if done is None:
            self._state = STARTED
        else:
            # spiff: stock also updates the predicted tasks below; here there are none
            self._state = COMPLETED
            self.task_spec._on_complete_hook(self)
            self.workflow._task_completed_notify(self)
        return done

    def cancel(self) -> None:
        """Terminate this element instance and all that is in it, innermost first, and take it out of the tree."""
        self.cancel_children()
        self._state = CANCELLED
        self.task_spec._on_cancel(self)
        self.workflow.forget(self)

    def cancel_children_but_listeners(self) -> None:
        for child in self.children:
            if child.id in self.workflow.tasks and child.is_active:
                child.cancel()

    def cancel_children(self) -> None:
        if not self.inside:
            return
        for child in self.children:
            if child.id in self.workflow.tasks:
                child.cancel()


CANCELLED, COMPLETED, READY, STARTED = TaskState.CANCELLED, TaskState.COMPLETED, TaskState.READY, TaskState.STARTED
