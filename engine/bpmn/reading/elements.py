"""One XML flow node as an `Element`, and what its type demands of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from engine.bpmn.model import ACTIVITIES, Element, ElementType, EventDefinition, EventKind
from engine.bpmn.reading.attributes import check_attributes
from engine.bpmn.reading.event_definitions import read_event, read_message
from engine.bpmn.reading.extensions import read_extensions
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.library import Library
from engine.bpmn.reading.loops import read_loop
from engine.bpmn.reading.places import check_places
from engine.bpmn.reading.xml import child, is_bpmn, is_true, line_of, local_name, reference, text_of
from engine.clauses import read_clauses

TYPES: dict[str, ElementType] = {
    "startEvent": ElementType.START_EVENT,
    "endEvent": ElementType.END_EVENT,
    "intermediateCatchEvent": ElementType.INTERMEDIATE_CATCH_EVENT,
    "intermediateThrowEvent": ElementType.INTERMEDIATE_THROW_EVENT,
    "boundaryEvent": ElementType.BOUNDARY_EVENT,
    "task": ElementType.TASK,
    "manualTask": ElementType.MANUAL_TASK,
    "serviceTask": ElementType.SERVICE_TASK,
    "sendTask": ElementType.SEND_TASK,
    "receiveTask": ElementType.RECEIVE_TASK,
    "userTask": ElementType.USER_TASK,
    "scriptTask": ElementType.SCRIPT_TASK,
    "businessRuleTask": ElementType.BUSINESS_RULE_TASK,
    "subProcess": ElementType.SUB_PROCESS,
    "callActivity": ElementType.CALL_ACTIVITY,
    "exclusiveGateway": ElementType.EXCLUSIVE_GATEWAY,
    "parallelGateway": ElementType.PARALLEL_GATEWAY,
    "inclusiveGateway": ElementType.INCLUSIVE_GATEWAY,
    "eventBasedGateway": ElementType.EVENT_BASED_GATEWAY,
}
REFUSED_NODES: dict[str, str] = {
    "transaction": "use a sub-process with an error boundary event",
    "adHocSubProcess": "draw the order of its activities",
    "complexGateway": "use an inclusive or exclusive gateway",
    "choreographyTask": "draw a process",
    "subChoreography": "draw a process",
    "callChoreography": "draw a process",
    "subConversation": "draw a process",
    "callConversation": "draw a process",
    "event": "use a start, intermediate or end event",
    "implicitThrowEvent": "use an intermediate throw event",
}
# child elements of a process or sub-process that have no effect on execution
WITHOUT_EFFECT = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "association",
        "group",
        "textAnnotation",
        "ioSpecification",
        "property",
        "dataInputAssociation",
        "dataOutputAssociation",
        "auditing",
        "monitoring",
        "categoryValueRef",
        "supportedInterfaceRef",
        "supports",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "sequenceFlow",
    }
)
# what a flow node that is no scope may hold beside its event definitions
PARTS = WITHOUT_EFFECT - {"laneSet", "dataObject", "dataObjectReference", "dataStoreReference", "sequenceFlow"} | {
    "eventDefinitionRef",
    "script",
    "rendering",
    "dataInput",
    "dataOutput",
    "inputSet",
    "outputSet",
}
SCOPE_TAGS = frozenset({"subProcess"})
REFUSED_PARTS = {
    "correlationSubscription": "use the correlationKey of a zeebe:subscription",
    "resourceRole": "use zeebe:assignmentDefinition",
    "performer": "use zeebe:assignmentDefinition",
    "humanPerformer": "use zeebe:assignmentDefinition",
    "potentialOwner": "use zeebe:assignmentDefinition",
}


def read_element(
    node: etree._Element,
    element_type: ElementType,
    process_id: str,
    parent: str,
    flows: dict[str, Any],
    library: Library,
    findings: Findings,
) -> Element:
    """The element of *node*; *flows* gives its incoming and outgoing flows."""
    check_attributes(node, findings)
    if local_name(node) not in SCOPE_TAGS:
        for part in node:
            if not (is_bpmn(part) and (local_name(part) in PARTS or local_name(part).endswith("EventDefinition"))):
                refuse_part(part, findings)
    documentation = text_of(child(node, "documentation"))
    details = read_extensions(node, findings)
    if element_type is ElementType.SUB_PROCESS and is_true(node.get("triggeredByEvent"), False):
        element_type = ElementType.EVENT_SUB_PROCESS
    check_places(node, element_type, findings)
    details["event"] = _event(node, element_type, library, findings)
    if element_type in ACTIVITIES:
        details["loop"] = read_loop(node, findings)
    if element_type is ElementType.BOUNDARY_EVENT:
        details["attached_to"] = reference(node.get("attachedToRef"))
        details["interrupting"] = is_true(node.get("cancelActivity"), True)
    if element_type is ElementType.START_EVENT:
        details["interrupting"] = is_true(node.get("isInterrupting"), True)
    element = Element(
        id=node.get("id", ""),
        type=element_type,
        name=(node.get("name") or "").strip(),
        process_id=process_id,
        parent=parent,
        documentation=documentation,
        clauses=read_clauses(documentation),
        line=line_of(node),
        default_flow=reference(node.get("default")),
        **flows,
        **details,
    )
    demand = DEMANDS.get(element_type)
    if demand is not None:
        demand(node, element, findings)
    return element


def refuse_part(part: etree._Element, findings: Findings) -> None:
    """*part* stands directly in a process or a flow node and would be dropped."""
    tag = local_name(part)
    if not is_bpmn(part):
        findings.unsupported(
            part, f"<{tag}> is no element of BPMN 2.0.", "remove it, or put it into bpmn:extensionElements"
        )
    elif tag in REFUSED_PARTS:
        findings.unsupported(part, f"a {tag} is not honoured.", REFUSED_PARTS[tag])
    else:
        findings.unsupported(part, f"<{tag}> is not known here.", "remove it")


def _event(node: etree._Element, element_type: ElementType, library: Library, findings: Findings) -> EventDefinition:
    if element_type is ElementType.RECEIVE_TASK:
        return read_message(reference(node.get("messageRef")), node, library, findings, needs_key=True)
    position = _position(node, element_type)
    return EventDefinition(EventKind.NONE) if position is None else read_event(node, position, library, findings)


def _position(node: etree._Element, element_type: ElementType) -> str | None:
    """Where an event stands, as a key of `event_definitions.ALLOWED`; None for what is no event."""
    if element_type is ElementType.START_EVENT:
        return _start_position(node)
    if element_type is ElementType.BOUNDARY_EVENT:
        return "boundary event" if is_true(node.get("cancelActivity"), True) else "non-interrupting boundary event"
    return {
        ElementType.END_EVENT: "end event",
        ElementType.INTERMEDIATE_CATCH_EVENT: "intermediate catch event",
        ElementType.INTERMEDIATE_THROW_EVENT: "intermediate throw event",
    }.get(element_type)


def _start_position(node: etree._Element) -> str:
    scope = node.getparent()
    if scope is None or scope.tag.endswith("}process"):
        return "start event of a process"
    if not is_true(scope.get("triggeredByEvent"), False):
        return "start event of a sub-process"
    interrupting = is_true(node.get("isInterrupting"), True)
    return f"{'' if interrupting else 'non-interrupting '}start event of an event sub-process"


def _needs_job_type(node: etree._Element, element: Element, findings: Findings) -> None:
    if element.job_type is None:
        findings.invalid(
            node, f"the {element.type} has no job type, so that no handler would do it.", "give a zeebe:taskDefinition"
        )


def _needs_script(node: etree._Element, element: Element, findings: Findings) -> None:
    if (element.script is None) == (element.job_type is None):
        findings.invalid(
            node,
            "expected either a FEEL expression or a job type in a script task.",
            "give a zeebe:script (FEEL) or a zeebe:taskDefinition, not both",
        )


def _needs_decision(node: etree._Element, element: Element, findings: Findings) -> None:
    if (element.called_decision is None) == (element.job_type is None):
        findings.invalid(
            node,
            "expected either a decision or a job type in a business rule task.",
            "give a zeebe:calledDecision or a zeebe:taskDefinition, not both",
        )


def _needs_process(node: etree._Element, element: Element, findings: Findings) -> None:
    if element.called_process is None:
        findings.invalid(
            node,
            "the call activity does not say which process it calls.",
            "give a zeebe:calledElement with a processId",
        )
    drawn = reference(node.get("calledElement"))
    if element.called_process is not None and drawn not in (None, element.called_process):
        findings.invalid(
            node,
            f'calledElement says "{drawn}", but zeebe:calledElement calls "{element.called_process}".',
            "remove calledElement, or correct it",
        )


DEMANDS: dict[ElementType, Callable[[etree._Element, Element, Findings], None]] = {
    ElementType.SERVICE_TASK: _needs_job_type,
    ElementType.SEND_TASK: _needs_job_type,
    ElementType.SCRIPT_TASK: _needs_script,
    ElementType.BUSINESS_RULE_TASK: _needs_decision,
    ElementType.CALL_ACTIVITY: _needs_process,
}
