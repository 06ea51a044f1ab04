"""Which elements may have ways in and out, and which must (BPMN tables 8.3, 10.91, 10.99)."""

from __future__ import annotations

from engine.bpmn.model import ElementType, EventKind, Process
from engine.bpmn.reading.findings import Findings
from engine.errors import ErrorCode

NO_WAY_IN = frozenset({ElementType.START_EVENT, ElementType.BOUNDARY_EVENT, ElementType.EVENT_SUB_PROCESS})
NO_WAY_OUT = frozenset({ElementType.END_EVENT, ElementType.EVENT_SUB_PROCESS})
NEEDS_WAY_OUT = frozenset(
    {
        ElementType.START_EVENT,
        ElementType.INTERMEDIATE_CATCH_EVENT,
        ElementType.INTERMEDIATE_THROW_EVENT,
        ElementType.BOUNDARY_EVENT,
    }
)


def check_connections(process: Process, findings: Findings) -> None:
    for element in process.elements.values():
        link_catch = element.event.kind is EventKind.LINK and element.type is ElementType.INTERMEDIATE_CATCH_EVENT
        link_throw = element.event.kind is EventKind.LINK and element.type is ElementType.INTERMEDIATE_THROW_EVENT
        wrong = None
        if element.incoming and (element.type in NO_WAY_IN or link_catch):
            wrong = (f"a {_what(element.type, link_catch)} cannot have an incoming sequence flow.", "remove the flow")
        elif element.outgoing and (element.type in NO_WAY_OUT or link_throw):
            wrong = (f"a {_what(element.type, link_throw)} cannot have an outgoing sequence flow.", "remove the flow")
        elif not element.outgoing and element.type in NEEDS_WAY_OUT and not link_throw:
            wrong = (f"the {element.type} has no outgoing sequence flow.", "connect it to what follows")
        if wrong is not None:
            findings.add(ErrorCode.BPMN_INVALID, element.id, wrong[0], wrong[1], line=element.line)


def _what(element_type: ElementType, link: bool) -> str:
    return f"link {element_type}" if link else str(element_type)
