"""The edges of each limit of time: which of them a scenario stands on, and a scenario to begin with for the others.

A limit has six edges: what happens on the day before the last day, on it and on the day after it; a last day at the end
of a month; a closed day that moves it; a leap day inside it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from engine.calendars import Limit, compute_deadline
from engine.errors import EngineError
from engine.law import LawPackage
from engine.simulation import ScenarioEvent, ScenarioResult

ONE_DAY = timedelta(days=1)
DAYS_SEARCHED = 1600
"""A little more than four years: every kind of day comes up."""


class Edge(StrEnum):
    BEFORE = "the day before the last day"
    ON = "the last day"
    AFTER = "the day after the last day"
    MONTH_END = "a last day at the end of a month"
    CLOSED_DAY = "a closed day moves the last day"
    LEAP_DAY = "a leap day inside"


AROUND: Mapping[Edge, int] = {Edge.BEFORE: -1, Edge.ON: 0, Edge.AFTER: 1}


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a scenario set a limit running: the deadline as it was computed."""

    result: ScenarioResult
    limit: Limit
    name: str
    started_on: date
    due_date: date


@dataclass(frozen=True, slots=True)
class LimitEdges:
    """A limit with the scenarios that stand on each of its edges. `runs` are all that set it running."""

    limit_id: str
    clauses: tuple[str, ...]
    runs: tuple[Run, ...]
    standing: Mapping[Edge, tuple[str, ...]]

    @property
    def missing(self) -> tuple[Edge, ...]:
        return tuple(edge for edge in Edge if not self.standing.get(edge))

    def as_data(self) -> dict[str, object]:
        return {
            "limit": self.limit_id,
            "clauses": list(self.clauses),
            "scenarios": sorted({run.result.scenario.file for run in self.runs}),
            "edges": {edge.name.lower(): list(self.standing.get(edge, ())) for edge in Edge},
        }


def find_edges(
    package: LawPackage, limits: Mapping[str, tuple[str, ...]], results: Iterable[ScenarioResult]
) -> tuple[LimitEdges, ...]:
    """For each of *limits* (clauses by limit id) the edges that *results*, runs that hold, stand on."""
    runs: dict[str, list[Run]] = defaultdict(list)
    for result in results:
        if result.ok and result.scenario.package_id == package.id:
            for run in _runs_of(result):
                runs[run.limit.id].append(run)
    return tuple(_edges(package, limit_id, clauses, runs.get(limit_id, [])) for limit_id, clauses in limits.items())


def _runs_of(result: ScenarioResult) -> list[Run]:
    found = []
    for entry in result.timeline:
        if entry.kind != "deadline" or "started_on" not in entry.data:
            continue
        data = entry.data
        clause = data["clauses"][0] if data["clauses"] else ""
        try:
            limit = Limit(data["limit"], clause, int(data["amount"]), data["unit"])
        except (EngineError, TypeError, ValueError):
            continue  # a limit of seconds is no limit of days
        started_on, due_date = (date.fromisoformat(data[key]) for key in ("started_on", "due_date"))
        found.append(Run(result, limit, data["name"], started_on, due_date))
    return found


def _edges(package: LawPackage, limit_id: str, clauses: tuple[str, ...], runs: list[Run]) -> LimitEdges:
    standing: dict[Edge, dict[str, None]] = defaultdict(dict)
    for run in runs:
        days = _event_days(package, run.result)
        for edge, by in AROUND.items():
            if run.due_date + by * ONE_DAY in days:
                standing[edge][run.result.scenario.file] = None
        for edge, holds in DAYS.items():
            if holds(package, run, run.started_on, run.due_date):
                standing[edge][run.result.scenario.file] = None
    return LimitEdges(limit_id, clauses, tuple(runs), {edge: tuple(files) for edge, files in standing.items()})


def _event_days(package: LawPackage, result: ScenarioResult) -> set[date]:
    """The days on which something happened from outside, and those on which a deadline was met."""
    days = {event.at.astimezone(package.time_zone).date() for event in result.scenario.events}
    for entry in result.timeline:
        if entry.kind == "deadline" and "on" in entry.data:
            days.add(date.fromisoformat(entry.data["on"]))
    return days


# ---- kinds of days --------------------------------------------------------------------------------------------------


def _is_month_end(package: LawPackage, run: Run, start: date, due: date) -> bool:
    return (due + ONE_DAY).day == 1


def _is_moved(package: LawPackage, run: Run, start: date, due: date) -> bool:
    """A holiday among counted business days, or a counted last day that is closed."""
    calendar = package.calendar
    if run.limit.unit == "business days":
        low, high = sorted((start, due))
        days = (low + number * ONE_DAY for number in range((high - low).days + 1))
        return any(day.weekday() not in calendar.weekend and not calendar.is_business_day(day) for day in days)
    return run.limit.unit == "calendar days" and start + run.limit.amount * ONE_DAY != due


def _holds_leap_day(package: LawPackage, run: Run, start: date, due: date) -> bool:
    low, high = sorted((start, due))
    leap_days = (date(year, 2, 29) for year in range(low.year, high.year + 1) if _is_leap(year))
    return any(low < day <= high for day in leap_days)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


