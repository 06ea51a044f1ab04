"""[explicit-end] Every path ends in an end event that says with what outcome."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import ACTIVITIES, GATEWAYS, Diagram
from engine.errors import ErrorCode, Problem, Severity


def check_explicit_end(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            if element.type in ACTIVITIES | GATEWAYS and not element.outgoing:
                yield problem_at(
                    diagram,
                    element,
                    ErrorCode.BPMN_STYLE,
                    f'[explicit-end] the path ends at "{element.label}" without an end event.',
                    "draw an end event that names the outcome",
                    severity=Severity.WARNING,
                )
