"""Ids: each element that execution names must have one, an XML name that stands once in a file."""

from __future__ import annotations

import re

from lxml import etree

from engine.bpmn.reading.elements import REFUSED_NODES, TYPES
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import is_bpmn, local_name
from engine.errors import ErrorCode

_FIRST = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_FIRST}][{_FIRST}0-9.\u00b7\u0300-\u036f\u203f\u2040-]*")  # NCName, as xsd:ID wants it
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
            if local_name(node) in NEED_ID and _NAME.fullmatch(node_id) is None:
                findings.invalid(
                    node,
                    f'the id "{node_id}" is no XML name.',
                    "begin it with a letter or _, and go on with letters, digits, - . and _",
                )
