"""[no-literal-limit] A limit of the law is no figure in a diagram: a timer waits for a deadline that a table gave."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.expressions import is_feel, read_expression
from engine.bpmn.model import Diagram, EventKind
from engine.errors import EngineError, ErrorCode, Location, Problem, Severity


def check_literal_limit(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            text = element.event.expression or ""
            if element.event.kind is EventKind.TIMER and _is_literal(text):
                yield problem_at(
                    diagram,
                    element,
                    ErrorCode.BPMN_STYLE,
                    f'[no-literal-limit] the timer "{element.label}" holds the limit {text} in place.',
                    "set a deadline before it, and wait for its date: =deadlines.<name>.due",
                    severity=Severity.WARNING,
                )


def _is_literal(text: str) -> bool:
    if not is_feel(text):
        return True
    try:
        return not read_expression(text, Location()).names
    except EngineError:
        return False  # check_expressions tells
