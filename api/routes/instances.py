"""Process instances: start, look, follow, cancel."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.schemas import DecisionRecordOut, InstanceOut, ReasonIn, StartIn, TimelineEntryOut
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
