"""Conditions and default flows: only where they decide something, and never so that a token is lost unseen."""

from __future__ import annotations

from engine.bpmn.expressions import is_feel
from engine.bpmn.model import ACTIVITIES, Element, ElementType, Process
from engine.bpmn.reading.findings import Findings
from engine.errors import ErrorCode

DECIDING = frozenset({ElementType.EXCLUSIVE_GATEWAY, ElementType.INCLUSIVE_GATEWAY})
MAY_HAVE_CONDITIONS = DECIDING | ACTIVITIES


def check_conditions(process: Process, findings: Findings) -> None:
    for flow in process.flows.values():
        if flow.condition is not None and not is_feel(flow.condition):
            findings.add(
                ErrorCode.BPMN_INVALID,
                flow.id,
                f'expected a FEEL condition that begins with "=", but got "{flow.condition}".',
                "write the condition as FEEL",
            )
    for element in process.elements.values():
        _check_default(element, process, findings)
        _check_ways_out(element, process, findings)


def _check_default(element: Element, process: Process, findings: Findings) -> None:
    default = element.default_flow
    if default is None:
        return
    if default not in element.outgoing or element.type not in MAY_HAVE_CONDITIONS:
        findings.add(
            ErrorCode.BPMN_INVALID,
            element.id,
            f'the default flow "{default}" is no way out of a {element.type} that decides.',
            "choose one of its outgoing flows, or remove the default",
            line=element.line,
        )
    elif process.flows[default].condition is not None:
        findings.add(
            ErrorCode.BPMN_INVALID,
            default,
            "a default flow cannot have a condition: it is taken when no other is.",
            "remove the condition",
        )


def _check_ways_out(element: Element, process: Process, findings: Findings) -> None:
    flows = [process.flows[flow_id] for flow_id in element.outgoing]
    conditional = [flow for flow in flows if flow.condition is not None]
    if element.type not in MAY_HAVE_CONDITIONS:
        for flow in conditional:
            findings.add(
                ErrorCode.BPMN_INVALID,
                flow.id,
                f"a flow out of a {element.type} cannot have a condition.",
                "remove the condition, or put an exclusive gateway before it",
            )
    elif element.type in ACTIVITIES and len(flows) == 1 and conditional:
        findings.add(
            ErrorCode.BPMN_INVALID,
            flows[0].id,
            "the only way out is conditional: when the condition is false, nothing would go on.",
            "remove the condition, or draw an exclusive gateway with a default flow",
        )
    elif element.type in DECIDING and len(flows) > 1:
        for flow in flows:
            if flow.condition is None and flow.id != element.default_flow:
                findings.add(
                    ErrorCode.BPMN_INVALID,
                    flow.id,
                    f'a way out of the gateway "{element.label}" has no condition and is not its default.',
                    "give it a condition, or make it the default flow",
                )
