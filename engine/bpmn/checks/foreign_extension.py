"""[foreign-extension] What was written for another engine is not run: nobody shall believe that it is."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext
from engine.bpmn.model import Diagram
from engine.errors import ErrorCode, Location, Problem, Severity


def check_foreign_extension(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for extension in diagram.foreign:
        one = len(extension.names) == 1
        yield Problem(
            ErrorCode.BPMN_STYLE,
            f"[foreign-extension] {', '.join(extension.names)} {'is' if one else 'are'} written for another tool: "
            f"nothing here reads or runs {'it' if one else 'them'}.",
            Location(file=diagram.file, element_id=extension.element, line=extension.line),
            Severity.INFORMATION,
            f"say the same with elements of BPMN or zeebe if it shall be done, or take {'it' if one else 'them'} out",
        )
