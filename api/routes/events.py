"""What happens in the world, in the law's words: an application arrives, the bank confirms, staff record a review."""

from __future__ import annotations

from typing import Any

from api.auth import CurrentCaller
from api.context import CurrentEngine, Wake, new_router
from api.permissions import Permission, needs
from api.prospects import proposal_told, refuse_proposal
from api.schemas.commands import EventIn
from api.schemas.instances import EventOut
from api.sight import CurrentSight, Sight
from api.values import plain
from engine.errors import ErrorCode, failure
from engine.runtime import Engine

router = new_router("events")


@router.post("/events", response_model=EventOut, status_code=201, openapi_extra=needs(Permission.RAISE_EVENTS))
def raise_event(body: EventIn, engine: CurrentEngine, caller: CurrentCaller, sight: CurrentSight, wake: Wake) -> Any:
    """Record an event of a package's vocabulary and do what the manifest says it does, in one transaction.

    Whoever does not see all cases tells events of their own parties only, in cases that they see or open by it. An
    agent's proposal for a person who has a case is recorded, and answered with the problem that stops it or warns.
    """
    _check_teller(engine, sight, body)
    result = engine.raise_event(body.package, body.event, body.facts, caller.actor, event_id=body.event_id)
    wake()
    proposal = proposal_told(engine, body.package, body.event, result.case_key or "")
    if proposal is not None:
        refuse_proposal(proposal)
    return plain(result)


def _check_teller(engine: Engine, sight: Sight, body: EventIn) -> None:
    """Errors: API_FORBIDDEN."""
    caller = sight.caller
    if caller.parties is None:
        return
    law = engine.package(body.package)
    event = law.vocabulary.event(body.event)
    if event.by not in caller.parties:
        raise failure(
            ErrorCode.API_FORBIDDEN,
            f'the event "{event.name}" is told by the party "{event.by}", in whose name you do not act.',
            hint=f"your parties: {', '.join(sorted(caller.parties)) or 'none'}",
        )
    if caller.sees_all:
        return
    key = body.facts.get(law.case_types[event.case_type].key)
    case = engine.find_case(law.id, event.case_type, str(key)) if isinstance(key, str | int) else None
    if case is not None:
        sight.case(case.id)
