"""Many sets of facts from one file, one at a time: JSON lines, or CSV whose first line names the facts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TextIO

from engine.errors import EngineError, ErrorCode, failure
from engine.law import Question

LONGEST_LINE = 1_000_000
_WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class FactLine:
    """The facts of one line, or why it has none. `line` counts from 1, the heading of a CSV file included."""

    line: int
    facts: Mapping[str, Any]
    error: EngineError | None = None


def read_json_lines(source: TextIO) -> Iterator[FactLine]:
    """One JSON object a line; empty lines are passed over."""
    for number, text in enumerate(source, 1):
        if not text.strip():
            continue
        try:
            yield FactLine(number, _object(text))
        except EngineError as error:
            yield FactLine(number, {}, error)


def read_csv_lines(source: TextIO, question: Question) -> Iterator[FactLine]:
    """One row a set of facts; an empty cell is a fact that is not given.

    A cell is read as the fact's type says: numbers, `true` and `false`; a list as JSON, or parted by semicolons.
    Errors: ASK_FACTS at once when there is no heading, or one that names a fact twice.
    """
    rows = csv.reader(source, strict=True)
    heading = [name.strip() for name in next(rows, [])]
    if not heading or "" in heading or len(set(heading)) < len(heading):
        raise failure(
            ErrorCode.ASK_FACTS,
            f"expected a first line with the names of facts, each once, but got {', '.join(heading) or 'nothing'}.",
            line=1,
            hint=f"the question takes: {', '.join(question.facts)}",
        )
    while True:
        try:
            row = next(rows, None)
        except csv.Error as broken:
            yield FactLine(rows.line_num, {}, _unreadable(f"expected a row of CSV, but {broken}"))
            continue
        if row is None:
            return
        if not row:
            continue
        if len(row) != len(heading):
            said = f"expected {len(heading)} cells, but got {len(row)}"
            yield FactLine(rows.line_num, {}, _unreadable(said))
            continue
        cells = {name: _cell(text.strip(), question, name) for name, text in zip(heading, row, strict=True)}
        yield FactLine(rows.line_num, {name: value for name, value in cells.items() if value is not None})


def _object(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_LINE:
        raise _unreadable(f"expected at most {LONGEST_LINE} characters, but got {len(text)}")
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as broken:
        raise _unreadable(f"expected a JSON object, but {broken}") from broken
    if not isinstance(value, dict):
        raise _unreadable(f"expected a JSON object, but got {text.strip()[:80]}")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f'"{next(name for name in names if names.count(name) > 1)}" is given twice')
    return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _cell(text: str, question: Question, name: str) -> Any:
    """A cell as the type of its fact says; what does not read so stays text, and is refused with its type."""
    fact = question.facts.get(name)
    kind = "" if fact is None else fact.definition.type
    if not text:
        return None
    if kind == "boolean":
        return _WORDS.get(text.casefold(), text)
    if kind == "number":
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        return number if number.is_finite() else text
    if kind in ("list", "context"):
        try:
            return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return [part.strip() for part in text.split(";")] if kind == "list" else text
    return text


def _unreadable(said: str) -> EngineError:
    return failure(ErrorCode.ASK_FACTS, f"{said}.", hint="write one set of facts a line")
