"""Incidents: stopped elements, jobs and deliveries that wait for repair."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.schemas import IncidentOut, ResolutionIn
from api.values import plain, values_in

router = new_router("incidents")


@router.get("/incidents", response_model=list[IncidentOut])
def list_incidents(
    engine: CurrentEngine,
    state: Annotated[str, Query(pattern="^(open|resolved|cancelled)$")] = "open",
    instance_id: str | None = None,
    case_id: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    return plain(engine.incidents(state=state, instance_id=instance_id, case_id=case_id, limit=limit))


@router.post("/incidents/{incident_id}/resolution", response_model=IncidentOut)
def resolve_incident(
    incident_id: str, body: ResolutionIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake
) -> Any:
    """Try the stopped element or job again, with corrected variables where given."""
    resolved = engine.resolve_incident(
        incident_id, actor, variables=values_in(body.variables, "variables"), reason=body.reason
    )
    wake()
    return plain(resolved)
