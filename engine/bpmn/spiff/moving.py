"""Where an operator may move a token: to an element of the same scope that a token may stand on."""

from __future__ import annotations

from engine.bpmn.model import Element, ElementType
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.elements.loop_body import LoopBody
from engine.bpmn.spiff.task import ElementTask
from engine.errors import EngineError, ErrorCode, did_you_mean, failure

JOINS = frozenset({ElementType.PARALLEL_GATEWAY, ElementType.INCLUSIVE_GATEWAY})
NO_TOKEN_STANDS_THERE = {
    ElementType.BOUNDARY_EVENT: "a boundary event waits beside its activity",
    ElementType.EVENT_SUB_PROCESS: "an event sub-process begins by its event",
    ElementType.START_EVENT: "a start event begins its scope",
}


def target_of_move(task: ElementTask, element_id: str) -> ElementSpec:
    """The spec of *element_id*, where the token of *task* may go. Errors: RUN_MOVE with the reason."""
    own = task.task_spec
    if own.is_process or task.parent is None:
        raise _refused(own.element, "a process is not moved.", "move what is active in it, or cancel the instance")
    if not task.is_active:
        raise _refused(
            own.element, "it waits for an event and holds no token.", "move the activity or gateway it is at"
        )
    if isinstance(task.parent.task_spec, LoopBody):
        hint = f"move the whole activity: its element instance is {task.parent.id}"
        raise _refused(own.element, "it is one run of a repeated activity, which would miss it.", hint)
    process = own._wf_spec.definition.process
    target = process.elements.get(element_id)
    if target is None:
        raise failure(
            ErrorCode.RUN_MOVE,
            f'the process {process.id} has no element "{element_id}".{did_you_mean(element_id, process.elements)}',
            element_id=own.element.id,
        )
    if target.parent != own.element.parent:
        raise _refused(
            own.element,
            f"{target.label} stands in the scope {target.parent}, and the token in {own.element.parent}.",
            "move a token within its own process or sub-process; to leave or enter one, move the sub-process itself",
        )
    if target.type in NO_TOKEN_STANDS_THERE:
        why = f"{NO_TOKEN_STANDS_THERE[target.type]}, and no token is put there."
        raise _refused(own.element, f"{target.label}: {why}", "name the element behind it")
    if target.type in JOINS and len(target.incoming) > 1:
        raise _refused(
            own.element,
            f"{target.label} joins the tokens of its sequence flows, and this one would come by none of them.",
            "name an element before or behind the join",
        )
    spec: ElementSpec = own._wf_spec.task_specs[element_id]
    return spec


def _refused(element: Element, why: str, hint: str) -> EngineError:
    return failure(
        ErrorCode.RUN_MOVE, f"the token at {element.label} is not moved: {why}", hint=hint, element_id=element.id
    )
