"""[explicit-end] Every path ends in an end event that says with what outcome.

BPMN demands it where there is a start event, as in all that is executed (10.5.3): there is an end event then, and every
other flow node leads on.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import ACTIVITIES, GATEWAYS, Diagram, Element, ElementType, Process
from engine.errors import ErrorCode, Problem

HINT = "draw an end event that names the outcome"


def check_explicit_end(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        begun = _scopes_with(ElementType.START_EVENT, process)
        unended = begun - _scopes_with(ElementType.END_EVENT, process)
        scopes: list[Process | Element] = [process, *process.elements.values()]
        for scope in scopes:
            if scope.id in unended:
                message = f'[explicit-end] "{scope.name or scope.id}" has a start event and no end event.'
                yield problem_at(diagram, scope, ErrorCode.BPMN_INVALID, message, HINT)
        for element in process.elements.values():
            if element.type in ACTIVITIES | GATEWAYS and not element.outgoing:
                message = f'[explicit-end] the path ends at "{element.label}" without an end event.'
                yield problem_at(diagram, element, ErrorCode.BPMN_INVALID, message, HINT)


def _scopes_with(kind: ElementType, process: Process) -> set[str]:
    return {element.parent for element in process.elements.values() if element.type is kind}
