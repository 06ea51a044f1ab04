"""An instance goes on in another version of its process: same element instances, variables and data, new specs.

Element instances are taken over one by one. What waits for an event keeps waiting as it did where the event is drawn
as before (a timer keeps its due instant), and waits anew where it is drawn differently. Boundary events, event
sub-processes and alternatives of an event-based gateway that are new are armed, those that are gone are disarmed; one
that has occurred already does not come back. The process may be the instance's own, or be called in it once or often;
other processes in it stay as they are. Nothing of the old instance is changed: a refused migration is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.effects import ElementMigrated, ElementTerminated
from engine.bpmn.failure import ElementFailure
from engine.bpmn.migration import MappedElement, MigrationCheck
from engine.bpmn.model import Element, ElementType, Process
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.elements.catching import CatchingSpec, ListeningSpec
from engine.bpmn.spiff.elements.event_based_gateway import EventBasedGateway
from engine.bpmn.spiff.elements.event_sub_process import EventSubProcess
from engine.bpmn.spiff.elements.parallel_gateway import ParallelGateway
from engine.bpmn.spiff.elements.scope import BEGUN, ScopeSpec
from engine.bpmn.spiff.matching import Matching, Matchings, check_all, is_listener, matchings_of, process_of
from engine.bpmn.spiff.moving import JOINS
from engine.bpmn.spiff.task import ElementTask, Phase
from engine.bpmn.spiff.workflow import ProcessWorkflow
from engine.errors import EngineError, ErrorCode, Location, Problem

if TYPE_CHECKING:
    from engine.bpmn.spiff.definition import ProcessDefinition

ARMED = ("message", "timer", "signal", "condition")
ARMED_PHASES = frozenset({Phase.EXECUTE, Phase.OUTPUT, Phase.CHOOSE})


def check_migration(
    workflow: ProcessWorkflow, definition: ProcessDefinition, mapping: Mapping[str, str]
) -> MigrationCheck:
    """What would map and what would not; the instance is left alone."""
    return check_all(workflow, matchings_of(workflow, definition, mapping))


def migrate(
    workflow: ProcessWorkflow, copy: ProcessWorkflow, definition: ProcessDefinition, mapping: Mapping[str, str]
) -> tuple[ProcessWorkflow, tuple[MappedElement, ...]]:
    """The instance under *definition*, at rest, with its effects. *copy* is a second loading of it, to be used up.

    Errors: RUN_MIGRATION with every reason why it cannot go on there.
    """
    matchings = matchings_of(workflow, definition, mapping)
    check = check_all(workflow, matchings)
    if check.problems:
        raise EngineError(*check.problems)
    own = matchings.get(workflow.instance_id)
    target = workflow.definition if own is None else own.new
    moving = _Moving(copy, ProcessWorkflow(target, workflow.services, workflow.instance_id), matchings)
    moving.run()
    return moving.new, check.elements


class _Moving:
    """From the workflow *old*, which is used up, to *new*."""

    def __init__(self, old: ProcessWorkflow, new: ProcessWorkflow, matchings: Matchings) -> None:
        self.old, self.new, self.matchings = old, new, matchings
        self._taken: dict[str, ElementTask] = {}

    def run(self) -> None:
        self.new.last_number = self.old.last_number
        for task in self.old.by_age():
            matching = self._matching(task)
            if matching is None:
                self._copy(task, task.task_spec)
            elif is_listener(task):
                self._take_over_listener(task, matching)
            else:
                self._take_over(task, matching)
        self.new.effects = [*self.old.effects, *self.new.effects]
        taken = [(task, matching) for task in self.new.by_age() if (matching := self._matching(task)) is not None]
        for task, matching in taken:
            self._arm_what_is_new(task, matching)
        for task in self.new.by_age():
            task.task_spec.on_loaded(task)
        self._look_at_joins([task for task, _ in taken])
        self.new.run_to_rest()

    # ---- taking over ---------------------------------------------------------------------------------------------

    def _matching(self, task: ElementTask) -> Matching | None:
        """That of the process which *task* is part of; None where that one stays as it is."""
        return self.matchings.get(process_of(task).id)

    def _take_over(self, task: ElementTask, matching: Matching) -> None:
        old_spec, spec = task.task_spec, self._spec_of(task.task_spec, matching)
        waits_anew = (
            isinstance(spec, CatchingSpec)
            and not isinstance(spec, ListeningSpec)
            and spec.trigger.event != old_spec.trigger.event
            and any(note in task.notes for note in ARMED)
        )
        if waits_anew:
            old_spec.trigger.disarm(task)
        via = task.notes.get("via")
        if via and spec.element.type in JOINS:
            task.notes["via"] = matching.flow_id(spec.element, via) or via
        if "process" in task.notes:
            task.notes["process"] = [matching.new.process_id, matching.new.diagram_hash]
        copy = self._copy(task, spec)
        if waits_anew:
            self._arm(copy, lambda: spec.trigger.arm(copy))

    def _take_over_listener(self, task: ElementTask, matching: Matching) -> None:
        """Keep a listener whose event is drawn as before, at the same place; disarm any other."""
        host = self._taken[task.host.id]
        wanted = matching.id_of(task.task_spec.element.id)
        spec = next((spec for spec in _listeners(host.task_spec) if spec.element.id == wanted), None)
        if spec is None or spec.trigger.event != task.task_spec.trigger.event:
            task.task_spec.trigger.disarm(task)
            if task._state == TaskState.ERROR:
                element = task.task_spec.element
                self.old.report(ElementTerminated, task, element_type=element.type, name=element.name)
            return
        copy = self._copy(task, spec)
        if isinstance(host.task_spec, EventBasedGateway):
            copy.notes["listener"] = next(flow.id for flow in host.task_spec.flows if flow.target == spec.element.id)

    def _spec_of(self, spec: ElementSpec, matching: Matching) -> ElementSpec:
        if spec.is_process:
            root: ElementSpec = matching.new.spec.start
            return root
        suffix = spec.name.removeprefix(spec.element.id)
        found: ElementSpec = matching.new.spec.task_specs[matching.id_of(spec.element.id) + suffix]
        return found

    def _copy(self, task: ElementTask, spec: ElementSpec) -> ElementTask:
        parent = None if task.parent is None else self._taken[task.parent.id]
        copy = ElementTask(self.new, spec, parent, task._state, task.number)
        copy.phase, copy.variables, copy.kept = task.phase, dict(task.variables), dict(task.kept)
        copy.notes = json.loads(json.dumps(task.notes))  # plain JSON, and none of it shared
        self._taken[task.id] = copy
        if parent is None:
            self.new.task_tree = copy
        before, after = task.task_spec.element, spec.element
        if (before.id, before.name, before.clauses) != (after.id, after.name, after.clauses):
            self.new.report(ElementMigrated, copy, from_element_id=before.id, name=after.name)
        return copy

    # ---- arming --------------------------------------------------------------------------------------------------

    def _arm_what_is_new(self, task: ElementTask, matching: Matching) -> None:
        spec = task.task_spec
        armed = {child.task_spec.element.id for child in task.children}
        if isinstance(spec, EventBasedGateway):
            if task._state == TaskState.STARTED and task.phase is Phase.EXECUTE:
                for flow in spec.flows:
                    if flow.target not in armed:
                        self._arm(task, lambda flow=flow: spec.arm_alternative(task, flow))  # type: ignore[misc]
            return
        listeners = [*(spec.boundary if task.phase in ARMED_PHASES else ()), *self._open_event_sub_processes(task)]
        for listener in listeners:
            if listener.element.id not in armed and not self._has_occurred(task, listener, matching):
                self._arm(task, lambda listener=listener: listener.arm_at(task))  # type: ignore[misc]

    def _open_event_sub_processes(self, task: ElementTask) -> tuple[EventSubProcess, ...]:
        """Those of a scope that has begun and that no event sub-process has interrupted."""
        spec = task.task_spec
        if not isinstance(spec, ScopeSpec) or not task.notes.get(BEGUN):
            return ()
        running = [child.task_spec for child in task.children if not is_listener(child)]
        if any(isinstance(each, EventSubProcess) and each.trigger.element.interrupting for each in running):
            return ()
        return spec.event_sub_processes

    def _has_occurred(self, host: ElementTask, listener: ListeningSpec, matching: Matching) -> bool:
        """Whether the event was there before and is armed no more: it has occurred for the last time."""
        old_host = self.old.tasks.get(host.id)
        if old_host is None:
            return False
        drawn = _listened_elements(old_host.task_spec.element, matching.old.process)
        before = matching.counterpart(listener.element.id, iter(drawn))
        still = {child.task_spec.element.id for child in old_host.children if is_listener(child)}
        return before is not None and before.id not in still

    def _arm(self, task: ElementTask, arm: Callable[[], object]) -> None:
        try:
            arm()
        except ElementFailure as found:
            element = task.task_spec.element
            raise EngineError(
                Problem(
                    ErrorCode.RUN_MIGRATION,
                    f"{element.label} ({task.id}) cannot wait as the new version says: {found.problem.message}",
                    Location(file=task.task_spec._wf_spec.definition.file, element_id=element.id, part=task.id),
                    hint=found.problem.hint,
                )
            ) from found

    # ---- joins ---------------------------------------------------------------------------------------------------

    def _look_at_joins(self, taken: list[ElementTask]) -> None:
        """A parallel join may have all its tokens now, because the new version draws fewer flows into it."""
        for task in taken:
            if isinstance(task.task_spec, ParallelGateway) and self.new.tasks.get(task.id) is task:
                task.task_spec.join_if_complete(task)


def _listened_elements(element: Element, process: Process) -> list[Element]:
    """The boundary events of an activity, and the event sub-processes of a scope."""
    inside = [each for each in process.children(element.id) if each.type is ElementType.EVENT_SUB_PROCESS]
    return [*process.boundary_events(element.id), *inside]


def _listeners(spec: ElementSpec) -> list[CatchingSpec]:
    """The specs that may wait below a task of *spec*."""
    if isinstance(spec, EventBasedGateway):
        return [spec._wf_spec.task_specs[flow.target] for flow in spec.flows]
    inside = spec.event_sub_processes if isinstance(spec, ScopeSpec) else ()
    return [*spec.boundary, *inside]
