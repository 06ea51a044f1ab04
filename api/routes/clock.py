"""The clock; it can be moved only where the store runs on a simulated one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.schemas import AdvanceIn, ClockOut
from engine.errors import ErrorCode, failure

router = new_router("clock")


@router.get("/clock", response_model=ClockOut)
def clock(engine: CurrentEngine) -> Any:
    return {"now": engine.now(), "commands": 0}


@router.post("/clock/advance", response_model=ClockOut)
def advance(body: AdvanceIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Move a simulated clock on, firing everything that becomes due, in order. Answers how many commands ran."""
    if not engine.is_simulated:
        raise failure(
            ErrorCode.RUN_CLOCK,
            "expected a store on a simulated clock, but this one is on the system clock.",
            hint="`clauseflow run` makes a store on a simulated clock",
        )
    try:
        to = datetime.fromisoformat(body.to)
    except ValueError:
        to = None
    if to is None or to.tzinfo is None:
        raise failure(
            ErrorCode.API_REQUEST,
            f'expected an instant with an offset such as 2011-03-08T09:00:00-05:00, but got "{body.to}".',
            part="body.to",
            hint="write date, time and offset",
        )
    commands = engine.advance_clock(to, actor)
    wake()
    return {"now": engine.now(), "commands": commands}
