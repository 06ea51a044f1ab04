"""Incidents: stopped elements, jobs and deliveries that wait for repair."""

from __future__ import annotations

from typing import Any, Literal

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.paging import CurrentPage
from api.permissions import Permission, needs
from api.schemas.commands import ResolutionIn
from api.schemas.instances import IncidentOut
from api.sight import CurrentSight
from api.values import plain, values_in

router = new_router("incidents")


@router.get("/incidents", response_model=list[IncidentOut], openapi_extra=needs(Permission.READ_INCIDENTS))
def list_incidents(
    engine: CurrentEngine,
    sight: CurrentSight,
    page: CurrentPage,
    state: Literal["open", "resolved", "cancelled"] = "open",
    instance_id: str | None = None,
    case_id: str | None = None,
) -> Any:
    """What stopped, in order of occurrence."""
    incidents = engine.incidents(
        state=state, instance_id=instance_id, case_id=case_id, after=page.after, limit=page.fetch
    )
    found = page.close(incidents, lambda incident: (incident.id,))
    sight.note(*(incident.case_id for incident in found))
    return plain(found)


@router.post("/incidents/{incident_id}/resolution", response_model=IncidentOut, openapi_extra=needs(Permission.OPERATE))
def resolve_incident(
    incident_id: str, body: ResolutionIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake
) -> Any:
    """Try the stopped element or job again, with corrected variables where given."""
    resolved = engine.resolve_incident(
        incident_id, actor, variables=values_in(body.variables, "variables"), reason=body.reason
    )
    wake()
    return plain(resolved)
