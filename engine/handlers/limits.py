"""The limits of time of a law, as the decision that its manifest names for them gives them on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn

from engine.calendars import show_date
from engine.errors import EngineError, ErrorCode
from engine.feel import FeelDate, Value
from engine.handlers.contract import Job, Services
from engine.handlers.reading import describe, refuse, refuse_for
from engine.law import LawPackage

PARAMETER = "time_limit"
HEADER = "header limit"


@dataclass(frozen=True, slots=True)
class LimitInForce:
    """The row of one limit that is in force: its length, all of its outputs, the clauses of its rule.

    *decision_id* and *model_hash* name the table that gave it.
    """

    amount: int
    unit: str
    row: Mapping[str, Value]
    clauses: tuple[str, ...]
    decision_id: str
    model_hash: str

    @property
    def leading_clause(self) -> str:
        """The first id that is a clause (``prefix:id``), before readings; a reading when nothing else is cited."""
        return next((clause for clause in self.clauses if ":" in clause), self.clauses[0] if self.clauses else "")


def find_limit(job: Job, services: Services, limit_id: str, as_of: date, *, part: str = HEADER) -> LimitInForce:
    """The limit in force on *as_of*. *part* says where the limit is named.

    Errors: CAL_UNKNOWN_LIMIT when no row is in force, or the row is not a whole number of some unit.
    """
    law: LawPackage = services.law()
    decision_id = law.parameters.get(PARAMETER)
    if decision_id is None:
        refuse(
            job,
            ErrorCode.CAL_UNKNOWN_LIMIT,
            f'the manifest of "{law.id}" names no decision for time limits.',
            hint=f"add {PARAMETER}: <decision id> under parameters in {law.file}",
        )
    try:
        result = services.decide(decision_id, {"limit_id": limit_id, "as_of": FeelDate.from_python(as_of)})
    except EngineError as error:
        refuse_for(job, error)
    found = result.value
    if not isinstance(found, Mapping):
        because = "".join(f" {warning.message}" for warning in result.warnings[:3])
        refuse(
            job,
            ErrorCode.CAL_UNKNOWN_LIMIT,
            f'no limit "{limit_id}" is in force on {show_date(as_of)}: {decision_id} gave {describe(found)}.{because}',
            part=part,
            hint=f"use a limit that {decision_id} holds for that date, or add its row",
        )
    amount, unit = found.get("amount"), found.get("unit")
    if not isinstance(amount, Decimal) or amount != amount.to_integral_value():
        refuse_row(job, decision_id, limit_id, "amount", "a whole number", amount, part=part)
    if not isinstance(unit, str):
        refuse_row(job, decision_id, limit_id, "unit", "a string", unit, part=part)
    return LimitInForce(
        int(amount), unit, found, tuple(result.audit.clauses), decision_id, str(result.audit.model_hash)
    )


def refuse_row(
    job: Job, decision_id: str, limit_id: str, output: str, expected: str, value: Value, *, part: str = HEADER
) -> NoReturn:
    """Fail *job* for an output of a limit's row that is not what it has to be."""
    refuse(
        job,
        ErrorCode.CAL_UNKNOWN_LIMIT,
        f'the limit "{limit_id}" of {decision_id} expected {output} to be {expected}, but got {describe(value)}.',
        part=part,
        hint=f"correct the row of {decision_id}: outputs are amount, unit, roll, and where needed duty and first_day",
    )
