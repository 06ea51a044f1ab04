"""Incidents: what has stopped and waits for repair."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store.instants import instant_text, optional_instant, read_instant


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """`problem` is `Problem.as_data()`."""

    id: str
    state: str
    code: str
    message: str
    problem: Mapping[str, Any]
    instance_id: str | None
    case_id: str | None
    element_id: str | None
    element_instance_id: str | None
    job_id: str | None
    delivery_id: str | None
    created_at: datetime
    resolved_at: datetime | None = None


_COLUMNS = (
    "SELECT id, state, code, message, problem, instance_id, case_id, element_id, element_instance_id, job_id,"
    " delivery_id, created_at, resolved_at FROM incident"
)


class Incidents:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, incident_id: str) -> IncidentRow | None:
        row = self._connection.execute(f"{_COLUMNS} WHERE id = ?", (incident_id,)).fetchone()
        return None if row is None else _incident(row)

    def find(
        self,
        *,
        state: str | None = None,
        instance_id: str | None = None,
        case_id: str | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[IncidentRow]:
        """Incidents in order of their occurrence; *after* is an id to go on from."""
        conditions = []
        if after is not None:
            conditions.append("(created_at, rowid) > (SELECT created_at, rowid FROM incident WHERE id = :after)")
        for column, value in (("state", state), ("instance_id", instance_id)):
            if value is not None:
                conditions.append(f"{column} = :{column}")
        if case_id is not None:
            conditions.append(
                "(case_id = :case OR instance_id IN (SELECT instance_id FROM case_link WHERE case_id = :case))"
            )
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._connection.execute(
            f"{_COLUMNS}{where} ORDER BY created_at, rowid LIMIT :limit",
            {"state": state, "instance_id": instance_id, "case": case_id, "after": after, "limit": limit},
        )
        return [_incident(row) for row in rows]

    def count_open(self, instance_id: str) -> int:
        row = self._connection.execute(
            "SELECT count(*) FROM incident WHERE instance_id = ? AND state = 'open'", (instance_id,)
        ).fetchone()
        return int(row[0])

    def add(self, row: IncidentRow) -> None:
        self._connection.execute(
            "INSERT INTO incident VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                row.id,
                row.state,
                row.code,
                row.message,
                json.dumps(dict(row.problem), ensure_ascii=False),
                row.instance_id,
                row.case_id,
                row.element_id,
                row.element_instance_id,
                row.job_id,
                row.delivery_id,
                instant_text(row.created_at),
                None,
            ),
        )

    def close(self, incident_id: str, state: str, at: datetime) -> None:
        self._connection.execute(
            "UPDATE incident SET state = ?, resolved_at = ? WHERE id = ?", (state, instant_text(at), incident_id)
        )

    def cancel_of_element(self, instance_id: str, element_instance_id: str, at: datetime) -> None:
        """The element was left in another way: its incident needs no repair."""
        self._connection.execute(
            "UPDATE incident SET state = 'cancelled', resolved_at = ?"
            " WHERE instance_id = ? AND element_instance_id = ? AND state = 'open'",
            (instant_text(at), instance_id, element_instance_id),
        )

    def cancel_of_delivery(self, delivery_id: str, at: datetime) -> None:
        """The delivery arrived after all: its incident needs no repair."""
        self._connection.execute(
            "UPDATE incident SET state = 'cancelled', resolved_at = ? WHERE delivery_id = ? AND state = 'open'",
            (instant_text(at), delivery_id),
        )

    def follow_element(self, instance_id: str, element_instance_id: str, element_id: str) -> None:
        """The element of an open incident has another id in a new diagram."""
        self._connection.execute(
            "UPDATE incident SET element_id = ? WHERE instance_id = ? AND element_instance_id = ? AND state = 'open'",
            (element_id, instance_id, element_instance_id),
        )

    def cancel_of_instance(self, instance_id: str, at: datetime) -> None:
        self._connection.execute(
            "UPDATE incident SET state = 'cancelled', resolved_at = ? WHERE instance_id = ? AND state = 'open'",
            (instant_text(at), instance_id),
        )


def _incident(row: tuple[Any, ...]) -> IncidentRow:
    return IncidentRow(
        id=row[0],
        state=row[1],
        code=row[2],
        message=row[3],
        problem=json.loads(row[4]),
        instance_id=row[5],
        case_id=row[6],
        element_id=row[7],
        element_instance_id=row[8],
        job_id=row[9],
        delivery_id=row[10],
        created_at=read_instant(row[11]),
        resolved_at=optional_instant(row[12]),
    )
