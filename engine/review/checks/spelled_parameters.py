"""[spelled-parameter] A text that spells a number which a row of parameters holds. [spelled-number] One that may.

A label, a documentation, a notice, a form or the manifest that says "thirty days" goes on saying it when the row with
the thirty days is changed. Looked for are numbers, in digits or English words, together with a unit of time or money.
The first check finds the very unit of the row; the second another kind of the same, such as days for business days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.dmn.checks.tables.conditions import Condition, Constant, points
from engine.errors import ErrorCode, Location, Problem
from engine.law import LawPackage
from engine.review.checks.context import ReviewContext, place_of
from engine.review.checks.figures import MONEY, SpelledFigure, Unit, figures_in, unit_of
from engine.review.checks.review import Review

AMOUNT, UNIT = "amount", "unit"
ROWS_NAMED = 3
_IN_BRACKETS = re.compile(r"\[[^\]]*\]")
_REMEDIES: Mapping[str, str] = {
    "label": "say what the step is, and leave the number to the row",
    "documentation": "cite the clause, and leave the number to the row",
    "notice": "name the limit under limits and write {{ limits.NAME.in_words }}, or {{ deadlines.NAME.in_words }} of a "
    "deadline that is set; an amount is given, and written {{ NAME | money }}",
    "form": "say what is asked for, and leave the number to the row",
    "manifest": "say what it means, and leave the number to the row",
}


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One row that holds a number with a unit; *key* is the constant that its first input asks for, if any."""

    decision_id: str
    rule_id: str
    key: str
    value: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text that people read: what it is called, its sort, where it stands, and the limit that its element sets."""

    text: str
    called: str
    sort: str
    place: Location
    limit: str = ""
    by_line: bool = False


def check_spelled_parameter(review: Review) -> Iterator[Problem]:
    return _findings(review, exactly=True)


def check_spelled_number(review: Review) -> Iterator[Problem]:
    return _findings(review, exactly=False)


def _findings(review: Review, *, exactly: bool) -> Iterator[Problem]:
    context = review.context
    if not context.package.language.lower().startswith("en"):
        return
    rows = tuple(_rows(context))
    for read in _texts(context):
        for figure in figures_in(read.text, context.package.currency, context.package.money.symbol):
            same = [row for row in rows if row.value == figure.value and row.unit.name == figure.unit.name]
            exact = [row for row in same if row.unit == figure.unit]
            found = exact if exactly else [] if exact else same
            if found:
                yield _problem(read, figure, found, "is" if exactly else "may be")


def _rows(context: ReviewContext) -> Iterator[ParameterRow]:
    """Constant amounts with a unit of time beside them, and constants of columns whose label names the currency."""
    currency = re.compile(rf"\b{re.escape(context.package.currency)}\b")
    for analysis in context.tables:
        names = [column.name for column in analysis.output_columns]
        decision_id = analysis.table.place.decision_id or ""
        for number, rule in enumerate(analysis.rules):
            constants = [each.constant.value if each.constant else None for each in analysis.outputs[number]]
            of_row = dict(zip(names, constants, strict=True))
            key = _key(analysis.columns[0].conditions[number]) if analysis.columns else ""
            amount, unit = of_row.get(AMOUNT), of_row.get(UNIT)
            if isinstance(amount, Decimal) and isinstance(unit, str):
                yield ParameterRow(decision_id, rule.id, key, abs(amount), unit_of(unit))
            for clause, value in zip(analysis.table.outputs, constants, strict=True):
                if isinstance(value, Decimal) and currency.search(clause.label or ""):
                    yield ParameterRow(decision_id, rule.id, key, value, Unit(MONEY))


def _key(condition: Condition) -> str:
    named = [point.value for point in points(condition) if isinstance(point, Constant)]
    return named[0] if len(named) == 1 and isinstance(named[0], str) else ""


def _texts(context: ReviewContext) -> Iterator[ReadText]:
    for diagram, process in context.processes.values():
        place = place_of(diagram, process)
        yield ReadText(process.name, f'the label "{process.name}"', "label", place)
        yield _documentation(process.documentation, process.name or process.id, place, "")
        for element in process.elements.values():
            place, limit = place_of(diagram, element), element.headers.get("limit", "")
            yield ReadText(element.name, f'the label "{element.name}"', "label", place, limit)
            yield _documentation(element.documentation, element.label, place, limit)
        for flow in process.flows.values():
            place = Location(file=diagram.file, element_id=flow.id)
            yield ReadText(flow.name, f'the label "{flow.name}"', "label", place)
    yield from _files(context.package)


def _documentation(text: str, label: str, place: Location, limit: str) -> ReadText:
    said = _IN_BRACKETS.sub(lambda found: " " * len(found[0]), text)
    return ReadText(said, f'the documentation of "{label}"', "documentation", place, limit)


def _files(package: LawPackage) -> Iterator[ReadText]:
    named = [(notice.file, f'the notice "{notice.type}"', "notice") for notice in package.notices.values()]
    named += [(form.file, f'the form "{form.id}"', "form") for form in package.forms.values()]
    named.append((package.file, "the manifest", "manifest"))
    for file, called, sort in named:
        yield ReadText(package.files[file].decode("utf-8-sig"), called, sort, Location(file=file), by_line=True)


def _problem(read: ReadText, figure: SpelledFigure, rows: list[ParameterRow], holds: str) -> Problem:
    line = read.text.count("\n", 0, figure.start) + 1 if read.by_line else read.place.line
    ranked = sorted(rows, key=lambda row: row.key != read.limit)
    own = [row for row in ranked if row.decision_id == ranked[0].decision_id]
    shown = [row.rule_id for row in own[:ROWS_NAMED]]
    more = f" and {len(own) - ROWS_NAMED} more" if len(own) > ROWS_NAMED else ""
    words = " ".join(figure.words.split())
    return Problem(
        ErrorCode.TRACE_LAW,
        f'{read.called} spells "{words}", which {holds} the value of {", ".join(shown)}{more} in {own[0].decision_id}: '
        "it says the same when the row is changed.",
        replace(read.place, line=line),
        hint=_REMEDIES[read.sort],
    )
