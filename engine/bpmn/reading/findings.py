"""The problems that a reading collects, so that all of them are shown at once."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.xml import line_of
from engine.errors import ErrorCode, Location, Problem, Severity


class Findings:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(
        self,
        code: ErrorCode,
        element_id: str | None,
        message: str,
        hint: str,
        *,
        line: int | None = None,
        part: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        place = Location(file=self.file, element_id=element_id, line=line, part=part)
        self.problems.append(Problem(code, message, place, severity, hint))

    def at(self, node: etree._Element, code: ErrorCode, message: str, hint: str, part: str | None = None) -> None:
        """A problem at an XML node; one without an id is named by the nearest element around it that has one."""
        self.add(code, nearest_id(node), message, hint, line=line_of(node), part=part)

    def invalid(self, node: etree._Element, message: str, hint: str) -> None:
        self.at(node, ErrorCode.BPMN_INVALID, message, hint)

    def unsupported(self, node: etree._Element, message: str, hint: str) -> None:
        self.at(node, ErrorCode.BPMN_UNSUPPORTED, message, hint)

    def unknown(self, node: etree._Element, message: str, hint: str) -> None:
        self.at(node, ErrorCode.BPMN_UNKNOWN_REFERENCE, message, hint)


def nearest_id(node: etree._Element | None) -> str | None:
    while node is not None:
        if node.get("id"):
            return node.get("id")
        node = node.getparent()
    return None
