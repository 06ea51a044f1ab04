"""Case records: facts, deadlines, ledger, decisions and timeline of one matter, and who may see them and did."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from api.auth import CurrentActor
from api.context import CurrentEngine, new_router
from api.paging import CurrentPage
from api.permissions import SEARCHES, Permission, needs
from api.schemas.access import AssociationOut, ReadingOut
from api.schemas.cases import CaseOut, DeadlineRecordOut, LedgerRecordOut
from api.schemas.commands import AssociationIn, ReasonIn
from api.schemas.instances import DecisionRecordOut, TimelineEntryOut
from api.sight import CurrentSight, VisibleCase
from api.values import plain

router = new_router("cases")
READ = needs(Permission.READ_CASES)
MAX_SEQ = 2**62


@router.get("/cases", response_model=list[CaseOut], openapi_extra=needs(Permission.READ_CASES, limit=SEARCHES))
def list_cases(
    engine: CurrentEngine,
    sight: CurrentSight,
    page: CurrentPage,
    package: str | None = None,
    case_type: str | None = None,
    key: str | None = None,
) -> Any:
    """Case records in order of their opening; with package, case_type and key at most one."""
    if package is not None and case_type is not None and key is not None:
        found = engine.find_case(package, case_type, key)
        shown = [found] if found is not None and sight.may_see(found.id) else []
    else:
        cases = engine.cases(
            package_id=package, case_type=case_type, case_ids=sight.case_ids, after=page.after, limit=page.fetch
        )
        shown = [case for case in page.close(cases, lambda case: (case.id,)) if key is None or case.key == key]
    sight.note(*(case.id for case in shown))
    return plain(shown)


@router.get("/cases/{case_id}", response_model=CaseOut, openapi_extra=READ)
def case(case_id: VisibleCase, engine: CurrentEngine) -> Any:
    """One case record with its facts, present and earlier, and its deadlines."""
    return plain(engine.case(case_id))


@router.get("/cases/{case_id}/timeline", response_model=list[TimelineEntryOut], openapi_extra=READ)
def case_timeline(
    case_id: VisibleCase,
    engine: CurrentEngine,
    after: Annotated[int, Query(ge=0, le=MAX_SEQ, description="the number of the last entry seen")] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Any:
    """What happened in the case, in order, each step with its clauses."""
    engine.case(case_id)
    return plain(engine.timeline(case_id=case_id, after=after, limit=limit))


@router.get("/cases/{case_id}/decisions", response_model=list[DecisionRecordOut], openapi_extra=READ)
def case_decisions(case_id: VisibleCase, engine: CurrentEngine) -> Any:
    """Every decision taken in the case, with inputs as used, matched rules, clauses and the hash of the table."""
    engine.case(case_id)
    return plain(engine.decisions(case_id=case_id))


@router.get("/cases/{case_id}/ledger", response_model=list[LedgerRecordOut], openapi_extra=READ)
def case_ledger(case_id: VisibleCase, engine: CurrentEngine) -> Any:
    """The payments of the case, in order of entry."""
    return plain(engine.ledger(case_id))


@router.get("/deadlines", response_model=list[DeadlineRecordOut], openapi_extra=READ)
def list_deadlines(
    engine: CurrentEngine,
    sight: CurrentSight,
    page: CurrentPage,
    breached: bool | None = None,
    case_id: str | None = None,
    open_only: bool = False,
) -> Any:
    """Deadlines with their provenance, in order of their due instants; `breached=true` lists the duties missed."""
    if case_id is not None:
        sight.case(case_id)
    found = page.close(
        engine.deadlines(
            breached=breached,
            case_id=case_id,
            open_only=open_only,
            case_ids=sight.case_ids,
            after=page.after_two,
            limit=page.fetch,
        ),
        lambda record: (record.case_id, record.deadline.name),
    )
    sight.note(*(record.case_id for record in found))
    return plain(found)


# ---- who may see a case, and who did --------------------------------------------------------------------------------


@router.get(
    "/cases/{case_id}/associations",
    response_model=list[AssociationOut],
    openapi_extra=needs(Permission.GRANT_ACCESS),
)
def case_associations(case_id: VisibleCase, engine: CurrentEngine) -> Any:
    """Who may see the case by leave of somebody, and who might."""
    return plain(engine.associations(case_id))


@router.post(
    "/cases/{case_id}/associations",
    response_model=AssociationOut,
    status_code=201,
    openapi_extra=needs(Permission.GRANT_ACCESS),
)
def grant_association(case_id: VisibleCase, body: AssociationIn, engine: CurrentEngine, actor: CurrentActor) -> Any:
    """Let a person see the case, such as the one whose case it is. Where they may already, that stands."""
    return plain(engine.grant_association(case_id, body.holder, body.role, body.reason, actor))


@router.post(
    "/cases/{case_id}/associations/{holder}/revocation",
    response_model=AssociationOut,
    openapi_extra=needs(Permission.GRANT_ACCESS),
)
def revoke_association(
    case_id: VisibleCase, holder: str, body: ReasonIn, engine: CurrentEngine, actor: CurrentActor
) -> Any:
    """End the leave of a person to see the case."""
    return plain(engine.revoke_association(case_id, holder, body.reason, actor))


@router.get("/readings", response_model=list[ReadingOut], openapi_extra=needs(Permission.AUDIT))
def list_readings(engine: CurrentEngine, page: CurrentPage, case_id: str | None = None) -> Any:
    """Who has read which case, when, by which question; in order."""
    found = engine.readings(case_id=case_id, after=page.after_number, limit=page.fetch)
    shown = page.close(found, lambda row: (str(row.seq),))
    return [
        ReadingOut(seq=row.seq, at=row.at, actor=row.actor, roles=list(row.roles), case_id=row.case_id, what=row.what)
        for row in shown
    ]
