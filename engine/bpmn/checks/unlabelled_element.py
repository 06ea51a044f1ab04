"""[label-form] Activities and events have a label: it is what people read in the timeline."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import ACTIVITIES, EVENTS, Diagram, Element, ElementType
from engine.errors import ErrorCode, Problem, Severity

VAGUE = frozenset({"handle", "process", "manage", "do"})


def check_unlabelled_element(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            fault = _fault(element)
            if fault is not None:
                yield problem_at(
                    diagram,
                    element,
                    ErrorCode.BPMN_STYLE,
                    f"[label-form] {fault[0]}",
                    fault[1],
                    severity=Severity.WARNING,
                )


def _fault(element: Element) -> tuple[str, str] | None:
    if element.type not in ACTIVITIES | EVENTS:
        return None
    if not element.name:
        begins_or_ends = element.type in (ElementType.START_EVENT, ElementType.END_EVENT)
        if begins_or_ends and element.parent != element.process_id:
            return None
        return f'"{element.id}" has no label.', 'name it: verb and object, such as "Verify household income"'
    if element.type in ACTIVITIES and element.name.split()[0].casefold() in VAGUE:
        return f'"{element.name}" does not say what is done.', "use a precise verb"
    return None
