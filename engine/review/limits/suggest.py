"""A scenario to begin with for a missing edge of a limit, made from the shortest that sets the limit running.

Its dates are moved, its expectation is the deadline that the calendar gives; what must follow on that day, a person
writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import EngineError
from engine.handlers.exact_deadlines import INSTANT, UNITS
from engine.law import LawPackage
from engine.review.limits.edges import AROUND, DAYS_SEARCHED, EDGES, KINDS_OF_DAYS, ONE_DAY, Edge, count_days
from engine.review.limits.runs import Run
from engine.review.limits.standing import LimitEdges
from engine.simulation import ScenarioEvent


def suggest_scenario(package: LawPackage, edges: LimitEdges, edge: Edge) -> str | None:
    """A scenario on *edge* as YAML; None when no scenario sets the limit running, or none can be moved there."""
    told = [run for run in edges.runs if not run.result.scenario.outages]
    for run in sorted(told, key=lambda run: (len(run.result.scenario.events), run.result.scenario.file)):
        written = _around(package, edges, run, edge) if edge in AROUND else _on_other_days(package, edges, run, edge)
        if written is not None:
            return written
    return None


def _around(package: LawPackage, edges: LimitEdges, run: Run, edge: Edge) -> str | None:
    """The first event after the limit was set comes when it is asked for; later ones are left out."""
    events = run.result.scenario.events
    before = [event for event in events if event.at <= run.set_at]
    after = events[len(before) :]
    if not before or not after:
        return None
    if edges.limit.is_exact:
        by = run.due - INSTANT + AROUND[edge] * UNITS[edges.limit.unit] - after[0].at
    else:
        by = run.due_date + AROUND[edge] * ONE_DAY - after[0].at.astimezone(package.time_zone).date()
    if after[0].at + by < run.set_at:
        return None
    moved = [*((event, timedelta()) for event in before), (after[0], by)]
    return _write(
        package, edges, run, moved, run.started_on, run.due_date, edge, f"the last event comes on {EDGES[edge]}"
    )


def _on_other_days(package: LawPackage, edges: LimitEdges, run: Run, edge: Edge) -> str | None:
    """Everything moved by so many days that the limit runs as it is asked for, from an open day where one does."""
    if run.limit is None:
        return None
    for any_day in (False, True):
        for number in range(1, DAYS_SEARCHED):
            by = number * ONE_DAY
            start = run.started_on + by
            try:
                if not any_day and not run.calendar.is_business_day(start):
                    continue
                count = count_days(package, run.limit, start, run.calendar)
            except EngineError:
                break  # beyond the years of the calendar
            if KINDS_OF_DAYS[edge](count):
                events = [(event, by) for event in run.result.scenario.events]
                note = f"all dates are {number} days later"
                return _write(package, edges, run, events, start, count.due, edge, note)
    return None


def _write(
    package: LawPackage,
    edges: LimitEdges,
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
    clause = run.clause or scenario.clauses[0]
    lines = [
        f"# Made from {scenario.file.rsplit('/', 1)[-1]}: {note}. Say in the title and under expect what must follow.",
        f"title: {json.dumps(f'{edges.limit.id}: {EDGES[edge]}', ensure_ascii=False)}",
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
