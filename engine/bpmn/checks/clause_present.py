"""[clause-present] Each task, event and gateway cites its clause: the documentation opens with ids in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import ACTIVITIES, EVENTS, GATEWAYS, Diagram, Element, ElementType
from engine.errors import ErrorCode, Problem, Severity

WITH_LEGAL_EFFECT = ACTIVITIES | EVENTS | GATEWAYS


def check_clause_present(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            if element.type in WITH_LEGAL_EFFECT and not element.clauses and not _only_joins(element):
                yield problem_at(
                    diagram,
                    element,
                    ErrorCode.BPMN_NO_CLAUSE,
                    f'"{element.label}" cites no clause.',
                    "open its documentation with the clause ids in brackets, such as [act:2(1)]",
                    severity=Severity.WARNING,
                )


def _only_joins(element: Element) -> bool:
    """Joins, and events that merely begin or end a sub-process, decide nothing."""
    if element.type in GATEWAYS:
        return len(element.outgoing) < 2
    inner = element.parent != element.process_id
    return inner and element.type in (ElementType.START_EVENT, ElementType.END_EVENT) and not element.name
