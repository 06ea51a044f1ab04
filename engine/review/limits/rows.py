"""The limits of time as the table of a law has them: amount, unit, how days are counted, and what its rows claim.

A row may say of an edge that nobody can stand on it, where no rule of counting tells: `[no edge month end: only the
first of a month sets it off]` in its description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.calendars import Limit, Unit
from engine.dmn import Rule
from engine.dmn.model import DecisionTable
from engine.errors import EngineError
from engine.feel import Value, compile_expression
from engine.handlers.exact_deadlines import UNITS
from engine.law import LawPackage
from engine.simulation import read_models

TIME_LIMIT = "time_limit"
_CLAIM = re.compile(r"\[no edge (?P<edge>[^:\]]+):(?P<reason>[^\]]+)\]")


@dataclass(frozen=True, slots=True)
class LimitOfLaw:
    """One limit, from all of its rows. `counted` are its ways to count days, empty for a limit of seconds.

    `claims` has the reason by the words of an edge.
    """

    id: str
    clauses: tuple[str, ...]
    unit: str
    counted: tuple[Limit, ...]
    claims: Mapping[str, str]

    @property
    def is_exact(self) -> bool:
        return self.unit in UNITS


def read_limits(package: LawPackage) -> tuple[LimitOfLaw, ...]:
    """The limits of the table that the manifest names, in its order; none where it names none."""
    wanted = package.parameters.get(TIME_LIMIT)
    found: dict[str, LimitOfLaw] = {}
    for model in read_models(package).decisions:
        for decision in model.decisions:
            if decision.id == wanted and isinstance(decision.expression, DecisionTable):
                for rule in decision.rules:
                    read = _limit_of(decision.expression, rule)
                    found[read.id] = _joined(found[read.id], read) if read.id in found else read
    return tuple(found.values())


def _limit_of(table: DecisionTable, rule: Rule) -> LimitOfLaw:
    limit_id = rule.input_entries[0].text.strip().strip('"')
    values = {
        output.name: _value_of(entry.text) for output, entry in zip(table.outputs, rule.output_entries, strict=True)
    }
    claims = {each["edge"].strip(): " ".join(each["reason"].split()) for each in _CLAIM.finditer(rule.description)}
    counted = _counted(limit_id, rule, values)
    return LimitOfLaw(limit_id, rule.clauses, str(values.get("unit")), () if counted is None else (counted,), claims)


def _value_of(text: str) -> Value:
    return compile_expression(text, ()).evaluate({}).value


def _counted(limit_id: str, rule: Rule, values: Mapping[str | None, Value]) -> Limit | None:
    amount, unit = values.get("amount"), values.get("unit")
    if not isinstance(amount, Decimal) or unit not in set(Unit):
        return None
    try:
        return Limit(
            limit_id,
            rule.clauses[0] if rule.clauses else "",
            int(amount),
            str(unit),
            roll=str(values.get("roll") or "forward"),
            first_day=str(values.get("first_day") or "excluded"),
            month_end=str(values.get("month_end") or ""),
        )
    except EngineError:
        return None  # a deployment refuses such a row with its place


def _joined(one: LimitOfLaw, other: LimitOfLaw) -> LimitOfLaw:
    clauses = tuple(dict.fromkeys((*one.clauses, *other.clauses)))
    return LimitOfLaw(one.id, clauses, one.unit, (*one.counted, *other.counted), {**one.claims, **other.claims})
