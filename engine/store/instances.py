"""Process instances: one row each, with the snapshot of its state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.store.instants import instant_text, optional_instant, optional_instant_text, read_instant


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """`hash` is that of the diagram which the instance keeps; `state` is the snapshot text."""

    id: str
    process_id: str
    hash: str
    package_id: str
    case_id: str | None
    start_key: str | None
    status: str
    state: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class InstanceHeading:
    """What a job must know of its instance."""

    id: str
    process_id: str
    package_id: str
    case_id: str | None


_COLUMNS = (
    "SELECT id, process_id, hash, package_id, case_id, start_key, status, state, started_at, ended_at"
    " FROM process_instance"
)


class Instances:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, instance_id: str) -> InstanceRow | None:
        row = self._connection.execute(f"{_COLUMNS} WHERE id = ?", (instance_id,)).fetchone()
        return None if row is None else _instance(row)

    def heading(self, instance_id: str) -> InstanceHeading | None:
        """The instance without its state, which may be large."""
        row = self._connection.execute(
            "SELECT id, process_id, package_id, case_id FROM process_instance WHERE id = ?", (instance_id,)
        ).fetchone()
        return None if row is None else InstanceHeading(*row)

    def find(
        self,
        *,
        case_id: str | None = None,
        process_id: str | None = None,
        status: str | None = None,
        limit: int,
    ) -> list[InstanceRow]:
        """Instances in order of their start, those of the case with the linked ones."""
        conditions = []
        if case_id is not None:
            conditions.append("id IN (SELECT instance_id FROM case_link WHERE case_id = :case)")
        if process_id is not None:
            conditions.append("process_id = :process")
        if status is not None:
            conditions.append("status = :status")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._connection.execute(
            f"{_COLUMNS}{where} ORDER BY started_at, rowid LIMIT :limit",
            {"case": case_id, "process": process_id, "status": status, "limit": limit},
        )
        return [_instance(row) for row in rows]

    def all(self) -> Iterator[InstanceRow]:
        """Every instance in order of its start, one row at a time."""
        rows = self._connection.execute(f"{_COLUMNS} ORDER BY started_at, rowid")
        return (_instance(row) for row in rows)

    def active_with_start_key(self, process_id: str, start_key: str) -> str | None:
        """The active instance of the process that a message of this key started."""
        row = self._connection.execute(
            "SELECT id FROM process_instance WHERE process_id = ? AND start_key = ? AND status = 'active' LIMIT 1",
            (process_id, start_key),
        ).fetchone()
        return None if row is None else str(row[0])

    def add(self, row: InstanceRow) -> None:
        self._connection.execute(
            "INSERT INTO process_instance VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                row.id,
                row.process_id,
                row.hash,
                row.package_id,
                row.case_id,
                row.start_key,
                row.status,
                row.state,
                instant_text(row.started_at),
                optional_instant_text(row.ended_at),
            ),
        )

    def save(self, instance_id: str, *, status: str, state: str, ended_at: datetime | None) -> None:
        self._connection.execute(
            "UPDATE process_instance SET status = ?, state = ?, ended_at = ? WHERE id = ?",
            (status, state, optional_instant_text(ended_at), instance_id),
        )

    def set_case(self, instance_id: str, case_id: str) -> None:
        self._connection.execute("UPDATE process_instance SET case_id = ? WHERE id = ?", (case_id, instance_id))


def _instance(row: tuple[str, str, str, str, str | None, str | None, str, str, str, str | None]) -> InstanceRow:
    return InstanceRow(*row[:8], read_instant(row[8]), optional_instant(row[9]))
