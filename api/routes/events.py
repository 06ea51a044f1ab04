"""What happens in the world, in the law's words: an application arrives, the bank confirms, staff record a review."""

from __future__ import annotations

from typing import Any

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.schemas import EventIn, EventOut
from api.values import plain

router = new_router("events")


@router.post("/events", response_model=EventOut, status_code=201)
def raise_event(body: EventIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Record an event of a package's vocabulary and do what the manifest says it does, in one transaction."""
    result = engine.raise_event(body.package, body.event, body.facts, actor, event_id=body.event_id)
    wake()
    return plain(result)
