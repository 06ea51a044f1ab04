"""Where each zeebe extension element means something: anywhere else it would be dropped, so it is refused there."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.model import ACTIVITIES, ElementType, EventKind
from engine.bpmn.reading.extensions import REFUSED, zeebe_children
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import BPMN, child, is_bpmn, local_name

JOBS = frozenset(
    {
        ElementType.SERVICE_TASK,
        ElementType.SEND_TASK,
        ElementType.SCRIPT_TASK,
        ElementType.BUSINESS_RULE_TASK,
    }
)
THROWS = frozenset({ElementType.INTERMEDIATE_THROW_EVENT, ElementType.END_EVENT})
USER_TASK = frozenset({ElementType.USER_TASK})
EVERYWHERE = frozenset(ElementType)
GATEWAYS = frozenset(kind for kind in ElementType if kind.value.endswith("Gateway"))
ELEMENTS: dict[str, frozenset[ElementType]] = {
    "taskDefinition": JOBS | THROWS,
    "taskHeaders": JOBS | THROWS | USER_TASK,
    "ioMapping": EVERYWHERE - GATEWAYS,
    "calledDecision": frozenset({ElementType.BUSINESS_RULE_TASK}),
    "calledElement": frozenset({ElementType.CALL_ACTIVITY}),
    "script": frozenset({ElementType.SCRIPT_TASK}),
    "userTask": USER_TASK,
    "assignmentDefinition": USER_TASK,
    "formDefinition": USER_TASK | {ElementType.START_EVENT},
    "taskSchedule": USER_TASK,
    "properties": EVERYWHERE,
}
# extension elements of what is no flow element, by the tag that they stand in
OTHERS: dict[str, frozenset[str]] = {
    "process": frozenset({"properties", "userTaskForm"}),
    "message": frozenset({"subscription"}),
    "multiInstanceLoopCharacteristics": frozenset({"loopCharacteristics"}),
    "conditionalEventDefinition": frozenset({"conditionalFilter"}),
}
HARMLESS = frozenset({"properties"})


def check_places(node: etree._Element, element_type: ElementType, findings: Findings) -> None:
    """Problems for extension elements of a flow element that its type has no use for."""
    tag = local_name(node)
    for extension in zeebe_children(node):
        name = local_name(extension)
        if name in REFUSED:
            continue
        allowed = ELEMENTS.get(name)
        if allowed is None or element_type not in allowed:
            findings.unsupported(extension, f"zeebe:{name} has no meaning at a {tag}.", f"remove zeebe:{name}")
        elif name == "taskDefinition" and element_type in THROWS and not _throws_message(node):
            findings.unsupported(
                extension, f"a {tag} that throws no message has no job.", "remove it, or make it a message event"
            )
    if element_type not in ACTIVITIES:
        for marker in ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"):
            if child(node, marker) is not None:
                findings.invalid(node, f"a {tag} cannot have a loop marker.", "put the marker on an activity")


def check_other_places(root: etree._Element, flow_elements: frozenset[str], findings: Findings) -> None:
    """The same for everything in the file that is no flow element."""
    for node in root.iter():
        tag = local_name(node)
        if not is_bpmn(node) or tag in flow_elements or child(node, "extensionElements") is None:
            continue
        allowed = OTHERS.get(tag, frozenset()) | HARMLESS
        for extension in zeebe_children(node):
            name = local_name(extension)
            if name not in allowed:
                findings.unsupported(extension, f"zeebe:{name} has no meaning at a {tag}.", f"remove zeebe:{name}")


def _throws_message(node: etree._Element) -> bool:
    # a definition beside the process is looked up elsewhere; here it is enough that the event may be one
    own = [part for part in node if is_bpmn(part) and local_name(part).endswith("EventDefinition")]
    if not own:
        return node.find(f"{{{BPMN}}}eventDefinitionRef") is not None
    return any(local_name(part) == f"{EventKind.MESSAGE}EventDefinition" for part in own)
