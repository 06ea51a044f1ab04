"""Job types, decisions, processes and forms that the diagram names must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.expressions import is_feel
from engine.bpmn.model import Diagram, Element
from engine.errors import ErrorCode, Problem, did_you_mean


def check_references(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    processes = None if context.process_ids is None else {*context.process_ids, *diagram.processes}
    wanted = (
        ("job_type", "job type", ErrorCode.BPMN_UNKNOWN_JOB_TYPE, context.job_types),
        ("called_decision", "decision", ErrorCode.BPMN_UNKNOWN_DECISION, context.decision_ids),
        ("called_process", "process", ErrorCode.BPMN_UNKNOWN_PROCESS, processes),
        ("form_id", "form", ErrorCode.BPMN_UNKNOWN_FORM, context.form_ids),
    )
    for process in diagram.processes.values():
        for element in process.elements.values():
            for attribute, what, code, known in wanted:
                yield from _check(diagram, element, getattr(element, attribute), what, code, known)
            yield from _check_binding(diagram, element)
            yield from _check_none_start(diagram, element, context)


def _check(
    diagram: Diagram, element: Element, name: str | None, what: str, code: ErrorCode, known: Iterable[str] | None
) -> Iterator[Problem]:
    if name is None or known is None or is_feel(name) or name in known:
        return
    yield problem_at(
        diagram,
        element,
        code,
        f'the {what} "{name}" of "{element.label}" does not exist.{did_you_mean(name, known)}',
        f"choose a {what} that exists, or deploy it with the diagram",
    )


def _check_binding(diagram: Diagram, element: Element) -> Iterator[Problem]:
    called = element.called_process
    if called and element.call_binding == "deployment" and called not in diagram.processes:
        yield problem_at(
            diagram,
            element,
            ErrorCode.BPMN_UNSUPPORTED,
            f'the binding "deployment" of "{element.label}" works only for a process of the same file.',
            'use the binding "latest"',
        )


def _check_none_start(diagram: Diagram, element: Element, context: DeployContext) -> Iterator[Problem]:
    called = element.called_process or ""
    process = diagram.processes.get(called)
    if called in context.event_started_ids if process is None else process.only_events_start_it:
        yield problem_at(
            diagram,
            element,
            ErrorCode.BPMN_UNKNOWN_PROCESS,
            f'the process "{called}" of "{element.label}" has no none start event, so that it cannot be called.',
            "draw a none start event in the called process",
        )
