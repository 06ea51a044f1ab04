"""Which readings of unclear clauses hold for a question, and whether the law is in force on its date.

Tables of readings are known by their columns: `id`, `value` and `status`; those that can be switched have `key` and
`allowed` (the values parted by ` | `) too. The manifest names under parameters the decision that gives the readings by
key (`readings`) and the one that says whether the law is in force on a date (`life`: `as_of` -> boolean); without the
latter a law is in force while any reading of it is.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.calendars import show_date
from engine.dmn import DecisionLibrary, DecisionResult, MatchedRule
from engine.dmn.model import DecisionTable
from engine.errors import ErrorCode, Problem
from engine.feel import FeelDate, Value
from engine.law import LawPackage
from engine.runtime.compiled import Kept

READINGS = "readings"
LIFE = "life"
_DAYS = 256
_COLUMNS = frozenset({"id", "value", "status"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of a table of readings. `key` and `allowed` are empty where the reading has no switch.

    `chosen`: it was chosen for a question.
    """

    id: str
    key: str
    subject: str
    value: str
    allowed: tuple[str, ...]
    status: str
    reason: str
    chosen: bool = False


class ReadingTables:
    """The readings of a law as they stand on a date."""

    def __init__(self, law: LawPackage, library: DecisionLibrary) -> None:
        self._law, self._library = law, library
        self._tables = {
            decision.id
            for model in library.models
            for decision in model.decisions
            if isinstance(decision.expression, DecisionTable)
            and {output.name for output in decision.expression.outputs} >= _COLUMNS
        }
        self._in_force = law.parameters.get(READINGS)
        self._rows_on: Kept[tuple[Reading, ...]] = Kept(_DAYS)
        self._values_on: Kept[DecisionResult] = Kept(_DAYS)

    def on(self, day: date, chosen: Container[str]) -> tuple[Reading, ...]:
        """All rows in force on *day*; those whose key is among the *chosen* are marked."""
        rows = self._rows_on.get(
            day, lambda: tuple(_reading(rule) for table in sorted(self._tables) for rule in self._rows(table, day))
        )
        return tuple(replace(row, chosen=True) if row.key in chosen else row for row in rows)

    def is_list(self, decision_id: str) -> bool:
        """Whether a decision hands out readings, which proves none of them used."""
        return decision_id == self._in_force or decision_id in self._tables

    def in_force(self, day: date) -> Value:
        """The readings by key, as the decision of the manifest gives them; null when it names none."""
        decision_id = self._in_force
        if decision_id is None:
            return None
        return self._values_on.get(
            day, lambda: self._library.evaluate(decision_id, {"as_of": FeelDate.from_python(day)})
        ).value

    def life(self, day: date, now: datetime, asked: list[DecisionResult]) -> list[Problem]:
        """ASK_OUTSIDE_LIFE with the sentence of the rule when the law is not in force on *day*; *asked* notes it."""
        decision_id = self._law.parameters.get(LIFE)
        if decision_id is None:
            return [] if self._in_force is None or self.in_force(day) else [_outside(day, "no reading is in force")]
        result = self._library.evaluate(decision_id, {"as_of": FeelDate.from_python(day)}, now=now)
        asked.append(result)
        reasons = "; ".join(rule.reason for each in result.audit.decisions for rule in each.matched if rule.reason)
        return [] if result.value is True else [_outside(day, reasons or "no rule holds on that date")]

    def _rows(self, decision_id: str, day: date) -> list[MatchedRule]:
        inputs: dict[str, Value] = {
            each.name: FeelDate.from_python(day) for each in self._library.info(decision_id).inputs
        }
        evaluated = self._library.evaluate(decision_id, inputs).audit.decisions
        return [rule for each in evaluated for rule in each.matched]


def _outside(day: date, reason: str) -> Problem:
    said = f"{show_date(day)} lies outside the life of the law: {reason}."
    return Problem(
        ErrorCode.ASK_OUTSIDE_LIFE,
        said,
        hint="correct the date, or ask as of another day (`on`, with the command --on DATE)",
    )


def _reading(rule: MatchedRule) -> Reading:
    text = {name: value for name, value in rule.outputs.items() if isinstance(value, str)}
    allowed = tuple(option.strip() for option in text.get("allowed", "").split("|") if option.strip())
    return Reading(
        id=text.get("id", ""),
        key=text.get("key", ""),
        subject=text.get("key") or text.get("subject", ""),
        value=text.get("value", ""),
        allowed=allowed,
        status=text.get("status", ""),
        reason=rule.reason,
    )
