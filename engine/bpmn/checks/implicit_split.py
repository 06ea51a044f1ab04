"""[no-implicit-split] Only gateways split and join; a condition on a flow out of a task hides a decision.

A gateway that does neither breaks a rule of BPMN (10.6.1).
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import GATEWAYS, Diagram
from engine.errors import ErrorCode, Problem, Severity


def check_implicit_split(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            faults = []
            if element.type not in GATEWAYS and len(element.outgoing) > 1:
                faults.append(("splits the flow without a gateway.", "draw a gateway after it"))
            if element.type not in GATEWAYS and len(element.incoming) > 1:
                faults.append(("joins flows without a gateway.", "draw a gateway before it"))
            if element.type in GATEWAYS and len(element.incoming) > 1 and len(element.outgoing) > 1:
                faults.append(("joins and splits at once.", "draw two gateways"))
            for fault, hint in faults:
                yield problem_at(
                    diagram,
                    element,
                    ErrorCode.BPMN_STYLE,
                    f'[no-implicit-split] "{element.label}" {fault}',
                    hint,
                    severity=Severity.WARNING,
                )
            if element.type in GATEWAYS and len(element.incoming) < 2 and len(element.outgoing) < 2:
                message = f'[no-implicit-split] "{element.label}" neither joins nor splits.'
                yield problem_at(diagram, element, ErrorCode.BPMN_INVALID, message, "remove the gateway")
