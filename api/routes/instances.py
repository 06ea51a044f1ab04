"""Process instances: start, look, follow, and what an operator does to one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.schemas import (
    DecisionRecordOut,
    InstanceOut,
    MigrationIn,
    MigrationOrderIn,
    MigrationOut,
    MoveIn,
    ReasonIn,
    ResumptionIn,
    StartIn,
    TimelineEntryOut,
)
from api.values import plain, values_in

router = new_router("process instances")


@router.post("/process-instances", response_model=InstanceOut, status_code=201)
def start_process(body: StartIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Start a process that has a none start event."""
    instance = engine.start_process(body.process_id, values_in(body.variables, "variables"), actor)
    wake()
    return plain(instance)


@router.get("/process-instances", response_model=list[InstanceOut])
def list_instances(
    engine: CurrentEngine,
    case_id: str | None = None,
    process_id: str | None = None,
    status: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    return plain(engine.instances(case_id=case_id, process_id=process_id, status=status, limit=limit))


@router.get("/process-instances/{instance_id}", response_model=InstanceOut)
def instance(instance_id: str, engine: CurrentEngine) -> Any:
    return plain(engine.instance(instance_id))


@router.get("/process-instances/{instance_id}/timeline", response_model=list[TimelineEntryOut])
def instance_timeline(
    instance_id: str,
    engine: CurrentEngine,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Any:
    """What happened, in order; `after` continues behind a sequence number."""
    engine.instance(instance_id)
    return plain(engine.timeline(instance_id=instance_id, after=after, limit=limit))


@router.get("/process-instances/{instance_id}/decisions", response_model=list[DecisionRecordOut])
def instance_decisions(instance_id: str, engine: CurrentEngine) -> Any:
    """Every decision taken, with inputs as used, matched rules, clauses and the hash of the table."""
    engine.instance(instance_id)
    return plain(engine.decisions(instance_id=instance_id))


@router.post("/process-instances/{instance_id}/cancellation", response_model=InstanceOut)
def cancel_instance(instance_id: str, body: ReasonIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    cancelled = engine.cancel_instance(instance_id, actor, reason=body.reason)
    wake()
    return plain(cancelled)


@router.post("/process-instances/{instance_id}/suspension", response_model=InstanceOut)
def suspend_instance(instance_id: str, body: ReasonIn, engine: CurrentEngine, actor: CurrentActor) -> Any:
    """Let an instance lie still: it takes no timers, messages, jobs and user tasks until it is resumed."""
    return plain(engine.suspend_instance(instance_id, actor, reason=body.reason))


@router.post("/process-instances/{instance_id}/resumption", response_model=InstanceOut)
def resume_instance(
    instance_id: str, body: ResumptionIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake
) -> Any:
    """Let a suspended instance go on; its timers are due as they were, or credited with the time it lay still."""
    resumed = engine.resume_instance(instance_id, actor, reason=body.reason, credit_timers=body.credit_timers)
    wake()
    return plain(resumed)


@router.post("/process-instances/{instance_id}/move", response_model=InstanceOut)
def move_token(instance_id: str, body: MoveIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Cancel an element instance and put its token on another element of the same scope."""
    moved = engine.move_token(instance_id, body.element_instance_id, body.element_id, actor, reason=body.reason)
    wake()
    return plain(moved)


@router.post("/processes/{process_id}/migration-plan", response_model=MigrationOut)
def plan_migration(process_id: str, body: MigrationIn, engine: CurrentEngine) -> Any:
    """What a migration of the running instances of a process would do to each; nothing is changed."""
    plan = engine.plan_migration(process_id, version=body.version, mapping=body.mapping, instance_ids=body.instance_ids)
    return plain(plan)


@router.post("/processes/{process_id}/migration", response_model=MigrationOut)
def migrate(process_id: str, body: MigrationOrderIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Carry the migration out in one transaction; instances with problems are left alone."""
    done = engine.migrate(
        process_id,
        actor,
        reason=body.reason,
        version=body.version,
        mapping=body.mapping,
        instance_ids=body.instance_ids,
    )
    wake()
    return plain(done)
