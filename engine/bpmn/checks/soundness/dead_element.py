"""[dead-element] An element that no run reaches, although sequence flows lead to it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.soundness.exploration import Exploration
from engine.bpmn.checks.soundness.finding import problem_of
from engine.bpmn.model import Element, ElementType, EventKind
from engine.errors import Problem


def check_dead_element(found: Exploration) -> Iterator[Problem]:
    """Nothing is said where the exploration was cut short: by its bound, or at a way with two tokens."""
    if found.bound_met or found.doubled:
        return
    elements, flows = found.process.elements, found.process.flows
    dead = {element.id for element in elements.values() if _takes_part(element) and element.id not in found.acted}
    for element_id in dead:
        element = elements[element_id]
        before = {flows[flow].source for flow in element.incoming}
        if {element.attached_to, element.parent} & dead or (before and before <= dead):
            continue  # told at the first element of the dead way
        yield problem_of(
            found,
            element,
            f'"{element.label}" is never reached: {_reason(found, element)}.',
            "remove it, or correct the gateway or event before it",
        )


def _takes_part(element: Element) -> bool:
    """Whether the element acts by itself: handlers do so by their start events, links by what throws them."""
    link_target = element.type is ElementType.INTERMEDIATE_CATCH_EVENT and element.event.name and not element.incoming
    inner_start = element.type is ElementType.START_EVENT and element.event.kind is EventKind.NONE
    return element.type is not ElementType.EVENT_SUB_PROCESS and not link_target and not inner_start


def _reason(found: Exploration, element: Element) -> str:
    if element.type is ElementType.BOUNDARY_EVENT and element.attached_to:
        host = found.process.elements[element.attached_to]
        return f'nothing inside "{host.label}" throws what it catches'
    if element.type is ElementType.START_EVENT:
        return "nothing around it throws what it catches"
    if len(element.incoming) > 1:
        return "not all of its ways in are ever taken together"
    return "no token gets past the element before it"
