"""The clock; it can be moved only where the store runs on a simulated one."""

from __future__ import annotations

from typing import Any

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.permissions import Permission, needs
from api.schemas.commands import AdvanceIn
from api.schemas.definitions import ClockOut
from engine.errors import ErrorCode, failure

router = new_router("clock")


@router.get("/clock", response_model=ClockOut, openapi_extra=needs(Permission.PUBLIC))
def clock(engine: CurrentEngine) -> Any:
    """The instant at which the engine's clock stands."""
    return {"now": engine.now(), "commands": 0}


@router.post("/clock/advance", response_model=ClockOut, openapi_extra=needs(Permission.MOVE_CLOCK))
def advance(body: AdvanceIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Move a simulated clock on, firing everything that becomes due, in order. Answers how many commands ran."""
    if not engine.is_simulated:
        raise failure(
            ErrorCode.RUN_CLOCK,
            "expected a store on a simulated clock, but this one is on the system clock.",
            hint="`clauseflow run` makes a store on a simulated clock",
        )
    commands = engine.advance_clock(body.to, actor)
    wake()
    return {"now": engine.now(), "commands": commands}
