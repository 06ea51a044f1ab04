"""An expression that uses no variable always gives the same kind of value; where it is the wrong one, it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from engine.bpmn.checks.context import DeployContext
from engine.bpmn.checks.expression_texts import expression_texts
from engine.bpmn.expressions import Expression, is_feel, read_expression, show
from engine.bpmn.failure import ElementFailure
from engine.bpmn.instants import as_instant, read_cycle, read_duration
from engine.bpmn.model import Diagram
from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.feel import Value

ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # a constant may call now(): only the kind of its value counts


def _is_boolean(value: Value) -> bool:
    return isinstance(value, bool)


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


def _is_key(value: Value) -> bool:
    return isinstance(value, str | Decimal)


def _is_date(value: Value) -> bool:
    return as_instant(value, UTC) is not None


WANTED: dict[str, tuple[Callable[[Value], bool], str]] = {
    "condition": (_is_boolean, "true or false"),
    "loop condition": (_is_boolean, "true or false"),
    "completion condition": (_is_boolean, "true or false"),
    "input collection": (lambda value: isinstance(value, list), "a list"),
    "correlation key": (_is_key, "a string or a number"),
    "timeDate": (_is_date, "a date or a date and time"),
    "due date": (_is_date, "a date or a date and time"),
    "timeDuration": (lambda value: read_duration(value) is not None, "a duration"),
    "timeCycle": (lambda value: read_cycle(value) is not None, "a cycle such as R3/PT10M"),
    "job type": (_is_text, "a job type"),
    "event name": (_is_text, "a name"),
    "event code": (_is_text, "a code"),
    "decision id": (_is_text, "a decision id"),
    "called process id": (_is_text, "a process id"),
}


def check_constant_values(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for text in expression_texts(process):
            wanted = WANTED.get(text.part)
            if wanted is None or not is_feel(text.text):
                continue
            element_id = text.flow_id or (text.element.id if text.element else process.id)
            place = Location(file=diagram.file, element_id=element_id, part=text.part)
            if text.element is not None and text.flow_id is None:
                place = replace(place, line=text.element.line)
            problem = _check(text.text, place, *wanted)
            if problem is not None:
                yield problem


def _check(text: str, place: Location, fits: Callable[[Value], bool], wanted: str) -> Problem | None:
    try:
        expression = read_expression(text, place)
        if not _is_constant(expression):
            return None
        value, _ = expression.evaluate({}, ANY_TIME)
    except (EngineError, ElementFailure):
        return None  # check_expressions tells
    if fits(value):
        return None
    return Problem(
        ErrorCode.BPMN_EXPRESSION,
        f"expected {wanted}, but this is always {show(value)}.",
        replace(place, text=expression.source),
        hint="correct the expression",
    )


def _is_constant(expression: Expression) -> bool:
    code = expression.code
    return code is not None and not code.free_names and not code.unknown_functions
