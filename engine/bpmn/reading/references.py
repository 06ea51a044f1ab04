"""References that execution does not follow must lead somewhere too: a dangling one is a sign of a broken file."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.xml import is_bpmn, local_name, reference
from engine.errors import did_you_mean

# tag -> attributes that name another element of the file
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "association": ("sourceRef", "targetRef"),
    "dataObjectReference": ("dataObjectRef",),
    "dataStoreReference": ("dataStoreRef",),
    "group": ("categoryValueRef",),
    "messageFlow": ("messageRef",),
    "sendTask": ("messageRef", "operationRef"),
    "receiveTask": ("operationRef",),
    "serviceTask": ("operationRef",),
    "messageEventDefinition": ("operationRef",),
}
# types are named likewise; one with a prefix is of another namespace
TYPES: dict[str, tuple[str, ...]] = {
    "message": ("itemRef",),
    "error": ("structureRef",),
    "escalation": ("structureRef",),
    "signal": ("structureRef",),
    "dataObject": ("itemSubjectRef",),
    "property": ("itemSubjectRef",),
}
# child elements whose text names another element of the file
TEXTS = frozenset(
    {
        "flowNodeRef",
        "participantRef",
        "messageFlowRef",
        "inMessageRef",
        "outMessageRef",
        "errorRef",
        "operationRef",
        "sourceRef",
        "targetRef",
        "dataInputRefs",
        "dataOutputRefs",
    }
)


def check_file_references(root: etree._Element, findings: Findings) -> None:
    ids = {str(node.get("id")) for node in root.iter() if is_bpmn(node) and node.get("id")}
    for node in root.iter():
        if not is_bpmn(node):
            continue
        tag = local_name(node)
        named = [(name, node.get(name)) for name in ATTRIBUTES.get(tag, ())]
        named += [(name, node.get(name)) for name in TYPES.get(tag, ()) if ":" not in (node.get(name) or ":")]
        if tag in TEXTS:
            named.append((tag, node.text))
        for name, given in named:
            wanted = reference(given)
            if wanted is not None and wanted not in ids:
                findings.unknown(
                    node,
                    f'{name} names "{wanted}", which is not in this file.{did_you_mean(wanted, ids)}',
                    "correct the reference, or remove it",
                )
