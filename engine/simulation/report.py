"""A run as a person reads it: day by day, what happened where, the arithmetic of each deadline, the clause.

Everything fits 100 columns and reads the same without colour. Columns: time of day, element or decision (or the kind of
entry where neither is concerned), what happened, clause; a long list of clauses stands below its row, after a §.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from engine.feel import to_plain
from engine.runtime import TimelineEntry
from engine.simulation.dates import show_date, show_short
from engine.simulation.expectation import Difference
from engine.simulation.question_run import QuestionResult
from engine.simulation.rows import Row, build_rows
from engine.simulation.runner import ScenarioResult
from engine.simulation.values import show_value

WIDTH = 100
_TIME, _PLACE, _WHAT, _CLAUSE = 5, 30, 41, 18
_GAP = "  "
_MOST = 16
_FEW = 3
_INDENT = _TIME + len(_GAP) + _PLACE + len(_GAP)
_WORD_IN_AN_ID = re.compile(r"[A-Z_]?[^A-Z_]+|[A-Z_]")

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
    for row in build_rows(entries):
        local = row.at.astimezone(zone)
        if local.date() != today:
            if today is not None:
                yield Line("")
            today = local.date()
            yield Line(_heading(today, zone), "bold")
        yield from _row_lines(row, f"{local:%H:%M}")
        for detail in row.details:
            yield from _row_lines(detail, "")


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


def build_question_verdicts(file: str, results: Sequence[QuestionResult]) -> Iterator[Line]:
    """One line for the cases of *file* that hold, and each of the others with its differences."""
    holding = sum(result.ok for result in results)
    if holding or not results:
        yield from _wrapped("ok      ", f"{holding} question{'s' if holding != 1 else ''} ({file})", "green")
    for result in results:
        if result.differences:
            yield from _wrapped("FAILED  ", f"{result.case.title} ({file})", "bold red")
            for difference in result.differences:
                yield from _difference_lines(difference)


def build_answer(result: QuestionResult) -> Iterator[Line]:
    """A case as a person reads it: its title, the question with its facts, the answer in words."""
    case, answer = result.case, result.answer
    yield from _wrapped("", case.title, "bold")
    facts = case.facts if answer is None else {name: to_plain(value) for name, value in answer.facts.items()}
    yield from _wrapped(f"  {case.question}  ", show_value(facts), "dim")
    if case.readings:
        yield from _wrapped("  readings  ", show_value(case.readings), "dim")
    refused = ", ".join(each.code for each in case.refused) or "see below"
    yield from _wrapped("  ", f"refused: {refused}" if answer is None else answer.says)
    yield Line("")


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


def _row_lines(row: Row, time: str) -> Iterator[Line]:
    place = _wrap_id(row.place, _PLACE if time else _PLACE - 2)
    what = _wrap(row.what, _WHAT)
    clauses = [line for clause in row.clauses for line in _wrap(clause, _CLAUSE)]
    many = len(clauses) > max(len(what), len(place), _FEW)
    style = _STYLES.get(row.kind, "")
    for index, (left, middle, right) in enumerate(zip_longest(place, what, [] if many else clauses, fillvalue="")):
        shown = time if index == 0 else ""
        left = left if time else f"  {left}"
        text = _GAP.join((shown.ljust(_TIME), left.ljust(_PLACE), middle.ljust(_WHAT), right))
        yield Line(text.rstrip(), style)
    if many:
        rest = len(row.clauses) - _MOST
        yield from _under("§", "; ".join(row.clauses[:_MOST]) + (f" and {rest} more" if rest > 0 else ""))
    for step in row.arithmetic:
        yield from _under("=", step)


def _under(mark: str, text: str) -> Iterator[Line]:
    """A remark below a row, as wide as what happened and the clauses together."""
    for index, part in enumerate(_wrap(text, WIDTH - _INDENT - 4)):
        yield Line(" " * _INDENT + (f"  {mark} " if index == 0 else "    ") + part, "dim")


def _wrap_id(name: str, width: int) -> Sequence[str]:
    """An id broken between its words: `Activity_SetExamination`, `Deadline`."""
    lines = [""]
    for word in _WORD_IN_AN_ID.findall(name):
        for part in textwrap.wrap(word, width):
            if len(lines[-1]) + len(part) <= width:
                lines[-1] += part
            else:
                lines.append(part)
    return lines


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
