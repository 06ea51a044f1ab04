"""User tasks: what waits for a person."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.schemas import CompletionIn, InstanceOut, TaskOut
from api.values import plain, values_in

router = new_router("user tasks")


@router.get("/user-tasks", response_model=list[TaskOut])
def list_tasks(
    engine: CurrentEngine,
    case_id: str | None = None,
    instance_id: str | None = None,
    group: str | None = None,
    state: Annotated[str, Query(pattern="^(open|completed|cancelled)$")] = "open",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    return plain(engine.user_tasks(case_id=case_id, instance_id=instance_id, group=group, state=state, limit=limit))


@router.get("/user-tasks/{task_id}", response_model=TaskOut)
def task(task_id: str, engine: CurrentEngine) -> Any:
    return plain(engine.user_task(task_id))


@router.post("/user-tasks/{task_id}/completion", response_model=InstanceOut)
def complete_task(task_id: str, body: CompletionIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Complete a user task once; a second completion is refused and changes nothing."""
    instance = engine.complete_user_task(task_id, values_in(body.variables, "variables"), actor)
    wake()
    return plain(instance)
