"""What a played scenario tells of a limit: each time that it was set running, and the days on which something met it.

An event of the same case counts on its day; a duty on the day on which it was met, or the day after when nobody did; a
limit that ran out on the day after. A limit that a date is held against, such as that of a postmark, counts by this
date: where a decision of the case was asked with the last day and another date, the other date is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.calendars import Limit
from engine.errors import EngineError
from engine.handlers.exact_deadlines import INSTANT, UNITS
from engine.law import LawPackage
from engine.review.limits.edges import AROUND, KINDS_OF_DAYS, ONE_DAY, Edge, count_days
from engine.review.limits.rows import LimitOfLaw
from engine.runtime import TimelineEntry
from engine.simulation import ScenarioResult


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a scenario set a limit running. `limit` and `due_date` are as counted, `edges` those it stands on."""

    result: ScenarioResult
    limit: Limit | None
    clause: str
    name: str
    started_on: date
    due_date: date
    calendar: str
    edges: frozenset[Edge]


def read_runs(package: LawPackage, limits: Mapping[str, LimitOfLaw], result: ScenarioResult) -> list[Run]:
    """Every run of one of *limits* in a played scenario of *package*."""
    cases = _Cases(package, result)
    found = []
    for entry in result.timeline:
        if entry.kind != "deadline" or "started_on" not in entry.data:
            continue
        limit = limits.get(entry.data["limit"])
        if limit is not None:
            found.append(_run(package, limit, result, entry, cases))
    return found


def _run(
    package: LawPackage, limit: LimitOfLaw, result: ScenarioResult, entry: TimelineEntry, cases: _Cases
) -> Run:
    data = entry.data
    started_on, due_date = (date.fromisoformat(data[key]) for key in ("started_on", "due_date"))
    edges: set[Edge]
    counted = None
    if limit.is_exact:
        edges = _around_instant(limit, entry, cases)
    else:
        counted = next((way for way in limit.counted if (way.amount, way.unit) == (data["amount"], data["unit"])), None)
        edges = _around_day(package, data, due_date, entry, cases)
        if counted is not None:
            edges |= _kinds_of_days(package, counted, started_on, data["calendar"])
    clause = data["clauses"][0] if data["clauses"] else ""
    return Run(result, counted, clause, data["name"], started_on, due_date, data["calendar"], frozenset(edges))


def _kinds_of_days(package: LawPackage, limit: Limit, started_on: date, calendar: str) -> set[Edge]:
    try:
        count = count_days(package, limit, started_on, package.calendar_named(calendar))
    except EngineError:
        return set()  # a later step of the scenario left the calendar; the deadline itself was never counted
    return {edge for edge, holds in KINDS_OF_DAYS.items() if holds(count)}
