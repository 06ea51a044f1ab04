"""User tasks: what waits for a person."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends

from api.auth import Caller, CurrentActor, CurrentCaller
from api.context import CurrentEngine, Wake, new_router
from api.paging import CurrentPage
from api.permissions import Permission, needs
from api.routes.instances import shown
from api.schemas.commands import CompletionIn
from api.schemas.instances import InstanceOut, TaskOut
from api.sight import CurrentSight
from api.values import plain, values_in
from engine.errors import EngineError, ErrorCode, failure
from engine.law import check_form
from engine.runtime import Engine, UserTaskView

router = new_router("user tasks")
WORK = needs(Permission.WORK_TASKS)


def visible_task(task_id: str, engine: CurrentEngine, sight: CurrentSight) -> UserTaskView:
    """The task of the path, when the caller sees its case."""
    return sight.found(lambda: engine.user_task(task_id))


VisibleTask = Annotated[UserTaskView, Depends(visible_task)]


def is_for(task: UserTaskView, caller: Caller) -> bool:
    """Whether the task is one for this person, for a group that they are in, or for anybody."""
    people = (*task.candidate_users, *((task.assignee,) if task.assignee else ()))
    if caller.is_local or caller.actor.id in people:
        return True
    if not task.candidate_groups:
        return not people
    return not caller.actor.roles.isdisjoint(task.candidate_groups)


def own_task(task: VisibleTask, caller: CurrentCaller) -> UserTaskView:
    """The task of the path, when the caller may do it. Errors: API_FORBIDDEN."""
    if not is_for(task, caller):
        raise failure(
            ErrorCode.API_FORBIDDEN,
            f'the user task "{task.name or task.element_id}" is not for you.',
            element_id=task.element_id,
            hint=f"it is for: {', '.join((*task.candidate_groups, *task.candidate_users)) or 'whoever took it on'}",
        )
    return task


OwnTask = Annotated[UserTaskView, Depends(own_task)]


@router.get("/user-tasks", response_model=list[TaskOut], openapi_extra=WORK)
def list_tasks(
    engine: CurrentEngine,
    sight: CurrentSight,
    page: CurrentPage,
    case_id: str | None = None,
    instance_id: str | None = None,
    group: str | None = None,
    state: Literal["open", "completed", "cancelled"] = "open",
) -> Any:
    """User tasks in order of creation: those for this group, or, without one, for the caller's roles."""
    if case_id is not None:
        sight.case(case_id)
    caller = sight.caller
    doable = None if caller.is_local and group is None else (caller.actor.id, _groups(caller, group))
    tasks = engine.user_tasks(
        case_id=case_id,
        instance_id=instance_id,
        state=state,
        doable_by=doable,
        case_ids=sight.case_ids,
        after=page.after,
        limit=page.fetch,
    )
    found = page.close(tasks, lambda task: (task.id,))
    sight.note(*(task.case_id for task in found))
    return plain(found)


def _groups(caller: Caller, group: str | None) -> list[str]:
    """The groups to list for: of a restricted caller's own only. Errors: API_FORBIDDEN."""
    if group is None:
        return sorted(caller.actor.roles)
    if not caller.sees_all and group not in caller.actor.roles:
        raise failure(ErrorCode.API_FORBIDDEN, f'you are not in the group "{group}".', hint="list your own tasks")
    return [group]


@router.get("/user-tasks/{task_id}", response_model=TaskOut, openapi_extra=WORK)
def task(found: OwnTask) -> Any:
    """One user task, with the variables that its form shows."""
    return plain(found)


@router.get("/user-tasks/{task_id}/form", response_model=dict[str, Any], openapi_extra=WORK)
def task_form(found: OwnTask, engine: CurrentEngine) -> Any:
    """The form of a user task, as form-js has it."""
    form = engine.task_form(found.id)
    if form is None:
        raise failure(ErrorCode.RUN_NOT_FOUND, f'the user task "{found.id}" has no form.', element_id=found.element_id)
    return form.data


@router.post("/user-tasks/{task_id}/claim", response_model=TaskOut, openapi_extra=WORK)
def claim_task(found: OwnTask, engine: CurrentEngine, actor: CurrentActor) -> Any:
    """Take a task on, so that nobody else does it; again it does nothing."""
    return plain(engine.claim_task(found.id, actor))


@router.post("/user-tasks/{task_id}/unclaim", response_model=TaskOut, openapi_extra=WORK)
def unclaim_task(found: OwnTask, engine: CurrentEngine, caller: CurrentCaller) -> Any:
    """Give a task back; only whoever has it can."""
    _check_holder(found, caller)
    return plain(engine.unclaim_task(found.id, caller.actor))


@router.post("/user-tasks/{task_id}/completion", response_model=InstanceOut, openapi_extra=WORK)
def complete_task(found: OwnTask, body: CompletionIn, engine: CurrentEngine, sight: CurrentSight, wake: Wake) -> Any:
    """Complete a user task once, with what its form asks for; a second completion is refused and changes nothing."""
    variables = values_in(body.variables, "variables")
    _check_holder(found, sight.caller)
    if found.state == "open":
        _check_form(engine, found, variables)
    instance = engine.complete_user_task(found.id, variables, sight.caller.actor)
    wake()
    return shown(instance, sight)


def _check_holder(task: UserTaskView, caller: Caller) -> None:
    """Errors: TASK_CLAIMED."""
    if task.assignee and task.assignee != caller.actor.id:
        raise failure(
            ErrorCode.TASK_CLAIMED,
            f'the user task "{task.id}" was taken on by {task.assignee}.',
            element_id=task.element_id,
            hint="ask for it to be given back",
        )


def _check_form(engine: Engine, task: UserTaskView, variables: dict[str, Any]) -> None:
    """Errors: TASK_FORM, one problem for each field that is wrong."""
    form = engine.task_form(task.id)
    problems = [] if form is None else check_form(form, variables, task.variables)
    if problems:
        raise EngineError(*(problem.at(element_id=task.element_id) for problem in problems))
