"""Ids: each element that execution names must have one, and none may stand twice in a file."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.elements import REFUSED_NODES, TYPES
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import is_bpmn, local_name
from engine.errors import ErrorCode

NEED_ID = frozenset({*TYPES, *REFUSED_NODES, "sequenceFlow", "process"})


def check_ids(root: etree._Element, findings: Findings) -> None:
    seen: dict[str, etree._Element] = {}
    for node in root.iter():
        if not is_bpmn(node):
            continue
        node_id = node.get("id")
        if not node_id:
            if local_name(node) in NEED_ID:
                findings.invalid(node, f"a {local_name(node)} has no id.", "give it an id")
        elif node_id in seen:
            findings.at(
                node,
                ErrorCode.BPMN_DUPLICATE,
                f'the id "{node_id}" is used for a {local_name(seen[node_id])} (line {seen[node_id].sourceline}) '
                f"and for a {local_name(node)}.",
                "give one of them another id",
            )
        else:
            seen[node_id] = node
