"""How a scope begins: a process by one none start event or by events, a sub-process by exactly one start event."""

from __future__ import annotations

from engine.bpmn.model import Element, ElementType, EventKind, Process
from engine.bpmn.reading.findings import Findings
from engine.errors import ErrorCode


def check_starts(process: Process, findings: Findings) -> None:
    starts = _starts(process, process.id)
    if not starts:
        _add(findings, process.id, process.line, "the process has no start event.", "draw one")
    for extra in [start for start in starts if start.event.kind is EventKind.NONE][1:]:
        _add(findings, extra.id, extra.line, "the process has a second none start event.", "keep one of them")
    seen: dict[str, Element] = {}
    for start in starts:
        name = start.event.name
        if start.event.kind is EventKind.MESSAGE and name is not None:
            if name in seen:
                findings.add(
                    ErrorCode.BPMN_DUPLICATE,
                    start.id,
                    f'"{seen[name].label}" already starts the process by the message "{name}".',
                    "keep one of them",
                    line=start.line,
                )
            seen[name] = start
    for element in process.elements.values():
        if element.type in (ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS):
            count = len(_starts(process, element.id))
            if count != 1:
                _add(
                    findings,
                    element.id,
                    element.line,
                    f"expected exactly one start event in the sub-process, but got {count}.",
                    "draw one start event",
                )


def _starts(process: Process, scope_id: str) -> list[Element]:
    return [element for element in process.children(scope_id) if element.type is ElementType.START_EVENT]


def _add(findings: Findings, element_id: str, line: int | None, message: str, hint: str) -> None:
    findings.add(ErrorCode.BPMN_INVALID, element_id, message, hint, line=line)
