"""One process instance as a SpiffWorkflow workflow: the queue of ready tasks and the loop that runs them to rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.bpmn.effects import Effect, ElementEffect, ElementFailed, ExpressionWarned
from engine.bpmn.expressions import Expression
from engine.bpmn.failure import ElementFailure
from engine.bpmn.spiff.task import READY, ElementTask
from engine.errors import ErrorCode, Problem
from engine.feel import Value

if TYPE_CHECKING:
    from engine.bpmn.execution import ExecutionServices
    from engine.bpmn.spiff.definition import ProcessDefinition


STEP_LIMIT = 100_000


def limit_reached(what: str) -> ElementFailure:
    return ElementFailure(
        Problem(
            ErrorCode.BPMN_LIMIT,
            f"stopped, because {what}.",
            hint="correct the loop in the diagram, or retry to go on for as long again",
        )
    )


class ProcessWorkflow(Workflow):
    """See the module. `tasks` holds the live element instances only, `effects` what they did since last asked."""

    def __init__(self, definition: ProcessDefinition, services: ExecutionServices, instance_id: str) -> None:
        # spiff: stock's own also makes events, locks and data that nothing here uses
        self.spec = definition.spec
        self.tasks: dict[str, ElementTask] = {}
        self.completed = False
        self.definition = definition
        self.services = services
        self.instance_id = instance_id
        self.last_number = 0
        self.effects: list[Effect] = []
        self.terminated = False
        self.final_variables: dict[str, Value] = {}
        self._local: tuple[datetime, datetime] | None = None
        self.ready: deque[ElementTask] = deque()
        self._changed: set[str] = set()
        self._just_armed: list[ElementTask] = []
        self._conditions: dict[str, ElementTask] = {}
        self._joins: dict[str, ElementTask] = {}

    # ---- what tasks need -----------------------------------------------------------------------------------------

    def local_now(self) -> datetime:
        """The present instant on the clock of the law's zone, so that FEEL's today() is the day that it is there."""
        now = self.services.now()
        if self._local is None or self._local[0] is not now:
            self._local = (now, now.astimezone(self.services.time_zone))
        return self._local[1]

    def report(self, effect_type: type[ElementEffect], task: ElementTask, **details: Any) -> None:
        """Append an effect of *effect_type* about *task*."""
        element = task.task_spec.element
        self.effects.append(
            effect_type(  # type: ignore[arg-type]
                element_id=element.id, element_instance_id=task.id, clauses=element.clauses, **details
            )
        )

    def warn(self, task: ElementTask, expression: Expression, reasons: list[Problem]) -> None:
        """An expression gave a null that the element lives with: the reasons are kept for the log."""
        self.report(ExpressionWarned, task, part=expression.location.part or "", problems=tuple(reasons))

    def fail(self, task: ElementTask, problem: Problem) -> None:
        """Stop *task* with an incident; it keeps its place and its boundary events."""
        task._set_state(TaskState.ERROR)
        element = task.task_spec.element
        clause = "; ".join(element.clauses) or None
        placed = problem.at(file=self.file_of(task), element_id=element.id, clause=clause)
        self.report(ElementFailed, task, problem=placed)

    def file_of(self, task: ElementTask) -> str:
        return task.task_spec._wf_spec.definition.file

    def variables_changed(self, names: Iterable[str]) -> None:
        if self._conditions:
            self._changed.update(names)

    def watch_condition(self, task: ElementTask, *, ask_now: bool = True) -> None:
        """Ask *task* whenever variables change; and once when it is armed, also if no variable changes."""
        self._conditions[task.id] = task
        if ask_now:
            self._just_armed.append(task)

    def watch_join(self, task: ElementTask) -> None:
        """Ask the inclusive join *task* whenever the instance comes to rest."""
        self._joins[task.id] = task

    def forget(self, task: ElementTask) -> None:
        """Take *task* and what is left below it out of the tree."""
        if self._conditions:
            self._conditions.pop(task.id, None)
        if self._joins:
            self._joins.pop(task.id, None)
        parent = task.parent
        if parent is None:
            self.tasks.clear()
        elif self.tasks.pop(task.id, None) is not None:
            if task.inside:
                for child in task.children:
                    self.forget(child)
            del parent.inside[task.number]

    def by_age(self) -> list[ElementTask]:
        """All live tasks, oldest first: an order that survives save and load."""
        return _by_age(self.tasks.values())

    # ---- SpiffWorkflow's hooks -----------------------------------------------------------------------------------

    def _task_completed_notify(self, task: ElementTask) -> None:
        # spiff: stock keeps the history in the tree and scans it after each task
        parent = task.parent
        self.forget(task)
        if parent is None:
            self.completed = True
        else:
            parent.task_spec.on_child_gone(parent)

    # ---- the loop ------------------------------------------------------------------------------------------------

    def run_to_rest(self) -> None:
        """Run until nothing is ready. A failing element stops alone; the other paths go on.

        An element that is reached after `STEP_LIMIT` others in one command fails: such a diagram goes round without
        ever waiting.
        """
        steps = 0
        ready, tasks = self.ready, self.tasks
        while True:
            while ready:
                steps += 1
                task = ready.popleft()
                if task._state != READY or tasks.get(task.id) is not task:
                    continue  # interrupted while it was queued
                try:
                    if steps > STEP_LIMIT:
                        raise limit_reached(f"{STEP_LIMIT} elements ran in one command without a wait")
                    task.run()
                except ElementFailure as failure:
                    self.fail(task, failure.problem)
                if self._changed or self._just_armed:
                    self._ask_conditions()
            if self._changed or self._just_armed:
                self._ask_conditions()
            if not ready and not (self._joins and self._fire_inclusive_joins()):
                return

    def _ask_conditions(self) -> None:
        """Let conditional events see the variables that changed and those events that have just been armed."""
        while self._changed or self._just_armed:
            changed, self._changed = self._changed, set()
            armed, self._just_armed = self._just_armed, []
            for task in _by_age(self._conditions.values() if changed else armed):
                if self.tasks.get(task.id) is task and task._state in (TaskState.WAITING, TaskState.STARTED):
                    names = None if task in armed else changed
                    try:
                        task.task_spec.ask_condition(task, names)
                    except ElementFailure as failure:
                        self.fail(task, failure.problem)

    def _fire_inclusive_joins(self) -> bool:
        """At rest, an inclusive join that no token can reach any more goes on. True when one did.

        One at a time in each scope: the tokens that it sends on may be on their way to the next.
        """
        moving: set[str] = set()
        for task in _by_age(self._joins.values()):
            scope = task.host.id
            waits = self.tasks.get(task.id) is task and task._state == TaskState.WAITING
            if waits and scope not in moving and task.task_spec.join_at_rest(task):
                moving.add(scope)
        return bool(moving)


def _by_age(tasks: Iterable[ElementTask]) -> list[ElementTask]:
    return sorted(tasks, key=lambda task: task.number)
