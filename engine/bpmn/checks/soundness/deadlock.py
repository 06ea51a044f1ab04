"""[deadlock] A marking with tokens of which none can ever move: most often a join that waits for a way not taken."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.soundness.exploration import Exploration
from engine.bpmn.checks.soundness.finding import problem_of
from engine.bpmn.checks.soundness.marking import Marking
from engine.bpmn.model import Element, ElementType
from engine.errors import Problem


def check_deadlock(found: Exploration) -> Iterator[Problem]:
    seen: set[str] = set()
    for marking in found.stuck():
        for element in _waiting(found, marking):
            if element.id in seen:
                continue
            seen.add(element.id)
            yield problem_of(
                found,
                element,
                f'"{element.label}" waits for ever: {_reason(found, element, marking)}.',
                "join only ways that are taken together, with a gateway of the same kind as the one that split them",
                example=found.way_to(marking),
            )


def _waiting(found: Exploration, marking: Marking) -> Iterator[Element]:
    for place in sorted(marking):
        kind, _, identifier = place.partition(":")
        if kind == "flow":
            yield found.process.elements[found.process.flows[identifier].target]
        elif kind == "at" and found.process.elements[identifier].type is not ElementType.SUB_PROCESS:
            yield found.process.elements[identifier]


def _reason(found: Exploration, element: Element, marking: Marking) -> str:
    if element.type is ElementType.CALL_ACTIVITY:
        return f'the process "{element.called_process}" that it calls cannot end'
    missing = [flow for flow in element.incoming if f"flow:{flow}" not in marking]
    if not missing:
        return "none of its ways out can be taken"
    sources = ", ".join(f'"{found.process.elements[found.process.flows[flow].source].label}"' for flow in missing)
    return f"no token comes any more from {sources}"
