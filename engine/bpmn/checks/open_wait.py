"""[no-open-wait] Every wait has a way out: a timer beside it, or the reading that says that no limit is set."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import problem_at
from engine.bpmn.model import Diagram, Element, ElementType, EventKind, Process
from engine.errors import ErrorCode, Problem

OUTSIDE = frozenset({EventKind.MESSAGE, EventKind.SIGNAL, EventKind.CONDITIONAL})


def check_open_wait(diagram: Diagram) -> Iterator[Problem]:
    """User tasks have a due date instead (user-task-complete): a person can be reminded, a message cannot."""
    for process in diagram.processes.values():
        for element in process.elements.values():
            if not _waits_for_the_outside(process, element) or _has_timer(process, element) or cites_reading(element):
                continue
            yield problem_at(
                diagram,
                element,
                ErrorCode.BPMN_STYLE,
                f'"{element.label}" waits for something that may never come, and nothing ends the wait.',
                "race it against a timer with a deadline's date, or cite the reading that says that no limit is set",
            )


def cites_reading(element: Element) -> bool:
    """Whether its documentation opens with a reading among its clauses: an id without the prefix of a register."""
    return any(":" not in clause for clause in element.clauses)


def _waits_for_the_outside(process: Process, element: Element) -> bool:
    if element.type is ElementType.EVENT_BASED_GATEWAY:
        return True
    if element.type is ElementType.RECEIVE_TASK:
        return not _behind_event_gateway(process, element)
    catches = element.type is ElementType.INTERMEDIATE_CATCH_EVENT and element.event.kind in OUTSIDE
    return catches and not _behind_event_gateway(process, element)


def _behind_event_gateway(process: Process, element: Element) -> bool:
    sources = (process.elements[process.flows[flow].source] for flow in element.incoming)
    return any(source.type is ElementType.EVENT_BASED_GATEWAY for source in sources)


def _has_timer(process: Process, element: Element) -> bool:
    """A timer at the element, among the branches of its gateway, or around a scope that it lies in."""
    if element.type is ElementType.EVENT_BASED_GATEWAY:
        targets = (process.elements[process.flows[flow].target] for flow in element.outgoing)
        if any(target.event.kind is EventKind.TIMER for target in targets):
            return True
    here: Element | None = element
    while here is not None:
        if any(
            event.event.kind is EventKind.TIMER and event.interrupting for event in process.boundary_events(here.id)
        ):
            return True
        if any(_is_timer_handler(process, each) for each in process.children(here.parent)):
            return True
        here = process.elements.get(here.parent)
    return False


def _is_timer_handler(process: Process, element: Element) -> bool:
    return element.type is ElementType.EVENT_SUB_PROCESS and any(
        start.type is ElementType.START_EVENT and start.event.kind is EventKind.TIMER and start.interrupting
        for start in process.children(element.id)
    )
