"""Boundary events and event sub-processes: attached to an activity beside them, and no two for the same thing."""

from __future__ import annotations

from engine.bpmn.model import ACTIVITIES, Element, ElementType, EventKind, Process
from engine.bpmn.reading.findings import Findings
from engine.errors import ErrorCode, did_you_mean

ONE_EACH = frozenset({EventKind.ERROR, EventKind.ESCALATION, EventKind.MESSAGE, EventKind.SIGNAL})


def check_boundaries(process: Process, findings: Findings) -> None:
    by_host: dict[str, list[Element]] = {}
    for element in process.elements.values():
        if element.type is ElementType.BOUNDARY_EVENT:
            _check_host(element, process, findings)
            by_host.setdefault(element.attached_to or "", []).append(element)
        elif element.type is ElementType.START_EVENT and _is_event_sub_process(element.parent, process):
            scope = process.elements[element.parent].parent
            by_host.setdefault(f"scope {scope}", []).append(element)
    for listeners in by_host.values():
        _check_doubles(listeners, findings)


def _check_host(element: Element, process: Process, findings: Findings) -> None:
    host = process.elements.get(element.attached_to or "")
    if host is None or host.type not in ACTIVITIES or host.parent != element.parent:
        activities = [e.id for e in process.children(element.parent) if e.type in ACTIVITIES]
        findings.add(
            ErrorCode.BPMN_UNKNOWN_REFERENCE,
            element.id,
            f'the boundary event is attached to "{element.attached_to}", which is no activity beside it.'
            f"{did_you_mean(element.attached_to or '', activities)}",
            "attach it to an activity",
            line=element.line,
        )


def _check_doubles(listeners: list[Element], findings: Findings) -> None:
    seen: dict[tuple[EventKind, str | None], Element] = {}
    for element in listeners:
        event = element.event
        if event.kind not in ONE_EACH:
            continue
        key = (event.kind, event.name or event.code)
        first = seen.get(key)
        # a signal is for all who wait, so that several may have it as long as none of them ends the others
        if first is not None and (event.kind is not EventKind.SIGNAL or first.interrupting or element.interrupting):
            findings.add(
                ErrorCode.BPMN_DUPLICATE,
                element.id,
                f'"{first.label}" already catches the {event.kind} {key[1] or "of any code"} in this place.',
                "keep one of them",
                line=element.line,
            )
        if first is None or element.interrupting:
            seen[key] = element


def _is_event_sub_process(element_id: str, process: Process) -> bool:
    element = process.elements.get(element_id)
    return element is not None and element.type is ElementType.EVENT_SUB_PROCESS
