"""A job gets what its type asks for: every required task header, only values that it may have, and its input variables.

An input is there when the vocabulary or the diagram itself sets a variable of that name; as long as no list of known
variables is given, inputs are not checked.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import DeployContext, JobTypeInfo, Named, problem_at
from engine.bpmn.checks.expression_texts import written_variables
from engine.bpmn.model import Diagram, Element
from engine.errors import ErrorCode, Problem, did_you_mean


def check_job_types(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    written = frozenset[str]().union(*(written_variables(p, context) for p in diagram.processes.values()))
    for process in diagram.processes.values():
        for element in process.elements.values():
            info = context.job_type(element.job_type)
            if info is None:
                continue
            yield from _check_headers(diagram, element, info)
            if context.known_variables is not None:
                yield from _check_inputs(diagram, element, info, context.known_variables | written)


def _check_headers(diagram: Diagram, element: Element, info: JobTypeInfo) -> Iterator[Problem]:
    if info.headers is None:
        return
    known = {header.name: header for header in info.headers}
    for header in info.headers:
        if header.required and not element.headers.get(header.name):
            message = f'the job type "{element.job_type}" needs the task header "{header.name}".'
            yield _problem(diagram, element, header.name, message, "give the header")
    for name, value in element.headers.items():
        if name not in known:
            message = f'the job type "{element.job_type}" has no task header "{name}".{did_you_mean(name, known)}'
            yield _problem(diagram, element, name, message, "correct the name, or remove the header")
        elif value and not _may_be(known[name], value):
            allowed = ", ".join(known[name].values)
            message = f'expected one of {allowed} in the task header "{name}", but got "{value}".'
            guess = did_you_mean(value, known[name].values)
            yield _problem(diagram, element, name, f"{message}{guess}", "choose one of them")


def _may_be(header: Named, value: str) -> bool:
    return not header.values or value in header.values


def _check_inputs(diagram: Diagram, element: Element, info: JobTypeInfo, known: frozenset[str]) -> Iterator[Problem]:
    for wanted in info.inputs:
        if wanted.required and wanted.name not in known:
            yield problem_at(
                diagram,
                element,
                ErrorCode.JOB_INPUT,
                f'the job type "{element.job_type}" needs the variable "{wanted.name}", which nothing sets.'
                f"{did_you_mean(wanted.name, known)}",
                "give it by an input mapping",
                part=f"input {wanted.name}",
            )


def _problem(diagram: Diagram, element: Element, name: str, message: str, hint: str) -> Problem:
    return problem_at(diagram, element, ErrorCode.JOB_HEADER, message, hint, part=f"header {name}")
