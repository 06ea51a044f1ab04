"""Job types for deadlines: `deadline.set`, `.set_chosen`, `.latest`, `.earliest` and `.met`.

A model gets a deadline only here. The limit comes from the decision that the manifest names as its time limits; the
result is the context `deadlines.<name>`, and the record with its provenance when the process instance has a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from engine.calendars import JOINED, BusinessCalendar, Limit, compute_deadline, show_amount, show_date
from engine.errors import EngineError, ErrorCode, failure
from engine.feel import FeelDate, Value
from engine.handlers.contract import (
    Deadline,
    DeadlineMet,
    DeadlineSet,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Record,
    Services,
)
from engine.handlers.deadline_values import VARIABLE, deadline_context, deadlines_in_sight, find_deadline
from engine.handlers.limits import find_limit, refuse_row
from engine.handlers.reading import (
    date_input,
    describe,
    header,
    header_list,
    optional_header,
    refuse_for,
    refuse_input,
    today,
)
from engine.law import LawPackage

CALENDAR_PARAMETER = "calendar"
MET_WHEN = ("always", "open")


def set_deadline(job: Job, services: Services) -> JobResult:
    """Compute the deadline of a limit from the date in `start`, and set it under a name."""
    limit_id = header(job, "limit")
    return _set(job, services, limit_id, optional_header(job, "deadline", limit_id))


def set_chosen_deadline(job: Job, services: Services) -> JobResult:
    """The same for a limit that a table chose: its id is the input `limit_id`."""
    limit_id = job.variables.get("limit_id")
    if not isinstance(limit_id, str) or not limit_id.strip():
        refuse_input(job, "limit_id", "the id of a limit, as a string", limit_id)
    return _set(job, services, limit_id, header(job, "deadline"))


def _set(job: Job, services: Services, limit_id: str, name: str) -> JobResult:
    law: LawPackage = services.law()
    start = date_input(job, "start", services.time_zone, today(job, services))
    limit, parameter_hash = _find_limit(job, services, limit_id, start)
    try:
        calendar = _find_calendar(services, law, limit, start)
        computed = compute_deadline(limit, start, calendar, services.time_zone, office_opens=law.office_opens)
    except EngineError as error:
        refuse_for(job, error)
    deadline = Deadline(
        name=name,
        limit_id=limit_id,
        clause=limit.clause,
        duty=limit.duty,
        started_on=start,
        amount=limit.amount,
        unit=limit.unit,
        due_date=computed.due_date,
        due=computed.due,
        opens=computed.opens,
        calendar=calendar.id,
        steps=computed.steps,
        changes=_changes(services, name, computed.due_date, job),
        parameter_hash=parameter_hash,
    )
    how = show_amount(limit.amount, limit.unit)
    return _result(
        job, services, deadline, f'Deadline "{name}": {show_date(deadline.due_date)} ({how})', deadline.steps
    )


def _choose(choose: Callable[..., Deadline], word: str) -> Callable[[Job, Services], JobResult]:
    def choose_deadline(job: Job, services: Services) -> JobResult:
        name = header(job, "deadline")
        candidates = [find_deadline(job, services, item, part="header of") for item in header_list(job, "of")]
        chosen = choose(candidates, key=lambda deadline: deadline.due)
        shown = " and ".join(f"{item.name} ({show_date(item.due_date)})" for item in candidates)
        reason = f"the {word} of {shown} is {chosen.name}"
        changes = _changes(services, name, chosen.due_date, job)
        deadline = replace(
            chosen, name=name, steps=(*chosen.steps, reason), met_on=None, breached=False, changes=changes
        )
        return _result(job, services, deadline, f'Deadline "{name}": {show_date(chosen.due_date)}', (reason,))

    return choose_deadline


def meet_deadline(job: Job, services: Services) -> JobResult:
    """Note that what was due has been done, in time or late; with the header `when` = open, only where it is open."""
    name = header(job, "deadline")
    if optional_header(job, "when", "always", MET_WHEN) == "open" and not _is_open(
        deadlines_in_sight(job, services), name
    ):
        return JobResult(variables={"deadline_met": None}, summary=f'No deadline "{name}" is open: nothing to meet')
    deadline = find_deadline(job, services, name, part="header deadline")
    on = date_input(job, "on", services.time_zone, today(job, services))
    late = on > deadline.due_date
    step = f"{show_date(on)} is {'after' if late else 'on or before'} {show_date(deadline.due_date)}"
    entry = deadline_context(replace(deadline, met_on=on), services.time_zone)
    records: tuple[Record, ...] = ()
    case = services.case()
    if case is not None and name in case.deadlines:
        records = (DeadlineMet(name, on, late, step if late else ""),)
    met: dict[str, Value] = {"name": name, "on": FeelDate.from_python(on), "late": late}
    return JobResult(
        variables={VARIABLE: _with_entry(job, services, name, entry), "deadline_met": met},
        records=records,
        summary=f'Deadline "{name}" {"missed: met late on" if late else "met on"} {show_date(on)}',
        arithmetic=(step,),
    )


def _is_open(deadlines: Mapping[str, Value], name: str) -> bool:
    entry = deadlines.get(name)
    return isinstance(entry, Mapping) and entry.get("met_on") is None


def _find_calendar(services: Services, law: LawPackage, limit: Limit, start: date) -> BusinessCalendar:
    """The calendar that the law's decision chooses for a limit, several united; the law's own where none chooses.

    Errors: CAL_UNKNOWN; those of the decision.
    """
    decision_id = law.parameters.get(CALENDAR_PARAMETER)
    if decision_id is None:
        return law.calendar
    value = services.decide(decision_id, {"as_of": FeelDate.from_python(start), "duty": limit.duty}).value
    ids = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    if not ids:
        raise failure(
            ErrorCode.CAL_UNKNOWN,
            f"{decision_id} expected a list of ids of calendars for {show_date(start)}, but got {describe(value)}.",
            hint=f"the law's calendars are: {', '.join(law.calendars)}",
        )
    return law.calendar_named(JOINED.join(ids))


def _find_limit(job: Job, services: Services, limit_id: str, as_of: date) -> tuple[Limit, str]:
    """The limit in force on *as_of*, from the decision for time limits, and the hash of the model that gave it."""
    found = find_limit(job, services, limit_id, as_of)
    roll = found.row.get("roll")
    if not isinstance(roll, str):
        refuse_row(job, found.decision_id, limit_id, "roll", "a string", roll)
    try:
        limit = Limit(
            id=limit_id,
            clause=found.leading_clause,
            amount=found.amount,
            unit=found.unit,
            duty=found.row.get("duty") is True,
            roll=roll,
            first_day=_word(found.row, "first_day", "excluded"),
            month_end=_word(found.row, "month_end", ""),
        )
    except EngineError as error:
        refuse_for(job, error)
    return limit, found.model_hash


def _word(found: Mapping[str, Value], part: str, default: str) -> str:
    value = found.get(part)
    return value if isinstance(value, str) else default


def _changes(services: Services, name: str, due_date: date, job: Job) -> tuple[str, ...]:
    """The history of the deadline of this name, with one line more when it stood and is now replaced."""
    case = services.case()
    old = None if case is None else case.deadlines.get(name)
    if old is None:
        return ()
    why = f"replaced by {job.element_name or job.element_id} on {show_date(today(job, services))}"
    return (*old.changes, f"{show_date(old.due_date)} became {show_date(due_date)}: {why}")


def _with_entry(job: Job, services: Services, name: str, entry: dict[str, Value]) -> dict[str, Value]:
    return {**deadlines_in_sight(job, services), name: entry}


def _result(job: Job, services: Services, deadline: Deadline, summary: str, arithmetic: tuple[str, ...]) -> JobResult:
    entry = deadline_context(deadline, services.time_zone)
    records: tuple[Record, ...] = (DeadlineSet(deadline),) if services.case() is not None else ()
    variables: dict[str, Value] = {VARIABLE: _with_entry(job, services, deadline.name, entry)}
    return JobResult(variables=variables, records=records, summary=summary, arithmetic=arithmetic)


set_latest = _choose(max, "later")
set_earliest = _choose(min, "earlier")
_START_INPUT = Field("start", "the date of the fact that sets the limit off; the day of the job when left out", False)
_DEADLINES_OUTPUT = Field(VARIABLE, "all deadlines by name, the new one among them")

DEADLINE_SET = HandlerDefinition(
    job_type="deadline.set",
    label="Set a deadline",
    meaning="Computes a deadline from a limit of the law and a date, with the arithmetic, and sets it under a name.",
    kind=HandlerKind.INLINE,
    calculates=True,
    run=set_deadline,
    headers=(
        Field("limit", "the id of the limit in the table of time limits"),
        Field("deadline", "the name under deadlines; the limit's id when left out", required=False),
    ),
    inputs=(_START_INPUT,),
    outputs=(_DEADLINES_OUTPUT,),
)

DEADLINE_SET_CHOSEN = HandlerDefinition(
    job_type="deadline.set_chosen",
    label="Set a deadline that a table chose",
    meaning="As deadline.set, for one process that serves several clauses: a table chooses which limit applies.",
    kind=HandlerKind.INLINE,
    calculates=True,
    run=set_chosen_deadline,
    headers=(Field("deadline", "the name under deadlines"),),
    inputs=(Field("limit_id", "the id of the limit in the table of time limits"), _START_INPUT),
    outputs=(_DEADLINES_OUTPUT,),
)

DEADLINE_LATEST = HandlerDefinition(
    job_type="deadline.latest",
    label="Take the later of deadlines",
    meaning="Sets a deadline to the latest of several that were set before.",
    kind=HandlerKind.INLINE,
    calculates=True,
    run=set_latest,
    headers=(
        Field("deadline", "the name of the new deadline"),
        Field("of", "names of deadlines, parted by commas"),
    ),
    outputs=(_DEADLINES_OUTPUT,),
)

DEADLINE_EARLIEST = HandlerDefinition(
    job_type="deadline.earliest",
    label="Take the earlier of deadlines",
    meaning="Sets a deadline to the earliest of several that were set before.",
    kind=HandlerKind.INLINE,
    calculates=True,
    run=set_earliest,
    headers=(
        Field("deadline", "the name of the new deadline"),
        Field("of", "names of deadlines, parted by commas"),
    ),
    outputs=(_DEADLINES_OUTPUT,),
)

DEADLINE_MET = HandlerDefinition(
    job_type="deadline.met",
    label="Note that a deadline is met",
    meaning="Notes the date on which what was due has been done; after the due date it is late.",
    kind=HandlerKind.INLINE,
    calculates=True,
    run=meet_deadline,
    headers=(
        Field("deadline", "the name of the deadline"),
        Field("when", "open: nothing is noted if no deadline of this name is open", False, MET_WHEN),
    ),
    inputs=(Field("on", "the date on which it was done; the day of the job when left out", required=False),),
    outputs=(
        _DEADLINES_OUTPUT,
        Field("deadline_met", "name, on and late", required=False),
    ),
)
