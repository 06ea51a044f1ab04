"""Case records: facts, deadlines, ledger, decisions and timeline of one matter."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from api.associations import VisibleCase, only_associated, require_association
from api.auth import CurrentActor
from api.context import CurrentEngine, new_router
from api.schemas import CaseOut, DeadlineRecordOut, DecisionRecordOut, LedgerRecordOut, TimelineEntryOut
from api.values import plain

router = new_router("cases")


@router.get("/cases", response_model=list[CaseOut])
def list_cases(
    engine: CurrentEngine,
    actor: CurrentActor,
    package: str | None = None,
    case_type: str | None = None,
    key: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    """Case records; with package, case_type and key at most one."""
    if package is not None and case_type is not None and key is not None:
        found = engine.find_case(package, case_type, key)
        return plain(only_associated(engine, actor, [found] if found else []))
    cases = engine.cases(package_id=package, case_type=case_type, limit=limit)
    return plain(only_associated(engine, actor, (case for case in cases if key is None or case.key == key)))


@router.get("/cases/{case_id}", response_model=CaseOut)
def case(case_id: VisibleCase, engine: CurrentEngine) -> Any:
    return plain(engine.case(case_id))


@router.get("/cases/{case_id}/timeline", response_model=list[TimelineEntryOut])
def case_timeline(
    case_id: VisibleCase,
    engine: CurrentEngine,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Any:
    engine.case(case_id)
    return plain(engine.timeline(case_id=case_id, after=after, limit=limit))


@router.get("/cases/{case_id}/decisions", response_model=list[DecisionRecordOut])
def case_decisions(case_id: VisibleCase, engine: CurrentEngine) -> Any:
    engine.case(case_id)
    return plain(engine.decisions(case_id=case_id))


@router.get("/cases/{case_id}/ledger", response_model=list[LedgerRecordOut])
def case_ledger(case_id: VisibleCase, engine: CurrentEngine) -> Any:
    engine.case(case_id)
    return plain(engine.ledger(case_id))


@router.get("/deadlines", response_model=list[DeadlineRecordOut])
def list_deadlines(
    engine: CurrentEngine,
    actor: CurrentActor,
    breached: bool | None = None,
    case_id: str | None = None,
    open_only: bool = False,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Any:
    """Deadlines with their provenance; `breached=true` lists the duties that were missed."""
    if case_id is not None:
        require_association(engine, actor, case_id)
    found = engine.deadlines(breached=breached, case_id=case_id, open_only=open_only, limit=limit)
    if engine.sees_only_associated(actor.roles):
        found = [record for record in found if engine.may_see_case(actor.id, record.case_id)]
    return plain(found)
