"""The clock; it can be moved only where the store runs on a simulated one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.auth import CurrentActor
from api.context import CurrentEngine, Wake, new_router
from api.permissions import Permission, needs
from api.schemas.commands import AdvanceIn
from api.schemas.definitions import ClockOut
from engine.errors import ErrorCode, failure
from engine.runtime import Engine

router = new_router("clock")
YEARS_WITHOUT_A_LAW = 50


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
    _check_horizon(engine, body.to)
    commands = engine.advance_clock(body.to, actor)
    wake()
    return {"now": engine.now(), "commands": commands}


def _check_horizon(engine: Engine, to: datetime) -> None:
    """A clock never goes back, and beyond the years of its calendar a law can count nothing any more."""
    calendars = [(law, calendar) for law in engine.laws() for calendar in law.calendars.values()]
    if not calendars:
        last, why = engine.now().year + YEARS_WITHOUT_A_LAW, "without a law it moves fifty years at most"
        hint = "deploy a law first"
    else:
        law, calendar = min(calendars, key=lambda each: each[1].last_year)
        last, why = calendar.last_year, f'the calendar "{calendar.id}" of {law.title} ends with {calendar.last_year}'
        hint = "move it less far, or extend `years` of the calendar and deploy the law"
    if to.year > last:
        raise failure(
            ErrorCode.RUN_CLOCK,
            f"expected an instant up to the year {last}, but got {to.isoformat()}: {why}.",
            part="body.to",
            hint=hint,
        )
