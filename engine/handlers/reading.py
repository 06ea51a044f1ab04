"""What every handler reads the same way: headers, inputs, the law's date; and how it says that something is wrong.

A failure names the element, the header or input, what was expected and what was got, and becomes an incident.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NoReturn
from zoneinfo import ZoneInfo

from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import FeelDate, FeelDateTime, Value
from engine.handlers.contract import CaseView, Job, JobFailure, Services


def refuse(job: Job, code: ErrorCode, message: str, *, part: str | None = None, hint: str | None = None) -> NoReturn:
    """Fail *job* for good. *part* says where in the element, e.g. ``header limit``."""
    clause = ", ".join(job.clauses) or None
    place = Location(element_id=job.element_id, part=part, clause=clause)
    raise JobFailure(Problem(code, message, place, hint=hint))


def refuse_for(job: Job, error: EngineError, *, part: str | None = None) -> NoReturn:
    """Fail *job* for what another part of the engine found, with the element as the place where none is known."""
    problem = error.problem.at(element_id=job.element_id, part=part, clause=", ".join(job.clauses) or None)
    others = error.problems[1:]
    if others:
        message = " ".join([problem.message, *(other.message for other in others)])
        problem = replace(problem, message=message)
    raise JobFailure(problem) from error


def header(job: Job, name: str, allowed: Iterable[str] | None = None) -> str:
    """A header that must be there. Errors: JOB_HEADER."""
    value = job.headers.get(name, "").strip()
    if not value:
        near = did_you_mean(name, job.headers)
        refuse(
            job,
            ErrorCode.JOB_HEADER,
            f'the job type {job.type} expected the header "{name}", but it is missing.{near}',
            part=f"header {name}",
            hint="fill it in under the element's headers",
        )
    if allowed is not None:
        options = list(allowed)
        if value not in options:
            shown = ", ".join(options) or "nothing: none is declared"
            refuse(
                job,
                ErrorCode.JOB_HEADER,
                f'the header "{name}" expected one of {shown}, but got "{value}".{did_you_mean(value, options)}',
                part=f"header {name}",
                hint="correct the header",
            )
    return value


def optional_header(job: Job, name: str, default: str, allowed: Iterable[str] | None = None) -> str:
    return header(job, name, allowed) if job.headers.get(name, "").strip() else default


def header_list(job: Job, name: str) -> list[str]:
    """A header that holds names parted by commas; at least one, none twice."""
    names = [part.strip() for part in header(job, name).split(",") if part.strip()]
    twice = {item for item in names if names.count(item) > 1}
    if not names or twice:
        got = f'"{sorted(twice)[0]}" twice' if twice else "none"
        refuse(
            job,
            ErrorCode.JOB_HEADER,
            f'the header "{name}" expected names parted by commas, but got {got}.',
            part=f"header {name}",
        )
    return names


def date_input(job: Job, name: str, zone: ZoneInfo, default: date | None = None) -> date:
    """An input that holds a date; of a date and time it is the date in the law's zone. Errors: JOB_INPUT."""
    value = job.variables.get(name)
    if value is None and default is not None:
        return default
    day = _day(value, zone)
    if day is None:
        refuse_input(job, name, "a date", value)
    return day


def _day(value: Value, zone: ZoneInfo) -> date | None:
    """The date of a date or a date and time; None for anything else and for years that no calendar reaches."""
    try:
        if isinstance(value, FeelDateTime):
            moment = value.to_python()
            return (moment if moment.tzinfo is None else moment.astimezone(zone)).date()
        return value.to_python() if isinstance(value, FeelDate) else None
    except (ValueError, OverflowError):
        return None


def refuse_input(job: Job, name: str, expected: str, value: Value) -> NoReturn:
    refuse(
        job,
        ErrorCode.JOB_INPUT,
        f'the input "{name}" of {job.type} expected {expected}, but got {describe(value)}.',
        part=f"input {name}",
        hint=f'map "{name}" in the element\'s inputs, and check the variable that it is taken from',
    )


def describe(value: Value) -> str:
    """A FEEL value in an error message, with its kind and without its whole content."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'the string "{value[:80]}"'
        case Decimal():
            return f"the number {value}"
        case list():
            return f"a list of {len(value)}"
        case Mapping():
            return f"a context with {', '.join(list(value)[:8]) or 'no entries'}"
        case _:
            return str(value)


def today(job: Job, services: Services) -> date:
    """The date of the job in the law's zone."""
    return job.now.astimezone(services.time_zone).date()


def case_of(job: Job, services: Services) -> CaseView:
    """The case record of the process instance. Errors: CASE_NOT_FOUND."""
    case = services.case()
    if case is None:
        refuse(
            job,
            ErrorCode.CASE_NOT_FOUND,
            f"{job.type} writes into the case record, but this process instance has none yet.",
            hint="put a task of type case.open before this element",
        )
    return case
