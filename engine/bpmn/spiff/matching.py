"""Which element of a new version an active element goes on as, and why it cannot where it cannot.

An element maps to the one with its id, or to the one that an explicit mapping names. Both must be of one type and kind,
and in scopes that map to each other: what is active keeps its variables and what it has done, so it must mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.migration import MappedElement, MigrationCheck
from engine.bpmn.model import Element, ElementType, EventDefinition, EventKind, MultiInstance, StandardLoop
from engine.bpmn.spiff.elements.job_element import JOB, JobElement
from engine.bpmn.spiff.elements.user_task import USER_TASK
from engine.bpmn.spiff.moving import JOINS
from engine.bpmn.spiff.task import ElementTask
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean

if TYPE_CHECKING:
    from engine.bpmn.spiff.definition import ProcessDefinition
    from engine.bpmn.spiff.workflow import ProcessWorkflow

CATCHING = frozenset({ElementType.INTERMEDIATE_CATCH_EVENT, ElementType.RECEIVE_TASK})
OF_JOB: dict[str, Callable[[Element], object]] = {
    "job type": lambda e: e.job_type,
    "headers": lambda e: dict(e.headers),
    "retries": lambda e: e.retries,
    "inputs": lambda e: e.inputs,
}
OF_USER_TASK: dict[str, Callable[[Element], object]] = {
    "form": lambda e: e.form_id,
    "assignee": lambda e: e.assignee,
    "candidate groups": lambda e: e.candidate_groups,
    "candidate users": lambda e: e.candidate_users,
    "due date": lambda e: e.due_date,
    "inputs": lambda e: e.inputs,
}


class Matching:
    """The elements of *old* and what they map to in *new*."""

    def __init__(self, old: ProcessDefinition, new: ProcessDefinition, mapping: Mapping[str, str]) -> None:
        self.old, self.new = old, new
        self._mapping = mapping

    def id_of(self, element_id: str) -> str:
        """The id in the new version; the process itself maps to itself."""
        return self._mapping.get(element_id, element_id)

    def element(self, element_id: str) -> Element | None:
        return self.new.process.elements.get(self.id_of(element_id))

    def check(self, task: ElementTask) -> MappedElement | list[Problem]:
        """What the active element instance *task* goes on as, or why it cannot."""
        element = task.task_spec.element
        target = self.element(element.id)
        reasons = [self._missing(element)] if target is None else list(self._why_not(task, target))
        if target is not None and not reasons:
            return MappedElement(element.id, task.id, target.id, tuple(self._remarks(task, target)))
        place = Location(file=self.new.file, element_id=element.id, part=task.id)
        return [
            Problem(ErrorCode.RUN_MIGRATION, f"{element.label} ({task.id}) {why}", place, hint=hint)
            for why, hint in reasons
        ]

    def flow_id(self, gateway: Element, flow_id: str) -> str | None:
        """The flow into *gateway* of the new version by which a token that came by *flow_id* would have come."""
        if flow_id in gateway.incoming:
            return flow_id
        before = self.old.process.flows.get(flow_id)
        source = None if before is None else self.id_of(before.source)
        same = [each for each in gateway.incoming if self.new.process.flows[each].source == source]
        return same[0] if len(same) == 1 else None

    def counterpart(self, new_id: str, candidates: Iterator[Element]) -> Element | None:
        """The one of some elements of the old version that maps to *new_id*."""
        return next((element for element in candidates if self.id_of(element.id) == new_id), None)

    # ---- reasons and remarks -------------------------------------------------------------------------------------

    def _missing(self, element: Element) -> tuple[str, str]:
        wanted = self.id_of(element.id)
        near = did_you_mean(wanted, self.new.process.elements)
        hint = "map it to the element that takes its place, or move the token first"
        return f'has no counterpart: the new version has no element "{wanted}".{near}', hint

    def _why_not(self, task: ElementTask, target: Element) -> Iterator[tuple[str, str]]:
        element = task.task_spec.element
        before, after = _kind(element), _kind(target)
        if before != after:
            yield f"is {before} and would become {after}.", "map it to an element of its own kind"
            return
        if self.id_of(element.parent) != target.parent:
            yield (
                f"stands in the scope {element.parent} and would stand in {target.parent}.",
                "keep the element in its scope, or map the scope too",
            )
        via = task.notes.get("via", "")
        if element.type in JOINS and via and task._state == TaskState.WAITING and self.flow_id(target, via) is None:
            yield (
                f"waits there with a token that came by {via}, which leads there no more.",
                "keep a flow from the same element, or move the token first",
            )

    def _remarks(self, task: ElementTask, target: Element) -> Iterator[str]:
        element = task.task_spec.element
        for note, fields, what in ((JOB, OF_JOB, "job"), (USER_TASK, OF_USER_TASK, "user task")):
            if note in task.notes and isinstance(task.task_spec, JobElement) == (note == JOB):
                changed = [name for name, read in fields.items() if read(element) != read(target)]
                if changed:
                    yield f"its {what} stays as it was created; {', '.join(changed)} differ in the new version"
        if element.called_process != target.called_process:
            yield f"the process that it has called goes on; the new version would call {target.called_process}"
        if element.type in CATCHING and element.event != target.event:
            yield f"it waits anew: {describe(target.event)} instead of {describe(element.event)}"
        old_ones = {self.id_of(each.id): each for each in self.old.process.boundary_events(element.id)}
        new_ones = {each.id: each for each in self.new.process.boundary_events(target.id)}
        for event_id, event in new_ones.items():
            if event_id not in old_ones:
                yield f"the boundary event {event.label} is added"
            elif old_ones[event_id].event != event.event:
                yield f"the boundary event {event.label} waits anew: {describe(event.event)}"
        for event_id, event in old_ones.items():
            if event_id not in new_ones:
                yield f"the boundary event {event.label} is gone"


Matchings = dict[str, Matching]
"""What becomes of each process in an instance that changes: the instance's own, and those that it has called."""


