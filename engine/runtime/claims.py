"""Taking a user task on, and giving it back: who has it alone may complete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import ErrorCode, failure
from engine.runtime.independence import check_task
from engine.runtime.log_kinds import LogKind
from engine.runtime.tasks import open_tasks_hint
from engine.store import JobRow

if TYPE_CHECKING:
    from engine.runtime.command import Command


def claim_task(command: Command, task_id: str) -> None:
    """The actor takes the task on; again it does nothing. Errors: TASK_NOT_FOUND, TASK_COMPLETED, TASK_CLAIMED,
    TASK_FOUR_EYES."""
    task = open_task(command, task_id)
    check_task(command, task)
    if task.assignee == command.actor.id:
        return
    if task.assignee:
        raise failure(
            ErrorCode.TASK_CLAIMED,
            f'the user task "{task_id}" was taken on by {task.assignee}.',
            hint="ask for it to be given back, or take on another",
            element_id=task.element_id,
        )
    _assign(command, task, command.actor.id, LogKind.TASK_CLAIMED)


def unclaim_task(command: Command, task_id: str) -> None:
    """The task is open to all again; where nobody has it, nothing happens. Errors: TASK_NOT_FOUND, TASK_COMPLETED."""
    task = open_task(command, task_id)
    if task.assignee:
        _assign(command, task, None, LogKind.TASK_UNCLAIMED)


def open_task(command: Command, task_id: str) -> JobRow:
    """Errors: TASK_NOT_FOUND; TASK_COMPLETED when it was done or is no longer asked for."""
    task = command.tx.jobs.get(task_id)
    if task is None or task.kind != "user_task":
        raise failure(ErrorCode.TASK_NOT_FOUND, f'no user task "{task_id}" is stored.', hint=open_tasks_hint(command))
    if task.state != "open":
        raise failure(
            ErrorCode.TASK_COMPLETED, f'the user task "{task_id}" is {task.state}.', element_id=task.element_id
        )
    return task


def _assign(command: Command, task: JobRow, assignee: str | None, kind: LogKind) -> None:
    command.tx.jobs.set_assignee(task.id, assignee)
    instance = command.tx.instances.heading(task.instance_id)
    command.record(
        kind,
        {"task_id": task.id, "name": task.element_name, "by": command.actor.id, "clauses": list(task.clauses)},
        instance_id=task.instance_id,
        case_id=None if instance is None else instance.case_id,
        element_id=task.element_id,
    )
