"""Messages by name and correlation key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.permissions import Permission, needs
from api.schemas.commands import MessageIn
from api.schemas.instances import MessageOut
from api.values import plain, values_in

router = new_router("messages")


@router.post("/messages", response_model=MessageOut, status_code=202, openapi_extra=needs(Permission.START_PROCESSES))
def publish_message(body: MessageIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Start an instance or reach a waiting one; a message that nobody waits for is buffered or refused."""
    seconds = body.time_to_live_seconds
    result = engine.publish_message(
        body.name,
        body.key,
        values_in(body.variables, "variables"),
        actor,
        message_id=body.message_id,
        time_to_live=None if seconds is None else timedelta(seconds=seconds),
    )
    wake()
    return plain(result)
