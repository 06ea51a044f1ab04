"""[default-flow] A diverging exclusive or inclusive gateway has a default flow, so that it can never get stuck."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import ACTIVITIES, Diagram, ElementType
from engine.errors import ErrorCode, Problem, Severity

DECIDING = ACTIVITIES | {ElementType.EXCLUSIVE_GATEWAY, ElementType.INCLUSIVE_GATEWAY}


def check_default_flow(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            flows = [process.flows[flow_id] for flow_id in element.outgoing]
            decides = element.type in DECIDING and any(flow.condition for flow in flows)
            if decides and element.default_flow is None and len(flows) > 1:
                yield problem_at(
                    diagram,
                    element,
                    ErrorCode.BPMN_STYLE,
                    f'[default-flow] "{element.label}" has no default flow: without a true condition it stops.',
                    "make one of its ways out the default flow",
                    severity=Severity.WARNING,
                )
