"""Deadlines as the models see them: the context `deadlines`, one entry a deadline, and back to the record's form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.errors import ErrorCode, did_you_mean
from engine.feel import FeelDate, FeelDateTime, Value
from engine.handlers.contract import Deadline, Job, Services
from engine.handlers.reading import refuse, refuse_input

VARIABLE = "deadlines"


def deadline_context(deadline: Deadline, zone: ZoneInfo) -> dict[str, Value]:
    """The entry of one deadline; instants carry the law's offset of that day, so no change of clocks blurs them."""
    return {
        "limit_id": deadline.limit_id,
        "clause": deadline.clause,
        "duty": deadline.duty,
        "started_on": FeelDate.from_python(deadline.started_on),
        "amount": Decimal(deadline.amount),
        "unit": deadline.unit,
        "due_date": FeelDate.from_python(deadline.due_date),
        "due": _instant(deadline.due, zone),
        "opens": _instant(deadline.opens, zone),
        "steps": list(deadline.steps),
        "met_on": None if deadline.met_on is None else FeelDate.from_python(deadline.met_on),
    }


def deadlines_in_sight(job: Job, services: Services) -> dict[str, Value]:
    """All deadlines by name: those of the case, over them those of the variable `deadlines`."""
    zone = services.time_zone
    case = services.case()
    found: dict[str, Value] = {}
    if case is not None:
        found.update({name: deadline_context(deadline, zone) for name, deadline in case.deadlines.items()})
    own = job.variables.get(VARIABLE)
    if own is not None:
        if not isinstance(own, Mapping):
            refuse_input(job, VARIABLE, "the context that deadline jobs give back", own)
        found.update(own)
    return found


def find_deadline(job: Job, services: Services, name: str, *, part: str) -> Deadline:
    """The deadline called *name*. Errors: CAL_UNKNOWN_DEADLINE with the nearest name."""
    known = deadlines_in_sight(job, services)
    entry = known.get(name)
    if entry is None:
        refuse(
            job,
            ErrorCode.CAL_UNKNOWN_DEADLINE,
            f'no deadline is called "{name}".{did_you_mean(name, known)}',
            part=part,
            hint=f"known here: {', '.join(sorted(known)) or 'none'}; set it with a task of type deadline.set first",
        )
    return _from_context(job, services, name, entry)


def _from_context(job: Job, services: Services, name: str, entry: Value) -> Deadline:
    case = services.case()
    recorded = None if case is None else case.deadlines.get(name)
    try:
        if not isinstance(entry, Mapping):
            raise TypeError(name)
        met_on = entry.get("met_on")
        return Deadline(
            name=name,
            limit_id=_text(entry["limit_id"]),
            clause=_text(entry["clause"]),
            duty=entry.get("duty") is True,
            started_on=_date(entry["started_on"]).to_python(),
            amount=int(_number(entry["amount"])),
            unit=_text(entry["unit"]),
            due_date=_date(entry["due_date"]).to_python(),
            due=_datetime(entry["due"]),
            opens=_datetime(entry["opens"]),
            calendar=services.calendar().id if recorded is None else recorded.calendar,
            steps=tuple(_text(step) for step in _list(entry["steps"])),
            met_on=None if met_on is None else _date(met_on).to_python(),
            changes=() if recorded is None else recorded.changes,
            parameter_hash="" if recorded is None else recorded.parameter_hash,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        refuse_input(job, f"{VARIABLE}.{name}", "a deadline as deadline jobs give it back", entry)


def _instant(moment: datetime, zone: ZoneInfo) -> FeelDateTime:
    offset = moment.astimezone(zone).utcoffset() or timedelta(0)
    return FeelDateTime.from_python(moment.astimezone(timezone(offset)))


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Value) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(value)
    return value


def _date(value: Value) -> FeelDate:
    if not isinstance(value, FeelDate):
        raise TypeError(value)
    return value


def _datetime(value: Value) -> datetime:
    if not isinstance(value, FeelDateTime):
        raise TypeError(value)
    moment = value.to_python()
    if moment.tzinfo is None:
        raise TypeError(value)
    return moment.astimezone(UTC)


def _list(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value
