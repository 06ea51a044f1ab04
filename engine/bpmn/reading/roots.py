"""What stands beside the processes of a file and would be dropped: imports, choreographies, what is not BPMN."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.attributes import check_booleans
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import children, is_bpmn, local_name

PICTURE = "http://www.omg.org/spec/BPMN/20100524/DI"
REFUSED_ROOTS = {
    "import": ("what another file declares is not read.", "declare it in this file, and remove the import"),
    "choreography": ("a choreography is not executed.", "draw a process"),
    "globalChoreographyTask": ("a choreography is not executed.", "draw a process"),
}


def check_roots(root: etree._Element, findings: Findings) -> None:
    """Problems for the direct children of `definitions`."""
    for node in root:
        if is_bpmn(node) and local_name(node) in REFUSED_ROOTS:
            findings.unsupported(node, *REFUSED_ROOTS[local_name(node)])
        elif not is_bpmn(node) and etree.QName(node).namespace != PICTURE:
            findings.unsupported(
                node,
                f"<{local_name(node)}> is no element of BPMN 2.0.",
                "remove it, or put it into bpmn:extensionElements",
            )
    for process in children(root, "process"):
        check_booleans(process, process, findings)