DAYS: Mapping[Edge, Callable[[LawPackage, Run, date, date], bool]] = {
    Edge.MONTH_END: _is_month_end,
    Edge.CLOSED_DAY: _is_moved,
    Edge.LEAP_DAY: _holds_leap_day,
}


# ---- scenarios to begin with ----------------------------------------------------------------------------------------


def suggest_scenario(package: LawPackage, edges: LimitEdges, edge: Edge) -> str | None:
    """A scenario on *edge* as YAML, made from the shortest that sets the limit running.

    Its dates are moved, its expectation is the deadline that the calendar gives; what must follow on that day, a person
    writes. None when no scenario sets the limit running, or no day of the calendar's years gives this edge.
    """
    runs = sorted(edges.runs, key=lambda run: (len(run.result.scenario.events), run.result.scenario.file))
    for run in runs:
        if edge in AROUND:
            written = _around(package, run, edge)
        else:
            written = _on_other_days(package, run, edge)
        if written is not None:
            return written
    return None


def _around(package: LawPackage, run: Run, edge: Edge) -> str | None:
    """The first event after the start of the limit comes on the day that is asked for; later ones are left out."""
    zone = package.time_zone
    wanted = run.due_date + AROUND[edge] * ONE_DAY
    before = [event for event in run.result.scenario.events if event.at.astimezone(zone).date() <= run.started_on]
    after = run.result.scenario.events[len(before) :]
    if not before or not after or wanted <= run.started_on:
        return None
    by = wanted - after[0].at.astimezone(zone).date()
    events = [*((event, timedelta()) for event in before), (after[0], by)]
    note = f"the last event comes on {edge}"
    return _write(package, run, events, run.started_on, run.due_date, edge, note)


def _on_other_days(package: LawPackage, run: Run, edge: Edge) -> str | None:
    """Everything moved by so many days that the limit runs as it is asked for."""
    for number in range(1, DAYS_SEARCHED):
        by = number * ONE_DAY
        start = run.started_on + by
        try:
            if run.limit.unit == "business days" and not package.calendar.is_business_day(start):
                continue
            computed = compute_deadline(
                run.limit, start, package.calendar, package.time_zone, office_opens=package.office_opens
            )
            if DAYS[edge](package, run, start, computed.due_date):
                events = [(event, by) for event in run.result.scenario.events]
                return _write(
                    package, run, events, start, computed.due_date, edge, f"all dates are {number} days later"
                )
        except EngineError:
            return None  # beyond the years of the calendar
    return None


def _write(
    package: LawPackage,
    run: Run,
    events: list[tuple[ScenarioEvent, timedelta]],
    start: date,
    due: date,
    edge: Edge,
    note: str,
) -> str:
    scenario = run.result.scenario
    moved = [(event, event.at + by, by) for event, by in events]
    first = scenario.start + (moved[0][2] if moved else timedelta())
    last = max([due + 3 * ONE_DAY, *(at.astimezone(package.time_zone).date() + ONE_DAY for _, at, _ in moved)])
    clause = run.limit.clause or scenario.clauses[0]
    lines = [
        f"# Made from {scenario.file.rsplit('/', 1)[-1]}: {note}. Say in the title and under expect what must follow.",
        f"title: {json.dumps(f'{run.limit.id}: {edge}', ensure_ascii=False)}",
        f"clauses: [{json.dumps(clause)}]",
        f"package: {package.id}",
        f"start: {_when(package, first)}",
        f"until: {last.isoformat()}",
        *([f"readings: {_flow(dict(scenario.readings), timedelta())}"] if scenario.readings else []),
        "events:",
        *(_event(package, event, at, by) for event, at, by in moved),
        "expect:",
        f"  - {{deadline: {run.name}, started_on: {start}, due: {due}, clause: {json.dumps(clause)}}}",
    ]
    return "\n".join(lines) + "\n"


def _event(package: LawPackage, event: ScenarioEvent, at: datetime, by: timedelta) -> str:
    party = package.vocabulary.events[event.name].by
    parts = [f"on: {_when(package, at)}", f"event: {event.name}"]
    if event.actor.id != party:
        parts.append(f"by: {_flow(event.actor.id, by)}")
    if event.refused:
        parts.append(f"refused: {event.refused}")
    if event.facts:
        parts.append(f"with: {_flow(dict(event.facts), by)}")
    return f"  - {{{', '.join(parts)}}}"


def _when(package: LawPackage, at: datetime) -> str:
    local = at.astimezone(package.time_zone)
    if local.time() == package.office_opens:
        return local.date().isoformat()
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _flow(value: Any, by: timedelta) -> str:
    """A value as YAML in one line, with its dates moved."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{name}: {_flow(each, by)}" for name, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_flow(each, by) for each in value) + "]"
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case date():
            return (value + by).isoformat()
        case int() | Decimal():
            return str(value)
        case _:
            return json.dumps(_moved_text(str(value), by), ensure_ascii=False)


def _moved_text(text: str, by: timedelta) -> str:
    try:
        return (date.fromisoformat(text) + by).isoformat()
    except ValueError:
        return text
