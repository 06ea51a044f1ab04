"""The job type `deadline.close`: what ended early owes nothing any more, and nobody need wait for it."""

from __future__ import annotations

from engine.calendars import show_date
from engine.feel import Value
from engine.handlers.contract import (
    Deadline,
    DeadlineMet,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Record,
    Services,
)
from engine.handlers.reading import case_of, header_list, today


def close_deadlines(job: Job, services: Services) -> JobResult:
    """Close every deadline of the case that is still to come, or those of the header, as not owed any more.

    One that was missed before stays missed, and one whose last day has passed stays as it is.
    """
    case = case_of(job, services)
    day = today(job, services)
    named = header_list(job, "of") if job.headers.get("of") else list(case.deadlines)
    open_ones = [each for name in named if (each := case.deadlines.get(name)) is not None and _is_open(each, job)]
    reason = f"not owed any more: {job.element_name or job.element_id}"
    records: tuple[Record, ...] = tuple(DeadlineMet(each.name, day, late=False, reason=reason) for each in open_ones)
    closed: list[Value] = [each.name for each in open_ones]
    shown = ", ".join(f"{each.name} ({show_date(each.due_date)})" for each in open_ones)
    return JobResult(
        variables={"deadlines_closed": closed},
        records=records,
        summary=f"Not owed any more: {shown}" if shown else "Nothing was owed any more",
    )


def _is_open(deadline: Deadline, job: Job) -> bool:
    return deadline.met_on is None and not deadline.breached and deadline.due > job.now


DEADLINE_CLOSE = HandlerDefinition(
    job_type="deadline.close",
    label="Close what is not owed any more",
    meaning="Closes the open deadlines of a case that ended early; none of them can be missed then.",
    kind=HandlerKind.INLINE,
    run=close_deadlines,
    headers=(Field("of", "names of deadlines, parted by commas; every open one when left out", False),),
    outputs=(Field("deadlines_closed", "the names of those that were closed", False),),
)
