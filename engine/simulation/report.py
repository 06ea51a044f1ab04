"""A run as a person reads it: day by day, what happened where, the arithmetic of each deadline, the clause.

Everything fits 100 columns and reads the same without colour. Columns: time of day, element or decision (or the kind of
entry where neither is concerned), what happened, clause.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from engine.runtime import TimelineEntry
from engine.simulation.dates import show_date, show_short
from engine.simulation.expectations import Difference
from engine.simulation.runner import ScenarioResult

WIDTH = 100
_TIME, _PLACE, _WHAT, _CLAUSE = 5, 29, 42, 18
_GAP = "  "
_INDENT = _TIME + len(_GAP) + _PLACE + len(_GAP)

# What a reader of the timeline wants to see; the rest (flows, variables, jobs at work) is in the store.
SHOWN = frozenset(
    {
        "clock",
        "deadline",
        "decision",
        "deployment",
        "element",
        "event",
        "fact",
        "incident",
        "instance",
        "message",
        "notice",
        "payment",
        "state",
        "task",
    }
)
_STYLES = {
    "event": "bold cyan",
    "decision": "bold",
    "deadline": "yellow",
    "notice": "magenta",
    "payment": "magenta",
    "state": "bold green",
    "incident": "bold red",
    "task": "cyan",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line and how a colour terminal shows it."""

    text: str
    style: str = ""


def build_timeline(entries: Iterable[TimelineEntry], zone: ZoneInfo) -> Iterator[Line]:
    """The lines of a timeline, grouped by the days of *zone*; none is longer than WIDTH."""
    today: date | None = None
    for entry in entries:
        if entry.kind not in SHOWN:
            continue
        local = entry.at.astimezone(zone)
        if local.date() != today:
            if today is not None:
                yield Line("")
            today = local.date()
            yield Line(_heading(today, zone), "bold")
        yield from _entry_lines(entry, f"{local:%H:%M}")


def print_timeline(console: Console, entries: Iterable[TimelineEntry], zone: ZoneInfo) -> None:
    print_lines(console, build_timeline(entries, zone))


def print_lines(console: Console, lines: Iterable[Line]) -> None:
    for line in lines:
        console.print(Text(line.text, style=line.style), soft_wrap=True)


def build_verdict(result: ScenarioResult) -> Iterator[Line]:
    """One line when the scenario holds; the differences under it when it does not."""
    title = f"{result.scenario.title} ({result.scenario.file})"
    if not result.differences:
        yield from _wrapped("ok      ", title, "green")
        return
    yield from _wrapped("FAILED  ", title, "bold red")
    for difference in result.differences:
        yield from _difference_lines(difference)


def _difference_lines(difference: Difference) -> Iterator[Line]:
    place = f" (line {difference.line})" if difference.line is not None else ""
    yield from _wrapped("        expected  ", difference.expected + place)
    yield from _wrapped("        but got   ", difference.got)
    if difference.clauses:
        yield from _wrapped("        clause    ", "; ".join(difference.clauses), "dim")


def _wrapped(lead: str, text: str, style: str = "") -> Iterator[Line]:
    for index, part in enumerate(_wrap(text, WIDTH - len(lead))):
        yield Line((lead if index == 0 else " " * len(lead)) + part, style)


def _heading(day: date, zone: ZoneInfo) -> str:
    text = f"{show_date(day)} "
    return f"{text}{'─' * (WIDTH - len(text) - len(zone.key) - 1)} {zone.key}"


def _entry_lines(entry: TimelineEntry, time: str) -> Iterator[Line]:
    place = _wrap(entry.element_id or entry.decision_id or entry.kind, _PLACE)
    what = _wrap(entry.what, _WHAT)
    clauses = [line for clause in entry.clauses for line in _wrap(clause, _CLAUSE)]
    style = _STYLES.get(entry.kind, "")
    for index, (left, middle, right) in enumerate(zip_longest(place, what, clauses, fillvalue="")):
        shown = time if index == 0 else ""
        row = _GAP.join((shown.ljust(_TIME), left.ljust(_PLACE), middle.ljust(_WHAT), right))
        yield Line(row.rstrip(), style)
    for step in entry.arithmetic:
        for index, part in enumerate(_wrap(step, WIDTH - _INDENT - 4)):
            yield Line(" " * _INDENT + ("  = " if index == 0 else "    ") + part, "dim")


def _wrap(text: str, width: int) -> Sequence[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def describe_run(result: ScenarioResult, zone: ZoneInfo) -> Iterator[Line]:
    """The head of a printed run: title, span of time, clauses."""
    scenario = result.scenario
    start = scenario.start.astimezone(zone).date()
    end = result.ended_at.astimezone(zone).date()
    yield from _wrapped("", scenario.title, "bold")
    yield Line(f"{show_short(start)} to {show_short(end)}, {zone.key}")
    if scenario.clauses:
        yield from _wrapped("Clauses: ", "; ".join(scenario.clauses))
