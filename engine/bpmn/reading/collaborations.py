"""Message flows: they have no effect on execution, but may not contradict what is drawn (BPMN 9.4)."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.elements import REFUSED_NODES, TYPES
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import child, children, is_bpmn, local_name, reference

CATCHING_TAGS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})
SENDING_EVENTS = frozenset({"endEvent", "intermediateThrowEvent"})
EVENT_TAGS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"}) | SENDING_EVENTS
CONNECTABLE = frozenset({*TYPES, *REFUSED_NODES, "participant"}) - {tag for tag in TYPES if tag.endswith("Gateway")}


def check_collaborations(root: etree._Element, findings: Findings) -> None:
    by_id = {node.get("id"): node for node in root.iter() if is_bpmn(node) and node.get("id")}
    for collaboration in children(root, "collaboration"):
        for participant in children(collaboration, "participant"):
            wanted = reference(participant.get("processRef"))
            if wanted is not None and wanted not in by_id:
                findings.unknown(participant, f'the pool shows the process "{wanted}", which is not here.', "remove it")
            for multiplicity in children(participant, "participantMultiplicity"):
                _check_multiplicity(participant, multiplicity, findings)
        for flow in children(collaboration, "messageFlow"):
            source, target = reference(flow.get("sourceRef")), reference(flow.get("targetRef"))
            _check_flow(flow, by_id.get(source), by_id.get(target), root, findings)


def _check_multiplicity(pool: etree._Element, multiplicity: etree._Element, findings: Findings) -> None:
    """BPMN table 9.5: at least one participant at most, and not fewer than the least."""
    texts = multiplicity.get("minimum", "0").strip(), multiplicity.get("maximum", "1").strip()
    if not all(text.isdecimal() for text in texts) or not max(1, int(texts[0])) <= int(texts[1]):
        findings.invalid(
            pool,
            f"expected a pool for 1 or more participants, but got {texts[0]} to {texts[1]}.",
            "correct participantMultiplicity, or remove it",
        )


def _check_flow(
    flow: etree._Element,
    source: etree._Element | None,
    target: etree._Element | None,
    root: etree._Element,
    findings: Findings,
) -> None:
    for end, what in ((source, "begins"), (target, "ends")):
        if end is None or local_name(end) not in CONNECTABLE:
            findings.invalid(
                flow,
                f"the message flow {what} at {'nothing' if end is None else 'a ' + local_name(end)}.",
                "connect it to a pool, an activity or a message event",
            )
    if source is None or target is None:
        return
    own, other = _process_of(source, root), _process_of(target, root)
    if own is not None and own == other:
        findings.invalid(flow, f"the message flow stays inside the process {own}.", "use a sequence flow")
    if local_name(source) in EVENT_TAGS and not (local_name(source) in SENDING_EVENTS and _is_message(source)):
        findings.invalid(flow, f"a {local_name(source)} that throws no message is its source.", "draw a message event")
    if local_name(target) in EVENT_TAGS and not (local_name(target) in CATCHING_TAGS and _is_message(target)):
        findings.invalid(flow, f"a {local_name(target)} that catches no message is its target.", "draw a message event")


def _is_message(event: etree._Element) -> bool:
    return child(event, "messageEventDefinition") is not None or child(event, "eventDefinitionRef") is not None


def _process_of(node: etree._Element, root: etree._Element) -> str | None:
    if local_name(node) == "participant":
        return reference(node.get("processRef"))
    while node is not None and local_name(node) != "process":
        node = node.getparent()  # type: ignore[assignment]
    return None if node is None else node.get("id")
