"""Deadlines of cases with their provenance, and every later change of each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.store.instants import instant_text, optional_date, read_instant

MISSED = ", due "
"""Between the name and the last day of a missed duty whose name another deadline has taken."""


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """`due` is the first instant after the last day; `opens` the opening of the office on that day."""

    case_id: str
    name: str
    limit_id: str
    clause: str
    duty: bool
    started_on: date
    amount: int
    unit: str
    due_date: date
    due: datetime
    opens: datetime
    calendar: str
    steps: tuple[str, ...]
    parameter_hash: str
    met_on: date | None
    breached: bool
    set_at: datetime
    changes: tuple[str, ...] = ()


_COLUMNS = (
    "SELECT case_id, name, limit_id, clause, duty, started_on, amount, unit, due_date, due, opens, calendar, steps,"
    " parameter_hash, met_on, breached, set_at FROM deadline"
)


class Deadlines:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, case_id: str, name: str) -> DeadlineRow | None:
        row = self._connection.execute(f"{_COLUMNS} WHERE case_id = ? AND name = ?", (case_id, name)).fetchone()
        return None if row is None else self._deadline(row)

    def of_case(self, case_id: str) -> list[DeadlineRow]:
        rows = self._connection.execute(f"{_COLUMNS} WHERE case_id = ? ORDER BY set_at, name", (case_id,)).fetchall()
        return [self._deadline(row) for row in rows]

    def find(
        self,
        *,
        breached: bool | None = None,
        case_id: str | None = None,
        open_only: bool = False,
        case_ids: Sequence[str] | None = None,
        after: tuple[str, str] | None = None,
        limit: int,
    ) -> list[DeadlineRow]:
        """Deadlines in order of their due instants; *after* is (case id, name) of the one to go on from."""
        conditions = []
        if case_ids is not None:
            conditions.append("case_id IN (SELECT value FROM json_each(:cases))")
        if after is not None:
            conditions.append(
                "(due, case_id, name) >"
                " (SELECT due, case_id, name FROM deadline WHERE case_id = :after_case AND name = :after_name)"
            )
        if breached is not None:
            conditions.append(f"breached = {int(breached)}")
        if case_id is not None:
            conditions.append("case_id = :case")
        if open_only:
            conditions.append("met_on IS NULL")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._connection.execute(
            f"{_COLUMNS}{where} ORDER BY due, case_id, name LIMIT :limit",
            {
                "case": case_id,
                "cases": json.dumps(case_ids),
                "after_case": after[0] if after else None,
                "after_name": after[1] if after else None,
                "limit": limit,
            },
        ).fetchall()
        return [self._deadline(row) for row in rows]

    def put(self, row: DeadlineRow) -> None:
        """Set the deadline of this case and name anew; its changes stay."""
        self._connection.execute(
            "INSERT INTO deadline VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (case_id, name) DO UPDATE SET"
            " limit_id = excluded.limit_id, clause = excluded.clause, duty = excluded.duty,"
            " started_on = excluded.started_on, amount = excluded.amount, unit = excluded.unit,"
            " due_date = excluded.due_date, due = excluded.due, opens = excluded.opens, calendar = excluded.calendar,"
            " steps = excluded.steps, parameter_hash = excluded.parameter_hash, met_on = excluded.met_on,"
            " breached = excluded.breached, set_at = excluded.set_at",
            (
                row.case_id,
                row.name,
                row.limit_id,
                row.clause,
                int(row.duty),
                row.started_on.isoformat(),
                row.amount,
                row.unit,
                row.due_date.isoformat(),
                instant_text(row.due),
                instant_text(row.opens),
                row.calendar,
                json.dumps(row.steps, ensure_ascii=False),
                row.parameter_hash,
                None if row.met_on is None else row.met_on.isoformat(),
                int(row.breached),
                instant_text(row.set_at),
            ),
        )

    def add_change(self, case_id: str, name: str, what: str, at: datetime) -> None:
        self._connection.execute(
            "INSERT INTO deadline_change (case_id, name, changed_at, what) VALUES (?,?,?,?)",
            (case_id, name, instant_text(at), what),
        )

    def set_met(self, case_id: str, name: str, on: date) -> None:
        self._connection.execute(
            "UPDATE deadline SET met_on = ? WHERE case_id = ? AND name = ?", (on.isoformat(), case_id, name)
        )

    def set_breached(self, case_id: str, name: str) -> None:
        self._connection.execute("UPDATE deadline SET breached = 1 WHERE case_id = ? AND name = ?", (case_id, name))

    def _deadline(self, row: tuple[Any, ...]) -> DeadlineRow:
        changes = self._connection.execute(
            "SELECT what FROM deadline_change WHERE case_id = ? AND name = ? ORDER BY id", (row[0], row[1])
        )
        return DeadlineRow(
            case_id=row[0],
            name=row[1],
            limit_id=row[2],
            clause=row[3],
            duty=bool(row[4]),
            started_on=date.fromisoformat(row[5]),
            amount=row[6],
            unit=row[7],
            due_date=date.fromisoformat(row[8]),
            due=read_instant(row[9]),
            opens=read_instant(row[10]),
            calendar=row[11],
            steps=tuple(json.loads(row[12])),
            parameter_hash=row[13],
            met_on=optional_date(row[14]),
            breached=bool(row[15]),
            set_at=read_instant(row[16]),
            changes=tuple(str(change[0]) for change in changes),
        )