def matchings_of(workflow: ProcessWorkflow, new: ProcessDefinition, mapping: Mapping[str, str]) -> Matchings:
    """By the id of its element instance, each process of the tree that is to go on as *new* draws it.

    Those are all of its process id, the instance's own or called. What a call activity has called from its own
    file (binding `deployment`) follows the caller into the file that this one goes to, and goes nowhere without it.
    Errors: RUN_MIGRATION when that file draws no such process.
    """
    found: Matchings = {}
    for task in workflow.by_age():
        if not task.task_spec.is_process:
            continue
        old = task.task_spec._wf_spec.definition
        target = new if old.process_id == new.process_id else None
        if is_pinned(task):
            caller = found.get(process_of(task.host).id)
            target = None if caller is None else _beside(caller.new, task, workflow)
        if target is not None and target.diagram_hash != old.diagram_hash:
            found[task.id] = Matching(old, target, mapping)
    return found


def is_pinned(process: ElementTask) -> bool:
    """Whether *process* was called by a call activity that is bound to its own file."""
    return process.parent is not None and process.parent.task_spec.element.call_binding == "deployment"


def _beside(caller: ProcessDefinition, called: ElementTask, workflow: ProcessWorkflow) -> ProcessDefinition:
    """The called process as the file draws it in which the caller goes on."""
    process_id = called.task_spec._wf_spec.definition.process_id
    try:
        return workflow.services.process(process_id, caller.diagram_hash)
    except EngineError as cause:
        call = called.host.task_spec.element
        raise EngineError(
            Problem(
                ErrorCode.RUN_MIGRATION,
                f"{call.label} ({called.host.id}) has called {process_id}, which the new version draws no more.",
                Location(file=caller.file, element_id=call.id, part=called.host.id),
                hint="keep the process in the file until what was called is done",
            )
        ) from cause


def check_all(workflow: ProcessWorkflow, matchings: Matchings) -> MigrationCheck:
    """What becomes of every active element instance of the processes that change; the others stay as they are."""
    mapped: list[MappedElement] = []
    problems: list[Problem] = []
    for task in workflow.by_age():
        matching = None if task.task_spec.is_process else matchings.get(process_of(task).id)
        if matching is None or is_listener(task):
            continue
        answer = matching.check(task)
        if isinstance(answer, MappedElement):
            mapped.append(answer)
        else:
            problems += answer
    return MigrationCheck(tuple(mapped), tuple(problems))


def process_of(task: ElementTask) -> ElementTask:
    """The process that *task* is part of, or is: the instance's own or one that a call activity has called."""
    while not task.task_spec.is_process:
        task = task.host
    return task


def is_listener(task: ElementTask) -> bool:
    """Whether *task* holds no token, even if an incident has stopped it."""
    return bool(task.notes.get("listener"))


def _kind(element: Element) -> str:
    """What must not change, in words: type, event, marker, and whether a worker does it."""
    loop = element.loop
    marker = ""
    if isinstance(loop, StandardLoop):
        marker = " in a standard loop"
    elif isinstance(loop, MultiInstance):
        marker = f" as {'sequential' if loop.sequential else 'parallel'} multi-instance"
    event = "" if element.event.kind is EventKind.NONE else f" ({element.event.kind})"
    job = " done by a job" if element.job_type else ""
    return f"a {element.type}{event}{job}{marker}"


def describe(event: EventDefinition) -> str:
    parts = (event.kind, event.name, event.correlation_key, event.expression, event.code)
    return " ".join(str(part) for part in parts if part)
