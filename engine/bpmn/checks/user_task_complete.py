"""[user-task-complete] A user task says what is asked (a form), of whom (a group), and until when (a due date)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.context import problem_at
from engine.bpmn.checks.open_wait import cites_reading
from engine.bpmn.model import Diagram, Element, ElementType, EventKind, Process
from engine.errors import ErrorCode, Problem


def check_user_task_complete(diagram: Diagram) -> Iterator[Problem]:
    for process in diagram.processes.values():
        for element in process.elements.values():
            if element.type is not ElementType.USER_TASK:
                continue
            for missing, hint in _missing(process, element):
                yield problem_at(
                    diagram, element, ErrorCode.BPMN_STYLE, f'the user task "{element.label}" has no {missing}.', hint
                )


def _missing(process: Process, task: Element) -> Iterator[tuple[str, str]]:
    if not task.form_id:
        yield "form", "give it a form: without one a person does not see what is asked"
    if not (task.candidate_groups or task.candidate_users or task.assignee):
        yield "group", "name the candidate group that does it"
    timed = any(event.event.kind is EventKind.TIMER for event in process.boundary_events(task.id))
    if not task.due_date and not timed and not cites_reading(task):
        yield "due date", "give it the date of a deadline, or cite the reading that says that no limit is set"
