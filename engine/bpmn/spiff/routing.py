"""Who catches a thrown error, escalation or signal. Errors and escalations go outwards by scope (BPMN 10.5.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.model import EventKind
from engine.feel import Value

if TYPE_CHECKING:
    from engine.bpmn.spiff.task import ElementTask
    from engine.bpmn.spiff.workflow import ProcessWorkflow


def throw_code(task: ElementTask, kind: EventKind, code: str | None, payload: dict[str, Value]) -> bool:
    """Throw an error or escalation at *task*; False when nobody from there outwards catches it.

    Asked in turn: the boundary events of the activity, then the event sub-processes of the scope around it, then the
    same one scope further out. An exact code goes before a catch-all.
    """
    place: ElementTask | None = task
    while place is not None:
        catcher = _catcher(place, kind, code)
        if catcher is not None:
            catcher.task_spec.occur(catcher, payload)
            return True
        place = place.parent
    return False


def _catcher(place: ElementTask, kind: EventKind, code: str | None) -> ElementTask | None:
    """The armed listener directly below *place* that takes *code*: a boundary event or an event sub-process."""
    catch_all = None
    for child in place.children:
        if child._state != TaskState.WAITING or not child.task_spec.listens:
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
