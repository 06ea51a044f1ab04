"""The job type `deadline.set_exact`: a limit of seconds, minutes or hours, counted from an instant of the clock.

The last instant of such a limit still counts: what happens exactly then is in time. `due` is the first instant after
it, as with every deadline, so that a timer on it never beats an answer of the last instant.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.feel import FeelDateTime
from engine.handlers.contract import (
    Deadline,
    DeadlineSet,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Record,
    Services,
)
from engine.handlers.deadline_values import VARIABLE, deadline_context, deadlines_in_sight
from engine.handlers.limits import LimitInForce, find_limit, refuse_row
from engine.handlers.reading import header, optional_header, refuse_input

UNITS = {"seconds": timedelta(seconds=1), "minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}
VERIFIED = "verified"
INSTANT = timedelta(microseconds=1)
"""The clock's smallest step: what comes one such step after the last instant is late."""


def set_exact_deadline(job: Job, services: Services) -> JobResult:
    """Count the limit of the header from the instant in `start` (default: now), and set it under a name."""
    limit_id = header(job, "limit")
    name = optional_header(job, "deadline", limit_id)
    start = _start(job)
    limit = _find_limit(job, services, limit_id, start)
    amount, unit, status = limit.amount, limit.unit, limit.row.get("status")
    doubt = "" if status in (None, VERIFIED) else f"; the figure is {status}"
    last = start + amount * UNITS[unit]
    zone = services.time_zone
    step = f"{_clock(start, services)} + {amount} {unit} = {_clock(last, services)}, that instant included{doubt}"
    deadline = Deadline(
        name=name,
        limit_id=limit_id,
        clause=limit.leading_clause,
        duty=False,
        started_on=start.astimezone(zone).date(),
        amount=amount,
        unit=unit,
        due_date=last.astimezone(zone).date(),
        due=last + INSTANT,
        opens=last + INSTANT,
        calendar=services.calendar().id,
        steps=(step,),
        parameter_hash=limit.model_hash,
    )
    deadlines = {**deadlines_in_sight(job, services), name: deadline_context(deadline, zone)}
    records: tuple[Record, ...] = (DeadlineSet(deadline),) if services.case() is not None else ()
    return JobResult(
        variables={VARIABLE: deadlines},
        records=records,
        summary=f'Deadline "{name}": {_clock(last, services)} ({amount} {unit})',
        arithmetic=(step,),
    )


def _start(job: Job) -> datetime:
    value = job.variables.get("start")
    if value is None:
        return job.now
    moment = value.to_python() if isinstance(value, FeelDateTime) else None
    if moment is None or moment.tzinfo is None:
        refuse_input(job, "start", "an instant (date and time with an offset)", value)
    return moment.astimezone(UTC)


def _find_limit(job: Job, services: Services, limit_id: str, start: datetime) -> LimitInForce:
    """Errors: CAL_UNKNOWN_LIMIT also for a limit that is not counted by the clock."""
    found = find_limit(job, services, limit_id, start.astimezone(services.time_zone).date())
    if found.amount < 0:
        refuse_row(job, found.decision_id, limit_id, "amount", "no less than 0", found.row["amount"])
    if found.unit not in UNITS:
        refuse_row(job, found.decision_id, limit_id, "unit", " or ".join(UNITS), found.unit)
    return found


def _clock(moment: datetime, services: Services) -> str:
    local = moment.astimezone(services.time_zone)
    fraction = f".{local.microsecond:06d}".rstrip("0") if local.microsecond else ""
    return f"{local:%Y-%m-%d %H:%M:%S}{fraction}"


DEADLINE_SET_EXACT = HandlerDefinition(
    job_type="deadline.set_exact",
    label="Set a limit of seconds",
    meaning="Counts a limit of seconds, minutes or hours from an instant of the clock; its last instant counts.",
    kind=HandlerKind.INLINE,
    calculates=True,
    run=set_exact_deadline,
    headers=(
        Field("limit", "the id of the limit in the table of time limits"),
        Field("deadline", "the name under deadlines; the limit's id when left out", required=False),
    ),
    inputs=(Field("start", "the instant from which it runs; the instant of the job when left out", required=False),),
    outputs=(Field(VARIABLE, "all deadlines by name: due_date, due, opens, amount, unit, steps ...", required=False),),
)
