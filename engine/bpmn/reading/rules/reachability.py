"""Every element can be reached by a token from a start event of its scope, a boundary event or a link."""

from __future__ import annotations

from engine.bpmn.model import ElementType, EventKind, Process
from engine.bpmn.reading.findings import Findings
from engine.errors import ErrorCode

ENTRIES = frozenset({ElementType.START_EVENT, ElementType.EVENT_SUB_PROCESS})


def check_reachability(process: Process, findings: Findings) -> None:
    reached: set[str] = set()
    waiting = [e.id for e in process.elements.values() if e.type in ENTRIES]
    while waiting:
        element_id = waiting.pop()
        element = process.elements.get(element_id)
        if element is None or element_id in reached:
            continue
        reached.add(element_id)
        waiting.extend(process.flows[flow_id].target for flow_id in element.outgoing)
        waiting.extend(boundary.id for boundary in process.boundary_events(element_id))
        if element.event.kind is EventKind.LINK:
            waiting.extend(
                other.id
                for other in process.children(element.parent)
                if other.event.kind is EventKind.LINK and other.event.name == element.event.name
            )
    for element in process.elements.values():
        if element.id not in reached:
            findings.add(
                ErrorCode.BPMN_INVALID,
                element.id,
                f'no token can ever reach "{element.label}".',
                "connect it to the flow before it, or remove it",
                line=element.line,
            )
