"""User tasks: rows for people, completed once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from engine.bpmn import UserTaskCreated
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean, failure
from engine.feel import Value
from engine.runtime.associations import sign
from engine.runtime.independence import check_task
from engine.runtime.log_kinds import LogKind
from engine.runtime.told import refuse_numbers, remember_numbers
from engine.runtime.values import stored
from engine.store import JobRow

if TYPE_CHECKING:
    from engine.runtime.command import Command, LiveInstance

_SHOWN = 20


def write_task_created(command: Command, live: LiveInstance, effect: UserTaskCreated) -> None:
    task = JobRow(
        id=command.tx.new_id("task"),
        kind="user_task",
        state="open",
        instance_id=live.id,
        element_id=effect.element_id,
        element_instance_id=effect.element_instance_id,
        element_name=effect.name,
        clauses=effect.clauses,
        type="",
        headers={},
        variables=effect.variables,
        retries=0,
        attempts=0,
        available_at=command.now,
        created_at=command.now,
        form_id=effect.form_id,
        assignee=effect.assignee,
        candidate_groups=effect.candidate_groups,
        candidate_users=effect.candidate_users,
        due=effect.due,
        held_at=command.now if live.suspended else None,
    )
    command.tx.jobs.add(task)
    command.record(
        LogKind.TASK_CREATED,
        {
            "task_id": task.id,
            "name": task.element_name,
            "candidate_groups": list(task.candidate_groups),
            "due": None if task.due is None else task.due.isoformat(),
            "clauses": list(task.clauses),
        },
        live=live,
        element_id=task.element_id,
    )


def complete_user_task(command: Command, task_id: str, variables: Mapping[str, Value]) -> str:
    """Complete an open user task and return the id of its instance.

    Errors: TASK_NOT_FOUND; TASK_COMPLETED when it was completed before; JOB_NOT_OPEN when it was cancelled;
    TASK_FOUR_EYES for an earlier decider; LAW_HIDDEN_NUMBER for a number of a person where it does not belong.
    """
    task = command.tx.jobs.get(task_id)
    if task is None or task.kind != "user_task":
        raise failure(ErrorCode.TASK_NOT_FOUND, f'no user task "{task_id}" is stored.', hint=open_tasks_hint(command))
    if task.state != "open":
        ended = "" if task.ended_at is None else f" on {task.ended_at.date().isoformat()}"
        code = ErrorCode.TASK_COMPLETED if task.state == "completed" else ErrorCode.JOB_NOT_OPEN
        raise failure(
            code,
            f'the user task "{task_id}" ({task.element_name or task.element_id}) was {task.state}{ended}.',
            hint=open_tasks_hint(command),
            element_id=task.element_id,
        )
    check_task(command, task)
    live = command.load(task.instance_id)
    variables = _hide_numbers(command, live, variables)
    command.tx.jobs.end_user_task(task.id, "completed", command.now)
    command.record(
        LogKind.TASK_COMPLETED,
        {
            "task_id": task.id,
            "name": task.element_name,
            "element_instance_id": task.element_instance_id,
            "clauses": list(task.clauses),
            "variables": stored(variables),
        },
        live=live,
        element_id=task.element_id,
    )
    command.act(live, lambda execution: execution.complete_user_task(task.element_instance_id, variables))
    return task.instance_id


def _hide_numbers(command: Command, live: LiveInstance, variables: Mapping[str, Value]) -> Mapping[str, Value]:
    """*variables* with what is kept of each number of a person that the task told. Errors: LAW_HIDDEN_NUMBER."""
    law = command.package(live.package_id).law
    numbers = [] if law is None else law.vocabulary.numbers_told(variables)
    hidden = {} if law is None else law.vocabulary.hidden
    kept_apart = {*hidden, *(number.digest for number in hidden.values())}
    told = {name: value for name, value in variables.items() if name not in kept_apart}
    keys = set() if law is None else {each.key for each in law.case_types.values()}
    refuse_numbers(command, told, case_id=live.case_id, numbers=numbers, keys=keys)
    remember_numbers(command, live.case_id, numbers)
    return variables if law is None else law.vocabulary.hide(variables, partial(sign, command.settings, command.tx))


def open_task_of_case(command: Command, case_id: str | None, case_key: str, element_id: str) -> JobRow:
    """The open user task of an element in an instance of the case, the oldest of several.

    Errors: TASK_NOT_FOUND with the tasks of the case that are open now.
    """
    if case_id is not None:
        found = command.tx.jobs.user_tasks(case_id=case_id, element_id=element_id, state="open", limit=1)
        if found:
            return found[0]
    elements = [] if case_id is None else [task.element_id for task in _open_tasks(command, case_id)]
    where = f'in the case "{case_key}"' if case_id is not None else f'because there is no case "{case_key}"'
    raise EngineError(
        Problem(
            ErrorCode.TASK_NOT_FOUND,
            f'no user task "{element_id}" is open {where}.{did_you_mean(element_id, set(elements) - {element_id})}',
            Location(element_id=element_id),
            hint=f"open tasks of the case: {', '.join(elements) or 'none'}",
        )
    )


def open_tasks_hint(command: Command) -> str:
    shown = [f"{task.id} ({task.element_id})" for task in _open_tasks(command, None)]
    return f"open tasks: {', '.join(shown) or 'none'}"


def _open_tasks(command: Command, case_id: str | None) -> list[JobRow]:
    return command.tx.jobs.user_tasks(case_id=case_id, state="open", limit=_SHOWN)
