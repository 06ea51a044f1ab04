"""Bytes to an XML tree that cannot reach outside: no DOCTYPE, no entities, no network, bounded depth."""

from __future__ import annotations

from lxml import etree

from engine.errors import EngineError, ErrorCode, Location, Problem

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MAX_BYTES = 10_000_000


def read_xml(data: bytes, file: str) -> etree._Element:
    """The root `definitions`. Errors: BPMN_XML with the line for anything that is no harmless BPMN file."""
    if len(data) > MAX_BYTES:
        raise _error(file, f"expected at most {MAX_BYTES} bytes, but got {len(data)}.", "split the diagram")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as cause:
        line = cause.lineno if cause.lineno else None
        raise _error(
            file, f"expected well-formed XML, but: {cause.msg}.", "open and save the file in a modeler", line
        ) from cause
    except ValueError as cause:  # lxml: an encoding declaration that it does not know
        raise _error(file, f"expected XML, but: {cause}.", "save the file as UTF-8") from cause
    doctype = str(getattr(root.getroottree().docinfo, "doctype", ""))
    if doctype:
        raise _error(file, f"expected no DOCTYPE, but got {doctype[:80]}.", "remove the DOCTYPE; diagrams need none", 1)
    if root.tag != f"{{{BPMN}}}definitions":
        raise _error(
            file,
            f"expected <definitions> of BPMN 2.0 ({BPMN}), but got <{root.tag}>.",
            "export the diagram as BPMN 2.0",
            line_of(root),
        )
    return root


def line_of(node: etree._Element) -> int | None:
    line = node.sourceline
    return line if isinstance(line, int) else None


def local_name(node: etree._Element) -> str:
    """The tag without its namespace; empty for comments and the like."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def is_bpmn(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and etree.QName(node).namespace == BPMN


def children(node: etree._Element, tag: str) -> list[etree._Element]:
    return node.findall(f"{{{BPMN}}}{tag}")


def child(node: etree._Element, tag: str) -> etree._Element | None:
    return node.find(f"{{{BPMN}}}{tag}")


def text_of(node: etree._Element | None) -> str:
    return "".join(str(part) for part in node.itertext()).strip() if node is not None else ""


def reference(text: str | None) -> str | None:
    """The id in a QName reference: `ns:Message_1` -> `Message_1`."""
    if not text or not text.strip():
        return None
    return text.strip().rpartition(":")[2]


def is_true(value: str | None, default: bool) -> bool:
    return default if value is None else value.strip() in ("true", "1")


def _error(file: str, message: str, hint: str, line: int | None = None) -> EngineError:
    return EngineError(Problem(ErrorCode.BPMN_XML, message, Location(file=file, line=line), hint=hint))
