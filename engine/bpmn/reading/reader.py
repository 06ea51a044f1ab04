"""The strict reader: bytes to a `Diagram` that can be executed exactly as drawn, or every reason why not, at once."""

from __future__ import annotations

import hashlib

from lxml import etree

from engine.bpmn.model import Diagram, Process
from engine.bpmn.reading.attributes import is_executable
from engine.bpmn.reading.collaborations import check_collaborations
from engine.bpmn.reading.elements import REFUSED_NODES, TYPES
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.foreign import read_foreign
from engine.bpmn.reading.ids import check_ids
from engine.bpmn.reading.library import read_library
from engine.bpmn.reading.places import check_other_places
from engine.bpmn.reading.processes import read_process
from engine.bpmn.reading.references import check_file_references
from engine.bpmn.reading.roots import check_roots
from engine.bpmn.reading.rules import RULES
from engine.bpmn.reading.spelling import check_spelling
from engine.bpmn.reading.xml import children, read_xml
from engine.errors import EngineError, Problem

FLOW_ELEMENTS = frozenset({*TYPES, *REFUSED_NODES})


def read_diagram(data: bytes, file: str) -> Diagram:
    """Read one BPMN file.

    Shapes: the bytes of the file, the name to show in messages -> Diagram.
    Errors: EngineError with all problems: BPMN_XML (alone), BPMN_UNSUPPORTED, BPMN_INVALID, BPMN_DUPLICATE,
    BPMN_UNKNOWN_REFERENCE. Expressions are not looked at here: `check_diagram` does that.
    """
    diagram, problems = _read(data, file)
    if problems:
        raise EngineError(*problems)
    return diagram


def readable_part(data: bytes, file: str) -> Diagram:
    """What can be read of a file that `read_diagram` refuses, only to look for more problems in it.

    Errors: EngineError with BPMN_XML when it is no XML of BPMN at all.
    """
    return _read(data, file)[0]


def _read(data: bytes, file: str) -> tuple[Diagram, list[Problem]]:
    root = read_xml(data, file)
    findings = Findings(file)
    check_ids(root, findings)
    check_roots(root, findings)
    check_spelling(root, findings)
    check_file_references(root, findings)
    check_collaborations(root, findings)
    check_other_places(root, FLOW_ELEMENTS, findings)
    processes = _read_processes(root, findings)
    boxes = tuple(node.get("id", "") for node in children(root, "process") if not is_executable(node))
    diagram = Diagram(file, hashlib.sha256(data).hexdigest(), processes, boxes, read_foreign(root))
    return diagram, findings.problems


def _read_processes(root: etree._Element, findings: Findings) -> dict[str, Process]:
    library = read_library(root)
    executable = [node for node in children(root, "process") if is_executable(node)]
    if not executable:
        findings.invalid(
            next(iter(children(root, "process")), root),
            "the file has no executable process.",
            'set isExecutable="true" on the process that shall run',
        )
    processes: dict[str, Process] = {}
    for node in executable:
        process = read_process(node, library, findings)
        for rule in RULES:
            rule(process, findings)
        processes[process.id] = process
    return processes
