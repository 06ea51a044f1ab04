"""[gateway-question] A gateway that decides asks a question, its ways out are answers; other gateways stay unnamed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import GATEWAYS, Diagram, Element, ElementType, Process
from engine.errors import ErrorCode, Problem, Severity

ASKING = frozenset({ElementType.EXCLUSIVE_GATEWAY, ElementType.INCLUSIVE_GATEWAY})


def check_gateway_question(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            if element.type in GATEWAYS:
                for message, hint in _faults(element, process):
                    yield problem_at(
                        diagram,
                        element,
                        ErrorCode.BPMN_STYLE,
                        f"[gateway-question] {message}",
                        hint,
                        severity=Severity.WARNING,
                    )


def _faults(gateway: Element, process: Process) -> Iterator[tuple[str, str]]:
    asks = gateway.type in ASKING and len(gateway.outgoing) > 1
    if not asks:
        if gateway.name:
            yield f'"{gateway.name}" decides nothing by a question, and yet has a name.', "remove the name"
        return
    if not gateway.name.endswith("?"):
        yield f'"{gateway.label}" asks no question.', 'name it with a question, such as "Income complete?"'
    for flow_id in gateway.outgoing:
        if not process.flows[flow_id].name:
            yield f'the way out {flow_id} of "{gateway.label}" gives no answer.', "name the flow with its answer"
