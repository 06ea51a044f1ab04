"""One executable process: its flow elements, scope by scope, and its sequence flows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn.model import GATEWAYS, Element, ElementType, Process, SequenceFlow
from engine.bpmn.reading.attributes import check_attributes, check_flow_lists, check_gateway_direction
from engine.bpmn.reading.elements import (
    REFUSED_NODES,
    SCOPE_TAGS,
    TYPES,
    WITHOUT_EFFECT,
    read_element,
    refuse_part,
)
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.library import Library
from engine.bpmn.reading.xml import child, children, is_bpmn, line_of, local_name, reference, text_of
from engine.clauses import read_clauses

KNOWN = WITHOUT_EFFECT | TYPES.keys() | REFUSED_NODES.keys()  # those without an id are told by the id check


def read_process(node: etree._Element, library: Library, findings: Findings) -> Process:
    """The process of *node*. What is wrong goes to *findings*; the result is then not to be executed."""
    reading = _Reading(node, library, findings)
    reading.read_scope(node, reading.process_id)
    documentation = text_of(child(node, "documentation"))
    return Process(
        id=reading.process_id,
        name=(node.get("name") or "").strip(),
        elements=reading.elements,
        flows=reading.flows,
        documentation=documentation,
        clauses=read_clauses(documentation),
        line=line_of(node),
    )


class _Reading:
    def __init__(self, node: etree._Element, library: Library, findings: Findings) -> None:
        self.process_id = node.get("id") or ""
        self.library = library
        self.findings = findings
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, SequenceFlow] = {}

    def read_scope(self, scope: etree._Element, scope_id: str) -> None:
        """All flow elements directly in *scope*, then those of the sub-processes in it."""
        nodes = {node.get("id", ""): node for node in _flow_nodes(scope)}
        flows = list(self._read_flows(scope, nodes))
        for node_id, node in nodes.items():
            tag = local_name(node)
            if tag in REFUSED_NODES:
                self.findings.unsupported(node, f"a {tag} is not executed.", REFUSED_NODES[tag])
                continue
            incoming = tuple(flow.id for flow in flows if flow.target == node_id)
            outgoing = tuple(flow.id for flow in flows if flow.source == node_id)
            ends: dict[str, Any] = {"incoming": incoming, "outgoing": outgoing}
            element = read_element(node, TYPES[tag], self.process_id, scope_id, ends, self.library, self.findings)
            check_flow_lists(node, incoming, outgoing, self.findings)
            if element.type in GATEWAYS:
                check_gateway_direction(node, len(incoming), len(outgoing), self.findings)
            self.elements[node_id] = element
            if tag in SCOPE_TAGS:
                self.read_scope(node, node_id)
        for node in scope:
            if not is_bpmn(node) or local_name(node) not in KNOWN:
                refuse_part(node, self.findings)
            elif local_name(node) == "ioSpecification" and local_name(scope) in SCOPE_TAGS:
                self.findings.invalid(node, "a sub-process has no data inputs and outputs of its own.", "remove them")

    def _read_flows(self, scope: etree._Element, nodes: dict[str, etree._Element]) -> Iterator[SequenceFlow]:
        for node in children(scope, "sequenceFlow"):
            flow_id = node.get("id", "")
            source, target = reference(node.get("sourceRef")), reference(node.get("targetRef"))
            check_attributes(node, self.findings)
            for end, what in ((source, "begins"), (target, "ends")):
                if end not in nodes:
                    self.findings.unknown(
                        node,
                        f'the sequence flow {what} at "{end or "nothing"}", which is no flow element of the same '
                        "process or sub-process.",
                        "connect it to an event, activity or gateway beside it, or remove it",
                    )
            if source not in nodes or target not in nodes:
                continue
            condition_node = child(node, "conditionExpression")
            condition = text_of(condition_node) if condition_node is not None else None
            if condition == "":
                self.findings.invalid(node, "the condition is empty.", "write the condition as FEEL, or remove it")
            flow = SequenceFlow(
                flow_id, (node.get("name") or "").strip(), source or "", target or "", condition or None
            )
            self.flows[flow_id] = flow
            yield flow


def _flow_nodes(scope: etree._Element) -> Iterator[etree._Element]:
    for node in scope:
        if is_bpmn(node) and (local_name(node) in TYPES or local_name(node) in REFUSED_NODES) and node.get("id"):
            yield node


def start_events(process: Process, scope_id: str) -> list[Element]:
    return [element for element in process.children(scope_id) if element.type is ElementType.START_EVENT]
