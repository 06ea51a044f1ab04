"""Process instances: one row each, with the snapshot of its state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from engine.store.codec import encode_json
from engine.store.instants import instant_text, optional_instant, optional_instant_text, read_instant

SUSPENDED = "suspended"


class InstanceRow(NamedTuple):
    """`hash` is that of the diagram which the instance keeps; `state` is the snapshot text.

    `suspended_at` is set while an active instance takes no timers, messages and jobs.
    """

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
    suspended_at: datetime | None = None


class InstanceHeading(NamedTuple):
    """What a job must know of its instance."""

    id: str
    process_id: str
    package_id: str
    case_id: str | None


_COLUMNS = (
    "SELECT id, process_id, hash, package_id, case_id, start_key, status, state, started_at, ended_at,"
    " suspended_at FROM process_instance"
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
        case_ids: Sequence[str] | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[InstanceRow]:
        """Instances in order of their start, those of the case with the linked ones; *after* is an id to go on from.

        *status* is active, suspended, completed or terminated; a suspended one is not found as active.
        """
        conditions = []
        if case_id is not None:
            conditions.append("id IN (SELECT instance_id FROM case_link WHERE case_id = :case)")
        if process_id is not None:
            conditions.append("process_id = :process")
        if status == SUSPENDED:
            conditions.append("suspended_at IS NOT NULL")
        elif status is not None:
            conditions.append("status = :status AND suspended_at IS NULL")
        if case_ids is not None:
            conditions.append("case_id IN (SELECT value FROM json_each(:cases))")
        if after is not None:
            conditions.append(
                "(started_at, rowid) > (SELECT started_at, rowid FROM process_instance WHERE id = :after)"
            )
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._connection.execute(
            f"{_COLUMNS}{where} ORDER BY started_at, rowid LIMIT :limit",
            {
                "case": case_id,
                "process": process_id,
                "status": status,
                "cases": encode_json(case_ids),
                "after": after,
                "limit": limit,
            },
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
            "INSERT INTO process_instance VALUES (?,?,?,?,?,?,?,?,?,?,?)",
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
                optional_instant_text(row.suspended_at),
            ),
        )

    def save(self, instance_id: str, state: str) -> None:
        """Write the snapshot of an instance that goes on."""
        self._connection.execute("UPDATE process_instance SET state = ? WHERE id = ?", (state, instance_id))

    def end(self, instance_id: str, *, status: str, state: str, at: datetime) -> None:
        """Write the last snapshot of an instance that has ended; it is suspended no more."""
        self._connection.execute(
            "UPDATE process_instance SET status = ?, state = ?, ended_at = ?, suspended_at = NULL WHERE id = ?",
            (status, state, instant_text(at), instance_id),
        )

    def set_suspended(self, instance_id: str, at: datetime | None) -> None:
        self._connection.execute(
            "UPDATE process_instance SET suspended_at = ? WHERE id = ?", (optional_instant_text(at), instance_id)
        )

    def set_hash(self, instance_id: str, file_hash: str) -> None:
        """The instance keeps another diagram from now on."""
        self._connection.execute("UPDATE process_instance SET hash = ? WHERE id = ?", (file_hash, instance_id))

    def ids_to_migrate(self, process_id: str, file_hash: str, called: str, *, limit: int) -> list[str]:
        """Active instances of the process on another diagram than this one, in order of their start.

        With them come the instances of any process whose state holds the text *called*: those that have called it.
        """
        rows = self._connection.execute(
            "SELECT id FROM process_instance WHERE status = 'active'"
            " AND ((process_id = ? AND hash <> ?) OR instr(state, ?)) ORDER BY started_at, rowid LIMIT ?",
            (process_id, file_hash, called, limit),
        )
        return [str(row[0]) for row in rows]

    def set_case(self, instance_id: str, case_id: str) -> None:
        self._connection.execute("UPDATE process_instance SET case_id = ? WHERE id = ?", (case_id, instance_id))


def _instance(
    row: tuple[str, str, str, str, str | None, str | None, str, str, str, str | None, str | None],
) -> InstanceRow:
    return InstanceRow(*row[:8], read_instant(row[8]), optional_instant(row[9]), optional_instant(row[10]))
