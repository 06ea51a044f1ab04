"""A recorded deadline, computed once more from the archived limits, the archived calendar and the recorded start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.calendars import JOINED, BusinessCalendar, Limit, compute_deadline
from engine.errors import ErrorCode, Location, Problem, failure
from engine.feel import FeelDate, Value
from engine.handlers.deadlines import CALENDAR_PARAMETER
from engine.handlers.exact_deadlines import INSTANT, UNITS
from engine.handlers.limits import PARAMETER
from engine.review.archive_models import Laws, VersionOfLaw
from engine.store import LogEntry


def check_deadline(entry: LogEntry, laws: Laws) -> Iterator[Problem]:
    """A problem for each part of the record that the computation gives otherwise.

    A deadline that was taken from another one (the later, the earlier) keeps the limit, the start and the table that
    the other was computed with: the version of the law is that of the table which the record names.
    """
    data = entry.data or {}
    version = _version_of(entry, laws)
    told = {
        "due date": data["due_date"],
        "due instant": data["due"],
        "amount": data["amount"],
        "unit": data["unit"],
        "calendar": data["calendar"],
    }
    found, steps = _exact(data, version) if data["unit"] in UNITS else _counted(data, version)
    if len(data["arithmetic"]) > len(steps):
        # It was taken from another deadline, which may have stood in no record that names its calendar.
        del told["calendar"]
    for name, value in told.items():
        if value != found[name]:
            yield _differs(entry, f"its {name} is {value}, but computing again gives {found[name]}.")
    if tuple(data["arithmetic"][: len(steps)]) != steps:
        yield _differs(entry, f"its arithmetic is {data['arithmetic']}, but computing again gives {list(steps)}.")


def _version_of(entry: LogEntry, laws: Laws) -> VersionOfLaw:
    """The newest version up to the entry whose table of limits is the one that the record names."""
    at = laws.at(entry.seq)
    wanted = (entry.data or {}).get("parameter", "")
    for version in reversed([each for each in laws.all() if each.version <= at.version]):
        if not wanted or _table_of(version) == wanted:
            return version
    return at


def _table_of(version: VersionOfLaw) -> str:
    decision_id = None if version.law is None else version.law.parameters.get(PARAMETER)
    return "" if decision_id is None else version.library.info(decision_id).model_hash


def _limit(data: Mapping[str, Any], version: VersionOfLaw) -> Mapping[str, Any]:
    if version.law is None or PARAMETER not in version.law.parameters:
        raise failure(ErrorCode.CAL_UNKNOWN_LIMIT, "the archived law names no decision for time limits.")
    as_of = FeelDate.from_python(date.fromisoformat(data["started_on"]))
    result = version.library.evaluate(version.law.parameters[PARAMETER], {"limit_id": data["limit"], "as_of": as_of})
    if not isinstance(result.value, Mapping) or not isinstance(result.value.get("amount"), Decimal):
        raise failure(ErrorCode.CAL_UNKNOWN_LIMIT, f'the archived law holds no limit "{data["limit"]}" on that day.')
    return result.value


def _counted(data: Mapping[str, Any], version: VersionOfLaw) -> tuple[dict[str, object], tuple[str, ...]]:
    found = _limit(data, version)
    assert version.law is not None
    limit = Limit(
        id=data["limit"],
        clause=next(iter(data["clauses"]), ""),
        amount=int(found["amount"]),
        unit=str(found["unit"]),
        duty=found.get("duty") is True,
        roll=str(found["roll"]),
        first_day=str(found.get("first_day") or "excluded"),
        month_end=str(found.get("month_end") or ""),
    )
    start = date.fromisoformat(data["started_on"])
    calendar = _calendar(version, start, limit.duty)
    computed = compute_deadline(limit, start, calendar, version.zone, office_opens=version.law.office_opens)
    parts: dict[str, object] = {
        "due date": computed.due_date.isoformat(),
        "due instant": computed.due.isoformat(),
        "amount": limit.amount,
        "unit": limit.unit,
        "calendar": calendar.id,
    }
    return parts, computed.steps


def _calendar(version: VersionOfLaw, start: date, duty: bool) -> BusinessCalendar:
    """The calendar that the law's decision chooses, or the law's own. Errors: CAL_UNKNOWN for one it does not hold."""
    assert version.law is not None
    decision_id = version.law.parameters.get(CALENDAR_PARAMETER)
    if decision_id is None:
        return version.law.calendar
    inputs: dict[str, Value] = {"as_of": FeelDate.from_python(start), "duty": duty}
    chosen = version.library.evaluate(decision_id, inputs).value
    ids = [each for each in chosen if isinstance(each, str)] if isinstance(chosen, list) else []
    return version.law.calendar_named(JOINED.join(ids))


def _exact(data: Mapping[str, Any], version: VersionOfLaw) -> tuple[dict[str, object], tuple[str, ...]]:
    """A limit of seconds, minutes or hours: the start is not kept, but it must fit both the end and the arithmetic."""
    found = _limit(data, version)
    amount, unit = int(found["amount"]), str(found["unit"])
    last = datetime.fromisoformat(data["due"]) - INSTANT
    start = last - amount * UNITS.get(unit, timedelta(0))
    if start.astimezone(version.zone).date().isoformat() != data["started_on"]:
        raise failure(ErrorCode.CAL_INVALID, f"{amount} {unit} before {data['due']} is not on {data['started_on']}.")
    step = f"{_clock(start, version)} + {amount} {unit} = {_clock(last, version)}, that instant included"
    parts: dict[str, object] = {
        "due date": last.astimezone(version.zone).date().isoformat(),
        "due instant": data["due"],
        "amount": amount,
        "unit": unit,
        "calendar": version.law.calendar.id if version.law else "",
    }
    return parts, (step,)


def _clock(moment: datetime, version: VersionOfLaw) -> str:
    local = moment.astimezone(version.zone)
    fraction = f".{local.microsecond:06d}".rstrip("0") if local.microsecond else ""
    return f"{local:%Y-%m-%d %H:%M:%S}{fraction}"


def _differs(entry: LogEntry, said: str) -> Problem:
    name = (entry.data or {}).get("name", "")
    part = f"log entry {entry.seq}, deadline {name}"
    return Problem(ErrorCode.ARCHIVE_DIFFERS, said, Location(part=part), hint="see the log and the limits")
