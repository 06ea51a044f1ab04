"""Process instances: start, look, follow, and what an operator does to one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.paging import CurrentPage
from api.permissions import Permission, needs
from api.schemas.cases import DeadlineRecordOut
from api.schemas.commands import MigrationIn, MigrationOrderIn, MoveIn, ReasonIn, ResumptionIn, StartIn
from api.schemas.instances import DecisionRecordOut, IncidentOut, InstanceOut, MigrationOut, TimelineEntryOut
from api.sight import CurrentSight, Sight
from api.values import plain, values_in
from engine.errors import EngineError
from engine.runtime import Engine, InstanceView

router = new_router("process instances")
READ = needs(Permission.READ_CASES)
OPERATE = needs(Permission.OPERATE)
MAX_SEQ = 2**62


def shown(instance: InstanceView, sight: Sight) -> dict[str, Any]:
    """The instance for this caller: its variables are for those who may read them."""
    data: dict[str, Any] = plain(instance)
    if not sight.caller.may(Permission.READ_VARIABLES):
        data["variables"] = None
    return data


def visible_instance(instance_id: str, engine: CurrentEngine, sight: CurrentSight) -> InstanceView:
    """The instance of the path, when the caller sees its case."""
    found = engine.instance(instance_id) if sight.caller.sees_all else _own(engine, sight, instance_id)
    sight.case(found.case_id)
    return found


def _own(engine: Engine, sight: Sight, instance_id: str) -> InstanceView:
    """Errors: API_FORBIDDEN, the same for an instance that does not exist."""
    try:
        return engine.instance(instance_id)
    except EngineError:
        sight.case(None)
        raise


VisibleInstance = Annotated[InstanceView, Depends(visible_instance)]


@router.post(
    "/process-instances",
    response_model=InstanceOut,
    status_code=201,
    openapi_extra=needs(Permission.START_PROCESSES),
)
def start_process(body: StartIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Start a process that has a none start event."""
    instance = engine.start_process(body.process_id, values_in(body.variables, "variables"), actor)
    wake()
    return plain(instance)


@router.get("/process-instances", response_model=list[InstanceOut], openapi_extra=READ)
def list_instances(
    engine: CurrentEngine,
    sight: CurrentSight,
    page: CurrentPage,
    case_id: str | None = None,
    process_id: str | None = None,
    status: Literal["active", "suspended", "completed", "terminated"] | None = None,
) -> Any:
    """Process instances in order of their start."""
    if case_id is not None:
        sight.case(case_id)
    instances = engine.instances(
        case_id=case_id,
        process_id=process_id,
        status=status,
        case_ids=sight.case_ids,
        after=page.after,
        limit=page.fetch,
    )
    found = page.close(instances, lambda instance: (instance.id,))
    sight.note(*(instance.case_id for instance in found))
    return [shown(instance, sight) for instance in found]


@router.get("/process-instances/{instance_id}", response_model=InstanceOut, openapi_extra=READ)
def instance(found: VisibleInstance, sight: CurrentSight) -> Any:
    """The state of an instance: where its tokens are, and its variables."""
    return shown(found, sight)


@router.get("/process-instances/{instance_id}/timeline", response_model=list[TimelineEntryOut], openapi_extra=READ)
def instance_timeline(
    found: VisibleInstance,
    engine: CurrentEngine,
    after: Annotated[int, Query(ge=0, le=MAX_SEQ, description="the number of the last entry seen")] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Any:
    """What happened, in order; `after` continues behind a sequence number."""
    return plain(engine.timeline(instance_id=found.id, after=after, limit=limit))


@router.get("/process-instances/{instance_id}/decisions", response_model=list[DecisionRecordOut], openapi_extra=READ)
def instance_decisions(found: VisibleInstance, engine: CurrentEngine) -> Any:
    """Every decision taken, with inputs as used, matched rules, clauses and the hash of the table."""
    return plain(engine.decisions(instance_id=found.id))


@router.get("/process-instances/{instance_id}/deadlines", response_model=list[DeadlineRecordOut], openapi_extra=READ)
def instance_deadlines(found: VisibleInstance, engine: CurrentEngine) -> Any:
    """The deadlines of the case that the instance belongs to."""
    return [] if found.case_id is None else plain(engine.deadlines(case_id=found.case_id))


@router.get(
    "/process-instances/{instance_id}/incidents",
    response_model=list[IncidentOut],
    openapi_extra=needs(Permission.READ_INCIDENTS),
)
def instance_incidents(found: VisibleInstance, engine: CurrentEngine) -> Any:
    """What stopped in the instance, repaired or not."""
    return plain(engine.incidents(state=None, instance_id=found.id))


@router.post("/process-instances/{instance_id}/cancellation", response_model=InstanceOut, openapi_extra=OPERATE)
def cancel_instance(instance_id: str, body: ReasonIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """End an instance at once; what waited in it is no longer awaited."""
    cancelled = engine.cancel_instance(instance_id, actor, reason=body.reason)
    wake()
    return plain(cancelled)


@router.post("/process-instances/{instance_id}/suspension", response_model=InstanceOut, openapi_extra=OPERATE)
def suspend_instance(instance_id: str, body: ReasonIn, engine: CurrentEngine, actor: CurrentActor) -> Any:
    """Let an instance lie still: it takes no timers, messages, jobs and user tasks until it is resumed."""
    return plain(engine.suspend_instance(instance_id, actor, reason=body.reason))


@router.post("/process-instances/{instance_id}/resumption", response_model=InstanceOut, openapi_extra=OPERATE)
def resume_instance(
    instance_id: str, body: ResumptionIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake
) -> Any:
    """Let a suspended instance go on; its timers are due as they were, or credited with the time it lay still."""
    resumed = engine.resume_instance(instance_id, actor, reason=body.reason, credit_timers=body.credit_timers)
    wake()
    return plain(resumed)


@router.post("/process-instances/{instance_id}/move", response_model=InstanceOut, openapi_extra=OPERATE)
def move_token(instance_id: str, body: MoveIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Cancel an element instance and put its token on another element of the same scope."""
    moved = engine.move_token(instance_id, body.element_instance_id, body.element_id, actor, reason=body.reason)
    wake()
    return plain(moved)


@router.post("/processes/{process_id}/migration-plan", response_model=MigrationOut, openapi_extra=OPERATE)
def plan_migration(process_id: str, body: MigrationIn, engine: CurrentEngine) -> Any:
    """What a migration of the running instances of a process would do to each; nothing is changed."""
    plan = engine.plan_migration(process_id, version=body.version, mapping=body.mapping, instance_ids=body.instance_ids)
    return plain(plan)


@router.post("/processes/{process_id}/migration", response_model=MigrationOut, openapi_extra=OPERATE)
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
