"""What a played scenario tells of a limit: each time that it was set running, and the days on which something met it.

An event of the same case counts on its day; a duty on the day on which it was met, or the day after when nobody did; a
limit that ran out on the day after; one that still runs on the day on which the scenario ends. A date that is held
against the last day counts too, and alone where the limit is counted back, as that of a postmark is: where a decision
of the case was asked with the last day and another date, this other date is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.calendars import BusinessCalendar, Limit
from engine.errors import EngineError
from engine.handlers.exact_deadlines import INSTANT, UNITS
from engine.law import LawPackage
from engine.review.limits.edges import BUSINESS, KINDS_OF_DAYS, ONE_DAY, Edge, count_days
from engine.review.limits.held import Pairs, dates_held
from engine.review.limits.rows import LimitOfLaw
from engine.runtime import TimelineEntry
from engine.simulation import ScenarioResult, read_models


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a scenario set a limit running, and the edges that it stands on.

    `limit` is its way to count days; None for a limit of seconds.
    """

    result: ScenarioResult
    limit: Limit | None
    clause: str
    name: str
    started_on: date
    due_date: date
    due: datetime
    set_at: datetime
    calendar: BusinessCalendar
    edges: frozenset[Edge]


class HeldDates:
    """Which pairs of dates the decisions of a law hold against each other, looked up once a decision."""

    def __init__(self, package: LawPackage) -> None:
        self._models = {each.id: model for model in read_models(package).decisions for each in model.decisions}
        self._pairs: dict[str, Pairs] = {}

    def of(self, entry: TimelineEntry) -> Iterator[tuple[date, date]]:
        """The dates that the decision of *entry* was asked with and reads together, each pair both ways."""
        asked = {name: date.fromisoformat(each["date"]) for name, each in _exact(entry).items() if "date" in each}
        decision_id = entry.data["decision_id"]
        if len(asked) < 2 or decision_id not in self._models:
            return
        if decision_id not in self._pairs:
            self._pairs[decision_id] = dates_held(self._models[decision_id], decision_id)
        for one, other in self._pairs[decision_id]:
            if one in asked and other in asked:
                yield asked[one], asked[other]


def _exact(entry: TimelineEntry) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Any] = entry.data.get("exact_inputs") or {}
    return {name: value for name, value in found.items() if isinstance(value, Mapping)}


def read_runs(
    package: LawPackage, limits: Mapping[str, LimitOfLaw], result: ScenarioResult, held: HeldDates
) -> list[tuple[str, Run]]:
    """Every run of one of *limits* in a played scenario of *package*, with the id of the limit."""
    story = _Story(package, result, held)
    found = []
    for entry in result.timeline:
        if entry.kind != "deadline" or "started_on" not in entry.data:
            continue
        limit = limits.get(entry.data["limit"])
        if limit is not None:
            found.append((limit.id, _run(limit, result, entry, story)))
    return found


def _run(limit: LimitOfLaw, result: ScenarioResult, entry: TimelineEntry, story: _Story) -> Run:
    data = entry.data
    started_on, due_date = (date.fromisoformat(data[key]) for key in ("started_on", "due_date"))
    calendar = story.package.calendar_named(data["calendar"])
    counted = next((way for way in limit.counted if (way.amount, way.unit) == (data["amount"], data["unit"])), None)
    if limit.is_exact:
        edges = _around_instant(limit, entry, story)
    else:
        edges = _around_day(entry, due_date, calendar, story)
    if counted is not None:
        edges |= _kinds_of_days(story.package, counted, started_on, calendar)
    clause = data["clauses"][0] if data["clauses"] else ""
    due = datetime.fromisoformat(data["due"])
    return Run(result, counted, clause, data["name"], started_on, due_date, due, entry.at, calendar, frozenset(edges))


def _around_instant(limit: LimitOfLaw, entry: TimelineEntry, story: _Story) -> set[Edge]:
    """A limit of seconds: its last instant, and one second (minute, hour) to either side."""
    last, unit = datetime.fromisoformat(entry.data["due"]) - INSTANT, UNITS[limit.unit]
    instants = [at for at in story.events[entry.case_id] if at >= entry.at]
    edges = {
        Edge.BEFORE: any(last - unit <= at < last for at in instants),
        Edge.ON: last in instants,
        Edge.AFTER: any(last < at <= last + unit for at in (*instants, *story.acts[entry.case_id])),
    }
    return {edge for edge, stands in edges.items() if stands}


