"""What a file says to other tools: extension elements and attributes that nothing here reads or runs."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.model import ForeignExtension
from engine.bpmn.reading.findings import nearest_id
from engine.bpmn.reading.xml import BPMN, XSI, ZEEBE, line_of

OWN = frozenset({BPMN, ZEEBE, XSI, "http://www.w3.org/XML/1998/namespace"})
EDITORS = frozenset({"http://camunda.org/schema/modeler/1.0"})
"""Notes of an editor to itself that are never meant to be run."""
_WITH_ATTRIBUTES = etree.XPath(
    "//bpmn:process/descendant-or-self::bpmn:*[@*[namespace-uri()]]", namespaces={"bpmn": BPMN}
)


def read_foreign(root: etree._Element) -> tuple[ForeignExtension, ...]:
    """Once for each element of the processes that has such, in the order of the file."""
    found: dict[str | None, tuple[etree._Element, dict[str, None]]] = {}
    for node, name in (*_elements(root), *_attributes(root)):
        found.setdefault(nearest_id(node), (node, {}))[1][name] = None
    return tuple(
        ForeignExtension(element, line_of(node), tuple(names))
        for element, (node, names) in found.items()
        if element is not None
    )


def _elements(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    for extensions in root.iter(f"{{{BPMN}}}extensionElements"):
        parent = extensions.getparent()
        for child in extensions:
            if parent is not None and isinstance(child.tag, str) and _is_foreign(child.tag):
                yield parent, _shown(child.tag, child)


def _attributes(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    found = _WITH_ATTRIBUTES(root)
    for node in found if isinstance(found, list) else []:
        if isinstance(node, etree._Element):
            foreign = (str(name) for name in node.attrib if str(name).startswith("{") and _is_foreign(str(name)))
            yield from ((node, _shown(name, node)) for name in foreign)


def _is_foreign(name: str) -> bool:
    namespace = etree.QName(name).namespace
    return namespace not in OWN and namespace not in EDITORS


def _shown(name: str, node: etree._Element) -> str:
    """The name with the prefix that the file gives it."""
    read = etree.QName(name)
    prefix = next((prefix for prefix, uri in node.nsmap.items() if uri == read.namespace and prefix), None)
    return f"{prefix}:{read.localname}" if prefix else read.localname
