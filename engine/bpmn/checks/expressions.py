"""Every expression is FEEL that compiles, and uses only names and functions that exist somewhere.

A variable may come from the law's vocabulary, from what the diagram writes, or from the results of its job types;
without a list of known variables (`known_variables` is None) only syntax and functions are checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.bpmn.checks.context import DeployContext
from engine.bpmn.checks.expression_texts import ExpressionText, expression_texts, written_variables
from engine.bpmn.expressions import Expression, is_feel, read_expression
from engine.bpmn.model import Diagram, Process
from engine.errors import EngineError, ErrorCode, Location, Problem, Span, did_you_mean
from engine.feel import BUILTIN_NAMES


def check_expressions(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    # variables of one process reach another one through a call activity
    written = frozenset[str]().union(*(written_variables(p, context) for p in diagram.processes.values()))
    for process in diagram.processes.values():
        for text in expression_texts(process):
            if is_feel(text.text):
                yield from _check(diagram, process, text, context, written)


def _check(
    diagram: Diagram, process: Process, text: ExpressionText, context: DeployContext, written: frozenset[str]
) -> Iterator[Problem]:
    element_id = text.flow_id or (text.element.id if text.element else process.id)
    line = text.element.line if text.element and text.flow_id is None else None
    place = Location(file=diagram.file, element_id=element_id, line=line, part=text.part)
    try:
        expression = read_expression(text.text, place)
    except EngineError as error:
        yield from (problem.at(line=line) for problem in error.problems)
        return
    yield from _unknown_functions(expression)
    yield from _unknown_types(expression)
    if context.known_variables is not None:
        yield from _unknown_names(expression, context.known_variables | written | text.extra)


def _unknown_functions(expression: Expression) -> Iterator[Problem]:
    for free in expression.code.unknown_functions if expression.code else ():
        yield _problem(
            expression,
            ErrorCode.FEEL_UNKNOWN_FUNCTION,
            free.span,
            f'there is no function "{free.name}".{did_you_mean(free.name, BUILTIN_NAMES)}',
            "use a function of FEEL",
        )


def _unknown_types(expression: Expression) -> Iterator[Problem]:
    for free in expression.code.unknown_types if expression.code else ():
        message = f'there is no type "{free.name}".'
        yield _problem(expression, ErrorCode.FEEL_UNKNOWN_NAME, free.span, message, "use a type of FEEL")


def _unknown_names(expression: Expression, known: frozenset[str]) -> Iterator[Problem]:
    code = expression.code
    called = {function.span for function in code.unknown_functions} if code else set()
    for free in code.free_names if code else ():
        if free.name not in known and not free.may_be_field and free.span not in called:
            yield _problem(
                expression,
                ErrorCode.FEEL_UNKNOWN_NAME,
                free.span,
                f'nothing sets the variable "{free.name}".{did_you_mean(free.name, known)}',
                "correct the name, or declare the fact in the vocabulary",
            )


def _problem(expression: Expression, code: ErrorCode, span: Span, message: str, hint: str) -> Problem:
    return Problem(code, message, replace(expression.location, text=expression.source, span=span), hint=hint)