def _around_day(entry: TimelineEntry, due_date: date, calendar: BusinessCalendar, story: _Story) -> set[Edge]:
    days = story.days_of(entry, due_date)
    early, late = due_date - ONE_DAY, due_date + ONE_DAY
    if entry.data["unit"] in BUSINESS:
        early, late = calendar.roll_backward(early), calendar.roll_forward(late)
    spans = {
        Edge.BEFORE: (early, due_date - ONE_DAY),
        Edge.ON: (due_date, due_date),
        Edge.AFTER: (due_date + ONE_DAY, late),
    }
    return {edge for edge, (first, last) in spans.items() if any(first <= day <= last for day in days)}


def _kinds_of_days(package: LawPackage, limit: Limit, started_on: date, calendar: BusinessCalendar) -> set[Edge]:
    try:
        count = count_days(package, limit, started_on, calendar)
    except EngineError:
        return set()  # the row was another one when the scenario ran
    return {edge for edge, holds in KINDS_OF_DAYS.items() if holds(count)}


class _Story:
    """What happened in each case of a played scenario, as far as a limit can ask."""

    def __init__(self, package: LawPackage, result: ScenarioResult, held: HeldDates) -> None:
        self.package = package
        self._last_day = self._day(result.ended_at)
        self.events: dict[str | None, list[datetime]] = defaultdict(list)
        self.acts: dict[str | None, set[datetime]] = defaultdict(set)
        self._ends: dict[tuple[str | None, str], list[tuple[int, date]]] = defaultdict(list)
        self._sets: dict[tuple[str | None, str], list[int]] = defaultdict(list)
        self._judged: dict[tuple[str | None, date], list[date]] = defaultdict(list)
        for entry in result.timeline:
            match entry.kind:
                case "event":
                    self.events[entry.case_id].append(entry.at)
                case "element":
                    self.acts[entry.case_id].add(entry.at)
                case "deadline" if "started_on" in entry.data:
                    self._sets[entry.case_id, entry.data["name"]].append(entry.seq)
                case "deadline":
                    self._ends[entry.case_id, entry.data["name"]].append((entry.seq, self._end(entry)))
                case "decision":
                    for one, other in held.of(entry):
                        self._judged[entry.case_id, one].append(other)

    def _end(self, entry: TimelineEntry) -> date:
        """The day on which a deadline was met, or on which it was found that nobody had."""
        return date.fromisoformat(entry.data["on"]) if "on" in entry.data else self._day(entry.at)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.package.time_zone).date()

    def days_of(self, entry: TimelineEntry, due_date: date) -> set[date]:
        """The days on which something bore on the deadline that *entry* set.

        While it runs, the day on which the scenario ends is one: its expectations look at what has not happened yet.
        """
        case = entry.case_id
        days = {*self._ends_of(entry), *self._judged[case, due_date]}
        if self._last_day <= due_date and not self._ends_of(entry) and self._until(entry) is None:
            days.add(self._last_day)
        counts_back = entry.data["amount"] < 0
        if entry.data["duty"] or (counts_back and self._judged[case, due_date]):
            return days
        due = datetime.fromisoformat(entry.data["due"])
        opens = datetime.combine(due_date, self.package.office_opens, self.package.time_zone)
        own = {instant for instant in (due, opens) if instant in self.acts[case]}
        return days | {self._day(at) for at in (*self.events[case], *own) if at >= entry.at}

    def _ends_of(self, entry: TimelineEntry) -> list[date]:
        """The days on which this deadline was met or missed, before another took its name."""
        until = self._until(entry)
        ends = self._ends[entry.case_id, entry.data["name"]]
        return [day for seq, day in ends if seq > entry.seq and (until is None or seq < until)]

    def _until(self, entry: TimelineEntry) -> int | None:
        """The place in the log at which another deadline took the name."""
        sets = self._sets[entry.case_id, entry.data["name"]]
        return min((seq for seq in sets if seq > entry.seq), default=None)
