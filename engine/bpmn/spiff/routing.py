"""Who catches a thrown error, escalation or signal. Errors and escalations go outwards by scope (BPMN 10.5.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.model import EventKind
from engine.feel import Value

if TYPE_CHECKING:
    from engine.bpmn.spiff.elements.base import ElementSpec
    from engine.bpmn.spiff.task import ElementTask
    from engine.bpmn.spiff.workflow import ProcessWorkflow


def throw_code(task: ElementTask, kind: EventKind, code: str | None, payload: dict[str, Value]) -> bool:
    """Throw an error or escalation at *task*; False when nobody from there outwards catches it.

    Asked in turn: the boundary events of the activity, then the event sub-processes of the scope around it, then the
    boundary events of that scope, and so on outwards. In one place an exact code goes before a catch-all. An event
    sub-process does not catch what it throws itself.
    """
    place, inside = task, task
    while True:
        handlers = tuple(spec for spec in place.task_spec.event_sub_processes if spec is not inside.task_spec)
        for specs in (handlers, place.task_spec.boundary):
            catcher = _catcher(place, specs, kind, code) if specs else None
            if catcher is not None:
                catcher.task_spec.occur(catcher, payload)
                return True
        if place.parent is None:
            return False
        place, inside = place.parent, place


def _catcher(
    place: ElementTask, specs: tuple[ElementSpec, ...], kind: EventKind, code: str | None
) -> ElementTask | None:
    """The armed listener of one of *specs* directly below *place* that takes *code*."""
    catch_all = None
    for child in place.children:
        if child.task_spec not in specs or child._state != TaskState.WAITING:
            continue
        event = child.task_spec.trigger.event
        if event.kind is not kind:
            continue
        if event.code == code and code is not None:
            return child
        if event.code is None:
            catch_all = catch_all or child
    return catch_all


def broadcast_signal(workflow: ProcessWorkflow, name: str, payload: dict[str, Value]) -> None:
    """Let every element of this instance that waits for signal *name* have it, oldest first, each once."""
    for task in [task for task in workflow.by_age() if task.notes.get("signal") == name]:
        if workflow.tasks.get(task.id) is task and task.notes.get("signal") == name:
            task.task_spec.occur(task, dict(payload))
