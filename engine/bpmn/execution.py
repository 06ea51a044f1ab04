"""One live process instance, pure at its boundary: no store, no I/O, no clock and no random source of its own.

A command (complete a job, deliver a message, fire a timer ...) runs the instance until nothing more can happen
without another command. What happened is taken with `take_effects`; what must be kept is `dump`. An element that
cannot go on is reported as the effect `ElementFailed` and never as an exception: exceptions are wrong commands
(EngineError) or bugs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self

from engine.bpmn.effects import Effect
from engine.bpmn.migration import MappedElement, MigrationCheck
from engine.bpmn.model import Element
from engine.bpmn.spiff.definition import ProcessDefinition
from engine.bpmn.spiff.instance import Instance
from engine.bpmn.spiff.migrating import check_migration, migrate
from engine.bpmn.spiff.revising import Revision, holds_any, revise
from engine.bpmn.spiff.snapshot import dump_instance, load_instance, mark_of_call
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn import DecisionResult


class InstanceStatus(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    TERMINATED = "terminated"


_STATUS = {status.value: status for status in InstanceStatus}


class ExecutionServices(Protocol):
    """All that an execution may ask of the outside; each answer must be the same when a run is replayed."""

    @property
    def time_zone(self) -> tzinfo:
        """The law's zone: in it a date without a time begins, and FEEL's today() is the day there."""
        ...

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult: ...

    def process(self, process_id: str, definition_hash: str | None) -> ProcessDefinition:
        """The definition that a call activity calls: the latest, or with a hash the one of that diagram.

        Errors: EngineError (RUN_UNKNOWN_PROCESS) when it is not deployed.
        """
        ...


class Execution:
    """See the module. Element instance ids are `<instance id>.<number>`; the process itself has the instance id."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    @classmethod
    def start(
        cls,
        definition: ProcessDefinition,
        variables: Mapping[str, Value],
        services: ExecutionServices,
        *,
        instance_id: str,
        start_event_id: str | None = None,
    ) -> Self:
        """Begin a new instance and run it to rest; without *start_event_id* at the none start event.

        Errors: RUN_UNKNOWN_PROCESS when the process has no such start event.
        """
        instance = Instance(definition, services, instance_id)
        instance.begin(variables, start_event_id)
        return cls(instance)

    @classmethod
    def load(cls, definition: ProcessDefinition, state: str, services: ExecutionServices, *, instance_id: str) -> Self:
        """The instance as `dump` left it. Errors: RUN_STATE when *state* is damaged or of another definition."""
        return cls(load_instance(definition, state, services, instance_id))

    def dump(self) -> str:
        """The whole state as JSON text: live element instances and variables, no definition, no history."""
        return dump_instance(self._instance)

    def take_effects(self) -> list[Effect]:
        """The effects since the last call, oldest first."""
        return self._instance.take_effects()

    # ---- commands: each runs the instance to rest; RUN_STATE when the element instance does not wait for it ----------

    def complete_job(self, element_instance_id: str, variables: Mapping[str, Value]) -> None:
        self._instance.complete_job(element_instance_id, variables)

    def throw_error(
        self,
        element_instance_id: str,
        code: str,
        message: str = "",
        variables: Mapping[str, Value] | None = None,
    ) -> None:
        """Leave the job or user task by a BPMN error; ElementFailed BPMN_UNHANDLED_ERROR where nobody catches it."""
        self._instance.throw_error(element_instance_id, code, message, variables or {})

    def complete_user_task(self, element_instance_id: str, variables: Mapping[str, Value]) -> None:
        self._instance.complete_user_task(element_instance_id, variables)

    def deliver_message(self, element_instance_id: str, message_name: str, variables: Mapping[str, Value]) -> None:
        self._instance.deliver_message(element_instance_id, message_name, variables)

    def fire_timer(self, element_instance_id: str, timer_id: str) -> None:
        self._instance.fire_timer(element_instance_id, timer_id)

    def deliver_signal(self, name: str, variables: Mapping[str, Value]) -> None:
        """Broadcast to every element that waits for the signal; none is no error."""
        self._instance.deliver_signal(name, variables)

    def retry(self, element_instance_id: str) -> None:
        """Run a failed element again from the point where it failed."""
        self._instance.retry(element_instance_id)

    def set_variables(self, element_instance_id: str, variables: Mapping[str, Value]) -> None:
        """An operator's repair: set variables in the scope of this element instance (the instance id = outermost)."""
        self._instance.set_variables(element_instance_id, variables)

    def holds_any(self, revisions: Iterable[Revision]) -> bool:
        """Whether one of these wrong values still stands in a scope of the instance."""
        return holds_any(self._instance.workflow, revisions)

    def revise(self, revisions: Iterable[Revision]) -> None:
        """Put values right wherever they still stand: see `spiff/revising.py`."""
        revise(self._instance.workflow, revisions)

    def cancel(self) -> None:
        self._instance.terminate()

    def move_token(self, element_instance_id: str, element_id: str) -> None:
        """An operator's repair: cancel this element instance and put its token on another element of the same scope.

        Errors: RUN_MOVE with the reason where the token cannot stand there; nothing has changed then.
        """
        self._instance.move_token(element_instance_id, element_id)

    def postpone_timers(self, due: Mapping[str, datetime]) -> None:
        """Give timers, by timer id, other due instants. Errors: RUN_STATE for one that is not set."""
        self._instance.postpone_timers(due)

    # ---- another version of the process ------------------------------------------------------------------------------

    @staticmethod
    def mark_of_call(process_id: str) -> str:
        """A text that the dumped state holds if, and only if, a call activity has called this process in it."""
        return mark_of_call(process_id)

    def versions_to_leave(self, definition: ProcessDefinition) -> list[str]:
        """The hashes of the diagrams that a migration to *definition* would leave: the instance's own, those called.

        Empty when the process does not run here, or runs as *definition* draws it or bound to its caller's file.
        """
        return self._instance.versions_to_leave(definition)

    def check_migration(self, definition: ProcessDefinition, mapping: Mapping[str, str]) -> MigrationCheck:
        """Which active elements would go on as which, and what could not; nothing is changed.

        The process may be the instance's own or be called in it. *mapping* gives the new id of an element by its old
        one, where they differ.
        """
        return check_migration(self._instance.workflow, definition, mapping)

    def migrate(self, definition: ProcessDefinition, mapping: Mapping[str, str]) -> tuple[MappedElement, ...]:
        """Go on in another version of the process: see `spiff/migrating.py`.

        Errors: RUN_MIGRATION with every reason why it cannot; nothing has changed then.
        """
        workflow = self._instance.workflow
        copy = load_instance(workflow.definition, self.dump(), workflow.services, workflow.instance_id)
        migrated, elements = migrate(workflow, copy.workflow, definition, mapping)
        self._instance = Instance.around(migrated)
        return elements

    # ---- reading ---------------------------------------------------------------------------------------------------

    @property
    def status(self) -> InstanceStatus:
        return _STATUS[self._instance.status]

    @property
    def variables(self) -> dict[str, Value]:
        """The variables of the outermost scope."""
        return self._instance.variables

    def visible_variables(self, element_instance_id: str) -> dict[str, Value]:
        """All variables that this element instance sees, local ones first."""
        return self._instance.visible_variables(element_instance_id)

    def element(self, element_instance_id: str) -> Element:
        """What stands in the diagram of this element instance."""
        return self._instance.element(element_instance_id)

    def active_elements(self) -> list[tuple[str, str]]:
        """(element id, element instance id) of each element that holds a token, oldest first."""
        return self._instance.active_elements()
