"""Links: each throw event has exactly one catch event of its name in the same scope, and each catch event a throw."""

from __future__ import annotations

from engine.bpmn.model import Element, ElementType, EventKind, Process
from engine.bpmn.reading.findings import Findings
from engine.errors import ErrorCode, did_you_mean

Place = tuple[str, str | None]


def check_links(process: Process, findings: Findings) -> None:
    links = [element for element in process.elements.values() if element.event.kind is EventKind.LINK]
    throws = [link for link in links if link.type is ElementType.INTERMEDIATE_THROW_EVENT]
    catches = [link for link in links if link.type is ElementType.INTERMEDIATE_CATCH_EVENT]
    by_place: dict[Place, Element] = {}
    for catch in catches:
        if _place(catch) in by_place:
            _add(findings, catch, f'a second catch event for the link "{catch.event.name}".', "keep one of them")
        by_place[_place(catch)] = catch
    for throw in throws:
        if _place(throw) not in by_place:
            names = [catch.event.name or "" for catch in catches]
            guess = did_you_mean(throw.event.name or "", names)
            _add(findings, throw, f'no catch event for the link "{throw.event.name}".{guess}', "draw one beside it")
    thrown = {_place(throw) for throw in throws}
    for catch in catches:
        if _place(catch) not in thrown:
            _add(findings, catch, f'no throw event for the link "{catch.event.name}".', "draw one beside it")


def _place(element: Element) -> Place:
    return (element.parent, element.event.name)


def _add(findings: Findings, element: Element, message: str, hint: str) -> None:
    findings.add(ErrorCode.BPMN_INVALID, element.id, message, hint, line=element.line)
