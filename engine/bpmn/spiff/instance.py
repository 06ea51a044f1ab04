"""The commands of one live instance: each finds the element instance, checks that it waits for this, runs to rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.effects import Effect, InstanceTerminated
from engine.bpmn.failure import ElementFailure
from engine.bpmn.model import Element, EventKind
from engine.bpmn.spiff.elements.base import INITIAL
from engine.bpmn.spiff.elements.job_element import JOB
from engine.bpmn.spiff.elements.process import PAYLOAD, START_EVENT
from engine.bpmn.spiff.elements.throwing import unhandled_error
from engine.bpmn.spiff.elements.user_task import USER_TASK
from engine.bpmn.spiff.matching import is_pinned
from engine.bpmn.spiff.moving import target_of_move
from engine.bpmn.spiff.routing import broadcast_signal, throw_code
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import set_local, visible_variables
from engine.bpmn.spiff.workflow import ProcessWorkflow
from engine.errors import EngineError, ErrorCode, failure
from engine.feel import Value

if TYPE_CHECKING:
    from engine.bpmn.execution import ExecutionServices
    from engine.bpmn.spiff.definition import ProcessDefinition

RUNNING_STATES = TaskState.STARTED | TaskState.WAITING


class Instance:
    def __init__(self, definition: ProcessDefinition, services: ExecutionServices, instance_id: str) -> None:
        self.workflow = ProcessWorkflow(definition, services, instance_id)

    @classmethod
    def around(cls, workflow: ProcessWorkflow) -> Instance:
        """The instance of a workflow that is at rest."""
        instance = cls.__new__(cls)
        instance.workflow = workflow
        return instance

    # ---- commands ------------------------------------------------------------------------------------------------

    def begin(self, variables: Mapping[str, Value], start_event_id: str | None) -> None:
        definition = self.workflow.definition
        if start_event_id is None:
            startable = definition.none_start is not None
        else:
            startable = any(start.element_id == start_event_id for start in definition.start_events)
        if not startable:
            known = [start.element_id for start in definition.start_events]
            raise failure(
                ErrorCode.RUN_UNKNOWN_PROCESS,
                f"process {definition.process_id} has no start event "
                f"{start_event_id or 'without an event definition'}; it has {', '.join(known) or 'none'}.",
                hint="start it by the message or signal that its start event names",
                file=definition.file,
            )
        root = ElementTask(self.workflow, definition.spec.start, None, TaskState.FUTURE, number=0)
        self.workflow.task_tree = root
        root.kept[INITIAL] = dict(variables)
        if start_event_id is not None:
            root.notes[START_EVENT] = start_event_id
            if definition.process.elements[start_event_id].outputs:  # its mappings say what becomes of the payload
                root.kept[PAYLOAD] = root.kept.pop(INITIAL)
        root.make_ready()
        self.workflow.run_to_rest()

    def complete_job(self, element_instance_id: str, variables: Mapping[str, Value]) -> None:
        task = self._waiting(element_instance_id, JOB, "a job")
        task.task_spec.finish(task, variables)
        self.workflow.run_to_rest()

    def complete_user_task(self, element_instance_id: str, variables: Mapping[str, Value]) -> None:
        task = self._waiting(element_instance_id, USER_TASK, "a user task")
        task.task_spec.finish(task, variables)
        self.workflow.run_to_rest()

    def throw_error(self, element_instance_id: str, code: str, message: str, variables: Mapping[str, Value]) -> None:
        task = self._live(element_instance_id)
        kind = JOB if JOB in task.notes else USER_TASK
        self._waiting(element_instance_id, kind, "a job or user task")
        del task.notes[kind]
        if not throw_code(task, EventKind.ERROR, code, dict(variables)):
            self.workflow.fail(task, unhandled_error(task.task_spec.element, code, message).problem)
        self.workflow.run_to_rest()

    def deliver_message(self, element_instance_id: str, message_name: str, variables: Mapping[str, Value]) -> None:
        task = self._live(element_instance_id)
        if task.notes.get("message") != message_name:
            raise self._not_waiting(task, f'the message "{message_name}"')
        self._occur(task, variables)

    def fire_timer(self, element_instance_id: str, timer_id: str) -> None:
        task = self._live(element_instance_id)
        if task.notes.get("timer", {}).get("id") != timer_id:
            raise self._not_waiting(task, f"the timer {timer_id}")
        self._occur(task, {})

    def deliver_signal(self, name: str, variables: Mapping[str, Value]) -> None:
        broadcast_signal(self.workflow, name, dict(variables))
        self.workflow.run_to_rest()

    def retry(self, element_instance_id: str) -> None:
        task = self._live(element_instance_id)
        if task._state != TaskState.ERROR:
            raise self._not_waiting(task, "a retry")
        if task.notes.get("listener"):
            task._set_state(TaskState.WAITING)
            self.workflow.watch_condition(task)
        else:
            task.make_ready()
        self.workflow.run_to_rest()

    def set_variables(self, element_instance_id: str, variables: Mapping[str, Value]) -> None:
        set_local(self._live(element_instance_id), dict(variables))
        self.workflow.run_to_rest()

    def move_token(self, element_instance_id: str, element_id: str) -> None:
        task = self._live(element_instance_id)
        spec = target_of_move(task, element_id)
        task.host.add_token(spec)  # before the other goes: a scope is never empty in between
        task.cancel()
        self.workflow.run_to_rest()

    def postpone_timers(self, due: Mapping[str, datetime]) -> None:
        armed = {task.notes["timer"]["id"]: task for task in self.workflow.by_age() if "timer" in task.notes}
        for timer_id, instant in due.items():
            if timer_id not in armed:
                raise failure(ErrorCode.RUN_STATE, f"no timer {timer_id} is set in {self.workflow.instance_id}.")
            task = armed[timer_id]
            task.task_spec.trigger.postpone(task, instant)

    def terminate(self) -> None:
        root = self._live(self.workflow.instance_id)
        self.workflow.final_variables = dict(root.variables)
        root.cancel()
        self.workflow.terminated = True
        self.workflow.report(InstanceTerminated, root)

    # ---- reading -------------------------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        if self.workflow.terminated:
            return "terminated"
        return "completed" if self.workflow.completed else "active"

    @property
    def variables(self) -> dict[str, Value]:
        if self.status != "active":
            return dict(self.workflow.final_variables)
        return dict(self.workflow.task_tree.variables)

    def visible_variables(self, element_instance_id: str) -> dict[str, Value]:
        return visible_variables(self._live(element_instance_id))

    def element(self, element_instance_id: str) -> Element:
        return self._live(element_instance_id).task_spec.element

    def active_elements(self) -> list[tuple[str, str]]:
        return [
            (task.task_spec.element.id, task.id)
            for task in self.workflow.by_age()
            if not task.task_spec.is_process and task.is_active
        ]

    def versions_to_leave(self, new: ProcessDefinition) -> list[str]:
        processes = [task for task in self.workflow.by_age() if task.task_spec.is_process and not is_pinned(task)]
        running = [task.task_spec._wf_spec.definition for task in processes]
        return [
            old.diagram_hash
            for old in running
            if old.process_id == new.process_id and old.diagram_hash != new.diagram_hash
        ]

    def take_effects(self) -> list[Effect]:
        taken, self.workflow.effects = self.workflow.effects, []
        return taken

    # ---- helpers -------------------------------------------------------------------------------------------------

    def _occur(self, task: ElementTask, variables: Mapping[str, Value]) -> None:
        try:
            task.task_spec.occur(task, dict(variables))
        except ElementFailure as found:
            self.workflow.fail(task, found.problem)
        self.workflow.run_to_rest()

    def _live(self, element_instance_id: str) -> ElementTask:
        task: ElementTask | None = self.workflow.tasks.get(element_instance_id)
        if task is None:
            raise failure(
                ErrorCode.RUN_STATE,
                f"element instance {element_instance_id} is not active in instance {self.workflow.instance_id} "
                f"({self.status}).",
                hint="it has been completed or cancelled since; read the instance again",
            )
        return task

    def _waiting(self, element_instance_id: str, note: str, what: str) -> ElementTask:
        task = self.workflow.tasks.get(element_instance_id) or self._live(element_instance_id)
        if note not in task.notes or not task._state & RUNNING_STATES:
            raise self._not_waiting(task, what)
        return task

    def _not_waiting(self, task: ElementTask, what: str) -> EngineError:
        return failure(
            ErrorCode.RUN_STATE,
            f"expected an element that waits for {what}, but {task.task_spec.element.label} ({task.id}) does not.",
            hint="read the instance again: the element has gone on or waits for something else",
            element_id=task.task_spec.element.id,
        )
